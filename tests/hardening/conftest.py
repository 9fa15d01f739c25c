import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / "cluster")]

from lab import Lab  # noqa: E402
from machines.fixtures import machine_session, pytest_runtest_makereport  # noqa: E402, F401


@pytest.fixture(scope="session")
def lab(machine_session, tmp_path_factory):  # noqa: F811
    with Lab(machine_session, tmp_path_factory.mktemp("lab")) as lab:
        yield lab
