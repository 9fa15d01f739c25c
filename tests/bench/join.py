#!/usr/bin/python3
"""A machine joins a cluster: k8s-node-install beside `kubeadm join`, each a cluster of its own kind.

    tests/bench/join.py [ROUNDS]

Rounds alternate. A worker counts until its cluster says that it is Ready; a second control plane until its member of
etcd has a vote and its own API server is ready. kubeadm gets a head start: its containerd runs, and its programs and
images are in place, imported even; k8s-node-install downloads, verifies and unpacks everything within its time. Last,
five workers of ours at once.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "cluster"), str(HERE.parent / "beside_kubeadm")]

import kubeadm_nodes as theirs  # noqa: E402
from cluster_of_five import beside  # noqa: E402
from cluster_of_two import nodes_of  # noqa: E402
from lab import Deadline, Lab, Session, install, kubectl  # noqa: E402

ETCDCTL = ["etcdctl", "--cacert=/etc/kubernetes/pki/etcd/ca.crt",
           "--cert=/etc/kubernetes/pki/etcd/healthcheck-client.crt",
           "--key=/etc/kubernetes/pki/etcd/healthcheck-client.key", "member", "list"]


class Ours:
    """A control plane of ours, and machines that have nothing but the program."""

    name = "ours"

    def __init__(self, lab, first):
        self._lab, self.first = lab, first
        lab.prepare(first)
        install(first, profile="master")

    def prepare(self, machine, pod_network):
        self._lab.prepare(machine)
        machine.write("/etc/k8s-node/node.d/50-network.yaml",
                      f"settings: {{bridge-network: {{node_cidr: {pod_network}}}}}\n")

    def word(self, profile):
        return self.first.run(["k8s-node-install", "token", "create", "--profile", profile]).stdout

    def join(self, machine, word):
        return machine.popen(["sh", "-c", word], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def leave(self, machine):
        machine.run(["k8s-node-install", "reset", "--yes"], timeout=300)


class Kubeadm:
    name = "kubeadm"

    def __init__(self, lab, first):
        self._lab, self.first = lab, first
        theirs.prepare(lab, first, "10.244.0.0/24")
        theirs.init(first, lab.release, "--skip-phases=preflight,addon/coredns")

    def prepare(self, machine, pod_network):
        theirs.prepare(self._lab, machine, pod_network)

    def word(self, profile):
        line = self.first.run(["kubeadm", "token", "create", "--print-join-command"]).stdout.strip()
        if profile == "master":
            said = theirs.kubeadm(self.first, "init", "phase", "upload-certs", "--upload-certs")
            line += f" --control-plane --certificate-key={theirs.certificate_key_in(said)}"
        return line

    def join(self, machine, word):
        return machine.popen(["sh", "-c", f"{word} --ignore-preflight-errors=all"], stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)

    def leave(self, machine):
        machine.run(["kubeadm", "reset", "-f"], timeout=300)


def is_ready(first, name):
    return nodes_of(first).get(name) == "True"


def votes(first, name):
    lines = first.run(ETCDCTL, check=False).stdout.splitlines()
    return any(f", {name}, " in line and line.endswith(", false") for line in lines)


def answers(machine):
    return machine.run(["curl", "-skf", "--max-time", "2", f"https://{machine.address}:6443/readyz"], check=False).rc == 0


def wait_for(running, condition, what):
    """As long as the command has not failed."""
    def reached():
        assert running.poll() in (None, 0), f"{what}: the command failed"
        return condition()
    Deadline(300).wait_until(reached, what, every=0.1)


def one(session, side, profile, number):
    """Returns the seconds from the command's start to the end that counts."""
    name = f"{side.name}-{profile}{number}"
    machine = session.machine(name)
    try:
        side.prepare(machine, f"10.244.{number + 1}.0/24")
        word = side.word(profile)
        began = time.monotonic()
        running = side.join(machine, word)
        if profile == "worker":
            wait_for(running, lambda: is_ready(side.first, name), f"{name} to be Ready")
        else:
            wait_for(running, lambda: votes(side.first, name), f"{name} to have a vote")
            wait_for(running, lambda: answers(machine), f"{name} to answer")
        took = time.monotonic() - began
        assert running.wait(timeout=300) == 0, f"{name}: the command failed"
        whole = time.monotonic() - began
        print(f"{side.name:<8} {profile:<7} {took:6.1f} s, its command {whole:6.1f} s", flush=True)
        side.leave(machine)
        kubectl(side.first, "delete", "node", name, "--ignore-not-found")
        return took
    finally:
        session.destroy_machine(name)


def five(session, side):
    machines = [session.machine(f"w{number}") for number in range(5)]
    for number, machine in enumerate(machines):
        side.prepare(machine, f"10.244.{number + 100}.0/24")
    word = side.word("worker")
    began = time.monotonic()
    running = [side.join(machine, word) for machine in machines]

    def wait(machine):
        Deadline(300).wait_until(lambda: is_ready(side.first, machine.name), f"{machine.name} to be Ready", every=0.5)

    beside(wait, machines)
    print(f"five workers of ours at once: all Ready after {time.monotonic() - began:.1f} s", flush=True)
    assert [each.wait(timeout=300) for each in running] == [0] * 5
    for machine in machines:
        session.destroy_machine(machine.name)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    with Session() as session, tempfile.TemporaryDirectory() as directory, Lab(session, Path(directory)) as lab:
        sides = [kind(lab, session.machine(f"{kind.name}-first")) for kind in (Ours, Kubeadm)]
        for side in sides:
            side.first.put(lab.fixture.bin / "etcdctl", "/usr/bin/etcdctl")
        for profile in ("worker", "master"):
            took = {side.name: [] for side in sides}
            for number in range(rounds):
                for side in sides:
                    took[side.name].append(one(session, side, profile, number))
            a, b = (statistics.median(took[side.name]) for side in sides)
            print(f"{profile}, medians of {rounds}: k8s-node-install {a:.1f} s, kubeadm join {b:.1f} s: ratio {a / b:.2f}")
        five(session, sides[0])
        for side in sides:
            session.destroy_machine(side.first.name)
    print(f"load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
