import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "machine"), str(HERE)]

from machines.fixtures import (  # noqa: E402,F401
    machine_session,
    pytest_runtest_makereport,
)
from vms.fixtures import virtual_machines  # noqa: E402,F401
