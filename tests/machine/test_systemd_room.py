"""src/systemd against a real systemd: by the system bus, and without one."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TARGET = "tests/unit/systemd/systemd_live_test"
PROGRAM = "/usr/local/bin/systemd_live_test"


@pytest.fixture(scope="module")
def live_test():
    build = Path(os.environ.get("K8S_NODE_BUILD", ROOT / "build"))
    subprocess.run(["ninja", "-C", build, TARGET], check=True)
    return build / TARGET


@pytest.fixture
def equipped(machine, live_test):
    machine.put(live_test, PROGRAM)
    return machine


@pytest.mark.parametrize("address", [
    pytest.param("unix:path=/run/dbus/system_bus_socket", id="system bus"),
    pytest.param("unix:path=/no/such/socket", id="private socket"),
])
def test_the_room_against_systemd(equipped, address):
    result = equipped.run([PROGRAM], check=False, timeout=120,
                          env={"DBUS_SYSTEM_BUS_ADDRESS": address})
    assert result.rc == 0, result.stdout + result.stderr


def test_without_dbus_daemon(equipped):
    equipped.run(["systemctl", "stop", "dbus.service", "dbus.socket"])
    result = equipped.run([PROGRAM, "--gtest_filter=Live.ASuccess*"], check=False)
    assert result.rc == 0, result.stdout + result.stderr


def test_events_are_structured_records(equipped):
    equipped.run([PROGRAM, "--gtest_filter=LiveJournal.*"])
    equipped.run(["journalctl", "--sync"])
    record = json.loads(equipped.journal("--output=json", "--lines=1",
                                         "--identifier=k8s-node-install"))
    assert record["MESSAGE"] == "hello from the room"
    assert record["PRIORITY"] == "5"
    assert record["MESSAGE_ID"] == "5f1f6a0e6d3a4b0f8b6d7c0e1a2b3c4d"
    assert record["K8S_NODE_PHASE"] == "test"
    assert record["K8S_NODE_TEXT"] == "two\nlines"
    assert "CODE_FILE" not in record
