#!/usr/bin/env python3
"""Rates every golden unit, and every unit of the package, with `systemd-analyze security` and compares
with docs/security.md.

    security.py DOCS-FILE

A unit that is open to more than its row says has got worse; one that is open
to less makes the row untrue. Ratings differ between versions of systemd.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGED = HERE.parent.parent / "units"
SKIP = 77


def systemd_version() -> str:
    said = subprocess.run(["systemd-analyze", "--version"], stdout=subprocess.PIPE, text=True, check=True)
    return said.stdout.split()[1]


def rate(units: list[Path]) -> dict[str, float]:
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", *units],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return {name: float(rating) for name, rating in
            re.findall(r"Overall exposure level for (\S+): ([0-9.]+)", done.stdout)}


def packaged_units(directory: Path) -> list[Path]:
    """The units of the package, written as its build writes them."""
    for template in PACKAGED.glob("*.service.in"):
        (directory / template.stem).write_text(template.read_text().replace("@bindir@", "/usr/bin"))
    return sorted(directory.glob("*.service"))


def rated_units() -> dict[str, float]:
    """The worst rating that each unit has in any profile and release."""
    worst: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="k8s-node-security.") as scratch:
        worst |= rate(packaged_units(Path(scratch)))
    for case in sorted(HERE.glob("*/units")):
        units = sorted(case.glob("*.service"))
        ratings = rate(units)
        if set(ratings) != {unit.name for unit in units}:
            sys.exit(f"{case}: systemd-analyze rated only {sorted(ratings)}")
        for name, rating in ratings.items():
            worst[name] = max(rating, worst.get(name, 0.0))
    return worst


def main() -> int:
    text = Path(sys.argv[1]).read_text()
    if shutil.which("systemd-analyze") is None or f"rated by systemd {systemd_version()}." not in text:
        print("the table was rated by another systemd")
        return SKIP
    recorded = {name: float(rating) for name, rating in
                re.findall(r"^\| (\S+\.service) \| ([0-9.]+) \|", text, re.M)}
    rated = rated_units()
    faults = [f"{name}: rated {rated.get(name)}, recorded {recorded.get(name)}"
              for name in sorted(rated.keys() | recorded.keys()) if rated.get(name) != recorded.get(name)]
    print(*faults, f"{len(rated)} units, {len(faults)} faults", sep="\n")
    return 1 if faults or not rated else 0


if __name__ == "__main__":
    sys.exit(main())
