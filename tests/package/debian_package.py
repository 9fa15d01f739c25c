"""The Debian package: built, and changed into the next version of itself."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tests/machine"))

from machines.debian import cache_directory  # noqa: E402

# With the compiler's options of the project's own build and its cache most of the package is compiled already.
# packaging/README.md says how it is built for others.
ENVIRONMENT = {
    "CCACHE_DIR": str(cache_directory() / "ccache"),
    "CCACHE_NOHASHDIR": "true",
    "CCACHE_SLOPPINESS": "pch_defines,time_macros,include_file_mtime,include_file_ctime,locale",
    "DEB_BUILD_OPTIONS": "noautodbgsym",
    "DEB_CPPFLAGS_SET": "",
    "DEB_CXXFLAGS_SET": "",
    "MESON_OPTIONS": "-Dwerror=true",
}


def build() -> Path:
    directory = PROJECT / "build/packages"
    for old in directory.glob("*.deb"):
        old.unlink()
    built = subprocess.run([PROJECT / "packaging/build-deb", directory], env=os.environ | ENVIRONMENT, text=True,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if built.returncode != 0:
        raise RuntimeError(f"packaging/build-deb failed:\n{built.stdout[-5000:]}")
    (package,) = directory.glob("*.deb")
    return package


def repack(package: Path, version: str, directory: Path) -> Path:
    """A newer version: every program is another file with other bytes, every unit has another description."""
    tree = directory / "tree"
    subprocess.run(["dpkg-deb", "--raw-extract", package, tree], check=True)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub("(?m)^Version: .*$", f"Version: {version}", control.read_text()))
    for program in (*tree.glob("usr/bin/*"), *tree.glob("usr/lib/systemd/system-generators/*")):
        with program.open("ab") as file:
            file.write(version.encode())
    for unit in tree.glob("usr/lib/systemd/system/*"):
        unit.write_text(re.sub("(?m)^Description=.*$", rf"\g<0> ({version})", unit.read_text()))
    shutil.rmtree(tree / "DEBIAN/md5sums", ignore_errors=True)
    newer = directory / f"k8s-node-install_{version}.deb"
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", "-Zgzip", "-z1", tree, newer],
                   check=True, stdout=subprocess.DEVNULL)
    return newer
