"""k8s-node-watch on three control planes: what one has is mended there, what all have is made no worse."""

import pytest
from cluster_of_five import CONTROL_PLANES, cluster_of_five
from lab import Deadline
from test_watch import main_process, seen, stop, told, wait_for_record

pytestmark = pytest.mark.long

# With the settings as shipped, as k8s-node-install(8) has it.
FOUND = {"etcd": 60, "kube-apiserver": 60}
SERVICES = ("etcd", "kube-apiserver", "containerd", "kubelet", "kube-proxy", "coredns", "flanneld",
            "kube-apiserver-proxy", "kube-scheduler", "kube-controller-manager")


@pytest.fixture(scope="module")
def five(machine_session, lab, tmp_path_factory):
    with cluster_of_five(machine_session, lab, tmp_path_factory.mktemp("five")) as five:
        yield five


def restarted(five):
    return {(name, unit): len(told(five[name], "unit_hung", unit)) for name in CONTROL_PLANES for unit in SERVICES}


def test_what_hangs_on_one_is_back_and_the_others_are_left_alone(five):
    before = restarted(five)
    for unit in ("kube-apiserver", "etcd"):
        process = main_process(five["m2"], unit)
        stop(five["m2"], unit)
        wait_for_record(five["m2"], "unit_hung", unit, FOUND[unit] + 70)
        Deadline(60).wait_until(lambda unit=unit, process=process: main_process(five["m2"], unit) not in (0, process),
                                f"{unit} again", every=0.5)
    five.wait_until_whole(asked=five["m1"])
    assert {key: count - before[key] for key, count in restarted(five).items() if count != before[key]} == \
        {("m2", "kube-apiserver"): 1, ("m2", "etcd"): 1}


def test_without_a_majority_of_etcd_nothing_is_restarted(five):
    before = restarted(five)
    for name in ("m2", "m3"):
        five[name].run(["systemctl", "stop", "etcd"])
    begun = seen(five["m1"])["etcd"]["at_us"]
    # Twice the time in which the slowest would be found.
    Deadline(180).wait_until(lambda: seen(five["m1"])["etcd"]["at_us"] > begun + 2 * FOUND["kube-apiserver"] * 1e6,
                             "rounds without a majority", every=2)
    assert restarted(five) == before
    for name in ("m2", "m3"):
        five[name].run(["systemctl", "start", "etcd"], timeout=120)
    five.wait_until_whole(asked=five["m1"])
    assert restarted(five) == before
