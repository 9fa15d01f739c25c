"""A machine's configuration in a directory of its own, and the real program on it."""

import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PROGRAM, SOURCE = sys.argv[1], Path(sys.argv[2])
# What the machine that runs the tests is called must not matter.
WHO = ["--set", "node.name=n1", "--set", "node.address=192.0.2.10"]
PLACE = re.compile(r"^(?P<file>[^\n]*?):(?P<line>\d+):(?P<column>\d+): error: (?P<text>.*)$")


@dataclass
class Mistake:
    """One answer of the program: where, what, and the word that its caret points at."""
    file: str
    line: int
    text: str
    word: str


def write_files(root: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = root / "etc/k8s-node" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def run(verb: list[str], files: dict[str, str | bytes], *words: str) -> subprocess.CompletedProcess[str]:
    """The program's answer; names of files are given below /etc/k8s-node."""
    with tempfile.TemporaryDirectory(prefix="k8s-node-cli.") as root:
        write_files(Path(root), files)
        done = subprocess.run(
            [PROGRAM, *verb, "--root", root, "--data", str(SOURCE / "profiles"), *WHO, *words],
            capture_output=True, text=True, errors="replace", timeout=60, check=False,
            stdin=subprocess.DEVNULL)
        done.stderr = done.stderr.replace(f"{root}/etc/k8s-node/", "").replace(
            f"{SOURCE}/profiles/", "shipped:")
        done.stdout = done.stdout.replace(f"{root}/etc/k8s-node/", "")
    return done


def mistakes_in(text: str) -> list[Mistake]:
    """Every placed error of an answer; its caret must stand below the named column."""
    lines = text.splitlines()
    found = []
    for index, line in enumerate(lines):
        if not (place := PLACE.match(line)):
            continue
        shown, caret = lines[index + 1], lines[index + 2]
        excerpt = re.match(r"^  (\d+) \| (.*)$", shown)
        assert excerpt, text
        number, source = excerpt.groups()
        assert number == place["line"], (line, shown)
        offset = caret.index("^") - len(f"  {number} | ")
        before = source.encode()[:int(place["column"]) - 1].decode()
        clipped = len(source.encode()) >= 160
        assert clipped or offset == len(before), f"caret not in column {place['column']}:\n{text}"
        found.append(Mistake(place["file"], int(number), place["text"], source[offset:]))
    return found
