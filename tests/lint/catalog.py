#!/usr/bin/env python3
"""journalctl can explain every event that has an id, and every id is used and documented.

    catalog.py SOURCE-ROOT
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

FIELDS = re.compile(r'"(K8S_NODE_[A-Z_]+)"')


def catalogued(root: Path) -> set[str]:
    """The ids that systemd itself finds in the catalogue once it is installed."""
    with tempfile.TemporaryDirectory(prefix="k8s-node-catalog.") as scratch:
        directory = Path(scratch) / "usr/lib/systemd/catalog"
        directory.mkdir(parents=True)
        (Path(scratch) / "var/lib/systemd/catalog").mkdir(parents=True)
        (directory / "k8s-node-install.catalog").write_bytes(
            (root / "packaging/k8s-node-install.catalog").read_bytes())
        done = [subprocess.run(["journalctl", f"--root={scratch}", "--no-pager", action], check=True,
                               stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
                for action in ("--update-catalog", "--list-catalog")]
    return set(re.findall(r"^([0-9a-f]{32}) k8s-node-install:", done[1].stdout, re.M))


def plain(page: str) -> str:
    return re.sub(r"\\f.|\\", "", page)


def main() -> int:
    root = Path(sys.argv[1])
    ids = dict(re.findall(r'(\w+) =\s+"([0-9a-f]{32})"', (root / "src/support/messages.hpp").read_text()))
    code = "\n".join(path.read_text() for path in (root / "src").rglob("*.cpp"))
    page = plain((root / "man/k8s-node-install.8").read_text())
    known = catalogued(root)
    faults = [f"{name}: no entry in the catalogue" for name, id in ids.items() if id not in known]
    faults += [f"the catalogue explains {id}, which is no event" for id in sorted(known - set(ids.values()))]
    faults += [f"{name}: nothing reports it" for name in ids if f"message::{name}" not in code]
    faults += [f"{name}: no manual page names its id" for name, id in ids.items() if id not in page]
    fields = set(FIELDS.findall(code)) - {"K8S_NODE_INSTALL_ARGS"}
    faults += [f"no manual page names the field {field}" for field in sorted(fields) if field not in page]
    text = (root / "packaging/k8s-node-install.catalog").read_text()
    faults += [f"systemd does not expand @{field}@: its name has a digit"
               for field in re.findall("@([A-Z0-9_]+)@", text) if re.search("[0-9]", field)]
    print(*faults, f"{len(ids)} events, {len(fields)} fields, {len(faults)} faults", sep="\n")
    return 1 if faults or not ids else 0


if __name__ == "__main__":
    sys.exit(main())
