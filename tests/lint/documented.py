#!/usr/bin/env python3
"""Every key that a file of ours may hold is in a manual page, and every setting
of a shipped component has an effect; the README tells every exit status; every
check of doctor is in its manual page; the packages have the version of the program.

    documented.py SOURCE-ROOT
"""

import re
import sys
from pathlib import Path

READERS = ["language", "components", "resolve"]  # the rooms that read files of ours
PAGES = ["k8s-node-component.5", "k8s-node-release.5", "k8s-node.yaml.5"]
TAKES = re.compile(r'(?:take|take_[a-z_]+|require_text|read_names?|each_entry)'
                   r'\(\s*(?:reader,\s*)?"([a-z_]+)"')


def accepted_keys(root: Path) -> set[str]:
    found: set[str] = set()
    for text in (path.read_text() for room in READERS for path in (root / "src" / room).glob("*.cpp")):
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


def readme_faults(root: Path) -> list[str]:
    readme = (root / "README.md").read_text()
    page = (root / "man/k8s-node-install.8").read_text()
    section = page[page.index(".SH EXIT STATUS"):].split(".SH ")[1]
    statuses = re.findall(r"\b\d+\b", " ".join(re.findall(r"^\.TP\n\.BR? (.*)$", section, re.M)))
    table = readme[readme.index("| exit | meaning |"):].split("\n\n")[0]
    wide = [f"README.md:{number} has {len(line)} characters"
            for number, line in enumerate(readme.splitlines(), 1) if len(line) > 120]
    return wide + [f"README.md does not tell exit status {status}" for status in statuses
                   if not re.search(rf"[|,] {status}[ ,]", table)]


def undocumented_checks(root: Path) -> list[str]:
    page = re.sub(r"\\f.|\\", "", (root / "man/k8s-node-install.8").read_text())
    checks = re.findall(r'Row\{"(\w+)"', (root / "src/doctor/subject.cpp").read_text())
    return [f"no manual page names doctor's check {name}" for name in checks
            if not re.search(rf"^\.BI? {name}\b", page, re.M)] or ([] if checks else ["doctor has no check"])


def version_faults(root: Path) -> list[str]:
    versions = {name: re.search(pattern, (root / name).read_text(), re.M)[1] for name, pattern in (
        ("meson.build", r"version: '(\d\S*)'"), ("packaging/debian/changelog", r"\((\d[^)]*)\)"),
        ("packaging/rpm/k8s-node-install.spec", r"^Version: +(\S+)"))}
    return [f"{name} is of version {version}, meson.build of {versions['meson.build']}"
            for name, version in versions.items() if version != versions["meson.build"]]


def main() -> int:
    root = Path(sys.argv[1])
    keys = accepted_keys(root)
    faults = [f"no manual page names the key '{key}'" for key in sorted(keys - words_of_pages(root))]
    faults += [f"nothing uses the setting {setting}" for setting in unused_settings(root)]
    faults += readme_faults(root) + undocumented_checks(root) + version_faults(root)
    print(*faults, sep="\n")
    print(f"{len(keys)} keys, {len(faults)} faults")
    return 1 if faults or len(keys) < 40 else 0


if __name__ == "__main__":
    sys.exit(main())
