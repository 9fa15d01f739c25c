"""Three members of etcd: one saves the snapshots, renewals take turns, and lost data of all are restored."""

import json
import threading

import pytest
from lab import install
from test_etcd_machines import ETCDCTL, etcds, members_of, prepare_to_join  # noqa: F401

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def three(etcds):  # noqa: F811
    first, *others = etcds
    for machine in others:
        install(machine, profile="etcd")
    assert len(members_of(first)) == 3
    return etcds


def run(machine, *words: str):
    return machine.run(["k8s-node-install", *words], timeout=240)


def snapshots(machine) -> list[dict]:
    return json.loads(run(machine, "etcd", "snapshot", "list", "-o", "json").stdout)


def restart_of(machine) -> tuple[int, int]:
    """When etcd began to start and when it was ready, by the clock that all machines here share."""
    shown = machine.run(["systemctl", "show", "etcd", "--property=InactiveExitTimestampMonotonic",
                         "--property=ActiveEnterTimestampMonotonic"]).stdout
    values = dict(line.split("=") for line in shown.splitlines())
    return int(values["InactiveExitTimestampMonotonic"]), int(values["ActiveEnterTimestampMonotonic"])


def test_one_of_the_members_saves_the_snapshot(three):
    three[0].run(["sh", "-c", ETCDCTL + "put anything there"])
    for machine in three:
        started = machine.run(["systemctl", "start", "k8s-node-etcd-snapshot.service"], check=False, timeout=60)
        assert started.rc == 0, machine.journal("-u", "k8s-node-etcd-snapshot")
    assert sorted(len(snapshots(machine)) for machine in three) == [0, 0, 1]


def test_all_are_defragmented_the_leader_last(three):
    said = json.loads(three[0].run(["sh", "-c", ETCDCTL + "endpoint status --cluster --write-out=json"]).stdout)
    leader = next(each["Status"]["header"]["member_id"] for each in said
                  if each["Status"]["header"]["member_id"] == each["Status"]["leader"])
    names = {member["ID"]: name for name, member in members_of(three[0]).items()}
    done = json.loads(run(three[1], "etcd", "defrag", "-o", "json").stdout)
    assert {each["name"] for each in done["members"]} == {"e1", "e2", "e3"}
    assert done["members"][-1]["name"] == names[leader]


def test_renewals_that_begin_at_once_take_turns(three):
    said: dict[str, str] = {}

    def renew(machine) -> None:
        said[machine.name] = run(machine, "certs", "renew", "--all").stderr

    threads = [threading.Thread(target=renew, args=(machine,)) for machine in three]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 3, "all have succeeded"
    assert sum("which renews certificates has its turn" in each for each in said.values()) >= 2
    times = sorted(restart_of(machine) for machine in three)
    assert all(earlier[1] < later[0] for earlier, later in zip(times, times[1:])), times


def test_lost_data_of_all_are_restored(three):
    first, *others = three
    first.run(["sh", "-c", ETCDCTL + "put kept yes"])
    file = run(first, "etcd", "snapshot", "save").stdout.strip()
    for machine in three:
        machine.run(["systemctl", "stop", "etcd"], timeout=60)
    for machine in three:
        machine.run(["sh", "-c", "rm -r /var/lib/etcd/member"])
    run(first, "etcd", "snapshot", "restore", "--yes", file)
    assert members_of(first).keys() == {"e1"}
    for machine in others:
        run(machine, "reset", "--yes")
        prepare_to_join(machine, first)
        install(machine, profile="etcd")
    assert members_of(first).keys() == {"e1", "e2", "e3"}
    for machine in three:
        assert "yes" in machine.run(["sh", "-c", ETCDCTL + "get kept"]).stdout
