"""Debian trees: made by debootstrap, kept in a cache under a digest of all
that went into them, so that a changed recipe is simply another tree."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import commands

BOOKWORM = "bookworm"  # Debian 12
TRIXIE = "trixie"  # Debian 13
# what machines run of which a test says nothing else
DEFAULT_SUITE = os.environ.get("K8S_NODE_SUITE", BOOKWORM)

DEFAULT_CACHE = "/var/cache/k8s-node-install"


def cache_directory() -> Path:
    return Path(os.environ.get("K8S_NODE_CACHE", DEFAULT_CACHE))


@dataclass(frozen=True)
class Tree:
    """What is in a tree: `sources` are the files that say it, `facts` whatever
    else it depends on, and `finish` is what happens after debootstrap."""

    name: str
    suite: str
    packages: Sequence[str]
    sources: Sequence[Path]
    facts: Sequence[str] = ()
    finish: Callable[[Path], None] = lambda root: None

    def path(self) -> Path:
        sum = hashlib.sha256("\n".join(
            [self.suite, *self.packages, *self.facts]).encode())
        for source in self.sources:
            sum.update(source.read_bytes())
        return cache_directory() / f"{self.name}-{self.suite}-{sum.hexdigest()[:16]}"

    def ensure(self) -> Path:
        """The tree's directory, never to be written to; made first where it is missing."""
        path = self.path()
        if path.exists():
            return path
        cache_directory().mkdir(parents=True, exist_ok=True)
        with _lock(cache_directory() / f"{self.name}-{self.suite}.lock"):
            if not path.exists():
                self._make(path)
        return path

    def _make(self, path: Path) -> None:
        # Beside the final place, so that publishing is one rename.
        work = Path(tempfile.mkdtemp(prefix=f"{self.name}.tmp-", dir=path.parent))
        try:
            root = work / "root"
            commands.run(["debootstrap", "--variant=minbase",
                          "--include=" + ",".join(self.packages),
                          self.suite, root, *_mirror()],
                         timeout=3000)
            self.finish(root)
            root.chmod(0o755)
            root.rename(path)
        finally:
            shutil.rmtree(work)


@contextmanager
def _lock(path: Path):
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _mirror() -> list[str]:
    """Where this host's own apt gets Debian from; a mirror has all its releases.
    A host that knows none leaves it to debootstrap."""
    targets = commands.run(
        ["apt-get", "indextargets", "--format", "$(ORIGIN) $(CODENAME) $(REPO_URI)",
         "Created-By: Packages"]).stdout
    for line in targets.splitlines():
        origin, codename, uri = line.split(" ", 2)
        if (origin, codename) in {("Debian", BOOKWORM), ("Debian", TRIXIE)}:
            return [uri]
    return []


def remove_ballast(root: Path) -> None:
    """What no test reads, and every copy would carry along."""
    for path in ("var/lib/apt/lists", "var/cache/apt", "usr/share/doc",
                 "usr/share/man", "usr/share/locale", "var/log"):
        for child in (root / path).iterdir():
            if child.is_dir() and not child.is_symlink():
                shutil.rmtree(child)
            else:
                child.unlink()
