"""src/unit against a real PID 1: what is written is what a service gets."""

import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
TARGET = "tests/unit/unit/hostile_unit"


def property_of(machine, name: str):
    """A property of hostile.service as PID 1 tells it over D-Bus."""
    answer = machine.run(["busctl", "get-property", "--json=short", "org.freedesktop.systemd1",
                          "/org/freedesktop/systemd1/unit/hostile_2eservice",
                          "org.freedesktop.systemd1.Service", name]).stdout
    return json.loads(answer)["data"]


def test_every_argument_and_variable_arrives_exactly(machine, tmp_path):
    build = Path(os.environ.get("K8S_NODE_BUILD", ROOT / "build"))
    subprocess.run(["ninja", "-C", build, TARGET], check=True)
    service, expected, printed = (tmp_path / name for name in ("service", "expected", "printed"))
    subprocess.run([build / TARGET, service, expected], check=True)
    machine.put(service, "/etc/systemd/system/hostile.service")
    machine.run(["systemctl", "daemon-reload"])
    meant = expected.read_bytes().decode().split("\0")[:-1]

    commands = [command[1] for command in property_of(machine, "ExecStart")]
    arguments = [word for command in commands for word in command[2:]]
    environment = property_of(machine, "Environment")
    values = [assignment.split("=", 1)[1] for assignment in environment]
    assert len(values) == 2000
    # PID 1 parsed this; it makes "$" of "$$" when it starts the command.
    assert [word.replace("$$", "$") for word in arguments[:-len(values)]] == meant[:-len(values)]
    assert values == meant[-len(values):]

    machine.run(["systemctl", "start", "hostile.service"])
    machine.get("/run/hostile", printed)
    assert printed.read_bytes().decode().split("\0")[:-1] == meant
