#!/usr/bin/env python3
"""What the command line says about itself.

    help.py K8S-NODE-INSTALL
"""

import re
import subprocess
import sys
from pathlib import Path

WIDTH = 80
PROFILES = str(Path(__file__).resolve().parents[2] / "profiles")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          stdin=subprocess.DEVNULL, timeout=60, check=False)


def verbs_of(text: str) -> list[str]:
    section = re.search(r"^(Subcommands|SUBCOMMANDS):\n((?:.*\n)*)", text, re.M)
    return re.findall(r"^  ([a-z][a-z-]*)\b", section[2], re.M) if section else []


def help_faults(program: str, *verb: str) -> tuple[list[str], str]:
    done = run(program, *verb, "--help")
    name = " ".join([*verb, "--help"])
    faults = []
    if done.returncode != 0:
        faults.append(f"{name}: exit status {done.returncode}")
    if done.stderr or not done.stdout:
        faults.append(f"{name}: must be written to stdout, and to nowhere else")
    faults += [f"{name}: a line of {len(line)} columns: {line}"
               for line in done.stdout.splitlines() if len(line) > WIDTH]
    return faults, done.stdout


def usage_faults(program: str, *words: str) -> list[str]:
    done = run(program, *words)
    name = " ".join(words)
    faults = []
    if done.returncode != 2:
        faults.append(f"{name}: exit status {done.returncode}, not 2")
    if done.stdout or not done.stderr.startswith("error: "):
        faults.append(f"{name}: must be an error on stderr, not {done.stdout!r}{done.stderr!r}")
    return faults


def main() -> int:
    program = sys.argv[1]
    faults, text = help_faults(program)
    verbs = verbs_of(text)
    if not {"install", "plan", "status", "version"} <= set(verbs):
        faults.append(f"--help lists no verbs but {verbs}")
    for verb in verbs:
        more, nested = help_faults(program, verb)
        faults += more
        for inner in verbs_of(nested):
            faults += help_faults(program, verb, inner)[0]
        faults += usage_faults(program, verb, "--no-such-option")
    faults += usage_faults(program, "--no-such-option")
    faults += usage_faults(program, "no-such-verb")
    faults += usage_faults(program, "install", "--data", PROFILES, "--set", "no-dot")
    version = run(program, "--version")
    if version.returncode != 0 or not re.fullmatch(r"k8s-node-install \d+\.\d+\.\d+\n",
                                                   version.stdout):
        faults.append(f"--version: {version.stdout!r}, exit status {version.returncode}")
    print(*faults, sep="\n")
    print(f"{len(verbs)} verbs, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
