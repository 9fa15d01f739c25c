"""Done and Healthy mean that pods run; what keeps them from running is named by its cause.

One node is broken in one way after another; each time it must say why, and be well again once that is put right.
"""

import contextlib
import json
import re

import pytest
from lab import install, message_ids, records
from machines import Deadline

UNSUITABLE, NOT_READY = 5, 8
STORE = "/opt/k8s-node/store"
OTHER_NETWORK = json.dumps({"cniVersion": "0.4.0", "name": "other", "plugins": [
    {"type": "bridge", "bridge": "other0", "isGateway": True,
     "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.99.0.0/24"}]]}}]})


def status(machine, *words):
    told = machine.run(["k8s-node-install", "status", "-o", "json", *words], check=False, timeout=150)
    return told.rc, json.loads(told.stdout)


def checks(told):
    return {finding["check"]: finding["message"] for finding in told["surroundings"]}


def wait_until_healthy(machine):
    Deadline(60).wait_until(lambda: status(machine)[0] == 0, "the node to be healthy again")


def sandboxes(machine):
    return machine.run(["sh", "-c", f"{STORE}/containerd-*/bin/ctr --namespace k8s.io containers list --quiet"]).stdout


def shell(machine, words):
    return machine.run(["sh", "-ec", words])


@contextlib.contextmanager
def broken(machine, breakage, repair):
    """A node that was well before, and is well again afterwards."""
    wait_until_healthy(machine)
    shell(machine, breakage)
    try:
        yield
    finally:
        shell(machine, repair)
    wait_until_healthy(machine)


def test_install_has_seen_a_pod_start(node):
    told = records(node, MESSAGE_ID=message_ids()["pods_run"])
    assert [record["K8S_NODE_PHASE"] for record in told] == ["pods"]
    started = re.search(r"a sandbox with the address (10\.244\.0\.\d+) was started and removed within ([\d.]+) s",
                        told[0]["MESSAGE"])
    assert started and float(started[2]) < 5, told[0]["MESSAGE"]
    assert sandboxes(node) == ""
    assert "veth" not in node.run(["ip", "-brief", "link"]).stdout
    assert node.run(["find", "/run/netns", "-name", "cni-*"]).stdout == ""


def test_status_starts_one_and_leaves_nothing(node):
    code, told = status(node)
    assert (code, told["healthy"], told["pods"]) == (0, True, "start"), told
    assert sandboxes(node) == "" and not [check for check in checks(told) if check != "ResolvConf"]


def test_without_a_pod_nobody_calls_the_node_healthy(node):
    before = node.journal("--unit=containerd").count("RunPodSandbox")
    code, told = status(node, "--no-pod")
    assert (code, told["healthy"], told["pods"]) == (0, None, "not tried")
    assert "Healthy" not in node.run(["k8s-node-install", "status", "--no-pod"]).stdout
    assert node.journal("--unit=containerd").count("RunPodSandbox") == before


def test_second_run_starts_none(node):
    before = node.journal("--unit=containerd").count("RunPodSandbox")
    assert install(node).stdout.startswith("Nothing to do:")
    assert node.journal("--unit=containerd").count("RunPodSandbox") == before


def test_killed_at_any_time_it_leaves_nothing_for_long(node):
    for hundredths in range(2, 42, 4):
        node.run(["timeout", "--signal=KILL", f"0.{hundredths:02}", "k8s-node-install", "status"], check=False)
    assert status(node)[0] == 0
    Deadline(30).wait_until(lambda: sandboxes(node) == "", "no sandbox to be left")


def test_network_configuration_that_comes_first(node):
    other = "/etc/cni/net.d/05-other.conflist"
    with broken(node, f"printf '%s' '{OTHER_NETWORK}' > {other}",
                f"rm {other}; ip link delete other0 2>/dev/null || true"):
        Deadline(30).wait_until(lambda: "10.99.0." in status(node)[1]["pods"], "containerd to take the other network")
        code, told = status(node)
        assert code == NOT_READY and told["healthy"] is False
        assert "not in this node's pod network 10.244.0.0/24" in told["pods"]
        assert other in checks(told)["CniConfiguration"]
        refused = install(node, "--set", "kubelet.max_pods=77", check=False)
        assert refused.rc == UNSUITABLE and f"[CniConfiguration] {other} sorts before" in refused.stderr
        forced = install(node, "--set", "kubelet.max_pods=77", "--ignore-preflight", "CniConfiguration", check=False)
        assert forced.rc == NOT_READY and "Done" not in forced.stdout
        assert "no pod can start on this node: a pod sandbox gets the address 10.99.0." in forced.stderr
        assert f"[CniConfiguration] {other}" in forced.stderr, "the cause stands among the details"


