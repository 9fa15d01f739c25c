"""What a test may say about a machine before it boots."""

import enum
from dataclasses import dataclass, field
from pathlib import Path

from .debian import DEFAULT_SUITE


class Until(enum.Enum):
    """How far `start` waits for a boot."""

    FINISHED = "every start job is done"
    REACHABLE = "systemd answers, jobs may still run (or hang, on purpose)"
    STARTED = "PID 1 exists"


@dataclass(frozen=True)
class Bind:
    source: Path
    destination: str
    read_only: bool = True


@dataclass
class MachineOptions:
    """`cmdline` and `credentials` may be changed between two boots."""

    # the release of Debian that it runs
    suite: str = DEFAULT_SUITE
    cmdline: list[str] = field(default_factory=list)
    credentials: dict[str, str] = field(default_factory=dict)
    binds: list[Bind] = field(default_factory=list)
    # path in the machine -> size ("64M"): a small filesystem, to fill up
    disk_limits: dict[str, str] = field(default_factory=dict)
    # bytes, or with suffix as the kernel's memory controller reads it ("2G")
    memory: str | None = None
