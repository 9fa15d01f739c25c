#!/usr/bin/env python3
"""The house's rules, read off the text of src/ and generators/.

    includes.py SOURCE-ROOT

- a room includes itself and lower floors; rooms on one floor do not know each
  other;
- only cli/, reports/, unit_verbs/ and terminal/ print;
- a file has at most 300 lines, a room at most 3000, and nothing that is to be done later;
- the tree names no place outside of itself.
"""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

FLOORS = [
    {"support"},
    {"model", "unit", "loop", "journal", "arguments", "completions"},
    {"yaml", "charts"},
    {"language"},
    {"components"},
    {"resolve", "render", "plan", "archive", "kubeconfig"},
    {"store", "trust", "pki", "systemd", "health", "cluster", "cri", "host", "teardown"},
    {"join", "watch", "doctor", "bundle"},
    {"generations", "approver", "endpoints", "dns_endpoints", "rollout", "seed",
     "liveness"},
    {"configuration", "etcd", "resources", "rotation"},
    {"unit_resources", "departure"},
    {"runtime_resources", "cluster_resources", "membership"},
    {"engine", "recovery", "renewal"},
    {"reset"},
    {"node", "aides", "terminal"},
    {"command_line", "explaining", "upkeep", "supply"},
    {"unit_verbs", "reports"},
    {"cli", "watch_program"},
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
GENERATOR_MAY = {"support", "model", "unit", "generators"}
PRINTS = re.compile(r"\bstd::c(out|err|log)\b|(?<![a-z_])v?printf\(|\bputs\(|\bputchar\("
                    r"|\bf(printf|puts|write)\([^;]*\bstd(out|err)\b")
PRINTING_ROOMS = {"cli", "reports", "unit_verbs", "terminal"}
MAY_PRINT = {
    "generators/main.cpp": "systemd reads a generator's stderr where there is no /dev/kmsg",
    "generators/kmsg.cpp": "likewise",
}
MAX_LINES = 300
MAX_LINES_OF_ROOM = 3000
# Spelt so that this file does not find itself.
LATER = re.compile("TO" + "DO|FIX" + "ME")
OUTSIDE = re.compile(r"\.\./sha" + r"red|(?<![\w.$}/-])/wo" + r"rk/|\bissue #?[0-9]", re.I)


def room_of(path: Path) -> str:
    return "generators" if path.parts[0] == "generators" else path.parts[1]


def may_include(room: str, other: str) -> bool:
    if room == "generators":
        return other in GENERATOR_MAY
    return other == room or FLOOR[other] < FLOOR[room]


def include_faults(path: Path, text: str) -> list[str]:
    room = room_of(path)
    if room not in FLOOR and room != "generators":
        return [f"{path}: the room '{room}' is on no floor; add it to FLOORS"]
    faults = []
    for number, line in enumerate(text.splitlines(), 1):
        include = re.match(r'#include "([^"]+)"', line)
        if not include:
            continue
        other = include[1].split("/")[0]
        known = other in FLOOR or other == "generators"
        if not known or not may_include(room, other):
            faults.append(f"{path}:{number}: {room} may not include {include[1]}")
    return faults


def printing_faults(path: Path, text: str) -> list[str]:
    if room_of(path) in PRINTING_ROOMS or str(path) in MAY_PRINT:
        return []
    return [f"{path}:{number}: only cli/, reports/, unit_verbs/ and terminal/ print"
            for number, line in enumerate(text.splitlines(), 1) if PRINTS.search(line)]


def text_faults(path: Path, text: str) -> list[str]:
    faults = []
    for number, line in enumerate(text.splitlines(), 1):
        if LATER.search(line) and path.suffix in {".cpp", ".hpp", ".py", ".build"}:
            faults.append(f"{path}:{number}: do it or leave it out: {line.strip()}")
        if OUTSIDE.search(line):
            faults.append(f"{path}:{number}: names something outside of the tree: {line.strip()}")
    return faults


def tracked(root: Path) -> list[Path]:
    done = subprocess.run(["git", "-c", f"safe.directory={root}", "ls-files", "-z"], cwd=root,
                          stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode == 0:
        return [Path(name) for name in done.stdout.split("\0") if name]
    return [path.relative_to(root) for top in ("src", "generators", "tests", "profiles", "man")
            for path in (root / top).rglob("*")]


def main() -> int:
    root = Path(sys.argv[1]).resolve()
    faults = []
    sources = 0
    rooms: Counter[str] = Counter()
    for path in tracked(root):
        full = root / path
        if full.is_symlink() or not full.is_file():
            continue
        try:
            text = full.read_text()
        except UnicodeDecodeError:
            continue
        faults += text_faults(path, text)
        if path.parts[0] in {"src", "generators"} and path.suffix in {".cpp", ".hpp"}:
            sources += 1
            faults += include_faults(path, text) + printing_faults(path, text)
            lines = text.count("\n")
            rooms[room_of(path)] += lines
            if lines > MAX_LINES:
                faults.append(f"{path}: {lines} lines, more than {MAX_LINES}")
    faults += [f"{room}: {lines} lines, more than {MAX_LINES_OF_ROOM}"
               for room, lines in rooms.items() if lines > MAX_LINES_OF_ROOM]
    print(*faults, sep="\n")
    print(f"{sources} sources read, {len(faults)} faults")
    return 1 if faults or not sources else 0


if __name__ == "__main__":
    sys.exit(main())
