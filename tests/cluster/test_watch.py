"""k8s-node-watch: a service that hangs is back by itself, and what another is to blame for is left alone."""

import fcntl
import json
import os
import re
import struct
from contextlib import contextmanager

import pytest
from lab import Deadline, install, message_ids, records

INTERVAL = 1
FAILURES = 3
# Of its probe, in seconds, as its component has it; etcd's is 15, for which this test does not wait.
TIMEOUTS = {"etcd": 5, "kube-apiserver": 15, "kube-controller-manager": 10, "kube-scheduler": 10, "containerd": 10,
            "kubelet": 10, "kube-proxy": 10, "coredns": 5}
# They tell systemd that they live, which is sooner to miss it than the watch: seconds of WatchdogSec=.
TO_SYSTEMD = ("kubelet", "kubelet-csr-approver", "coredns-endpoints", "k8s-node-watch")
WATCHDOG = 30
# The slowest start is the API server's.
START = 60
SETTINGS = f"""\
settings: {{liveness: {{interval: {INTERVAL}s, metrics_port: 9251, restarts_per_hour: 20}}}}
override: {{etcd: {{services: {{etcd: {{live: {{timeout: {TIMEOUTS["etcd"]}s}}}}}}}}}}
"""
RUN_LOCK = "run/k8s-node-install.lock"
REPORT = "/run/k8s-node-watch/probes.json"
METRICS = "/run/k8s-node-watch/metrics.sock"


def time_to_restart(unit):
    """As k8s-node-install(8) has it."""
    return INTERVAL + (FAILURES - 1) * max(INTERVAL, TIMEOUTS[unit]) + TIMEOUTS[unit]


def main_process(machine, unit):
    return int(machine.run(["systemctl", "show", "--value", "--property=MainPID", f"{unit}.service"]).stdout)


def is_active(machine, unit):
    return machine.run(["systemctl", "is-active", "--quiet", f"{unit}.service"], check=False).rc == 0


def seen(machine):
    """What the watch saw last of each service; nothing before its first round."""
    units = json.loads(machine.run(["cat", REPORT], check=False).stdout or '{"units": []}')["units"]
    return {each["unit"].removesuffix(".service"): each for each in units}


def answers(machine, unit):
    return seen(machine)[unit]["answered"] and seen(machine)[unit]["runs"]


def told(machine, name, unit):
    return records(machine, MESSAGE_ID=message_ids()[name], K8S_NODE_UNIT=f"{unit}.service")


def wait_for_record(machine, name, unit, seconds, known=0):
    return Deadline(seconds).wait_until(lambda: told(machine, name, unit)[known:], f"{name} of {unit}", every=0.5)[-1]


def wait_until_watched(machine):
    """Until every service has answered, and its grace after a start is over."""
    def all_answer():
        units = seen(machine)
        return units.keys() == TIMEOUTS.keys() and all(
            each["answered"] and each["runs"] and each["at_us"] - each["since_us"] > 7e6 * INTERVAL
            for each in units.values())
    Deadline(90).wait_until(all_answer, "answers of all services", every=0.5)


def stop(machine, unit):
    machine.run(["systemctl", "kill", "--kill-whom=main", "--signal=STOP", f"{unit}.service"])


@contextmanager
def a_change(machine):
    """The lock of a run is held, as the program holds it."""
    with open(f"/proc/{machine.leader}/root/{RUN_LOCK}", "r+b") as file:
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))
        yield


@pytest.fixture(scope="module")
def node(machine_session, lab):
    machine = machine_session.machine("watched")
    lab.prepare(machine)
    machine.write("/etc/k8s-node/node.d/50-watch.yaml", SETTINGS)
    # As a package does.
    machine.run(["journalctl", "--update-catalog"])
    install(machine)
    wait_until_watched(machine)
    yield machine
    machine_session.destroy_machine("watched")


def assert_restarted(machine, unit, before, record):
    Deadline(START).wait_until(lambda: is_active(machine, unit) and answers(machine, unit), f"{unit} again",
                               every=0.2)
    assert main_process(machine, unit) != before
    assert record["_SYSTEMD_UNIT"] == "k8s-node-watch.service"
    assert re.search(rf"{unit}\.service hangs and is restarted: 3 probes in a row failed, the last one with: "
                     rf"no response within {TIMEOUTS[unit]} s", record["MESSAGE"])
    own = machine.run(["journalctl", "--boot", "--catalog", f"--unit={unit}.service", "--no-pager",
                       f"MESSAGE_ID={record['MESSAGE_ID']}"], check=False).stdout
    assert "A service that did not answer is restarted" in own


