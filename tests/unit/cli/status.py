#!/usr/bin/env python3
"""A node put into a directory, as images of machines are: installed once, told
by `status`, and nothing left to do.

    status.py K8S-NODE-INSTALL SOURCE
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from machine import PROGRAM, SOURCE, WHO, write_files

FAULTS: list[str] = []
TOOL = b"#!/bin/sh\n"
COMPONENT = """
component: tool
needs: [node, pki]
services:
  tool:
    description: A tool
    exec: ${artifact.tool.path}/bin/tool
    ready: {url: "tcp://127.0.0.1:1"}
"""


def site(root: Path) -> dict[str, str]:
    (root / "tool").write_bytes(TOOL)
    digest = "sha256:" + hashlib.sha256(TOOL).hexdigest()
    return {"components/tool.yaml": COMPONENT,
            "profiles/tools.yaml": "profile: tools\ndescription: Tools\n"
                                   "components: [node, pki, tool]\n",
            "releases/1.36.5.yaml": "release: 1.36.5\npause_image: none\nartifacts:\n  tool:\n    version: 7.8.9\n"
                                    f"    url: file://{root}/tool\n    digest: {{amd64: '{digest}', arm64: '{digest}'}}\n"
                                    "    file: bin/tool\n",
            "node.yaml": "profile: tools\nrelease: 1.36.5\n"}


def run(root: Path, *words: str, user: int | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *words, "--root", str(root), "--data", str(SOURCE / "profiles"),
                           *WHO], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=60, check=False, user=user)


def expect(true: bool, what: str, seen: object) -> None:
    if not true:
        FAULTS.append(f"{what}: {seen}")


def told(root: Path) -> None:
    text = run(root, "status")
    expect(text.returncode == 8 and "\ntool                               tool 7.8.9\n" in text.stdout
           and "\nUNIT" in text.stdout and " READY" in text.stdout, "status", text)
    known = json.loads(run(root, "status", "-o", "json").stdout)
    expect({"component": "tool", "artifacts": {"tool": "7.8.9"}} in known["components"]
           and known["units"][0]["ready"] is None and "configuration" not in known, "status -o json",
           known)


def nothing_left(root: Path) -> None:
    plan = run(root, "plan")
    expect(plan.returncode == 0 and plan.stdout.startswith("Nothing to do"), "plan after install", plan)
    again = run(root, "install", "-o", "json")
    expect(json.loads(again.stdout)["changed"] is False, "install again", again)


def generation_files(root: Path) -> dict[str, str]:
    generation = root / "etc/k8s-node/generations/1"
    return {str(path.relative_to(generation)): path.read_text()
            for path in generation.rglob("*") if path.is_file()}


def same_elsewhere(root: Path) -> None:
    """A tree is the node's, wherever it was made."""
    with tempfile.TemporaryDirectory(prefix="k8s-node-elsewhere.") as name:
        other = Path(name)
        write_files(other, site(root))
        done = run(other, "install")
        expect(done.returncode == 0, "install elsewhere", done)
        here, there = generation_files(root), generation_files(other)
        expect("from /etc/k8s-node/components/tool.yaml." in here.get("units/tool.service", ""),
               "the unit names its source", here.get("units/tool.service"))
        expect(here.keys() == there.keys(), "files of the generation", (here.keys(), there.keys()))
        for path in here:
            expect(here[path] == there.get(path), path, (here[path], there.get(path)))


def hidden_keys(root: Path) -> None:
    if os.geteuid() != 0:
        return
    root.chmod(0o755)
    plan = run(root, "plan", user=65534)
    expect(plan.returncode == 5 and "only root can make a plan" in plan.stderr and "sudo" in plan.stderr,
           "plan without root", plan)
    known = run(root, "status", user=65534)
    expect(known.returncode == 1 and "run as root" in known.stderr, "status without root", known)


def harmless_text(root: Path) -> None:
    """Names that others chose neither colour the screen nor move the cursor."""
    strange = root / "etc/k8s-node/generations/1/units/\x1b[31mevil"
    strange.write_text("")
    text = run(root, "status")
    expect("\\x1b[31mevil" in text.stdout and "\x1b" not in text.stdout, "a strange file", text)
    strange.unlink()


def broken_configuration(root: Path) -> None:
    write_files(root, {"node.yaml": "profile: tools\nrelase: 1.36.5\n"})
    text = run(root, "status")
    expect(text.returncode == 8 and "tool 7.8.9" in text.stdout and "relase" in text.stdout
           and "cannot be used" in text.stdout, "status with a broken node.yaml", text)
    known = json.loads(run(root, "status", "-o", "json").stdout)
    expect("relase" in known["configuration"] and known["components"] != [] and not known["healthy"],
           "the same as JSON", known)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="k8s-node-status.") as name:
        root = Path(name)
        write_files(root, site(root))
        done = run(root, "install")
        expect(done.returncode == 0, "install", done)
        if not FAULTS:
            told(root)
            nothing_left(root)
            same_elsewhere(root)
            harmless_text(root)
            hidden_keys(root)
            broken_configuration(root)
    print(*FAULTS, f"{len(FAULTS)} faults", sep="\n")
    return 1 if FAULTS else 0


if __name__ == "__main__":
    sys.exit(main())
