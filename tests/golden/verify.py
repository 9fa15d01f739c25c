#!/usr/bin/env python3
"""Lets `systemd-analyze verify` read every unit of every golden generation.

A generation becomes a root directory: this machine's own units, the bodies in
/etc/systemd/system, and an empty program wherever a unit starts one.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
UNITS = "usr/lib/systemd/system"
SKIP = 77


def build_root(root: Path, case: Path) -> list[str]:
    """Returns the names of the case's units."""
    shutil.copytree(Path("/") / UNITS, root / UNITS, symlinks=True)
    units = root / "etc/systemd/system"
    shutil.copytree(case / "units", units)
    for unit in units.iterdir():
        for program in re.findall(r"^Exec[A-Za-z]+=[-@:+!|]*\"?/([^ \"\n]+)", unit.read_text(), re.M):
            path = root / program
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o755)
    return sorted(unit.name for unit in units.iterdir())


def complaints(root: Path, names: list[str]) -> list[str]:
    """What systemd says about our units; nothing if all is well."""
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", f"--root={root}", *names],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    said = done.stdout.splitlines()
    ours = [line for line in said if any(name in line for name in names)]
    return said if ours or done.returncode else []


def main() -> int:
    if shutil.which("systemd-analyze") is None:
        print("systemd-analyze is not installed")
        return SKIP
    cases = sorted(path.parent for path in HERE.glob("*/units"))
    failed = not cases
    for case in cases:
        with tempfile.TemporaryDirectory(prefix="k8s-node-golden.") as scratch:
            said = complaints(Path(scratch), build_root(Path(scratch), case))
        print(f"{'FAILED' if said else 'ok    '} {case.name}", *said, sep="\n       ")
        failed = failed or bool(said)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
