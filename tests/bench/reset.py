#!/usr/bin/python3
"""A node with one running pod taken away: k8s-node-install reset beside kubeadm reset -f.

    tests/bench/reset.py [ROUNDS]

Machines of the same kind, the same programs, the same pod; the sides take turns. What is left is what a machine has
after the reset and had not before the install: by the listings that tests/cluster/test_reset.py compares.

kubeadm ends pods through crictl, which Debian does not have: a script around ctr stands in, and takes the pod's
network namespace away as the CNI plugin would. What kubeadm was given before its init (programs, containerd, its own
network's configuration) is on its machine before the first look, and so does not count as left.
"""

import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "cluster")]

from kubeadm import init_kubeadm, prepare_kubeadm  # noqa: E402
from lab import WEB, Deadline, Lab, Session, fetch_page, install, kubectl  # noqa: E402
from listing import listing  # noqa: E402

CRICTL = r"""#!/bin/sh
# crictl -r SOCKET pods -q | stopp POD | rmp POD
shift 2
ctr="ctr -n k8s.io"
label() { $ctr containers info "$1" | sed -n 's/.*"io.kubernetes.pod.uid": "\(.*\)".*/\1/p' | head -n 1; }
case $1 in
pods) $ctr containers ls -q 'labels."io.cri-containerd.kind"==sandbox' ;;
stopp) for one in $($ctr containers ls -q "labels.\"io.kubernetes.pod.uid\"==$(label "$2")"); do
           $ctr tasks kill -s SIGKILL "$one"
       done ;;
rmp) $ctr containers rm $($ctr containers ls -q "labels.\"io.kubernetes.pod.uid\"==$(label "$2")")
     for space in $(ip netns list | cut -d' ' -f1); do
         [ -n "$(ip netns pids "$space")" ] || ip netns del "$space"
     done ;;
esac 2>/dev/null
"""
SHOWN = ("paths", "mounts", "interfaces", "firewall", "processes")


def run_pod(machine, fixture, ctr):
    machine.put(fixture.images["web"], "/root/web.tar")
    machine.run(["sh", "-c", f"{ctr} -n k8s.io images import /root/web.tar"], timeout=120)
    Deadline(60).wait_until(
        lambda: "default" in kubectl(machine, "get", "serviceaccounts", "-o", "name", check=False),
        "the default service account")
    kubectl(machine, "apply", "-f", "-", input=WEB)
    kubectl(machine, "wait", "--for=condition=Available", "deployment/web", "--timeout=120s", timeout=130)
    fetch_page(machine)


def ours(lab, machine):
    lab.prepare(machine)
    yield
    install(machine)
    run_pod(machine, lab.fixture, "/opt/k8s-node/store/containerd-*/bin/ctr")
    yield
    machine.run(["k8s-node-install", "reset", "--yes"], timeout=300)


def kubeadm(lab, machine):
    prepare_kubeadm(lab, machine)
    machine.write("/usr/bin/crictl", CRICTL)
    machine.run(["chmod", "0755", "/usr/bin/crictl"])
    machine.run(["ln", "-s", "/usr/bin/kubectl", "/usr/local/bin/kubectl"])
    yield
    init_kubeadm(machine)
    run_pod(machine, lab.fixture, "ctr")
    yield
    machine.run(["kubeadm", "reset", "-f", "--cri-socket=/run/containerd/containerd.sock"], timeout=300)


def count_left(before, after):
    return {kind: len(set(after[kind]) - set(before[kind])) for kind in before}


def one(lab, session, side, name):
    """Seconds of the reset, and how much of each kind it left."""
    machine = session.machine(name)
    try:
        machine.run(["sh", "-c", "iptables -L >/dev/null; ip6tables -L >/dev/null"], check=False)
        steps = side(lab, machine)
        next(steps)
        before = listing(machine)
        next(steps)
        began = time.monotonic()
        next(steps, None)
        seconds = time.monotonic() - began
        left = count_left(before, listing(machine))
        print(f"{side.__name__:<8} {seconds:6.1f} s, left: " +
              (", ".join(f"{count} {kind}" for kind, count in left.items() if count) or "nothing"), flush=True)
        return seconds, left
    finally:
        session.destroy_machine(name)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    found = defaultdict(list)
    with Session() as session, tempfile.TemporaryDirectory() as directory, Lab(session, Path(directory)) as lab:
        for number in range(rounds):
            for side in (ours, kubeadm):
                found[side.__name__].append(one(lab, session, side, f"{side.__name__}{number}"))
    a, b = (statistics.median(seconds for seconds, _ in found[side]) for side in ("ours", "kubeadm"))
    print(f"medians of {rounds}: k8s-node-install {a:.1f} s, kubeadm {b:.1f} s: ratio {a / b:.2f}")
    for side, results in found.items():
        left = results[-1][1]
        print(f"{side:<8} left at last: " + ", ".join(f"{left[kind]} {kind}" for kind in SHOWN))
    print(f"load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
