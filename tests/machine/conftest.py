from machines.fixtures import (  # noqa: F401
    machine,
    machine_session,
    machines,
    pytest_runtest_makereport,
)
