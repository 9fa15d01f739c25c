"""Three control planes and two workers change to another release by themselves, one after another."""

import json

import pytest
from cluster_of_five import CONTROL_PLANES, WORKERS, Asking, cluster_of_five
from cluster_of_two import start_pods, wait_for_page
from lab import MIRROR_PORT, Deadline, Lab, fixtures, kubectl
from machines import Until

BASE, NEWER = fixtures.kubernetes_version("1.36"), fixtures.kubernetes_version("1.37")
# No such releases exist: the first is made of NEWER's programs, nothing of the second is ever fetched.
BROKEN, TOO_FAR = "1.37.999", "1.38.0"
API = "https://127.0.0.1:6444/readyz"


@pytest.fixture(scope="module")
def lab(machine_session, tmp_path_factory):
    with Lab(machine_session, tmp_path_factory.mktemp("rollouts"), BASE, NEWER,
             unusable=fixtures.Broken(BROKEN, like=NEWER), port=MIRROR_PORT + 2) as lab:
        yield lab


@pytest.fixture(scope="module")
def five(machine_session, lab, tmp_path_factory):
    """All run BASE; the administrator has the files of other releases on one control plane, and no other machine has."""
    with cluster_of_five(machine_session, lab, tmp_path_factory.mktemp("five")) as five:
        for version in (NEWER, BROKEN):
            five["m1"].write(f"/root/{version}.yaml", lab.fixture.release(version).read_text())
        five["m1"].write(f"/root/{TOO_FAR}.yaml", lab.fixture.release(BASE).read_text().replace(BASE, TOO_FAR))
        five.page = start_page(five)
        yield five


def start_page(five) -> str:
    """A page that a pod on each worker serves; its URL."""
    pods = start_pods(five["m1"], five.workers, five.lab.fixture)
    address = kubectl(five["m1"], "get", "service", "page", "-o", "jsonpath={.spec.clusterIP}").strip()
    for worker in five.workers:
        wait_for_page(worker, pods[worker.name], address)
    return f"http://{address}/"


def rollout(machine, version, *words, check=True, timeout=120):
    return machine.run(["k8s-node-install", "cluster", "rollout", "--release", f"/root/{version}.yaml", *words],
                       check=check, timeout=timeout)


def status(machine) -> dict:
    """Empty while no API server answers."""
    said = machine.run(["k8s-node-install", "cluster", "status", "-o", "json"], check=False).stdout
    shown = json.loads(said or "{}")
    return shown if "nodes" in shown else {}


def kubelets(machine) -> dict[str, str]:
    listed = json.loads(kubectl(machine, "get", "nodes", "-o", "json"))["items"]
    return {node["metadata"]["name"]: node["status"]["nodeInfo"]["kubeletVersion"] for node in listed}


def invocations(machine) -> list[str]:
    return machine.run(["systemctl", "show", "--property=InvocationID", "kubelet", "containerd",
                        "kube-proxy"]).stdout.split()


def kubelets_or_none(machine) -> dict[str, str]:
    said = kubectl(machine, "get", "nodes", "-o", "json", check=False)
    return {node["metadata"]["name"]: node["status"]["nodeInfo"]["kubeletVersion"]
            for node in json.loads(said or '{"items": []}')["items"]}


def wait_for_the_end(machine, seconds: float) -> list[str]:
    """The order in which the nodes have come to NEWER."""
    order = []

    def has_ended() -> bool:
        order.extend(name for name, version in sorted(kubelets_or_none(machine).items())
                     if version == f"v{NEWER}" and name not in order)
        return status(machine).get("state", "running") != "running"

    Deadline(seconds).wait_until(has_ended, "the rollout to end", every=1)
    return order


def test_every_node_takes_part(five):
    Deadline(60).wait_until(
        lambda: [node["report"] for node in status(five["m1"])["nodes"]] == ["idle"] * 5, "five nodes to take part")


def test_a_jump_of_two_minors_is_refused(five):
    result = rollout(five["m1"], TOO_FAR, check=False)
    assert result.rc == 5
    for name in (*CONTROL_PLANES, *WORKERS):
        assert f"node {name} runs {BASE}: {TOO_FAR} skips a minor version" in result.stderr


def test_a_broken_release_stops_at_the_first_node(five):
    """That one rolls itself back, and no other is touched."""
    before = {machine.name: invocations(machine) for machine in five.machines.values()}
    with Asking(five["w2"], five.page) as pages:
        result = rollout(five["m1"], BROKEN, "--wait", check=False, timeout=400)
    assert result.rc == 8, result.stdout + result.stderr
    assert "stopped: node m1: " in result.stdout and "unknown flag" in result.stdout, result.stdout
    assert pages.failed == []
    assert kubelets(five["m2"]) == dict.fromkeys((*CONTROL_PLANES, *WORKERS), f"v{BASE}")
    for machine in five.machines.values():
        if machine.name != "m1":
            assert invocations(machine) == before[machine.name], machine.name
        assert machine.run(["k8s-node-install", "plan"]).stdout.startswith("Nothing to do"), machine.name
    reports = {node["name"]: node["report"] for node in status(five["m2"])["nodes"]}
    assert reports.pop("m1").startswith("failed ")
    assert set(reports.values()) == {"idle"}
    five.wait_until_whole()


