import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "cluster"), str(HERE.parent / "machine")]

from debian_package import build, repack  # noqa: E402
from lab import Lab  # noqa: E402
from machines.fixtures import machine_session  # noqa: E402,F401


@pytest.fixture(scope="session")
def package() -> Path:
    """The package of the checkout."""
    return build()


@pytest.fixture(scope="session")
def newer(package, tmp_path_factory):
    """Factory: what a newer version of it could be, with other programs and units."""
    return lambda version: repack(package, version, tmp_path_factory.mktemp("newer"))


@pytest.fixture(scope="session")
def lab(machine_session, tmp_path_factory):
    with Lab(machine_session, tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture(scope="module")
def debian(machine_session):
    """One machine for a module, whose tests tell its life in their order."""
    name = "debian"
    yield machine_session.machine(name)
    machine_session.destroy_machine(name)
