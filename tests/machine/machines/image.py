"""The root images that machines share: Debian with systemd, read-only, one for
each release of Debian that the program is for."""

import platform
from pathlib import Path

from . import recipe
from .debian import BOOKWORM, Tree


def ensure(suite: str = BOOKWORM) -> Path:
    """The image's directory; built first where it is missing."""
    return Tree("machine-root", suite, recipe.packages(suite), recipe.sources(),
                # the kernel whose modules it lists
                [platform.release()], recipe.turn_into_machine).ensure()
