#!/usr/bin/env python3
"""libcurl is loaded on demand, and packagers can see it.

    loaded.py PROGRAM

- the program is not linked with it: that would double the time of every start;
- the ELF note of https://uapi-group.org/specifications/specs/elf_dlopen_metadata/ names it instead.
"""

import json
import re
import struct
import subprocess
import sys
import tempfile

LIBRARY = "libcurl.so.4"


def linked(program):
    said = subprocess.run(["readelf", "--dynamic", program], check=True, stdout=subprocess.PIPE, text=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.*)\]", said)


def noted(program):
    """The sonames in the notes."""
    with tempfile.NamedTemporaryFile() as section:
        subprocess.run(["objcopy", "--dump-section", f".note.dlopen={section.name}", program, "/dev/null"], check=True)
        notes = section.read()
    names = []
    while notes:
        name_size, size, kind = struct.unpack("<III", notes[:12])
        start = 12 + (name_size + 3 & ~3)
        if (notes[12:12 + name_size], kind) != (b"FDO\0", 0x407C0C0A):
            sys.exit(f"a note of a foreign kind: {notes[:start]}")
        for entry in json.loads(notes[start:start + size].rstrip(b"\0")):
            names += entry["soname"]
        notes = notes[start + (size + 3 & ~3):]
    return names


def main():
    program = sys.argv[1]
    needed = linked(program)
    if len(needed) < 3 or any("curl" in name for name in needed):
        sys.exit(f"{program} is linked with {needed}")
    if noted(program) != [LIBRARY]:
        sys.exit(f"the notes of {program} name {noted(program)} instead of {LIBRARY}")


main()
