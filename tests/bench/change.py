#!/usr/bin/python3
"""One flag of a running API server changed and changed back: k8s-node-install beside kubeadm's static pod.

    tests/bench/change.py [ROUNDS]

Two single-node clusters of the same programs, on machines of the same kind. The sides take turns. What counts is how
long the API server's /readyz does not answer somebody outside of the machine. k8s-node-install changes the flag by
`install` and returns by `rollback`; on kubeadm's machine the manifest in /etc/kubernetes/manifests is edited.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "cluster")]

from kubeadm import kubeadm, ours  # noqa: E402
from lab import Deadline, Lab, Session  # noqa: E402

FLAG = "--v=3"
OVERRIDE = "override: {kube-apiserver: {services: {kube-apiserver: {flags: {v: 3}}}}}\n"
MANIFEST = "/etc/kubernetes/manifests/kube-apiserver.yaml"

# Asks every 50 ms until its input ends; prints all the time without an answer, and how often there was none.
PROBE = """
import select, ssl, sys, time, urllib.request
context = ssl._create_unverified_context()
def answers():
    try:
        return urllib.request.urlopen(sys.argv[1], timeout=1, context=context).status == 200
    except OSError:
        return False
total, breaks, since = 0.0, 0, None
while not select.select([sys.stdin], [], [], 0.05)[0]:
    asked = time.monotonic()
    if answers():
        total, since = total + (asked - since if since else 0), None
    elif since is None:
        since, breaks = asked, breaks + 1
print(total + (time.monotonic() - since if since else 0), breaks)
"""


class Outage:
    """Measures from outside of the machine while its block runs."""

    def __init__(self, session, machine):
        self._argv = ["ip", "netns", "exec", session.switch.name, "/usr/bin/python3", "-c", PROBE,
                      f"https://{machine.address}:6443/readyz"]
        self.seconds = None

    def __enter__(self):
        self._probe = subprocess.Popen(self._argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *error):
        said, _ = self._probe.communicate()
        self.seconds = float(said.split()[0])


def ready(machine):
    return machine.run(["curl", "-skf", "--max-time", "2", "https://127.0.0.1:6443/readyz"], check=False).rc == 0


def serves_with(machine, wanted):
    """The API server that answers was started with the flag, or without it."""
    found = machine.run(["pgrep", "-f", f"[k]ube-apiserver .*{FLAG}"], check=False).rc == 0
    return found == wanted and ready(machine)


def change_ours(machine):
    machine.write("/etc/k8s-node/node.d/50-flag.yaml", OVERRIDE)
    machine.run(["k8s-node-install"], timeout=300)


def return_ours(machine):
    # By its number: the newest good one before may be one of an earlier round, with the flag.
    machine.run(["k8s-node-install", "rollback", "1"], timeout=300)
    machine.run(["rm", "/etc/k8s-node/node.d/50-flag.yaml"])


def edit_manifest(machine, expression, wanted):
    # sed -i writes beside and renames: kubelet sees one change.
    machine.run(["sed", "-i", expression, MANIFEST])
    Deadline(300).wait_until(lambda: serves_with(machine, wanted), "kubelet to restart the API server")


def change_kubeadm(machine):
    edit_manifest(machine, f"s/^    - kube-apiserver$/&\\n    - {FLAG}/", True)


def return_kubeadm(machine):
    edit_manifest(machine, f"/^    - {FLAG}$/d", False)


def measure(session, machine, act, wanted):
    with Outage(session, machine) as outage:
        began = time.monotonic()
        act(machine)
        took = time.monotonic() - began
    assert serves_with(machine, wanted), f"{act.__name__} did not do it"
    print(f"{act.__name__:<15} API server away {outage.seconds:6.1f} s, the whole change {took:6.1f} s", flush=True)
    return outage.seconds


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    sides = {"ours": (change_ours, return_ours), "kubeadm": (change_kubeadm, return_kubeadm)}
    away = {act.__name__: [] for acts in sides.values() for act in acts}
    with Session() as session, tempfile.TemporaryDirectory() as directory, Lab(session, Path(directory)) as lab:
        machines = {"ours": session.machine("ours"), "kubeadm": session.machine("kubeadm")}
        ours(lab, machines["ours"])
        kubeadm(lab, machines["kubeadm"])
        for _ in range(rounds):
            for step, wanted in enumerate((True, False)):
                for side, acts in sides.items():
                    act = acts[step]
                    away[act.__name__].append(measure(session, machines[side], act, wanted))
        for machine in machines.values():
            session.destroy_machine(machine.name)
    for step, what in enumerate(("flag changed", "changed back")):
        a, b = (statistics.median(away[acts[step].__name__]) for acts in sides.values())
        print(f"{what}: API server away {a:.1f} s, with kubeadm {b:.1f} s: ratio {a / b:.2f} (medians of {rounds})")
    print(f"load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
