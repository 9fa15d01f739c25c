import pytest
from lab import Lab, install
from machines import start_together
from machines.fixtures import (  # noqa: F401
    machine,
    machine_session,
    machines,
    pytest_runtest_makereport,
)


def pytest_configure(config):
    config.addinivalue_line("markers", "long: more of what a shorter test samples, for `tests/run long`")


@pytest.fixture(scope="session")
def lab(machine_session, tmp_path_factory):
    with Lab(machine_session, tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture
def bare(machines, lab):
    """Factory: a machine that a site has prepared and nobody has installed."""
    def boot(name="node", **options):
        machine = machines(name, **options)
        lab.prepare(machine)
        return machine
    return boot


@pytest.fixture
def bare_together(machines, lab):
    """Factory: several such machines, switched on at the same moment."""
    def boot(*names, **options):
        prepared = [machines(name, start=False, **options) for name in names]
        for machine in prepared:
            lab.prepare(machine)
        start_together(prepared)
        return prepared
    return boot


@pytest.fixture(scope="module")
def node(machine_session, lab, request):
    """One installed node for all tests of a module; `node.installed` is what the install said."""
    name = "n-" + request.module.__name__.removeprefix("test_").replace("_", "-")
    machine = machine_session.machine(name)
    lab.prepare(machine)
    machine.installed = install(machine)
    yield machine
    machine_session.destroy_machine(name)
