"""etcd's data are lost and restored, and its database fills up and accepts writes again."""

import json
import re

import pytest
from lab import Deadline, fetch_page, install, kubectl, message_ids, records, serve_page
from test_etcd_machines import ETCDCTL

SNAPSHOTS = "/var/lib/k8s-node/snapshots"


@pytest.fixture(scope="module")
def page(node, lab):
    return serve_page(node, lab.fixture)


def etcd(machine, *words: str, check: bool = True):
    return machine.run(["k8s-node-install", "etcd", *words], check=check, timeout=180)


def saved(machine) -> list[dict]:
    return json.loads(etcd(machine, "snapshot", "list", "-o", "json", check=False).stdout)


def test_the_timer_s_service_saves_one_and_reads_it_back(node):
    assert node.run(["systemctl", "is-active", "k8s-node-etcd-snapshot.timer"]).stdout == "active\n"
    node.run(["systemctl", "start", "k8s-node-etcd-snapshot.service"], timeout=60)
    (snapshot,) = saved(node)
    assert snapshot["revision"] > 0 and not snapshot["damage"] and snapshot["path"].startswith(SNAPSHOTS)
    assert node.run(["stat", "-c", "%a %U", snapshot["path"]]).stdout == "600 root\n"
    (record,) = records(node, MESSAGE_ID=message_ids()["etcd_snapshot_saved"])
    assert record["K8S_NODE_OBJECT"] == snapshot["path"]


def test_old_ones_are_removed_by_count_and_age(node):
    """The newest stays, and so do those from before changes, which have their own rule."""
    (newest,) = (each["path"] for each in saved(node))
    for name in ("2020-01-01T000000Z", "2020-01-02T000000Z", "2020-01-03T000000Z-generation-1"):
        node.run(["cp", newest, f"{SNAPSHOTS}/{name}.db"])
    node.run(["systemctl", "start", "k8s-node-etcd-snapshot.service"], timeout=60)
    names = [each["path"].removeprefix(SNAPSHOTS + "/") for each in saved(node)]
    assert len(names) == 3 and names[2] == "2020-01-03T000000Z-generation-1.db" and f"{SNAPSHOTS}/{names[1]}" == newest
    etcd(node, "snapshot", "save", "--keep=1")
    assert len(saved(node)) == 2


def test_lost_data_are_restored_and_the_objects_are_back(node, page):
    kubectl(node, "create", "configmap", "kept", "--from-literal=word=before")
    file = etcd(node, "snapshot", "save", "/root/saved.db").stdout.strip()
    assert file == "/root/saved.db"
    assert etcd(node, "snapshot", "save", file, check=False).rc == 2, "a snapshot replaces nothing"
    kubectl(node, "create", "configmap", "written-since", "--from-literal=word=after")
    node.run(["sh", "-c", "cp /root/saved.db /root/damaged.db; printf damage |"
              " dd of=/root/damaged.db bs=1 seek=5000 conv=notrunc 2>/dev/null"])
    node.run(["systemctl", "stop", "etcd"], timeout=60)
    node.run(["sh", "-c", "rm -r /var/lib/etcd/member"])
    refused = etcd(node, "snapshot", "restore", "--yes", "/root/damaged.db", check=False)
    assert refused.rc == 6 and "its checksum is wrong" in refused.stderr
    etcd(node, "snapshot", "restore", "--yes", file)
    assert kubectl(node, "get", "configmap", "kept", "-o", "jsonpath={.data.word}") == "before"
    assert "written-since" not in kubectl(node, "get", "configmaps", "-o", "name")
    kubectl(node, "rollout", "status", "deployment/web", "--timeout=60s", timeout=70)
    assert fetch_page(node) == page
    assert install(node).stdout.startswith("Nothing to do")


def test_a_damaged_one_is_told_by_the_list(node):
    node.run(["cp", "/root/damaged.db", f"{SNAPSHOTS}/2020-02-02T000000Z.db"])
    told = etcd(node, "snapshot", "list", check=False)
    assert told.rc == 6 and re.search(r"damaged +/var/lib/k8s-node/snapshots/2020-02-02T000000Z.db", told.stdout)
    node.run(["rm", f"{SNAPSHOTS}/2020-02-02T000000Z.db"])


def fill(machine) -> None:
    """Writes until etcd refuses: a megabyte a time, which nothing keeps but the history."""
    machine.run(["sh", "-c", "head -c 1000000 /dev/zero | tr '\\0' x > /root/value; for i in $(seq 60); do "
                 + ETCDCTL + "put filling < /root/value >/dev/null 2>/root/refusal || exit 0; done; exit 1"], timeout=120)


def findings(machine) -> list[dict]:
    return json.loads(machine.run(["k8s-node-install", "status", "--no-pod", "-o", "json"], check=False).stdout)[
        "etcd"]["findings"]


def test_a_full_database_is_explained_and_repaired(node):
    install(node, "--set", "etcd.quota_backend_bytes=33554432")
    fill(node)
    assert "database space exceeded" in node.read("/root/refusal")
    (finding,) = findings(node)
    assert finding["check"] == "EtcdSpace" and "NOSPACE" in finding["message"] and "etcd defrag" in finding["hint"]
    before = json.loads(etcd(node, "defrag", "-o", "json").stdout)
    assert before["disarmed"] and before["members"][0]["after"] < 0.5 * before["members"][0]["before"]
    kubectl(node, "create", "configmap", "writable-again")
    assert findings(node) == []
    node.run(["sh", "-c", ETCDCTL + "del filling"])
    again = json.loads(etcd(node, "defrag", "-o", "json").stdout)
    assert not again["disarmed"]
    Deadline(30).wait_until(lambda: "Ready" in kubectl(node, "get", "nodes", check=False), "the node")
