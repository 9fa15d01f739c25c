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

import difflib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def tree(root: Path) -> dict[str, str]:
    """Every file and link below root: path -> content or "-> target"."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}\n"
        elif path.is_file():
            found[name] = path.read_text()
    return found


def generate(driver: Path, case: Path, out: Path) -> str:
    """Runs the driver; returns its log with the exit status at the end."""
    variables = case / "environment"
    done = subprocess.run(
        [driver, case / "in", out, *(variables.read_text().split() if variables.exists() else [])],
        stdout=subprocess.PIPE, text=True, check=False)
    return f"{done.stdout}exit status {done.returncode}\n"


def differences(expected: dict[str, str], actual: dict[str, str]) -> list[str]:
    lines = []
    for name in sorted(expected.keys() | actual.keys()):
        if name not in actual:
            lines.append(f"missing: {name}\n")
        elif name not in expected:
            lines.append(f"not expected: {name}\n{actual[name]}")
        elif expected[name] != actual[name]:
            lines += difflib.unified_diff(expected[name].splitlines(True),
                                          actual[name].splitlines(True),
                                          f"expected/{name}", f"actual/{name}")
    return lines


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
