"""Directory trees as values, to compare what came out with what is stored."""

import difflib
from pathlib import Path


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


def differences(expected: dict[str, str], actual: dict[str, str]) -> list[str]:
    """Lines for people that say what differs; empty for equal trees."""
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