def test_a_cluster_changes_without_a_hand_while_its_workload_answers(five, record_property):
    """The coordinators are killed in the middle; one node loses power in its turn, and goes on."""
    with Asking(five["w2"], five.page) as pages, Asking(five["w1"], API) as api:
        rollout(five["m1"], NEWER)
        Deadline(300).wait_until(lambda: kubelets_or_none(five["m3"]).get("m1") == f"v{NEWER}", "m1 to be through")
        for machine in five.control_planes:
            machine.run(["systemctl", "kill", "--signal=KILL", "k8s-node-rollout-coordinator"], check=False)
        Deadline(300).wait_until(lambda: is_switched(five["m2"]), "m2 to be in the middle of its turn", every=0.1)
        five["m2"].power_cut(until=Until.REACHABLE)
        order = wait_for_the_end(five["m1"], 1200)
    print(f"page {len(pages.failed)} of {pages.asked} failed, longest gap {pages.longest_gap:.2f} s; "
          f"API {len(api.failed)} of {api.asked} failed, longest gap {api.longest_gap:.2f} s")
    record_property("page", f"{len(pages.failed)} of {pages.asked} failed, longest gap {pages.longest_gap:.2f} s")
    record_property("api", f"{len(api.failed)} of {api.asked} failed, longest gap {api.longest_gap:.2f} s")
    shown = status(five["m1"])
    assert (shown["state"], [node["done"] for node in shown["nodes"]]) == ("done", [True] * 5), shown
    assert kubelets(five["m1"]) == dict.fromkeys((*CONTROL_PLANES, *WORKERS), f"v{NEWER}")
    assert order == [*CONTROL_PLANES, *WORKERS]
    assert pages.failed == []
    assert api.longest_gap < 15, (api.asked, api.failed)
    five.wait_until_whole()
    for machine in five.machines.values():
        assert machine.run(["k8s-node-install"]).stdout.startswith("Nothing to do"), machine.name


def is_switched(machine) -> bool:
    """True once its services are being restarted."""
    return " is current" in machine.journal("--unit=k8s-node-rollout-turn")


def roll_out_configuration(machine, *words):
    return machine.run(["k8s-node-install", "cluster", "rollout", "--config", "/root/all.yaml", "--wait", *words],
                       check=False, timeout=600)


@pytest.mark.long
def test_after_its_window_nobody_begins_and_the_same_command_resumes(five):
    """With a change of the configuration of all nodes."""
    five["m2"].write("/root/all.yaml", "settings: {kubelet: {max_pods: 60}}\n")
    five["m2"].run(["k8s-node-install", "cluster", "rollout", "--config", "/root/all.yaml"])
    five["m3"].run(["k8s-node-install", "cluster", "rollout", "--stop"])
    status = five["m3"].run(["k8s-node-install", "cluster", "status"], check=False)
    assert status.rc == 8 and "stopped: an administrator has stopped it" in status.stdout, status.stdout
    assert five["m3"].run(["k8s-node-install", "cluster", "rollout", "--stop"], check=False).rc == 2
    Deadline(120).wait_until(lambda: "its turn" not in five["m3"].run(
        ["k8s-node-install", "cluster", "status"], check=False).stdout, "whoever had begun to end", every=1)
    stopped = roll_out_configuration(five["m2"], "--for", "0s")
    assert stopped.rc == 8 and "stopped: no turn begins after" in stopped.stdout, stopped.stdout + stopped.stderr
    done = roll_out_configuration(five["m2"], "--workers-at-once", "2")
    assert done.rc == 0, done.stdout + done.stderr
    listed = json.loads(kubectl(five["m1"], "get", "nodes", "-o", "json"))["items"]
    assert {node["status"]["capacity"]["pods"] for node in listed} == {"60"}
    five.wait_until_whole()
    for machine in five.machines.values():
        assert machine.run(["k8s-node-install"]).stdout.startswith("Nothing to do"), machine.name
    # What rollouts configured stays when the node is built again, and goes with it.
    five["w1"].run(["k8s-node-install", "redeploy", "--yes"], timeout=300)
    assert five["w1"].exists("/etc/k8s-node/node.d/91-rollout.yaml")
    five.wait_until_whole()
    five["w1"].run(["k8s-node-install", "reset", "--yes"], timeout=300)
    assert not five["w1"].run(["sh", "-c", "ls /etc/k8s-node/node.d/9*"], check=False).stdout
