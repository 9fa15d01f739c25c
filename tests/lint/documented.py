#!/usr/bin/env python3
"""Every key that a file of ours may hold is in a manual page, and every setting
of a shipped component has an effect.

    documented.py SOURCE-ROOT
"""

import re
import sys
from pathlib import Path

READERS = ["definitions.cpp", "parts.cpp", "release_definition.cpp", "services.cpp"]
PAGES = ["k8s-node-component.5", "k8s-node-release.5", "k8s-node.yaml.5"]
TAKES = re.compile(r'(?:take|take_[a-z_]+|require_text|read_names?|each_entry)'
                   r'\(\s*(?:reader,\s*)?"([a-z_]+)"')


def accepted_keys(root: Path) -> set[str]:
    found: set[str] = set()
    for name in READERS:
        text = (root / "src/config" / name).read_text()
        found |= set(TAKES.findall(text))
        for body in re.findall(r"keys = \{([^}]*)\}", text):
            found |= set(re.findall(r'"([a-z_]+)"', body))
    return found


def words_of_pages(root: Path) -> set[str]:
    text = "\n".join((root / "man" / name).read_text() for name in PAGES)
    return set(re.findall(r"[a-z_]+", re.sub(r"\\f.|\\", " ", text)))


def declared_settings(component: str) -> list[str]:
    name = re.search(r"^component: (\S+)", component, re.M)[1]
    section = re.search(r"^settings:\n((?:  .*\n|\n)*)", component, re.M)
    return [f"{name}.{key}" for key in re.findall(r"^  ([a-z_]+):", section[1], re.M)] if section else []


def unused_settings(root: Path) -> list[str]:
    shipped = [path.read_text() for path in (root / "profiles").rglob("*.yaml")]
    program = "\n".join(path.read_text() for path in (root / "src").rglob("*.cpp"))
    used = set(re.findall(r"\$\{([a-z_.-]+?)(?:\.host\.\d+)?\}", "\n".join(shipped)))
    return [setting for text in shipped if text.lstrip().startswith("component:")
            for setting in declared_settings(text)
            if setting not in used and f'"{setting}"' not in program]


def main() -> int:
    root = Path(sys.argv[1])
    keys = accepted_keys(root)
    faults = [f"no manual page names the key '{key}'" for key in sorted(keys - words_of_pages(root))]
    faults += [f"nothing uses the setting {setting}" for setting in unused_settings(root)]
    print(*faults, sep="\n")
    print(f"{len(keys)} keys, {len(faults)} faults")
    return 1 if faults or len(keys) < 40 else 0


if __name__ == "__main__":
    sys.exit(main())
