#!/usr/bin/env python3
"""SIGINT ends the demonstration at once, with a report of the state.

    interrupted.py KEEP-CONVERGED
"""

import re
import signal
import subprocess
import sys
import time

# A tenth of it is what a quiet machine needs; others may be at work on this one.
ALLOWED = 1.0


def main():
    with subprocess.Popen([sys.argv[1], "60"], stdout=subprocess.PIPE, text=True) as keeper:
        first = keeper.stdout.readline()
        while first and not first.startswith("converged"):
            first = keeper.stdout.readline()
        began = time.monotonic()
        keeper.send_signal(signal.SIGINT)
        report = keeper.stdout.read()
        status = keeper.wait()
        took = time.monotonic() - began
    print(report, f"ended {took * 1000:.0f} ms after SIGINT", sep="")
    for line in ("tree: done after", "server: done after", "answer: done after",
                 r"tree: (converged|broken), mended \d+ times", r"interrupted: reported .* ms after SIGINT"):
        if not re.search(f"^{line}", report, re.M):
            sys.exit(f"the report lacks '{line}'")
    if status != 128 + signal.SIGINT or took > ALLOWED:
        sys.exit(f"it ended with {status} after {took:.3f} s")


main()
