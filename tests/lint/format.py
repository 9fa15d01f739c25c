#!/usr/bin/env python3
"""Every C++ file is as clang-format writes it.

    format.py SOURCE-ROOT
"""

import shutil
import subprocess
import sys
from pathlib import Path

SKIP = 77


def main() -> int:
    if shutil.which("clang-format") is None:
        print("clang-format is not installed")
        return SKIP
    root = Path(sys.argv[1])
    files = sorted(path for top in ("src", "generators", "tests")
                   for path in (root / top).rglob("*.?pp"))
    return subprocess.run(["clang-format", "--dry-run", "-Werror", *files], cwd=root,
                          check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
