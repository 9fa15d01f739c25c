"""A cluster forms whatever happens to its machines in the first minutes: in which order they are switched on, how long
one waits for another, and which are rebooted, lose their power or their cable meanwhile.

K8S_NODE_SEEDS names the seeds ("1-30", "4 7"); without it there is one that nobody has chosen. A failure prints its
seed and what was done, by which it can be repeated.
"""

import os
import random
import secrets
import threading

import pytest
from cluster_of_five import CONTROL_PLANES, WORKERS, Five, beside
from cluster_of_two import PAGE, name_in, start_pods, wait_for_page
from lab import Deadline, kubectl
from machines import Until

LONGEST_DELAY = 25  # seconds from the first machine to the last
FAULTS = 4
LAST_FAULT = 75


def seeds() -> list[int]:
    chosen = os.environ.get("K8S_NODE_SEEDS", "").split()
    if not chosen:
        return [secrets.randbelow(1_000_000)]
    ranges = [word.partition("-") for word in chosen]
    return [seed for first, dash, last in ranges for seed in range(int(first), int(last if dash else first) + 1)]


def script_of(seed: int) -> list[tuple[float, str, str]]:
    """(seconds after the beginning, machine, what happens), in the order of time."""
    chance = random.Random(seed)
    names = [*CONTROL_PLANES, *WORKERS]
    script = [(chance.uniform(0, LONGEST_DELAY), name, "on") for name in names]
    for _ in range(FAULTS):
        at, name = chance.uniform(2, LAST_FAULT), chance.choice(names)
        kind = chance.choice(["power cut", "reboot", "cable"])
        script.append((at, name, kind))
        if kind == "cable":
            script.append((at + chance.uniform(1, 20), name, "cable back"))
    return sorted(script)


def carry_out(machine, what: str) -> None:
    if what == "on":
        machine.start(Until.REACHABLE)
    elif what.startswith("cable"):
        machine.set_link("up" if what == "cable back" else "down")
    elif machine.is_running():  # not yet switched on, it has no power to lose
        if what == "reboot":
            machine.reboot(Until.REACHABLE)
        else:
            machine.power_cut(Until.REACHABLE)


def play(five, script) -> None:
    """Each machine has its own hand, since a reboot takes time that the others do not wait for."""
    beginning = threading.Event()  # never set: to wait for a point in time
    total = Deadline(LAST_FAULT + LONGEST_DELAY + 60)

    def play_one(name: str) -> None:
        for at, _, what in (entry for entry in script if entry[1] == name):
            beginning.wait(max(0.0, at - (total.seconds - total.remaining())))
            carry_out(five[name], what)

    beside(play_one, list(five.machines))


@pytest.mark.parametrize("seed", seeds())
def test_a_cluster_forms_whatever_happens(machine_session, lab, tmp_path, seed):
    script = script_of(seed)
    print(f"seed {seed}: " + "; ".join(f"{at:.1f} s {name} {what}" for at, name, what in script))
    machines = [machine_session.create(name) for name in (*CONTROL_PLANES, *WORKERS)]
    try:
        five = Five(machines, lab, tmp_path / "seed")
        five.create_seed()
        for machine in machines:
            five.prepare(machine)
        play(five, script)
        five.wait_until_whole()
        check_pages_and_names(five)
    finally:
        for machine in machines:
            machine_session.destroy_machine(machine.name)


def check_pages_and_names(five) -> None:
    first = five["m1"]
    pods = start_pods(first, five.workers, five.lab.fixture)
    address = kubectl(first, "get", "service", "page", "-o", "jsonpath={.spec.clusterIP}").strip()
    for worker in five.workers:
        for target in (address, *(f"{pod['status']['podIP']}:8080" for pod in pods.values())):
            wait_for_page(worker, pods[worker.name], target)
        assert f"Address: {address}" in name_in(first, pods[worker.name], "page.default.svc.cluster.local")
    for machine in five.machines.values():
        Deadline(30).wait_until(
            lambda machine=machine: PAGE in machine.run(["curl", "-s", "--max-time", "2", f"http://{address}/"],
                                                        check=False).stdout,
            f"the page from {machine.name}", every=0.2)
        failed = machine.run(["systemctl", "--failed", "--plain", "--no-legend"]).stdout
        assert failed == "", f"{machine.name}: {failed}"
