"""Dual stack and IPv6 alone: pods, Services, names and node ports answer in every family that the cluster has."""

import contextlib
import json

import pytest
from cluster_of_two import PAGE, in_pod, join, page_at, start_pods
from lab import Lab, install, kubectl
from listing import differences, listing
from machines import Deadline
from test_doctor import OF_THE_HOST

ROUTER = "fd77::1"
FAMILIES = {"dual": ["IPv4", "IPv6"], "six": ["IPv6"]}
CLUSTER = {
    "dual": "pod_cidr: '10.244.0.0/16,fd00:10:244::/56', service_cidr: '10.96.0.0/16,fd00:10:96::/112'",
    "six": "pod_cidr: fd00:10:244::/56, service_cidr: fd00:10:96::/112",
}


def six(machine) -> str:
    """The machine's address of IPv6: the number in its name space, behind another prefix."""
    return f"fd77::{machine.address.rsplit('.', 1)[1]}"


def add_ipv6(machine, only: bool = False) -> None:
    """What a site's router would tell it; without the time that the kernel spends on looking for the same address."""
    machine.run(["ip", "address", "add", f"{six(machine)}/64", "dev", "eth0", "nodad"])
    machine.run(["ip", "-6", "route", "add", "default", "via", ROUTER])
    # Loaded and made by the first use of iptables, on any machine.
    machine.run(["sh", "-c", "iptables -L >/dev/null; ip6tables -L >/dev/null"], check=False)
    if only:
        machine.run(["ip", "-4", "address", "flush", "dev", "eth0"])
        machine.write("/etc/resolv.conf", f"nameserver {ROUTER}\n")


@pytest.fixture(scope="module", autouse=True)
def router(machine_session):
    """The switch has an address of IPv6 too; it knows no way to pods, so what they send must come from the node's."""
    machine_session.switch.run(["ip", "address", "add", f"{ROUTER}/64", "dev", "br0", "nodad"])
    yield machine_session.switch
    machine_session.switch.run(["ip", "address", "delete", f"{ROUTER}/64", "dev", "br0"])


@pytest.fixture(scope="module")
def mirror(machine_session, tmp_path_factory, router):
    with Lab(machine_session, tmp_path_factory.mktemp("six"), host=f"[{ROUTER}]", port=8444) as lab:
        yield lab


@contextlib.contextmanager
def node_of(session, lab, kind: str):
    """A machine that has only these families, and a node whose networks are of these."""
    machine = session.machine(kind)
    try:
        lab.prepare(machine)
        machine.write("/etc/k8s-node/node.d/50-networks.yaml", f"settings: {{cluster: {{{CLUSTER[kind]}}}}}\n")
        add_ipv6(machine, only=kind == "six")
        yield machine
    finally:
        session.destroy_machine(kind)


def bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def expose(machine) -> list[str]:
    """The Service of the page in all families, at a port of the nodes as well; its addresses."""
    kubectl(machine, "patch", "service", "page", "--patch", json.dumps(
        {"spec": {"type": "NodePort", "ipFamilyPolicy": "PreferDualStack"}}))
    return kubectl(machine, "get", "service", "page", "-o", "jsonpath={.spec.clusterIPs[*]}").split()


def wait_for_page(get, what: str) -> None:
    said: list[str] = []

    def answers() -> bool:
        said.append(get())
        return PAGE in said[-1]

    Deadline(60).wait_until(answers, f"the page {what}, not {said[-1:]}", every=0.2)


def curl(run, address: str) -> str:
    done = run(["curl", "-sS", "--max-time", "5", f"http://{address}/"], check=False)
    return done.stdout + done.stderr


def check_pages(machine, router, pod, kind: str) -> None:
    """From the node, from a pod, and through the node's port from elsewhere."""
    pods = [each["ip"] for each in pod["status"]["podIPs"]]
    services = expose(machine)
    assert len(pods) == len(services) == len(FAMILIES[kind]), (pods, services)
    port = kubectl(machine, "get", "service", "page", "-o", "jsonpath={.spec.ports[0].nodePort}")
    nodes = [six(machine)] if kind == "six" else [machine.address, six(machine)]
    for target in (*(bracketed(each) for each in services), *(f"{bracketed(each)}:8080" for each in pods)):
        wait_for_page(lambda to=target: curl(machine.run, to), f"at {target} from the node")
        wait_for_page(lambda to=target: page_at(machine, pod, to), f"at {target} from a pod")
    for each in nodes:
        wait_for_page(lambda to=each: curl(router.run, f"{bracketed(to)}:{port}"), f"at port {port} of {each}")


