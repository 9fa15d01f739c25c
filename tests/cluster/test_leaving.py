"""Nodes leave: removed from a control plane, by a reset of their own, or by dying; and what the cluster keeps of them."""

import json
import subprocess
import sys

import pytest
from cluster_of_two import add_network, join
from lab import Deadline, install, kubectl

UNSUITABLE = 5
DNS_ADDRESS = "10.96.0.10"

# Asks a server for a name until the end of the input, at least twenty times, and prints how many answers came and how
# many did not.
ASK = """
import select, socket, struct, sys
question = b"".join(bytes([len(part)]) + part for part in sys.argv[2].encode().split(b".")) + b"\\0\\0\\1\\0\\1"
came = lost = number = 0
while not select.select([sys.stdin], [], [], 0.05)[0] or number < 20:
    number += 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(2)
        asking.sendto(struct.pack(">6H", number % 65536, 0x100, 1, 0, 0, 0) + question, (sys.argv[1], 53))
        try:
            answers = struct.unpack(">6H", asking.recv(512)[:12])[3]
            came, lost = came + (answers > 0), lost + (answers == 0)
        except OSError:
            lost += 1
print(came, lost)
"""


class Asking:
    """A client on a node that asks for a name all the time."""

    def __init__(self, node, name="kubernetes.default.svc.cluster.local"):
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", node.full_name, sys.executable, "-c", ASK, DNS_ADDRESS, name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.came, self.lost = map(int, self.process.communicate("end\n", timeout=60)[0].split())


def answers_always(node) -> bool:
    with Asking(node) as asking:
        pass
    return asking.came > 0 and asking.lost == 0


@pytest.fixture(scope="module")
def control(machine_session, lab):
    machine = machine_session.machine("control")
    lab.prepare(machine)
    add_network(machine, "flannel")
    install(machine, profile="master")
    yield machine
    machine_session.destroy_machine("control")


def new_worker(machine_session, lab):
    machine = machine_session.machine("worker")
    lab.prepare(machine)
    return machine


@pytest.fixture(scope="module")
def workers(machine_session, lab):
    """The machine that is called worker; a test may replace it by another one."""
    holder = [new_worker(machine_session, lab)]
    yield holder
    machine_session.destroy_machine("worker")


@pytest.fixture
def worker(control, workers):
    """A node of the cluster, however the test before left the machine."""
    machine = workers[0]
    if state_of(control, "worker") != "True":
        join(machine, control)
    return machine


def items(control, kind: str, *words: str) -> list[dict]:
    return json.loads(kubectl(control, "get", kind, "--output=json", *words))["items"]


def state_of(control, name: str) -> str:
    """What its Ready condition says; "gone" without a Node object."""
    for node in items(control, "nodes"):
        if node["metadata"]["name"] == name:
            return next((one["status"] for one in node["status"]["conditions"] if one["type"] == "Ready"), "")
    return "gone"


def has_lease(control, name: str) -> bool:
    return name in [one["metadata"]["name"] for one in items(control, "leases", "--namespace=kube-node-lease")]


def requests_of(control, name: str) -> list[str]:
    """Those whose user is the node, and those with which it got its identity."""
    found = []
    for one in items(control, "certificatesigningrequests"):
        pem = control.run(["sh", "-c", "base64 -d | openssl req -noout -subject"], input=one["spec"]["request"]).stdout
        if f"system:node:{name}" in (one["spec"]["username"], pem.split("CN = ")[-1].strip()):
            found.append(one["metadata"]["name"])
    return found


def dns_slices(control) -> dict[str, bool]:
    """The name of each slice of kube-dns, and if its server is asked."""
    found = items(control, "endpointslices", "--namespace=kube-system", "--selector=kubernetes.io/service-name=kube-dns")
    return {one["metadata"]["name"]: one["endpoints"][0]["conditions"]["ready"] for one in found}


