"""Names from CoreDNS, and the pod network across nodes: pods of every node reach each other, Services and names."""

import json

import pytest
from cluster_of_two import (
    PAGE,
    add_network,
    in_pod,
    join,
    name_in,
    page_at,
    pods_by_node,
    start_pods,
    wait_for_page,
)
from lab import install, kubectl
from listing import differences, listing
from machines import Deadline

UNSUITABLE = 5
DNS_ADDRESS = "10.96.0.10"


def service_address(node, name: str) -> str:
    return kubectl(node, "get", "service", name, "-o", "jsonpath={.spec.clusterIP}").strip()


def test_names_answer_on_a_single_node(node, lab):
    (pod,) = start_pods(node, [node], lab.fixture).values()
    address = service_address(node, "page")
    assert f"Address: {address}" in name_in(node, pod, "page.default.svc.cluster.local")
    assert "Address: 10.96.0.1" in name_in(node, pod, "kubernetes.default.svc.cluster.local")
    wait_for_page(node, pod, address)
    assert DNS_ADDRESS in in_pod(node, pod, "cat", "/etc/resolv.conf")
    assert "NXDOMAIN" in name_in(node, pod, "nothing.default.svc.cluster.local")


def test_dns_serves_at_one_address_and_is_nobody(node):
    listening = node.run(["ss", "--no-header", "--listening", "--numeric", "--tcp", "--udp", "--processes"]).stdout
    local = {line.split()[4] for line in listening.splitlines() if '"coredns"' in line}
    assert local == {f"{node.address}:53", "127.0.0.1:8181", "127.0.0.1:9153"}
    process = node.run(["systemctl", "show", "--property=MainPID", "--value", "coredns"]).stdout.strip()
    status = dict(line.split(":\t", 1) for line in node.read(f"/proc/{process}/status").splitlines() if ":\t" in line)
    assert status["Uid"].split()[1] != "0"
    assert int(status["CapEff"], 16) == 1 << 10, "to bind a port below 1024, and nothing else"


def test_dns_endpoint_is_this_node(node):
    slices = json.loads(kubectl(node, "get", "endpointslices", "--namespace=kube-system",
                                "--selector=kubernetes.io/service-name=kube-dns", "--output=json"))["items"]
    assert [(one["metadata"]["name"], one["endpoints"][0]["addresses"]) for one in slices] == [
        (f"kube-dns-{node.name}", [node.address])]
    assert install(node).stdout.startswith("Nothing to do:")


def test_a_port_that_is_taken_is_told_before_anything_is_installed(bare):
    machine = bare("taken")
    machine.run(["systemd-run", "--quiet", "--unit=other-dns", "--service-type=exec", "socat",
                 f"TCP-LISTEN:53,bind={machine.address},fork", "OPEN:/dev/null"])
    Deadline(10).wait_until(lambda: ":53" in machine.run(["ss", "-Hltn"]).stdout, "the other DNS server")
    refused = install(machine, check=False)
    assert refused.rc == UNSUITABLE and "53" in refused.stderr and "coredns" in refused.stderr


def test_a_node_goes_from_a_bridge_to_flannel_and_back_and_keeps_its_pods(node, lab):
    (before,) = start_pods(node, [node], lab.fixture).values()
    add_network(node, "flannel")
    install(node)
    (after,) = start_pods(node, [node], lab.fixture).values()
    assert after["metadata"]["uid"] == before["metadata"]["uid"]
    assert after["status"]["podIP"] == before["status"]["podIP"]
    wait_for_page(node, after, service_address(node, "page"))
    configured = json.loads(node.read("/etc/cni/net.d/10-k8s-node.conflist"))["plugins"][0]
    assert configured["ipam"]["ranges"] == [[{"subnet": "10.244.0.0/24"}]] and configured["mtu"] == 1450
    assert node.run(["ls", "/etc/cni/net.d"]).stdout.split() == ["10-k8s-node.conflist"]

    add_network(node, "bridge")
    install(node)
    (after,) = start_pods(node, [node], lab.fixture).values()
    assert after["metadata"]["uid"] == before["metadata"]["uid"]
    wait_for_page(node, after, service_address(node, "page"))
    configured = json.loads(node.read("/etc/cni/net.d/10-k8s-node.conflist"))["plugins"][0]
    assert configured["ipMasq"], "the bridge's own configuration, not that of flannel"
    assert install(node).stdout.startswith("Nothing to do:")


def two_nodes(bare_together, network: str):
    """A control plane that runs pods too, and a worker, which learns from it the network."""
    nodes = control_plane, worker = bare_together("first", "second")
    before = [listing(node) for node in nodes]
    add_network(control_plane, network)
    install(control_plane)
    join(worker, control_plane)
    return control_plane, worker, before


def check_pods_and_names(control_plane, worker, fixture) -> None:
    pods = start_pods(control_plane, [control_plane, worker], fixture)
    address = service_address(control_plane, "page")
    addresses = {pod["status"]["podIP"] for pod in pods.values()}
    assert len({address.rsplit(".", 1)[0] for address in addresses}) == 2, "each node has its own part of the network"
    for node in (control_plane, worker):
        pod = pods[node.name]
        for target in (*(f"{one}:8080" for one in addresses), address):
            wait_for_page(node, pod, target)
        assert f"Address: {address}" in name_in(control_plane, pod, "page.default.svc.cluster.local")


def check_power_cut(control_plane, worker) -> None:
    """A worker that was cut off and booted again is reached as before, with pods of new addresses."""
    before = pods_by_node(control_plane)[worker.name]["status"]["podIP"]
    worker.power_cut()

    def answers() -> bool:
        pods = pods_by_node(control_plane)
        address = pods[worker.name]["status"].get("podIP")
        return address != before and PAGE in page_at(control_plane, pods[control_plane.name], f"{address}:8080")

    Deadline(120).wait_until(answers, "the pod of the worker to answer after a power cut", every=1)


def check_reset(node, before) -> None:
    node.run(["k8s-node-install", "reset", "--yes"], timeout=240)
    node.run(["rm", "-rf", "/etc/k8s-node/node.d"])
    assert differences(before, listing(node)) == ""
    assert "10.244." not in node.run(["ip", "route"]).stdout


@pytest.mark.long
@pytest.mark.parametrize("network", ["flannel", "host-gw"])
def test_pods_of_two_nodes(bare_together, lab, network):
    control_plane, worker, before = two_nodes(bare_together, network)
    check_pods_and_names(control_plane, worker, lab.fixture)
    for node in (control_plane, worker):
        assert json.loads(node.run(["k8s-node-install", "status", "-o", "json"], timeout=120).stdout)["healthy"]
        assert ("flannel.1" in node.run(["ip", "-brief", "link"]).stdout) == (network == "flannel")
    assert install(control_plane).stdout.startswith("Nothing to do:")
    assert worker.run(["k8s-node-install"]).stdout.startswith("Nothing to do:")
    check_power_cut(control_plane, worker)
    check_reset(worker, before[1])
    check_reset(control_plane, before[0])
