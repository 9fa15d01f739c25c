"""Machines with nothing but etcd: two join the first one at once, one of them is rebuilt."""

import json
import threading

import pytest
from lab import Deadline, install

AUTHORITY = ["/etc/kubernetes/pki/etcd/ca.crt", "/etc/kubernetes/pki/etcd/ca.key"]
ETCDCTL = ("$(ls /opt/k8s-node/store/etcd-*/bin/etcdctl | head -n 1) --cacert=/etc/kubernetes/pki/etcd/ca.crt"
           " --cert=/etc/kubernetes/pki/etcd/healthcheck-client.crt"
           " --key=/etc/kubernetes/pki/etcd/healthcheck-client.key ")


@pytest.fixture(scope="module")
def etcds(machine_session, lab):
    names = ["e1", "e2", "e3"]
    machines = [machine_session.machine(name) for name in names]
    for machine in machines:
        lab.prepare(machine)
        # etcd needs no pause image.
        machine.write("/etc/k8s-node/node.yaml", lab.node_yaml().replace("components: [image-archives]\n", ""))
    install(machines[0], profile="etcd")
    for machine in machines[1:]:
        prepare_to_join(machine, machines[0])
    yield machines
    for name in names:
        machine_session.destroy_machine(name)


def prepare_to_join(machine, first):
    for path in AUTHORITY:
        machine.run(["install", "-D", "-m", "0600", "/dev/stdin", path], input=first.read(path))
    machine.write("/etc/k8s-node/node.d/50-etcd.yaml",
                  f'settings: {{etcd: {{join: true, peers: ["https://{first.address}:2379"]}}}}\n')


def members_of(machine) -> dict[str, dict]:
    said = machine.run(["sh", "-c", ETCDCTL + "member list --write-out=json"]).stdout
    return {member.get("name", ""): member for member in json.loads(said)["members"]}


def install_beside(machine) -> threading.Thread:
    thread = threading.Thread(target=install, args=(machine,), kwargs={"profile": "etcd"})
    thread.start()
    return thread


def test_two_machines_join_the_first_at_once(etcds):
    first, second, third = etcds
    for thread in [install_beside(machine) for machine in (second, third)]:
        thread.join()
    members = members_of(first)
    assert members.keys() == {"e1", "e2", "e3"}
    assert not any(member.get("isLearner") for member in members.values())
    for machine in (second, third):
        assert machine.run(["systemctl", "is-active", "etcd"]).stdout == "active\n"
        assert machine.run(["k8s-node-install", "--profile", "etcd"]).stdout.startswith("Nothing to do")


def test_a_member_that_lost_its_data_takes_its_place_again(etcds):
    name, lost, other = "e3", etcds[2], etcds[1]
    before = members_of(other)[name]["ID"]
    lost.run(["systemctl", "stop", "etcd"])
    lost.run(["sh", "-c", "rm -r /var/lib/etcd/member"])
    lost.run(["systemctl", "start", "etcd"], timeout=120)
    members = members_of(other)
    assert members.keys() == {"e1", "e2", "e3"}
    assert members[name]["ID"] != before and "isLearner" not in members[name]
    lost.run(["systemctl", "restart", "etcd"], timeout=60)
    assert members_of(other)[name]["ID"] == members[name]["ID"], "a restart changes nothing"


def test_a_reset_leaves_nothing_of_the_member(etcds):
    *_, third = etcds
    third.run(["k8s-node-install", "reset", "--yes"], timeout=120)
    assert third.run(["sh", "-c", "ls -d /var/lib/etcd /var/lib/k8s-node /run/etcd"], check=False).stdout == ""


def test_an_even_number_of_members_is_told_before_and_after_a_change(etcds):
    change = ["--profile", "etcd", "--set", "etcd.snapshots_kept=8"]
    told = "etcd has 2 voters, of which 2 must work: none may be lost, no more than of 1"
    assert told in etcds[0].run(["k8s-node-install", "plan", *change], check=False).stdout
    done = etcds[0].run(["k8s-node-install", *change])
    assert told in done.stdout + done.stderr and "Done: " in done.stdout


def recover(machine, *words: str, check: bool = True):
    return machine.run(["k8s-node-install", "etcd", "recover", "--yes", *words], check=check, timeout=180)


def etcd_status(machine) -> dict:
    return json.loads(machine.run(["k8s-node-install", "status", "-o", "json"], check=False).stdout)["etcd"]


def test_nothing_is_recovered_while_a_majority_answers(etcds):
    first, second, _ = etcds
    before = members_of(second)
    refused = recover(second, check=False)
    assert refused.rc == 5 and "EtcdQuorum" in refused.stderr
    assert members_of(second) == before
    told = etcd_status(first)
    assert (told["majority"], told["voters"], told["answering"], told["mayBeLost"]) == (True, 2, 2, 0)
    assert [finding["check"] for finding in told["findings"]] == ["EtcdEven"]


def test_a_member_that_is_left_of_a_lost_majority_recovers(etcds):
    """One machine is no member any more, and another one does not come back."""
    first, second, _ = etcds
    second.run(["sh", "-c", ETCDCTL + "put kept yes"])
    first.switch_off()
    Deadline(60).wait_until(lambda: etcd_status(second)["majority"] is False, "the loss to be told", every=0.5)
    assert [finding["check"] for finding in etcd_status(second)["findings"]] == ["EtcdMajority"]
    said = recover(second).stdout
    assert "dropped   e1" in said and "k8s-node-install reset" in said
    assert members_of(second).keys() == {"e2"}
    assert "yes" in second.run(["sh", "-c", ETCDCTL + "get kept"]).stdout
    second.run(["systemctl", "restart", "etcd"], timeout=60)
    assert members_of(second).keys() == {"e2"}, "the next start is not forced"


def test_a_snapshot_is_gone_back_to_with_a_higher_revision(etcds):
    second = etcds[1]
    second.run(["sh", "-c", ETCDCTL + "put written before && " + ETCDCTL + "snapshot save /root/saved.db"])
    second.run(["sh", "-c", ETCDCTL + "put written after"])
    assert recover(second, "--snapshot=/root/saved.db", check=False).rc == 5, "etcd works"
    second.run(["sh", "-c", "cp /root/saved.db /root/cut.db && truncate --size=-100 /root/cut.db"])
    damaged = recover(second, "--ignore-preflight=EtcdQuorum", "--snapshot=/root/cut.db", check=False)
    assert damaged.rc == 6 and "checksum" in damaged.stderr
    recover(second, "--ignore-preflight=EtcdQuorum", "--snapshot=/root/saved.db")
    read = json.loads(second.run(["sh", "-c", ETCDCTL + "get written --write-out=json"]).stdout)
    assert read["kvs"][0]["value"] == "YmVmb3Jl", "before"
    assert read["header"]["revision"] >= 1_000_000_000