def check_names(machine, pod, kind: str) -> None:
    services = json.loads(kubectl(machine, "get", "services", "--all-namespaces", "-o", "json"))["items"]
    addresses = {one["metadata"]["name"]: one["spec"]["clusterIPs"] for one in services}
    assert [":" in each for each in addresses["kube-dns"]] == [family == "IPv6" for family in FAMILIES[kind]]
    servers = in_pod(machine, pod, "cat", "/etc/resolv.conf")
    for server in addresses["kube-dns"]:
        assert f"nameserver {server}" in servers
        told = in_pod(machine, pod, "nslookup", "page.default.svc.cluster.local", server)
        assert all(f"Address: {each}" in told for each in addresses["page"]), told


def check_node(machine, kind: str) -> None:
    told = json.loads(machine.run(["k8s-node-install", "status", "-o", "json"], timeout=120).stdout)
    assert told["healthy"], told
    node = json.loads(kubectl(machine, "get", "node", machine.name, "-o", "json"))
    assert len(node["spec"]["podCIDRs"]) == len(FAMILIES[kind])
    addresses = [one["address"] for one in node["status"]["addresses"] if one["type"] == "InternalIP"]
    assert addresses == ([six(machine)] if kind == "six" else [machine.address, six(machine)])
    for service in ("10.96.0.1", "[fd00:10:96::1]") if kind == "dual" else ("[fd00:10:96::1]",):
        machine.run(["curl", "-sS", "--max-time", "5", "--cacert", "/etc/kubernetes/pki/ca.crt", "--connect-to",
                     f"{service}:443:{bracketed(six(machine))}:6443", f"https://{service}/livez"])
    assert install(machine).stdout.startswith("Nothing to do:")
    told = json.loads(machine.run(["k8s-node-install", "doctor", "-o", "json"], check=False, timeout=120).stdout)
    assert {one["check"]: one["seen"] for one in told["checks"] if one["verdict"] == "fail"}.keys() <= OF_THE_HOST


@pytest.mark.parametrize("kind", ["dual", "six"])
def test_one_node_serves_in_each_family_and_leaves_nothing(machine_session, lab, mirror, router, kind):
    site = mirror if kind == "six" else lab
    with node_of(machine_session, site, kind) as machine:
        before = listing(machine)
        forwarding = machine.run(["sysctl", "net.ipv6.conf.all.forwarding"]).stdout
        install(machine)
        (pod,) = start_pods(machine, [machine], site.fixture).values()
        check_pages(machine, router, pod, kind)
        check_names(machine, pod, kind)
        check_node(machine, kind)
        # The router knows no way to pods: what it answers was sent from the node's own address.
        assert "HTTPS port" in page_at(machine, pod, f"[{ROUTER}]:8444")
        machine.run(["k8s-node-install", "reset", "--yes"], timeout=240)
        assert differences(before, listing(machine)) == ""
        assert machine.run(["sysctl", "net.ipv6.conf.all.forwarding"]).stdout == forwarding
        assert "fd00:10:" not in machine.run(["sh", "-c", "ip -6 route; ip -6 address; nft list ruleset"]).stdout


@pytest.mark.long
@pytest.mark.parametrize("network", ["flannel", "host-gw"])
def test_pods_of_two_nodes_in_both_families(bare_together, lab, network):
    nodes = control_plane, worker = bare_together("first", "second")
    for node in nodes:
        add_ipv6(node)
    before = [listing(node) for node in nodes]
    control_plane.write("/etc/k8s-node/node.d/50-networks.yaml",
                        f"settings: {{cluster: {{network: {network}, {CLUSTER['dual']}}}}}\n")
    install(control_plane)
    join(worker, control_plane)
    pods = start_pods(control_plane, nodes, lab.fixture)
    targets = [f"{bracketed(each['ip'])}:8080" for pod in pods.values() for each in pod["status"]["podIPs"]]
    targets += [bracketed(each) for each in expose(control_plane)]
    assert len(targets) == 6
    for node in nodes:
        for target in targets:
            wait_for_page(lambda at=node, to=target: page_at(at, pods[at.name], to), f"at {target} from {node.name}")
    for node, was in reversed(list(zip(nodes, before))):
        node.run(["k8s-node-install", "reset", "--yes"], timeout=240)
        node.run(["rm", "-rf", "/etc/k8s-node/node.d"])
        assert differences(was, listing(node)) == ""
        assert "fd00:10:" not in node.run(["ip", "-6", "route"]).stdout