def test_a_living_node_is_removed_and_joins_again_after_its_reset(control, worker):
    assert state_of(control, "worker") == "True" and requests_of(control, "worker")
    said = control.run(["k8s-node-install", "node", "remove", "worker"], timeout=120).stdout
    assert "Node worker is removed from the cluster." in said
    assert "Its machine still runs" in said and "k8s-node-install reset" in said
    assert state_of(control, "worker") == "gone"
    assert not has_lease(control, "worker")
    assert requests_of(control, "worker") == []
    again = control.run(["k8s-node-install", "node", "remove", "worker", "-o", "json"], timeout=120).stdout
    assert json.loads(again)["removed"] is False

    worker.run(["k8s-node-install", "reset", "--yes"], timeout=240)
    assert state_of(control, "worker") == "gone" and not has_lease(control, "worker")
    join(worker, control)
    assert state_of(control, "worker") == "True"


def test_a_node_that_is_reset_leaves_by_itself(control, worker):
    said = worker.run(["k8s-node-install", "reset", "--yes"], timeout=240)
    assert "node worker was deleted from the cluster" in said.stdout + said.stderr
    assert state_of(control, "worker") == "gone" and not has_lease(control, "worker")
    join(worker, control)
    assert state_of(control, "worker") == "True"
    worker.run(["k8s-node-install", "redeploy", "--yes"], timeout=300)
    assert state_of(control, "worker") == "True"


def test_a_node_can_delete_no_other_and_none_that_somebody_has_tainted(control, worker):
    key = "/var/lib/kubelet/pki/kubelet-client-current.pem"
    refused = worker.run(["curl", "-sS", "--cacert", "/etc/kubernetes/pki/ca.crt", "--cert", key, "--key", key, "-X", "DELETE",
                          f"https://{control.address}:6443/api/v1/nodes/control"]).stdout
    assert "not allowed to modify node" in refused
    kubectl(control, "taint", "node", "worker", "site=quarantine:NoSchedule")
    said = worker.run(["k8s-node-install", "reset", "--yes"], timeout=240)
    assert "taints that it would lose" in said.stdout + said.stderr
    assert state_of(control, "worker") != "gone"
    control.run(["k8s-node-install", "node", "remove", "worker"], timeout=120)
    assert state_of(control, "worker") == "gone"


def test_the_last_control_plane_is_not_removed(control):
    refused = control.run(["k8s-node-install", "node", "remove", "control"], check=False)
    assert refused.rc == UNSUITABLE and "last control plane" in refused.stderr, refused.stderr
    assert state_of(control, "control") == "True"


def test_a_server_whose_node_is_not_ready_is_not_asked(control, worker):
    """Another control plane, of which nothing but its objects is there."""
    kubectl(control, "apply", "-f", "-", input=json.dumps({"kind": "List", "apiVersion": "v1", "items": [
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "dead"}},
        {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
         "metadata": {"name": "kube-dns-dead", "namespace": "kube-system", "labels": {
             "kubernetes.io/service-name": "kube-dns",
             "endpointslice.kubernetes.io/managed-by": "k8s-node-install"}},
         "endpoints": [{"addresses": ["10.77.0.250"], "conditions": {"ready": True}, "nodeName": "dead"}],
         "ports": [{"name": "dns", "port": 53, "protocol": "UDP"},
                   {"name": "dns-tcp", "port": 53, "protocol": "TCP"}]}]}))
    Deadline(5).wait_until(lambda: dns_slices(control) == {"kube-dns-control": True, "kube-dns-dead": False},
                           "the dead server to be taken out")
    # kube-proxy of the worker hears of it after the API server.
    Deadline(60).wait_until(lambda: answers_always(worker), "names to be answered by the server that is left")
    with Asking(worker) as asking:
        kubectl(control, "delete", "node", "dead")
        Deadline(5).wait_until(lambda: dns_slices(control) == {"kube-dns-control": True}, "its slice to go with its node")
    assert asking.came > 0 and asking.lost == 0
    kubectl(control, "delete", "endpointslice", "--namespace=kube-system", "kube-dns-control")
    Deadline(5).wait_until(lambda: dns_slices(control) == {"kube-dns-control": True}, "the own slice to be back")


@pytest.mark.long
def test_a_machine_that_died_is_replaced_under_its_name(control, worker, workers, machine_session, lab):
    # A kubelet makes its Lease some seconds after its Node object; before, nothing tells when it reported last.
    Deadline(60).wait_until(lambda: has_lease(control, worker.name), "the Lease of the worker")
    machine_session.destroy_machine("worker")
    workers[0] = new_worker(machine_session, lab)
    join(workers[0], control)
    assert state_of(control, "worker") == "True"
