"""Adds up JUnit results: summary.py DIRECTORY SUITE... The last line is the sum.

Fails if a test failed, if a suite left no results, and under CI if one was
skipped: a test that does not run proves nothing.
"""

import os
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def count(path: Path) -> tuple[int, int, int, list[str]]:
    passed = failed = skipped = 0
    names = []
    for case in ElementTree.parse(path).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
            names.append(f"{case.get('classname')}.{case.get('name')}")
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped, names


def main(directory: Path, suites: list[str]) -> int:
    totals = [0, 0, 0]
    for suite in suites:
        path = directory / f"{suite}.xml"
        if not path.exists():
            print(f"{suite}: no results: it did not run to its end")
            totals[1] += 1
            continue
        *numbers, names = count(path)
        totals = [a + b for a, b in zip(totals, numbers)]
        print(f"{suite}: {numbers[0]} passed, {numbers[1]} failed, {numbers[2]} skipped")
        for name in names:
            print(f"  failed: {name}")
    passed, failed, skipped = totals
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or passed == 0 or (skipped and os.environ.get("CI")) else 0


sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
