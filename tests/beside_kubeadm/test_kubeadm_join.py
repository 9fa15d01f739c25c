"""Machines of kubeadm join a cluster of this program (docs/kubeadm.md)."""

import json
import re

import kubeadm_nodes as theirs
import pytest
from cluster_of_five import beside
from cluster_of_two import PAGE
from kubeadm_nodes import (
    HIDDEN,
    PLANE_PODS,
    WORKER_PODS,
    create,
    members,
    share_secret,
    wait_until_ready,
    word_in_secret,
)
from lab import KUBECTL, PROJECT, Deadline, install, kubectl

ENCRYPTION = "/etc/kubernetes/pki/encryption-config.yaml"


def etcd_pod(control):
    """The object of docs/kubeadm.md that says where etcd is."""
    text = re.search(r"```yaml\n(.*?)```", (PROJECT / "docs/kubeadm.md").read_text(), re.DOTALL)[1]
    return text.replace("192.0.2.10", control.address)


@pytest.fixture(scope="module")
def ours(machine_session, lab):
    """Our control plane, and two machines on which everything is ready for `kubeadm join`."""
    machines = create(machine_session, lab, ("ours", "kworker", "kplane"))
    control = machines["ours"]
    lab.prepare(control)

    def prepare(machine):
        if machine is control:
            install(machine, profile="master")
        else:
            theirs.prepare(lab, machine, WORKER_PODS if machine.name == "kworker" else PLANE_PODS)

    beside(prepare, machines.values())
    yield machines
    for name in machines:
        machine_session.destroy_machine(name)


def test_kubeadm_joins_a_worker(ours, lab):
    control, worker = ours["ours"], ours["kworker"]
    theirs.join(worker, control.run(["k8s-node-install", "token", "create"]).stdout)
    wait_until_ready(control, "ours", "kworker")
    assert PAGE in theirs.serve_from(worker, control, WORKER_PODS, lab.fixture, "ctr")
    Deadline(60).wait_until(lambda: control.run([*KUBECTL, "logs", "deployment/web"], check=False).rc == 0,
                            "our control plane to approve the certificate of its kubelet", every=0.5)


def test_kubeadm_joins_a_control_plane(ours):
    control, plane = ours["ours"], ours["kplane"]
    line = control.run(["k8s-node-install", "token", "create", "--profile", "master"]).stdout
    plane.write(ENCRYPTION, control.read(ENCRYPTION), mode=0o600)
    kubectl(control, "apply", "-f", "-", input=etcd_pod(control))
    theirs.join(plane, line, "--control-plane", f"--certificate-key={theirs.certificate_key_in(line)}")
    kubectl(control, "delete", "pod", "etcd-for-kubeadm", "--namespace=kube-system")
    wait_until_ready(control, "ours", "kworker", "kplane")
    assert members(control) == {"ours": True, "kplane": True}

    share_secret(control)
    assert word_in_secret(plane) == HIDDEN, "its API server reads what ours has encrypted"
    assert control.run(["k8s-node-install", "status"], check=False).rc == 0


def test_kubeadm_reads_our_certificates(ours, lab):
    control = ours["ours"]
    control.put(lab.fixture.bin / "kubeadm", "/usr/bin/kubeadm")
    said = theirs.kubeadm(control, "certs", "check-expiration")
    for certificate in ("admin.conf", "apiserver", "apiserver-etcd-client", "etcd-peer", "front-proxy-client"):
        line = next(line for line in said.splitlines() if line.startswith(certificate + " "))
        assert "MISSING" not in line, said


def test_kubectl_sees_what_kubeadm_would_have_made(ours):
    control = ours["ours"]
    listed = kubectl(control, "get", "configmaps", "--namespace=kube-system", "-o", "name")
    assert {"configmap/kubeadm-config", "configmap/kubelet-config"} <= set(listed.split())
    assert "configmap/cluster-info" in kubectl(control, "get", "configmaps", "--namespace=kube-public", "-o", "name")
    for name in ("ours", "kplane"):
        node = json.loads(kubectl(control, "get", "node", name, "-o", "json"))
        assert node["metadata"]["labels"]["node-role.kubernetes.io/control-plane"] == ""
        assert {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"} in node["spec"]["taints"]
    token_group = "--as-group=system:bootstrappers:kubeadm:default-node-token"
    for asked in (["get", "configmap/kubeadm-config"], ["get", "configmap/kubelet-config"], ["get", "nodes/ours"],
                  ["get", "secrets/kubeadm-certs"], ["create", "certificatesigningrequests"]):
        said = kubectl(control, "auth", "can-i", *asked, "--namespace=kube-system", "--as=system:bootstrap:abcdef",
                       token_group, "--as-group=system:bootstrappers", check=False)
        assert said.startswith("yes"), asked
