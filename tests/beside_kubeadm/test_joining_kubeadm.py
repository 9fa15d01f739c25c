"""Machines of this program join a cluster that `kubeadm init` has made (docs/kubeadm.md)."""

import json

import kubeadm_nodes as theirs
import pytest
from cluster_of_five import beside
from cluster_of_two import PAGE
from kubeadm_nodes import (
    HIDDEN,
    OUR_CTR,
    PLANE_PODS,
    WORKER_PODS,
    create,
    members,
    share_secret,
    wait_until_ready,
    word_in_secret,
)
from lab import Deadline, kubectl

PROXIES = ("--namespace=kube-system", "--selector=k8s-app=kube-proxy")


@pytest.fixture(scope="module")
def kubeadms(machine_session, lab):
    """A cluster that `kubeadm init` has made, and two machines of a site of ours."""
    machines = create(machine_session, lab, ("kfirst", "worker", "master"))
    first = machines["kfirst"]

    def prepare(machine):
        if machine is first:
            theirs.prepare(lab, machine, "10.244.0.0/24")
            theirs.init(machine, lab.release)
        else:
            lab.prepare(machine)
            machine.write(theirs.NETWORK_FILE, theirs.NETWORK.replace(
                "10.244.0.0/24", WORKER_PODS if machine.name == "worker" else PLANE_PODS))
            machine.put(theirs.images(lab), "/root/images.tar")

    beside(prepare, machines.values())
    yield machines
    for name in machines:
        machine_session.destroy_machine(name)


def join_ours(machine, first, profile, **more):
    endpoint, token, pin = theirs.values_of(first.run(["kubeadm", "token", "create", "--print-join-command"]).stdout)
    Deadline(60).wait_until(
        lambda: f"jws-kubeconfig-{token[:6]}" in kubectl(first, "get", "configmap", "cluster-info",
                                                         "--namespace=kube-public", "-o", "jsonpath={.data}"),
        "the cluster to sign with the token", every=0.2)
    data = {"endpoint": f"https://{endpoint}", "token": token, "ca_pins": [pin], **more}
    result = machine.run(["k8s-node-install", "--profile", profile, "--join", "-"], input=json.dumps(data),
                         check=False, timeout=300)
    assert result.rc == 0, result.stdout + result.stderr
    theirs.load_images(machine, OUR_CTR)


def proxy_pod_runs(first, name):
    return kubectl(first, "get", "pods", *PROXIES, f"--field-selector=spec.nodeName={name}",
                   "-o", "jsonpath={.items[*].status.phase}") == "Running"


def test_our_worker_joins_what_kubeadm_began(kubeadms, lab):
    first, worker = kubeadms["kfirst"], kubeadms["worker"]
    join_ours(worker, first, "worker")
    wait_until_ready(first, "kfirst", "worker")
    assert not worker.exists("/run/systemd/generator/kube-proxy.service"), "that of the cluster does it"
    # It need not pause after an image that was missing.
    kubectl(first, "delete", "pods", *PROXIES, "--field-selector=spec.nodeName=worker", "--wait=false")
    Deadline(90).wait_until(lambda: proxy_pod_runs(first, "worker"), "the cluster's kube-proxy", every=0.5)
    assert PAGE in theirs.serve_from(worker, first, WORKER_PODS, lab.fixture, OUR_CTR)
    address = kubectl(first, "get", "service", "web", "-o", "jsonpath={.spec.clusterIP}")
    assert PAGE in worker.run(["curl", "-sS", "--max-time", "5", f"http://{address}/"]).stdout


def test_our_control_plane_joins_what_kubeadm_began(kubeadms):
    first, master = kubeadms["kfirst"], kubeadms["master"]
    shared = ["get", "configmaps", "kubeadm-config", "kubelet-config", "--namespace=kube-system",
              "-o", "jsonpath={.items[*].data}"]
    before = kubectl(first, *shared)
    key = theirs.certificate_key_in(theirs.kubeadm(first, "init", "phase", "upload-certs", "--upload-certs"))
    join_ours(master, first, "master", certificate_key=key)
    wait_until_ready(first, "kfirst", "worker", "master")
    assert members(master) == {"kfirst": True, "master": True}
    assert kubectl(first, *shared) == before
    share_secret(master)
    assert word_in_secret(first) == HIDDEN, "kubeadm's API server reads what ours has written"
    for machine in (master, kubeadms["worker"]):
        assert machine.run(["k8s-node-install", "status"], check=False).rc == 0
