"""The root image all machines share: Debian 12 with systemd, read-only.

Built once by debootstrap and kept in a cache under a name that is a digest of
everything that went into it; a changed recipe is simply another image.
"""

import fcntl
import hashlib
import os
import platform
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from . import commands, recipe

DEFAULT_CACHE = "/var/cache/k8s-node-install"


def cache_directory():
    return Path(os.environ.get("K8S_NODE_CACHE", DEFAULT_CACHE))


def digest():
    """Names the image: the recipe's files and the kernel it describes."""
    sum = hashlib.sha256(platform.release().encode())
    for source in recipe.sources():
        sum.update(source.read_bytes())
    return sum.hexdigest()[:16]


def path():
    return cache_directory() / f"machine-root-{digest()}"


def ensure():
    """The image's directory; built first where it is missing."""
    image = path()
    if image.exists():
        return image
    cache_directory().mkdir(parents=True, exist_ok=True)
    with _lock(cache_directory() / "machine-root.lock"):
        if not image.exists():
            _build(image)
    return image


@contextmanager
def _lock(path):
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _build(image):
    # Beside the final place, so that publishing is one rename.
    work = Path(tempfile.mkdtemp(prefix="machine-root.tmp-", dir=image.parent))
    try:
        root = work / "root"
        commands.run(
            ["debootstrap", "--variant=minbase",
             "--include=" + ",".join(recipe.PACKAGES),
             recipe.RELEASE, root, _mirror()],
            timeout=1800,
        )
        recipe.turn_into_machine(root)
        root.chmod(0o755)
        root.rename(image)
    finally:
        shutil.rmtree(work)


def _mirror():
    """Where this host's own apt gets the release from."""
    targets = commands.run(
        ["apt-get", "indextargets", "--format", "$(CODENAME) $(REPO_URI)",
         "Created-By: Packages"]
    ).stdout
    for line in targets.splitlines():
        codename, _, uri = line.partition(" ")
        if codename == recipe.RELEASE:
            return uri
    return "http://deb.debian.org/debian"
