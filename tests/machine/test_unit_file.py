"""src/unit against a real PID 1: what is written is what a service gets."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
TARGET = "tests/unit/unit/hostile_unit"


def test_every_argument_and_variable_arrives_exactly(machine, tmp_path):
    build = Path(os.environ.get("K8S_NODE_BUILD", ROOT / "build"))
    subprocess.run(["ninja", "-C", build, TARGET], check=True)
    service, expected, printed = (tmp_path / name for name in ("service", "expected", "printed"))
    subprocess.run([build / TARGET, service, expected], check=True)
    machine.put(service, "/etc/systemd/system/hostile.service")
    machine.run(["systemctl", "daemon-reload"])
    machine.run(["systemctl", "start", "hostile.service"])
    machine.get("/run/hostile", printed)
    assert printed.read_bytes().split(b"\0") == expected.read_bytes().split(b"\0")
