"""A worker joins: two machines, the real programs, and what is refused before anything is touched."""

import json
import re

import pytest
from cluster_of_two import add_network, nodes_of
from lab import Deadline, install, kubectl
from listing import differences, listing
from test_bad_input import unchanged

CONFIGURATION, UNSUITABLE, VERIFICATION, NOT_YET = 3, 5, 6, 11
NEWER = "1.37.99"
JOIN_FILE = "/root/join.yaml"


@pytest.fixture(scope="module")
def control(machine_session, lab):
    machine = machine_session.machine("control")
    lab.prepare(machine)
    add_network(machine, "flannel")
    install(machine, profile="master")
    yield machine
    machine_session.destroy_machine("control")


@pytest.fixture(scope="module")
def worker(machine_session, lab):
    """One machine for all: a prepared one, then a node, then a prepared one again."""
    machine = machine_session.machine("worker")
    lab.prepare(machine)
    newer = machine.read(f"/etc/k8s-node/releases/{lab.release}.yaml").replace(
        f"release: {lab.release}", f"release: {NEWER}")
    machine.write(f"/etc/k8s-node/releases/{NEWER}.yaml", newer)
    machine.run(["sh", "-c", "iptables -L >/dev/null; ip6tables -L >/dev/null"], check=False)
    machine.as_prepared = listing(machine)
    yield machine
    machine_session.destroy_machine("worker")


def join_line(control, *words) -> str:
    """What an operator copies from the one terminal to the other."""
    return control.run(["k8s-node-install", "token", "create", *words]).stdout.strip()


def complete_data(control) -> str:
    control.run(["rm", "-f", JOIN_FILE])
    control.run(["k8s-node-install", "token", "create", "--write", JOIN_FILE])
    assert control.run(["stat", "-c", "%a", JOIN_FILE]).stdout.strip() == "600"
    return control.read(JOIN_FILE)


def token_in(text) -> str:
    return re.search(r"\b[a-z0-9]{6}\.[a-z0-9]{16}\b", text)[0]


def run_line(worker, line, *words, status=0):
    result = worker.run(["sh", "-c", line + "".join(f" {word}" for word in words)], check=False, timeout=300)
    assert result.rc == status, f"exit status {result.rc}\n{result.stdout}\n{result.stderr}"
    return result


def join_with(worker, data, *words, status=0):
    result = worker.run(["k8s-node-install", "--join", "-", *words], input=data, check=False, timeout=300)
    assert result.rc == status, f"exit status {result.rc}\n{result.stdout}\n{result.stderr}"
    return result


def wait_until_unknown(control, token):
    """An API server remembers for some seconds whom it has let in."""
    asked = ["curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "-H", f"Authorization: Bearer {token}",
             "https://127.0.0.1:6443/version"]
    Deadline(60).wait_until(lambda: control.run(asked).stdout == "401", "the token to be unknown")


def leave(control, worker):
    worker.run(["k8s-node-install", "reset", "--yes"], timeout=240)
    assert "worker" not in nodes_of(control)


def test_wrong_data_are_refused_and_nothing_is_left(control, worker):
    line = join_line(control)
    token = token_in(line)
    with unchanged(worker):
        wrong_pin = re.sub(r"sha256:[0-9a-f]{64}", "sha256:" + "0" * 64, line)
        said = run_line(worker, wrong_pin, status=VERIFICATION).stderr
        assert "is not the pinned one" in said and "in the middle" in said

        wrong_secret = line.replace(token, token[:7] + "0" * 16)
        said = run_line(worker, wrong_secret, status=VERIFICATION).stderr
        assert "is not signed with the secret of the token" in said

        unknown = line.replace(token, "nobody.0123456789abcdef")
        said = run_line(worker, unknown, status=CONFIGURATION).stderr
        assert "knows no token nobody" in said and "0123456789abcdef" not in said

        said = run_line(worker, line, "--set", "node.name=control", status=UNSUITABLE).stderr
        assert "[NodeName]" in said and "alive on another machine" in said

        said = run_line(worker, line, "--release", NEWER, status=UNSUITABLE).stderr
        assert "[KubeletSkew]" in said

        data = complete_data(control)
        said = join_with(worker, data.replace(token_in(data), "nobody.0123456789abcdef"), status=CONFIGURATION).stderr
        assert "does not accept the token nobody" in said

        control.run(["k8s-node-install", "token", "delete", token_in(data)[:6]])
        said = join_with(worker, data, status=CONFIGURATION).stderr
        assert "wrong or has expired" in said

        unreachable = line.replace(control.address, "10.77.0.250")
        assert run_line(worker, unreachable, status=NOT_YET)
    assert nodes_of(control) == {"control": "True"}