def test_what_hangs_waits_for_a_change_and_is_then_restarted(node):
    before = {unit: main_process(node, unit) for unit in ("etcd", "kube-apiserver", "coredns")}
    with a_change(node):
        stop(node, "etcd")
        stop(node, "coredns")
        held = wait_for_record(node, "restart_held_back", "etcd", time_to_restart("etcd") + 10)
        assert "k8s-node-install is changing this node" in held["MESSAGE"]
        assert main_process(node, "etcd") == before["etcd"] and not told(node, "unit_hung", "etcd")
    patience = time_to_restart("etcd") + 3 * INTERVAL + 10
    for unit in ("etcd", "coredns"):
        assert_restarted(node, unit, before[unit], wait_for_record(node, "unit_hung", unit, patience))
    assert main_process(node, "kube-apiserver") == before["kube-apiserver"]
    assert not told(node, "unit_hung", "kube-apiserver")


def test_status_shows_the_last_probes(node):
    shown = node.run(["k8s-node-install", "status", "--health", "--no-pod"], check=False).stdout
    assert re.search(r"^etcd\.service +yes +\d+ ms +0 +1  \d+ s ago$", shown, re.M), shown
    probes = json.loads(node.run(["k8s-node-install", "status", "-o", "json", "--no-pod"], check=False).stdout)["probes"]
    assert {each["unit"] for each in probes} == {f"{unit}.service" for unit in TIMEOUTS}


def test_metrics_are_what_prometheus_reads(node):
    text = node.run(["curl", "-sf", "--unix-socket", METRICS, "http://localhost/metrics"]).stdout
    assert node.run(["curl", "-sf", "http://127.0.0.1:9251/metrics"]).stdout.count("\n") == text.count("\n")
    assert 'k8s_node_probe_success{unit="kubelet.service"} 1' in text
    assert re.search(r'^k8s_node_probe_duration_seconds\{unit="etcd.service"\} [0-9.]+$', text, re.M)
    assert re.search(r'^k8s_node_unit_restarts_total\{unit="etcd.service"\} 1$', text, re.M)
    families = re.findall(r"^# TYPE (\S+) (gauge|counter)$", text, re.M)
    assert families and all(name.endswith("_total") == (kind == "counter") for name, kind in families)
    assert [name for name, _ in families] == re.findall(r"^# HELP (\S+) \S.*\.$", text, re.M)


@pytest.mark.long
@pytest.mark.parametrize("unit", [unit for unit in TIMEOUTS if unit not in TO_SYSTEMD])
def test_each_service_that_hangs_is_back(node, unit):
    wait_until_watched(node)
    before = {each: main_process(node, each) for each in TIMEOUTS}
    known = len(told(node, "unit_hung", unit))
    stop(node, unit)
    record = wait_for_record(node, "unit_hung", unit, time_to_restart(unit) + 5, known)
    assert_restarted(node, unit, before[unit], record)
    assert {each: main_process(node, each) for each in TIMEOUTS if each != unit} == \
        {each: pid for each, pid in before.items() if each != unit}


@pytest.mark.long
def test_a_loaded_machine_is_no_reason(node):
    wait_until_watched(node)
    known = [len(told(node, "unit_hung", unit)) for unit in TIMEOUTS]
    node.run(["sh", "-c", "seq 60 | xargs -P 60 -I{} timeout 45 sh -c 'while :; do :; done'"], check=False, timeout=120)
    assert [len(told(node, "unit_hung", unit)) for unit in TIMEOUTS] == known
    assert all(main_process(node, unit) for unit in TIMEOUTS)


@pytest.mark.long
def test_systemd_restarts_what_tells_it_no_more_that_it_lives(node):
    before = {unit: main_process(node, unit) for unit in TO_SYSTEMD}
    for unit in TO_SYSTEMD:
        stop(node, unit)
    for unit in TO_SYSTEMD:
        Deadline(WATCHDOG + START).wait_until(
            lambda unit=unit: main_process(node, unit) not in (0, before[unit]) and is_active(node, unit),
            f"{unit} again", every=0.2)
        assert f"{unit}.service: Watchdog timeout (limit {WATCHDOG}s)!" in node.journal(f"--unit={unit}.service")


@pytest.mark.long
@pytest.mark.parametrize("unit", [*TIMEOUTS, *TO_SYSTEMD[1:]])
def test_each_service_that_dies_is_back(node, unit):
    before = main_process(node, unit)
    node.run(["systemctl", "kill", "--kill-whom=main", "--signal=KILL", f"{unit}.service"])
    Deadline(START).wait_until(lambda: main_process(node, unit) not in (0, before) and is_active(node, unit),
                               f"{unit} again", every=0.2)
