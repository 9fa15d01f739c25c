"""One machine, from nothing to a node that serves a page, and what an operator can see of it."""

import base64
import json
import re

import pytest
from lab import fetch_page, install, kubectl, message_ids, records, serve_page
from machines import Deadline

UNITS = {"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet-csr-approver", "containerd",
         "kubelet", "kube-proxy", "coredns", "coredns-endpoints",
         "k8s-node-images", "k8s-node-watch"}
UNPRIVILEGED = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet-csr-approver"]


def show(machine, unit, *properties):
    words = [f"--property={name}" for name in properties]
    lines = machine.run(["systemctl", "show", *words, *([unit] if unit else [])]).stdout.splitlines()
    return dict(line.split("=", 1) for line in lines)


def restarts(machine):
    return {unit: int(show(machine, f"{unit}.service", "NRestarts")["NRestarts"]) for unit in UNITS}


def process_of(machine, unit):
    return int(show(machine, f"{unit}.service", "MainPID")["MainPID"])


def encryption_key(machine):
    return re.search(r"secret: (\S{44})$", machine.read("/etc/kubernetes/pki/encryption-config.yaml"), re.M)[1]


def stored(machine, key):
    """The bytes that etcd holds."""
    etcd = machine.run(["sh", "-c", "echo /opt/k8s-node/store/etcd-*/bin/etcdctl"]).stdout.strip()
    pki = "/etc/kubernetes/pki/etcd"
    told = machine.run(["env", "ETCDCTL_API=3", etcd, "--endpoints=https://127.0.0.1:2379", f"--cacert={pki}/ca.crt",
                        f"--cert={pki}/healthcheck-client.crt", f"--key={pki}/healthcheck-client.key",
                        "get", key, "--write-out=json"]).stdout
    return base64.b64decode(json.loads(told)["kvs"][0]["value"])


@pytest.fixture(scope="module")
def page(node, lab):
    return serve_page(node, lab.fixture)


def test_install_from_nothing_is_ready(node, lab):
    assert "Ready" in kubectl(node, "get", "nodes", "--no-headers").split()
    assert node.installed.stdout.rstrip().endswith(f"Done: profile single, Kubernetes {lab.release}, node {node.name}.")
    assert not re.search("warning|error", node.installed.stderr), node.installed.stderr


def test_status_is_healthy(node, lab):
    shown = node.run(["k8s-node-install", "status"])
    assert shown.stdout.rstrip().endswith("\nHealthy.")
    assert f"Node        {node.name}: Ready" in shown.stdout
    told = json.loads(node.run(["k8s-node-install", "status", "-o", "json"]).stdout)
    assert told["healthy"] and told["node"]["name"] == node.name and told["node"]["state"] == "Ready"
    assert {unit["unit"] for unit in told["units"]} == {f"{unit}.service" for unit in UNITS} | {"k8s-node.target"}
    assert all(unit["active"] and unit["restarts"] == 0 for unit in told["units"])
    asked = {unit["unit"].removesuffix(".service"): unit["ready"] for unit in told["units"]
             if unit["ready"] is not None}
    assert set(asked) >= {"etcd", "kube-apiserver", "kubelet", "containerd"} and all(asked.values()), told["units"]
    versions = {part["component"]: part["artifacts"] for part in told["components"]}
    assert set(versions["kube-apiserver"].values()) == {lab.release} and "runc" in versions["containerd"]


def test_the_target_shows_the_node(node):
    shown = node.run(["systemctl", "list-dependencies", "--no-pager", "--plain", "k8s-node.target"]).stdout
    assert {line.strip() for line in shown.splitlines()[1:]} >= {f"{unit}.service" for unit in UNITS}


def test_nothing_had_to_be_restarted(node):
    assert restarts(node) == dict.fromkeys(UNITS, 0)


def test_verify_has_nothing_to_say(node):
    paths = [f"/run/systemd/generator/{unit}.service" for unit in sorted(UNITS)]
    said = node.run(["systemd-analyze", "verify", "--man=no", *paths, "/run/systemd/generator/k8s-node.target"])
    assert said.stdout + said.stderr == ""


def test_a_page_is_served_through_a_service(page):
    assert "<h1>" in page or "html" in page


def test_exec_and_logs(node, page):
    assert kubectl(node, "exec", "deployment/web", "--", "echo", "from inside").strip() == "from inside"
    kubectl(node, "logs", "deployment/web")


@pytest.mark.parametrize("unit", UNPRIVILEGED)
def test_process_is_unprivileged(node, unit):
    status = node.read(f"/proc/{process_of(node, unit)}/status")
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert "0" not in fields["Uid"].split()
    assert int(fields["CapEff"], 16) == 0 and fields["NoNewPrivs"] == "1"