def test_kubeadm_finds_what_it_wants(control, worker, lab):
    """Its first phase: discovery by token and pin, then the configurations of the cluster, as it needs them."""
    line = join_line(control)
    worker.put(lab.fixture.directory / "bin/kubeadm", "/root/kubeadm")
    result = worker.run(["/root/kubeadm", "join", "phase", "preflight", f"{control.address}:6443",
                         "--token", token_in(line), "--discovery-token-ca-cert-hash",
                         re.search(r"sha256:[0-9a-f]{64}", line)[0], "--ignore-preflight-errors=all", "--v=1"],
                        check=False, timeout=120)
    worker.run(["rm", "/root/kubeadm"])
    assert result.rc == 0, result.stdout + result.stderr
    assert "[preflight] Reading configuration from the \"kubeadm-config\"" in result.stdout


def test_a_worker_joins_with_nothing_but_a_pin(control, worker):
    line = join_line(control, "--description", "for the test")
    run_line(worker, line)
    assert nodes_of(control) == {"control": "True", "worker": "True"}

    token = token_in(line)
    assert worker.run(["stat", "-c", "%a", "/etc/k8s-node/join.yaml"]).stdout.strip() == "600"
    assert not worker.exists("/etc/kubernetes/bootstrap-kubelet.conf")
    for machine in (control, worker):
        assert token[7:] not in machine.journal()
        assert machine.run(["grep", "-rl", token[7:], "/etc/k8s-node/generations"], check=False).rc == 1
    shown = worker.run(["k8s-node-install", "config", "show", "--origin"]).stdout
    assert token[7:] not in shown
    assert re.search(r"cluster\.endpoint .*# join data, /etc/k8s-node/join.yaml:\d+:\d+", shown)
    listed = json.loads(control.run(["k8s-node-install", "token", "list", "-o", "json"]).stdout)
    assert ("for the test", "worker") in {(one["description"], one["profile"]) for one in listed}

    assert "Nothing to do" in worker.run(["k8s-node-install"]).stdout
    run_line(worker, line)  # the same data again

    control.run(["sh", "-c", "openssl req -x509 -newkey rsa:2048 -nodes -keyout /root/x.key -out /root/x.crt "
                             "-days 2 -subj /CN=other 2>/dev/null"])
    other = json.dumps({"endpoint": f"https://{control.address}:6443", "ca": control.read("/root/x.crt"),
                        "token": token, "settings": {"cluster": {"network": "flannel"}}})
    assert "[JoinCluster]" in join_with(worker, other, status=UNSUITABLE).stderr
    assert nodes_of(control)["worker"] == "True"

    worker.run(["k8s-node-install", "redeploy", "--yes"], timeout=300)
    assert nodes_of(control)["worker"] == "True"
    control.run(["k8s-node-install", "token", "delete", token[:6]])
    wait_until_unknown(control, token)
    result = worker.run(["k8s-node-install", "redeploy", "--yes"], check=False, timeout=300)
    assert result.rc == CONFIGURATION and "does not accept the token" in result.stderr, result.stderr
    assert "Nothing to do" in worker.run(["k8s-node-install"]).stdout, "the node runs on without the token"

    leave(control, worker)
    assert differences(worker.as_prepared, listing(worker)) == ""


def test_a_worker_that_is_on_before_its_control_plane_joins_by_itself(control, worker):
    worker.write("/etc/k8s-node/join.yaml", complete_data(control), mode=0o600)
    control.run(["systemctl", "stop", "kube-apiserver"])
    worker.run(["systemctl", "start", "--no-block", "k8s-node-install"])
    Deadline(60).wait_until(
        lambda: "cannot be joined yet" in worker.run(
            ["systemctl", "show", "-P", "StatusText", "k8s-node-install"]).stdout,
        "the reason in the status of the service")
    control.run(["systemctl", "start", "kube-apiserver"], timeout=120)
    Deadline(240).wait_until(lambda: nodes_of(control).get("worker") == "True", "the worker to join")

    leave(control, worker)
    worker.run(["rm", "/etc/k8s-node/join.yaml"])  # an operator's own stays
    assert differences(worker.as_prepared, listing(worker)) == ""
