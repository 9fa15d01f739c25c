"""Pytest fixtures; a conftest.py imports them, its hook included."""

import re

import pytest

from . import evidence
from .session import Session, end_by_signals

_REPORT = pytest.StashKey()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Lets a fixture know, when it ends, whether its test has failed."""
    outcome = yield
    report = outcome.get_result()
    failed = item.stash.get(_REPORT, False) or report.failed
    item.stash[_REPORT] = failed


def keep_evidence(machine, node):
    """Where the test (a pytest node) has failed; before the machine is destroyed."""
    if node.stash.get(_REPORT, False):
        title = re.sub(r"[^\w.-]+", "_", node.nodeid)
        print(evidence.collect(machine, title))


@pytest.fixture(scope="session")
def machine_session():
    """The session of this test run; for machines that many tests share."""
    end_by_signals()
    with Session() as session:
        yield session


@pytest.fixture
def machines(machine_session, request):
    """Factory: machines("master-1", cmdline=[…]) boots one for this test."""
    names = []

    def boot(name="node", *, start=True, **options):
        machine = machine_session.create(name, **options)
        names.append(name)
        if start:
            machine.start()
        return machine

    yield boot
    for name in names:
        keep_evidence(machine_session.machines[name], request.node)
        machine_session.destroy_machine(name)


@pytest.fixture
def machine(machines):
    """One booted machine."""
    return machines()
