"""Three control planes and two workers: they form a cluster by themselves, and any control plane may go."""

import json
import subprocess

import pytest
from cluster_of_five import CONTROL_PLANES, WORKERS, Asking, cluster_of_five, switch_on
from cluster_of_two import in_pod, name_in, start_pods, wait_for_page
from lab import Deadline, kubectl

API = "https://127.0.0.1:6444/readyz"


@pytest.fixture(scope="module")
def five(machine_session, lab, tmp_path_factory):
    with cluster_of_five(machine_session, lab, tmp_path_factory.mktemp("five")) as five:
        yield five


@pytest.fixture(scope="module")
def pods(five):
    return start_pods(five["m1"], five.workers, five.lab.fixture)


def service_address(five, name: str) -> str:
    return kubectl(five["m1"], "get", "service", name, "-o", "jsonpath={.spec.clusterIP}").strip()


def test_pods_reach_each_other_by_address_and_by_name(five, pods):
    address = service_address(five, "page")
    for worker in five.workers:
        pod = pods[worker.name]
        for other in pods.values():
            wait_for_page(worker, pod, f"{other['status']['podIP']}:8080")
        wait_for_page(worker, pod, address)
        assert f"Address: {address}" in name_in(five["m1"], pod, "page.default.svc.cluster.local")
    for machine in five.machines.values():
        Deadline(30).wait_until(
            lambda machine=machine: machine.run(["curl", "-sf", "--max-time", "2", f"http://{address}/"],
                                                check=False).rc == 0,
            f"the page from {machine.name}", every=0.2)


def test_a_second_run_finds_nothing_to_do(five):
    for machine in five.machines.values():
        assert machine.run(["k8s-node-install"]).stdout.startswith("Nothing to do"), machine.name


def kill(machine):
    machine.switch_off()


def freeze(machine):
    machine.run(["systemctl", "kill", "--kill-whom=all", "--signal=STOP", "etcd", "kube-apiserver"])


def cut_off(machine):
    machine.set_link("down")


def is_avoided(client, lost) -> bool:
    """True once the load balancer of the client's node sends nothing to it."""
    servers = client.run(["socat", "-", "UNIX-CONNECT:/run/kube-apiserver-proxy/runtime"], input="show stat\n").stdout
    return not any(f",{lost.address}:6443," in line and ",UP," in line for line in servers.splitlines())


def bring_back(machine, how):
    if how is kill:
        machine.start()
    elif how is freeze:
        machine.run(["systemctl", "kill", "--kill-whom=all", "--signal=CONT", "etcd", "kube-apiserver"])
    else:
        machine.set_link("up")


@pytest.mark.parametrize(("name", "how"), [
    ("m1", kill), ("m2", freeze), pytest.param("m3", cut_off, marks=pytest.mark.long)])
def test_the_loss_of_a_control_plane_is_not_the_loss_of_the_cluster(five, pods, name, how, record_property):
    """A client on a worker sees a gap of seconds at most; pods, Services and names do not even see that."""
    lost, left = five[name], next(one for one in five.control_planes if one.name != name)
    page = f"http://{service_address(five, 'page')}/"
    with Asking(five["w1"], API) as api, Asking(five["w2"], page) as pages:
        how(lost)
        for worker in five.workers:
            Deadline(60).wait_until(lambda worker=worker: is_avoided(worker, lost),
                                    f"{worker.name} to avoid it", every=0.1)
        Deadline(120).wait_until(
            lambda: kubectl(left, "create", "configmap", f"without-{name}", check=False) != "",
            "a change to be accepted without it", every=0.2)
        Deadline(60).wait_until(
            lambda: "Address: 10.96.0.1" in in_pod(left, pods["w2"], "nslookup", "kubernetes.default.svc.cluster.local"),
            "names to be answered without it")
    bring_back(lost, how)
    five.wait_until_whole(asked=left)
    for worker in five.workers:
        Deadline(60).wait_until(lambda worker=worker: not is_avoided(worker, lost), f"{worker.name} to use it again")
    print(f"{name} {how.__name__}: API {len(api.failed)} of {api.asked} failed, longest gap {api.longest_gap:.2f} s; "
          f"page {len(pages.failed)} of {pages.asked} failed, longest gap {pages.longest_gap:.2f} s")
    record_property("api", f"{len(api.failed)} of {api.asked} requests failed, longest gap {api.longest_gap:.2f} s")
    record_property("page", f"{len(pages.failed)} of {pages.asked} failed, longest gap {pages.longest_gap:.2f} s")
    assert pages.failed == []
    assert api.longest_gap < 15, (api.asked, api.failed)


@pytest.mark.long
def test_a_control_plane_is_rebuilt_under_its_name(five):
    """Even the one that began the cluster: with the same file it joins what is there, and its old member goes."""
    lost, left = five["m1"], five["m2"]
    identity = kubectl(left, "get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}")
    lost.replace()
    five.prepare(lost)
    switch_on([lost])
    five.wait_until_whole(asked=left)
    assert kubectl(lost, "get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}") == identity
    info = json.loads(kubectl(left, "get", "node", "m1", "-o", "json"))["status"]["nodeInfo"]
    assert info["machineID"] == lost.machine_id


def test_what_one_control_plane_leaves_out_stays_for_the_others(five):
    one = five["m3"]
    one.write("/etc/k8s-node/node.d/60-without.yaml", "without: [coredns]\n")
    one.run(["k8s-node-install"], timeout=120)
    assert one.run(["systemctl", "is-active", "coredns"], check=False).stdout.strip() == "inactive"
    assert kubectl(one, "get", "service", "kube-dns", "--namespace=kube-system", "-o", "name") == "service/kube-dns\n"
    assert kubectl(one, "get", "clusterrole", "k8s-node:coredns", "-o", "name").strip().endswith("/k8s-node:coredns")
    one.run(["rm", "/etc/k8s-node/node.d/60-without.yaml"])
    one.run(["k8s-node-install"], timeout=120)
    five.wait_until_whole()


@pytest.mark.long
def test_a_redeploy_that_is_killed_in_its_reset_is_repeated(five):
    """Its etcd and its API server are gone by then: there is nobody on the machine to ask who else there is."""
    machine, left = five["m2"], five["m1"]
    running = machine.popen(["sh", "-c", "echo $$; exec k8s-node-install redeploy --yes"],
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    pid = running.stdout.readline().strip()
    Deadline(120).wait_until(
        lambda: machine.run(["systemctl", "is-active", "etcd"], check=False).stdout.strip() != "active",
        "the reset to have stopped etcd")
    machine.run(["kill", "-KILL", pid])
    running.wait()
    machine.run(["k8s-node-install", "redeploy", "--yes"], timeout=600)
    five.wait_until_whole(asked=left)


@pytest.mark.long
def test_every_control_plane_is_redeployed_in_turn(five):
    for machine in five.control_planes:
        machine.run(["k8s-node-install", "redeploy", "--yes"], timeout=600)
        five.wait_until_whole(asked=machine)
    assert kubectl(five["m3"], "get", "configmap", "without-m1", "-o", "name").strip() == "configmap/without-m1"
