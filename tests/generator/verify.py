#!/usr/bin/env python3
"""Lets `systemd-analyze verify` load the expected output of every case.

    verify.py INSTALL-SERVICE

Each case becomes a root directory: this machine's own units, the case's in/
as /, its out/ as /run/systemd/system (verify passes over /run/systemd/generator).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
UNITS = "usr/lib/systemd/system"
SKIP = 77


def build_base(base: Path, install_service: Path) -> None:
    """What all machines have in common."""
    shutil.copytree(Path("/") / UNITS, base / UNITS, symlinks=True)
    shutil.copy(install_service, base / UNITS)
    installer = re.search("ExecStart=/([^ ]+)", install_service.read_text())[1]
    for program in "usr/bin/true", "usr/bin/echo", "usr/bin/false", installer:
        path = base / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o755)


def copy_tree(source: Path, target: Path) -> None:
    """An empty one does not exist: git keeps no empty directories."""
    target.mkdir(parents=True, exist_ok=True)
    if source.exists():
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)


def build_root(root: Path, base: Path, case: Path) -> None:
    shutil.copytree(base, root, symlinks=True, copy_function=os.link)
    copy_tree(case / "in", root)
    units = root / "run/systemd/system"
    copy_tree(case / "out", units)
    for link in units.iterdir():  # verify opens them as they are, outside of the root
        if link.is_symlink():
            target = link.readlink()
            link.unlink()
            link.symlink_to(root / target.relative_to("/"))


def complaints(root: Path, case: Path) -> list[str]:
    """What systemd says about the units of a case; nothing if all is well."""
    out = case / "out"
    names = [path.name for path in (out.iterdir() if out.exists() else []) if not path.is_dir()]
    if (case / "out/k8s-node-install.service.d").exists():
        names.append("k8s-node-install.service")
    if not names:
        return []
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", f"--root={root}", *sorted(names)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    said = done.stdout.splitlines()
    ours = [line for line in said if any(name in line for name in [*names, str(root / "run")])]
    return said if ours or done.returncode else []


def main() -> int:
    if shutil.which("systemd-analyze") is None:
        print("systemd-analyze is not installed")
        return SKIP
    failed = False
    with tempfile.TemporaryDirectory(prefix="k8s-node-verify.") as scratch:
        base = Path(scratch) / "base"
        build_base(base, Path(sys.argv[1]))
        for case in sorted(HERE.glob("[0-9][0-9]-*")):
            root = Path(scratch) / case.name
            build_root(root, base, case)
            said = complaints(root, case)
            print(f"{'FAILED' if said else 'ok    '} {case.name}", *said, sep="\n       ")
            failed = failed or bool(said)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
