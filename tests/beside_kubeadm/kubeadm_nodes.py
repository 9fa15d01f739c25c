"""Machines that kubeadm makes nodes, with the tests' images, and what an operator of kubeadm copies to the next one."""

import json
import re
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / name) for name in ("cluster", "bench")]

from cluster_of_five import ETCDCTL, beside  # noqa: E402
from cluster_of_two import nodes_of  # noqa: E402
from lab import WEB, Deadline, fetch_page, fixtures, kubectl  # noqa: E402

from kubeadm import KUBEADM, NETWORK, prepare_kubeadm  # noqa: E402,F401

OUR_CTR = "/opt/k8s-node/store/containerd-*/bin/ctr"
HIDDEN = "aGlkZGVu"
WORKER_PODS, PLANE_PODS = "10.244.1.0/24", "10.244.2.0/24"
NETWORK_FILE = "/etc/cni/net.d/10-bench.conflist"
PATCHES = "/root/patches"
# As any machine with cgroup v1 needs it from its operator.
CGROUP_V1 = "failCgroupV1: false\n"


def prepare(lab, machine, pod_network):
    """Everything that a machine of kubeadm has before `kubeadm join`, and its network, which kubeadm never brings."""
    prepare_kubeadm(lab, machine)
    machine.run(["ln", "-s", "/usr/bin/kubectl", "/usr/local/bin/"])  # where ours is
    machine.write(NETWORK_FILE, machine.read(NETWORK_FILE).replace("10.244.0.0/24", pod_network))
    machine.write(f"{PATCHES}/kubeletconfiguration+merge.yaml", CGROUP_V1)
    load_images(machine, "ctr")


def images(lab):
    return fixtures.kubeadm_images(lab.release)


def load_images(machine, ctr):
    machine.run(["sh", "-c", f"{ctr} -n k8s.io images import /root/images.tar"], timeout=120)


def kubeadm(machine, *words, timeout=300):
    result = machine.run(["kubeadm", *words], check=False, timeout=timeout)
    assert result.rc == 0, f"kubeadm {' '.join(words)}\n{result.stdout}\n{result.stderr}"
    return result.stdout + result.stderr


def init(machine, version, skipped="--skip-phases=preflight"):
    """A cluster of kubeadm that other control planes can join."""
    machine.write("/root/kubeadm.yaml", KUBEADM.format(version=version).replace(
        "networking:", f"controlPlaneEndpoint: {machine.address}:6443\nnetworking:"))
    kubeadm(machine, "init", "--config=/root/kubeadm.yaml", skipped)


def join(machine, line, *words):
    """With the values of our own `token create`."""
    endpoint, token, pin = values_of(line)
    return kubeadm(machine, "join", endpoint, f"--token={token}", f"--discovery-token-ca-cert-hash={pin}",
                   f"--patches={PATCHES}", "--ignore-preflight-errors=all", "--v=1", *words)


def values_of(text):
    """Endpoint, token and pin, of our line or of kubeadm's."""
    return (re.search(r"[0-9.]+:6443", text)[0], re.search(r"\b[a-z0-9]{6}\.[a-z0-9]{16}\b", text)[0],
            re.search(r"sha256:[0-9a-f]{64}", text)[0])


def certificate_key_in(text):
    return re.search(r"(?<![0-9a-f:])[0-9a-f]{64}(?![0-9a-f])", text)[0]


def serve_from(node, asked, pod_network, fixture, ctr):
    """A pod on this node serves a page; its Service answers on the machine `asked`, to which the site adds a route."""
    node.put(fixture.images["web"], "/root/web.tar")
    node.run(["sh", "-c", f"{ctr} -n k8s.io images import /root/web.tar"], timeout=120)
    Deadline(60).wait_until(
        lambda: "default" in kubectl(asked, "get", "serviceaccounts", "-o", "name", check=False),
        "the default service account", every=0.2)
    here = f"    spec:\n      nodeSelector: {{kubernetes.io/hostname: {node.name}}}\n"
    kubectl(asked, "apply", "-f", "-", input=WEB.replace("    spec:\n", here, 1))
    kubectl(asked, "rollout", "status", "deployment/web", "--timeout=120s", timeout=130)
    asked.run(["ip", "route", "replace", pod_network, "via", node.address])
    return fetch_page(asked)


def create(machine_session, lab, names):
    """Switched on together; whoever calls this destroys them."""
    machines = {name: machine_session.create(name) for name in names}
    beside(lambda machine: machine.start(), machines.values())
    return machines


def members(machine):
    """Name of each member of etcd → True if it has a vote; asked on a machine of ours."""
    listed = json.loads(machine.run(["sh", "-c", ETCDCTL + "member list --write-out=json"]).stdout)["members"]
    return {member.get("name", ""): not member.get("isLearner", False) for member in listed}


def share_secret(machine):
    """By the API server of this machine."""
    kubectl(machine, own(machine), "create", "secret", "generic", "shared", "--from-literal=word=hidden")


def word_in_secret(machine):
    """As the API server of this machine reads it."""
    return kubectl(machine, own(machine), "get", "secret", "shared", "-o", "jsonpath={.data.word}")


def own(machine):
    return f"--server=https://{machine.address}:6443"


def wait_until_ready(asked, *names):
    Deadline(120).wait_until(lambda: nodes_of(asked) == dict.fromkeys(names, "True"), f"{names} to be Ready", every=0.5)
