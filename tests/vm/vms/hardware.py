"""What a test may say about a virtual machine before it is switched on."""

from dataclasses import dataclass, field
from pathlib import Path

from machines.debian import DEFAULT_SUITE


@dataclass(frozen=True)
class NetworkBoot:
    """The firmware asks DHCP and gets `script`, a file name in `directory`, by TFTP."""

    directory: Path
    script: str


@dataclass
class Hardware:
    """`cmdline`, `drives` and `network_boot` may be changed between two boots."""

    # the release of Debian on its disk
    suite: str = DEFAULT_SUITE
    # words of the kernel command line besides those that find disk and console
    cmdline: list[str] = field(default_factory=list)
    # of the first disk; the file on the host is sparse
    disk: str = "8G"
    memory: str = "3G"
    processors: int = 2
    # images of further drives, read-only
    drives: list[Path] = field(default_factory=list)
    # instead of the disk, which then is not there
    network_boot: NetworkBoot | None = None
