"""The RPM as far as it can be made without Fedora: rpmbuild of Debian, with the macros that the spec expects of Fedora,
and what rpm reads in the result. Its libraries are Debian's, and nothing installs it."""

import os
import re
import subprocess
from pathlib import Path

from debian_package import ENVIRONMENT, PROJECT

SPEC = PROJECT / "packaging/rpm/k8s-node-install.spec"
NAME = "k8s-node-install-" + re.search(r"(?m)^Version: +(\S+)", SPEC.read_text())[1]

# macros.systemd and macros.meson of Fedora; with the project's own options for the compiler, see debian_package.py.
MACROS = {
    "_unitdir": "/usr/lib/systemd/system",
    "_systemdgeneratordir": "/usr/lib/systemd/system-generators",
    "_journalcatalogdir": "/usr/lib/systemd/catalog",
    "_vpath_builddir": "redhat-linux-build",
    "_prefix": "/usr",
    "meson": "%{_fedora_meson}",
    "meson_build": "meson compile -C %{_vpath_builddir}",
    "meson_install": "DESTDIR=%{buildroot} meson install -C %{_vpath_builddir} --no-rebuild",
    "_fedora_meson": str(Path(__file__).with_name("meson-setup")),
    "debug_package": "%{nil}",
}


def source(directory: Path) -> None:
    """The archive that the spec names."""
    files = subprocess.run(["git", "-c", f"safe.directory={PROJECT}", "ls-files", "-z"], cwd=PROJECT, check=True,
                           stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "--create", "--gzip", "--file", directory / f"{NAME}.tar.gz", "--null", "--files-from=-",
                    f"--transform=s,^,{NAME}/,"], cwd=PROJECT, input=files, check=True)


def build(directory: Path) -> Path:
    source(directory)
    defines = [word for name, value in {**MACROS, "_topdir": directory, "_sourcedir": directory}.items()
               for word in ("--define", f"{name} {value}")]
    built = subprocess.run(["rpmbuild", "-bb", "--nodeps", *defines, SPEC],
                           env=os.environ | ENVIRONMENT, text=True, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if built.returncode != 0:
        raise RuntimeError(f"rpmbuild failed:\n{built.stdout[-5000:]}")
    (package,) = directory.glob("RPMS/*/*.rpm")
    return package


def query(package: Path, *words: str) -> str:
    return subprocess.run(["rpm", "--query", "--package", *words, package], check=True, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def files_of_deb(package: Path) -> set[str]:
    listed = subprocess.run(["dpkg-deb", "--contents", package], check=True, text=True, stdout=subprocess.PIPE).stdout
    lines = [line.split(None, 5) for line in listed.splitlines()]
    return {"/" + name.split(" -> ")[0].removeprefix("./") for mode, *_, name in lines if not mode.startswith("d")}
