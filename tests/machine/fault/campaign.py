"""Many faults, on several machines at once, and what came of them."""

import random
import shlex
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from .bench import Bench, NotConverged
from .scenarios import SCENARIOS, Scenario
from .trace import Fault, faults_of

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}


@dataclass
class Report:
    """Filled by all machines."""

    points: dict[str, int] = field(default_factory=dict)  # scenario -> calls in its trace
    possible: int = 0
    ended: Counter = field(default_factory=Counter)  # how the runs with a fault ended
    missed: list[Fault] = field(default_factory=list)  # calls that did not come this time
    failures: list[tuple[Fault, str]] = field(default_factory=list)

    @property
    def injected(self) -> int:
        return sum(self.ended.values())

    def text(self) -> str:
        points = ", ".join(f"{name} {count}" for name, count in self.points.items())
        lines = [f"{sum(self.points.values())} injection points ({points}), {self.possible} faults "
                 f"possible, {self.injected} injected, {len(self.failures)} did not converge",
                 "the runs ended: " + ", ".join(f"{count} with {how}" for how, count
                                                in sorted(self.ended.items()))]
        if self.missed:
            lines.append(f"{len(self.missed)} calls did not come again")
        for fault, why in self.failures:
            lines += ["", f"{fault.shown()}: {why}", f"again: {command_for(fault)}"]
        return "\n".join(lines)


def command_for(fault: Fault) -> str:
    return shlex.join(["tests/machine/fault/run", "--scenario", fault.scenario, "--at", fault.at,
                       "--do", fault.action])


def sample(faults: list[Fault], count: int, seed: int) -> list[Fault]:
    """Every kind of call with every action gets its turn before one comes twice."""
    dice = random.Random(seed)
    groups = defaultdict(list)
    for fault in faults:
        groups[fault.scenario, fault.at.split(" ")[0], fault.action].append(fault)
    for group in groups.values():
        dice.shuffle(group)
    chosen: list[Fault] = []
    while len(chosen) < count and any(groups.values()):
        names = [name for name, group in groups.items() if group]
        dice.shuffle(names)
        chosen += [groups[name].pop() for name in names]
    return chosen[:count]


def inject_all(benches: list[Bench], faults: list[Fault], report: Report, seconds: float | None = None,
               show=lambda line: None) -> None:
    """Each machine takes the next fault. Stops early after `seconds`."""
    waiting = sorted(faults, key=lambda fault: fault.scenario, reverse=True)
    lock = threading.Lock()
    end = None if seconds is None else time.monotonic() + seconds

    def work(bench: Bench) -> None:
        while True:
            with lock:
                if not waiting or (end and time.monotonic() > end):
                    return
                fault = waiting.pop()
            began = time.monotonic()
            try:
                outcome = bench.run(BY_NAME[fault.scenario], fault)
                why = ""
            except NotConverged as error:
                outcome, why = "a failure", str(error)
            with lock:
                if outcome:
                    report.ended[outcome] += 1
                else:
                    report.missed.append(fault)
                if why:
                    report.failures.append((fault, why))
                show(f"{time.monotonic() - began:.2f} s  {fault.shown()}: {outcome or 'not hit'}"
                     + (f"\n{why}\nagain: {command_for(fault)}" if why else ""))

    threads = [threading.Thread(target=work, args=[bench]) for bench in benches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def survey(bench: Bench, scenarios: list[Scenario], report: Report) -> list[Fault]:
    """Runs each scenario undisturbed, which gives the list of all faults."""
    faults = []
    for scenario in scenarios:
        calls = bench.calls(scenario)
        report.points[scenario.name] = len(calls)
        faults += faults_of(scenario.name, calls)
    report.possible = len(faults)
    return faults
