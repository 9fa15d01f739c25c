#!/usr/bin/env python3
"""`fill`, as a unit's ExecStartPost= runs it: a file of what a program has found out.

    fill.py K8S-NODE-INSTALL SOURCE
"""

import os
import subprocess
import tempfile
from pathlib import Path

from machine import PROGRAM

TEMPLATE = '{"mtu": @FLANNEL_MTU@, "subnet": "@FLANNEL_SUBNET.network@", "gateway": "@FLANNEL_SUBNET@"}\n'
VALUES = "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.3.1/24\n# a comment\nFLANNEL_MTU=1450\n"


def fill(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, "fill", str(root / "out"), f"--from={root / 'template'}",
                           f"--values={root / 'values'}"], capture_output=True, text=True, check=False)


def expect_refusal(root: Path, *pieces: str) -> None:
    before = (root / "out").read_text()
    done = fill(root)
    assert done.returncode == 1 and all(piece in done.stderr for piece in pieces), done
    assert (root / "out").read_text() == before


with tempfile.TemporaryDirectory(prefix="k8s-node-cli.") as directory:
    root = Path(directory)
    (root / "template").write_text(TEMPLATE)
    (root / "values").write_text(VALUES)
    assert fill(root).returncode == 0
    assert (root / "out").read_text() == '{"mtu": 1450, "subnet": "10.244.3.0/24", "gateway": "10.244.3.1/24"}\n'
    assert (root / "out").stat().st_mode & 0o777 == 0o644

    # what is as it shall be is not written again: those who watch the file are left alone
    os.utime(root / "out", ns=(1, 1))
    assert fill(root).returncode == 0
    assert (root / "out").stat().st_mtime_ns == 1

    (root / "values").write_text(VALUES.replace("1450", "8950"))
    assert fill(root).returncode == 0
    assert '"mtu": 8950' in (root / "out").read_text()

    # nothing is half-written when something is wrong
    (root / "values").write_text("FLANNEL_MTU=1450\n")
    expect_refusal(root, "@FLANNEL_SUBNET.network@", "has no line FLANNEL_SUBNET=")
    (root / "values").write_text(VALUES.replace("10.244.3.1/24", "here"))
    expect_refusal(root, "FLANNEL_SUBNET=here", "is not an address with a prefix length")
    (root / "values").write_text(VALUES)
    (root / "template").write_text("one @ only\n")
    expect_refusal(root, "has an @ without a second one")
    (root / "values").unlink()
    expect_refusal(root, str(root / "values"))
