import pytest
from hall import Hall
from machines.fixtures import (  # noqa: F401
    machine_session,
    pytest_runtest_makereport,
)
from vms.fixtures import virtual_machines  # noqa: F401


@pytest.fixture(scope="session")
def hall(machine_session, tmp_path_factory):  # noqa: F811
    with Hall(machine_session, tmp_path_factory.mktemp("hall")) as hall:
        yield hall
