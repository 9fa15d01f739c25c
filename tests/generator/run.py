#!/usr/bin/env python3
"""Runs the generator on every case below this directory and compares.

    run.py DRIVER [CASE...]

A case is a directory NN-name with
    in/           the machine's files
    environment   what systemd says to generators, VARIABLE=VALUE (optional)
    out/          the tree that must come out
    log           what is logged, and the exit status

ACCEPT=1 writes out/ and log instead of comparing, and then fails, so that no
check passes by accepting.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from trees import differences, tree  # noqa: E402: a module beside this folder


def generate(driver: Path, case: Path, out: Path) -> str:
    """Runs the driver; returns its log with the exit status at the end."""
    variables = case / "environment"
    done = subprocess.run(
        [driver, case / "in", out, *(variables.read_text().split() if variables.exists() else [])],
        stdout=subprocess.PIPE, text=True, check=False)
    return f"{done.stdout}exit status {done.returncode}\n"


def check(driver: Path, case: Path, scratch: Path) -> list[str]:
    expected = tree(case / "out") | {"log": (case / "log").read_text()}
    wrong = []
    for run in "first", "second":  # a second run in the same place changes nothing
        log = generate(driver, case, scratch)
        found = differences(expected, tree(scratch) | {"log": log})
        wrong += [f"{run} run:\n", *found] if found else []
    return wrong


def accept(driver: Path, case: Path) -> None:
    shutil.rmtree(case / "out", ignore_errors=True)
    (case / "out").mkdir()
    (case / "log").write_text(generate(driver, case, case / "out"))


def main() -> int:
    driver = Path(sys.argv[1]).resolve()
    cases = [HERE / name for name in sys.argv[2:]] or sorted(HERE.glob("[0-9][0-9]-*"))
    failed = not cases
    for case in cases:
        if os.environ.get("ACCEPT") == "1":
            accept(driver, case)
            failed = True
            continue
        with tempfile.TemporaryDirectory(prefix="k8s-node-generator.") as scratch:
            wrong = check(driver, case, Path(scratch))
        print(f"{'FAILED' if wrong else 'ok    '} {case.name}")
        sys.stdout.writelines(wrong)
        failed = failed or bool(wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