def test_bridge_with_another_address(node):
    with broken(node, "ip address flush dev cni0; ip address add 10.98.0.1/24 dev cni0", "ip link delete cni0"):
        code, told = status(node)
        assert code == NOT_READY and 'already has an IP address different from 10.244.0.1/24' in told["pods"]
        assert "10.98.0.1/24, not 10.244.0.1/24" in checks(told)["PodBridge-cni0"]
        refused = install(node, "--set", "kubelet.max_pods=78", check=False)
        assert refused.rc == UNSUITABLE and "ip link delete cni0" in refused.stderr


def test_interface_that_is_no_bridge(node):
    with broken(node, "ip link delete cni0; ip link add cni0 type veth peer name cni0-peer", "ip link delete cni0"):
        code, told = status(node)
        assert code == NOT_READY and "is not a bridge" in checks(told)["PodBridge-cni0"]
        assert told["pods"].startswith("no pod can start on this node: ")


def test_runc_that_cannot_be_run(node):
    with broken(node, f"chmod a-x {STORE}/runc-*/bin/runc", f"chmod a+x {STORE}/runc-*/bin/runc"):
        code, told = status(node)
        assert code == NOT_READY and "runc" in told["pods"] and "permission denied" in told["pods"]


def test_image_that_every_pod_needs(node):
    with broken(node, f"c={STORE}/containerd-*/bin/ctr; $c -n k8s.io images ls -q | xargs $c -n k8s.io images rm --sync",
                "systemctl restart k8s-node-images"):
        Deadline(30).wait_until(lambda: "cannot be pulled" in status(node)[1]["pods"], "the runtime to miss the image")
        code, told = status(node)
        assert code == NOT_READY and "is not on this machine and cannot be pulled" in told["pods"]
        assert "image-archives" in told["pods"] and "containerd.pause_image" in told["pods"]


@pytest.mark.long
def test_runtime_that_does_not_answer(node):
    with broken(node, "systemctl kill --signal=STOP --kill-who=main containerd",
                "systemctl kill --signal=CONT --kill-who=main containerd"):
        code, told = status(node)
        assert code == NOT_READY and "did not respond within" in told["pods"], told["pods"]


def test_file_systems(node):
    with broken(node, "mount --bind /var/lib/kubelet /var/lib/kubelet; mount -o remount,bind,ro /var/lib/kubelet",
                "umount --lazy /var/lib/kubelet"):
        code, told = status(node)
        said = checks(told)["MountOption--var-lib-kubelet"]
        assert code == NOT_READY and "(mounted at /var/lib/kubelet) is mounted ro" in said
    with broken(node, f"mount --bind {STORE} {STORE}; mount -o remount,bind,noexec {STORE}", f"umount --lazy {STORE}"):
        code, told = status(node)
        assert code == NOT_READY and "mounted noexec" in checks(told)["MountOption--opt-k8s-node-store"]


def test_generation_that_cannot_start_pods_is_gone_back_from(node):
    wait_until_healthy(node)
    failed = install(node, "--set", "containerd.pause_image=localhost/not-there:1", check=False)
    assert failed.rc == NOT_READY, failed.stderr
    assert "no pod can start on this node: the image localhost/not-there:1" in failed.stderr
    assert "The node was rolled back to generation" in failed.stderr
    wait_until_healthy(node)
    assert install(node).stdout.startswith("Nothing to do:")


def test_what_stands_in_the_way_is_told_before_anything_is_installed(bare):
    machine = bare("unfit")
    shell(machine, "mkdir -p /run/containerd /opt/k8s-node/store /etc/cni/net.d; touch /etc/cni/net.d/05-other.conf\n"
                   "systemd-run --quiet --unit=stranger systemd-socket-activate "
                   "--listen=/run/containerd/containerd.sock cat\n"
                   "systemd-run --quiet --unit=k3s sleep infinity\n"
                   "ip link add cni0 type bridge; ip address add 10.97.0.1/24 dev cni0\n"
                   "mount -t tmpfs -o noexec,nr_inodes=100 none /opt/k8s-node/store\n"
                   "rm -f /etc/resolv.conf; echo nameserver 127.0.0.1 > /etc/resolv.conf")
    Deadline(10).wait_until(lambda: machine.run(["test", "-S", "/run/containerd/containerd.sock"], check=False).rc == 0,
                            "the stranger to listen")
    refused = install(machine, check=False)
    assert refused.rc == UNSUITABLE, refused.stderr
    for check, word in {"Socket--run-containerd-containerd.sock": "stranger.service",
                        "ForeignService-k3s.service": "another cluster",
                        "PodBridge-cni0": "10.97.0.1/24",
                        "CniConfiguration": "05-other.conf",
                        "MountOption--opt-k8s-node-store": "noexec",
                        "FreeInodes--opt-k8s-node-store": "files"}.items():
        assert re.search(rf"\[{re.escape(check)}\][^\n]*{re.escape(word)}", refused.stderr), (check, refused.stderr)
    assert re.search("ResolvConf: .*127.0.0.1", refused.stderr), "a warning"
    assert machine.run(["test", "-e", "/etc/k8s-node/current"], check=False).rc != 0

