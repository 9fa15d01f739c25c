#!/usr/bin/env python3
"""Every command, unit and file format has a manual page under its own name, and the pages are sound.

    pages.py SOURCE-ROOT K8S-NODE-WATCH
"""

import re
import subprocess
import sys
from pathlib import Path

import yaml

COMMANDS = {"k8s-node-install.8", "k8s-node-watch.8", "k8s-node-generator.8"}
# What the generator and the component liveness make under a name of ours.
GENERATED_UNITS = {"k8s-node.target.7", "k8s-node-watch.service.8"}
ALIAS = re.compile(r"\.so man\d/(\S+)\n")


def plain(page: str) -> str:
    return re.sub(r"\\f.|\\", "", page)


def wanted(root: Path) -> set[str]:
    units = {f"{path.stem}.8" for path in (root / "units").glob("*.in")}
    # A key of a component, a release or a profile: its file has the kind as its first word.
    kinds = {f"k8s-node-{line.split(':')[0]}.5" for path in (root / "profiles").rglob("*.yaml")
             for line in path.read_text().splitlines() if re.match(r"(component|release|profile): ", line)}
    return COMMANDS | GENERATED_UNITS | units | kinds | {"k8s-node.yaml.5", "k8s-node-join.yaml.5"}


def undescribed_files(root: Path, pages: dict[str, str]) -> list[str]:
    """The files of ours that the main page lists and no page about formats describes."""
    page = plain(pages["k8s-node-install.8"])
    section = page[page.index("\n.SH FILES"):].split("\n.SH ")[1]
    formats = "\n".join(plain(text) for name, text in pages.items() if name != "k8s-node-install.8")
    files = set(re.findall(r"/(?:etc|run|var/lib)/k8s-node[\w./-]*\.(?:json|yaml|env)", section))
    return [f"no page describes {path}" for path in sorted(files) if path not in formats] or (
        [] if files else ["the FILES of k8s-node-install.8 are not found"])


def page_faults(name: str, text: str, pages: dict[str, str]) -> list[str]:
    alias = ALIAS.fullmatch(text)
    if alias:
        text = pages.get(alias[1], "")
    names = plain(text.split(".SH NAME\n")[-1].split("\n.SH ")[0]).split(" - ")[0].split(", ")
    faults = [] if name.rpartition(".")[0] in names else [f"man/{name}: its NAME is {names}"]
    referred = re.findall(r"\b(k8s-node[\w.-]*) ?\"?,? ?\((\d)\)", plain(text))
    return faults + [f"man/{name}: there is no {other}({section})" for other, section in referred
                     if f"{other}.{section}" not in pages]


def unit_faults(root: Path) -> list[str]:
    """systemctl help UNIT opens the page of that unit."""
    return [f"units/{path.name}: Documentation= does not name its page first"
            for path in (root / "units").glob("*.in")
            if f"\nDocumentation=man:{path.stem}(8)" not in path.read_text()]


def unlisted_units(root: Path, page: str) -> list[str]:
    """Units that shipped components make have their page in common."""
    names = [name for path in (root / "profiles/components").glob("*.yaml")
             for name in yaml.safe_load(path.read_text()).get("services", {})]
    return [f"man/k8s-node.target.7: does not tell {name}.service" for name in names
            if f"{name}.service" not in plain(page)]


def undocumented_options(program: str, page: str) -> list[str]:
    help_text = subprocess.run([program, "--help"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return [f"man/k8s-node-watch.8: does not tell {option}" for option in re.findall(r"--[a-z-]+", help_text)
            if option not in plain(page)]


def main() -> int:
    root = Path(sys.argv[1])
    pages = {path.name: path.read_text() for path in (root / "man").glob("*.[1-9]")}
    listed = set(re.findall(r"'(\S+\.\d)'", (root / "man/meson.build").read_text()))
    faults = [f"man/{name} is missing" for name in sorted(wanted(root) - set(pages))]
    faults += [f"man/meson.build and man/ differ: {name}" for name in sorted(listed ^ set(pages))]
    for name, text in pages.items():
        faults += page_faults(name, text, pages)
    faults += unit_faults(root) + undescribed_files(root, pages)
    faults += unlisted_units(root, pages["k8s-node.target.7"])
    faults += undocumented_options(sys.argv[2], pages["k8s-node-watch.8"])
    print(*faults, f"{len(pages)} pages, {len(faults)} faults", sep="\n")
    return 1 if faults or len(pages) < 15 else 0


if __name__ == "__main__":
    sys.exit(main())