def test_keys_are_for_their_owner_only(node):
    listed = node.run(["find", "/etc/kubernetes", "(", "-name", "*.key", "-o", "-name", "*.conf",
                       "-o", "-name", "encryption-config.yaml", ")", "-printf", "%m %u %p\\n"]).stdout.splitlines()
    assert len(listed) >= 11
    assert [line for line in listed if not line.startswith("600 root ")] == []


def test_secrets_are_encrypted_in_etcd(node):
    kubectl(node, "create", "secret", "generic", "hidden", "--from-literal=word=to-be-kept-secret")
    kubectl(node, "create", "configmap", "open", "--from-literal=word=for-all-to-see")
    value = stored(node, "/registry/secrets/default/hidden")
    assert value.startswith(b"k8s:enc:secretbox:v1:key1:") and b"to-be-kept-secret" not in value
    assert b"for-all-to-see" in stored(node, "/registry/configmaps/default/open")
    word = kubectl(node, "get", "secret", "hidden", "-o", "jsonpath={.data.word}")
    assert base64.b64decode(word) == b"to-be-kept-secret"


def test_the_journal_tells_the_run(node):
    names = {id: name for name, id in message_ids().items()}
    told = [names[record["MESSAGE_ID"]] for record in records(node) if "MESSAGE_ID" in record]
    steps = ["run_started", "plan_made", "keys_issued", "generation_switched", "objects_applied", "node_ready",
             "run_finished"]
    assert [name for name in told if name in steps][:len(steps)] == steps
    fetched = [index for index, name in enumerate(told) if name == "artifact_fetched"]
    assert len(fetched) >= 5 and fetched[-1] < told.index("objects_applied")
    ready = records(node, MESSAGE_ID=message_ids()["node_ready"])[0]
    assert (ready["K8S_NODE_PHASE"], ready["K8S_NODE_OBJECT"]) == ("node", node.name)
    node.run(["journalctl", "--update-catalog"])
    explained = node.run(["journalctl", "-x", "--no-pager", f"MESSAGE_ID={message_ids()['node_ready']}"]).stdout
    assert "The API server reports that this node is Ready" in explained and f"node {node.name}: ready" in explained


def test_secrets_are_nowhere_else(node):
    """No key in a generation, in a unit, in a command line or in the journal."""
    found = node.run(["grep", "-rlE", "PRIVATE KEY|client-key-data|secret: ", "/etc/k8s-node", "/run/systemd/generator",
                      "/etc/systemd", "/opt/k8s-node/store", "--include=*.yaml", "--include=*.json",
                      "--include=*.service", "--include=*.toml", "--include=*.conf*"], check=False)
    assert (found.rc, found.stdout) == (1, ""), found.stdout
    secrets = [node.read("/etc/kubernetes/pki/sa.key").splitlines()[1], encryption_key(node)]
    arguments = node.run(["sh", "-c", "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | tr '\\0' '\\n'"]).stdout
    assert "kube-apiserver" in arguments
    for text in (arguments, node.journal(), node.installed.stdout, node.installed.stderr):
        assert not any(secret in text for secret in secrets) and "PRIVATE KEY" not in text


def test_second_run_does_nothing(node):
    names = ["UnitsLoadStartTimestampMonotonic", "GeneratorsStartTimestampMonotonic"]
    before = show(node, None, *names)
    pids = {unit: process_of(node, unit) for unit in UNITS}
    again = install(node)
    assert again.stdout.startswith("Nothing to do:") and again.stderr == ""
    assert show(node, None, *names) == before and int(before[names[0]]) > 0
    assert {unit: process_of(node, unit) for unit in UNITS} == pids
    planned = node.run(["k8s-node-install", "plan"])
    assert planned.stdout.startswith("Nothing to do:")
    assert json.loads(node.run(["k8s-node-install", "plan", "-o", "json"]).stdout)["changes"] == []


def test_everything_comes_back_after_a_reboot(node, page):
    node.reboot()
    Deadline(90).wait_until(
        lambda: node.run(["k8s-node-install", "status"], check=False).rc == 0, "a healthy node after the reboot")
    assert fetch_page(node) == page
    assert restarts(node) == dict.fromkeys(UNITS, 0)
    chain = node.run(["systemd-analyze", "critical-chain", "--no-pager", "kube-scheduler.service"]).stdout
    assert "kube-apiserver.service" in chain, chain
    assert install(node).stdout.startswith("Nothing to do:")
