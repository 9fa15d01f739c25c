"""A cluster that was planned before any of its machines ran: both are switched on at once, with a file each."""

import json
import subprocess

import pytest
from cluster_of_two import nodes_of
from lab import Deadline, build_directory, install, kubectl

SEED = "/etc/k8s-node/join.yaml"
CONFIGURATION, USAGE = 3, 2


def create_seed(directory, *words, status=0):
    done = subprocess.run([build_directory() / "src/cli/k8s-node-install", "cluster", "create-seed", directory, *words],
                          capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done


def status_of(machine) -> str:
    return machine.run(["systemctl", "show", "-P", "StatusText", "k8s-node-install"], check=False).stdout


def secrets_in(text) -> list[str]:
    """A line of each private key, and the token's secret."""
    lines = text.replace("\\n", "\n").splitlines()
    keys = [lines[number + 1].strip() for number, line in enumerate(lines) if "BEGIN PRIVATE KEY" in line]
    return keys + [line.split(".")[1].strip() for line in lines if line.startswith("token:")]


@pytest.mark.long
def test_machines_with_a_seed_form_their_cluster_and_keys_join_others(bare_together, tmp_path):
    master, worker = bare_together("m1", "w1")
    seed = tmp_path / "seed"
    create_seed(seed, "--network", "flannel", "--control-plane", f"m1={master.address}")
    assert seed.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in seed.iterdir()} == {
        "master.yaml": 0o600, "worker.yaml": 0o600}
    assert "exists already" in create_seed(seed, "--control-plane", f"m1={master.address}", status=USAGE).stderr

    worker.write(SEED, (seed / "worker.yaml").read_text(), mode=0o600)
    worker.run(["systemctl", "start", "--no-block", "k8s-node-install"])
    Deadline(60).wait_until(lambda: "cannot be joined yet" in status_of(worker), "the reason why the worker waits")
    master.write(SEED, (seed / "master.yaml").read_text(), mode=0o600)
    master.run(["systemctl", "start", "--no-block", "k8s-node-install"])
    Deadline(300).wait_until(lambda: nodes_of(master) == {"m1": "True", "w1": "True"}, "both nodes to be Ready")
    Deadline(60).wait_until(
        lambda: master.run(["systemctl", "show", "-P", "ActiveState", "k8s-node-install"]).stdout.strip() == "inactive",
        "the run on the control plane to end")

    secrets = secrets_in((seed / "master.yaml").read_text())
    assert len(secrets) == 5
    for secret in secrets:
        for machine in (master, worker):
            assert secret not in machine.journal()
        assert master.run(["grep", "-rlF", "-e", secret, "/etc/k8s-node/generations", "/etc/k8s-node/state"],
                          check=False).rc == 1
    assert master.run(["stat", "-c", "%a", "/etc/kubernetes/pki/ca.key", SEED]).stdout.split() == ["600", "600"]
    assert master.read("/etc/kubernetes/pki/etcd/ca.key").splitlines()[1] in secrets
    assert "Nothing to do" in install(master, profile="master").stdout
    assert "begins: m1" in master.read(SEED)

    offers_its_keys(master)


def offers_its_keys(master):
    """What a second control plane gets: as far as that can be seen without one."""
    made = json.loads(master.run(["k8s-node-install", "token", "create", "--profile", "master", "-o", "json"]).stdout)
    assert made["keys_expire"]
    kept = json.loads(kubectl(master, "-n", "kube-system", "get", "secret", "kubeadm-certs", "-o", "json"))
    assert {"ca.key", "etcd-ca.key", "front-proxy-ca.key", "sa.key", "encryption-config.yaml"} <= set(kept["data"])
    owner = kept["metadata"]["ownerReferences"][0]
    assert owner["kind"] == "Secret" and owner["name"].startswith("bootstrap-token-")
    key = made["command"].split("certificate_key: ")[1][:64]
    assert key not in master.journal()


@pytest.mark.long
def test_kubeadm_reads_the_keys_and_we_read_its_own(bare, lab):
    """Either program takes the keys that the other has uploaded."""
    master = bare("m1")
    install(master, profile="master")
    made = json.loads(master.run(["k8s-node-install", "token", "create", "--profile", "master", "-o", "json"]).stdout)
    key = made["command"].split("certificate_key: ")[1][:64]
    token = made["command"].split("token: ")[1][:23]
    master.put(lab.fixture.directory / "bin/kubeadm", "/root/kubeadm")
    master.run(["mv", "/etc/kubernetes/pki", "/root/pki"])
    got = master.run(["/root/kubeadm", "join", "phase", "control-plane-prepare", "download-certs",
                      f"{master.address}:6443", "--control-plane", "--token", token, "--certificate-key", key,
                      "--discovery-token-unsafe-skip-ca-verification"], check=False, timeout=120)
    same = master.run(["sh", "-c", "for f in ca.crt ca.key etcd/ca.key front-proxy-ca.key sa.key; do "
                                   "cmp /root/pki/$f /etc/kubernetes/pki/$f || exit; done"], check=False)
    master.run(["sh", "-c", "rm -rf /etc/kubernetes/pki && mv /root/pki /etc/kubernetes/pki"])
    assert got.rc == 0 and same.rc == 0, got.stdout + got.stderr + same.stdout + same.stderr

    master.run(["/root/kubeadm", "init", "phase", "upload-certs", "--upload-certs", "--certificate-key", key,
                "--kubeconfig", "/etc/kubernetes/admin.conf"], timeout=120)
    data = made["command"].split("'")[1]
    read = master.run(["k8s-node-install", "plan", "--profile", "master", "--join", "-"], input=data, check=False)
    assert read.rc == CONFIGURATION and "without encryption-config.yaml" in read.stderr, read.stdout + read.stderr
    other = master.run(["k8s-node-install", "plan", "--profile", "master", "--join", "-"],
                       input=data.replace(key, key[::-1]), check=False)
    assert other.rc == CONFIGURATION and "does not open" in other.stderr and key[::-1] not in other.stderr
