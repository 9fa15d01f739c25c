"""Throw-away machines for tests: systemd as PID 1 in systemd-nspawn.

    with Session() as session:
        machine = session.machine("master-1")
        machine.run(["systemctl", "is-system-running"])

Everything a session creates on the host is named `kni-<session>…`, so what a
killed test run left behind can be recognised and removed (`machine gc`).
"""

from .commands import CommandFailed, Deadline, Result, TimedOut
from .machine import Machine
from .options import Bind, MachineOptions, Until
from .session import Session, remove_dead_sessions, start_together

__all__ = [
    "Bind",
    "CommandFailed",
    "Deadline",
    "Machine",
    "MachineOptions",
    "Result",
    "Session",
    "TimedOut",
    "Until",
    "remove_dead_sessions",
    "start_together",
]
