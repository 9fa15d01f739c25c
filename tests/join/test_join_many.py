"""Many machines join one real API server: no herd while it is absent, none when it is back, and its refusals count.

Each machine is the program's own discovery, admission and pauses, all in one process (join_many.cpp).
K8S_NODE_MACHINES says how many; `tests/run join-500` runs 500.
"""

import os
import subprocess
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import fixtures
import pytest
from control_plane import ControlPlane
from lab import build_directory

MACHINES = int(os.environ.get("K8S_NODE_MACHINES", "20"))
IS_HERD = MACHINES >= 100
# Until the API server begins to start again.
ABSENT = 90 if IS_HERD else 1
DEADLINE = 300


@dataclass(frozen=True)
class Attempt:
    """`began` and `ended` in seconds; `asked_for` is the pause that a server wanted."""

    began: float
    ended: float
    machine: str
    asked_for: int
    end: str


def parse(line: str) -> Attempt:
    began, ended, machine, asked_for, end = line.split(" ", 4)
    return Attempt(float(began), float(ended), machine, int(asked_for), end)


@pytest.fixture(scope="module")
def control_plane(tmp_path_factory):
    with ControlPlane(fixtures.ensure(), tmp_path_factory.mktemp("control-plane")) as control_plane:
        yield control_plane


class Herd:
    """The machines, switched on at one moment."""

    def __init__(self, control_plane, directory: Path):
        (directory / "join.yaml").write_text(control_plane.join_data())
        self._said = directory / "attempts"
        with open(self._said, "w") as said:  # a pipe that nobody reads would hold them up
            self._process = subprocess.Popen(
                control_plane.inside(build_directory() / "tests/join/join_many", directory / "join.yaml",
                                     control_plane.version, MACHINES, DEADLINE), stdout=said)

    def is_out_for(self, seconds: float) -> bool:
        """Leaves them alone for a time; False if they have all ended meanwhile."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return True
        return False

    def joined(self) -> list[Attempt]:
        status = self._process.wait()
        said = self._said.read_text()
        attempts = [parse(line) for line in said.splitlines()]
        assert status == 0, f"{status} have not joined\n{said[-2000:]}"
        assert sum(attempt.end == "joined" for attempt in attempts) == MACHINES
        return attempts


def per_second(times) -> Counter:
    return Counter(int(time) for time in times)


def peak_after(attempts, second: float) -> int:
    return max(per_second(attempt.began for attempt in attempts if attempt.began >= second).values(), default=0)


def show(title: str, attempts, requests, wide: int = 10) -> None:
    """A line for each ten seconds: for docs/benchmarks.md."""
    by_second = per_second(attempt.began for attempt in attempts)
    refused = [attempt for attempt in attempts if attempt.asked_for]
    print(f"\n{title}: {MACHINES} machines, {len(attempts)} attempts, {len(refused)} of them refused for a time, "
          f"last joined after {max(attempt.ended for attempt in attempts):.1f} s; "
          f"answers {dict(Counter(request['responseStatus']['code'] for request in requests))}")
    print("| seconds | attempts | most in a second | joined |\n|---|---|---|---|")
    for begin in range(0, max(by_second) + 1, wide):
        seconds = range(begin, begin + wide)
        joined = sum(attempt.end == "joined" and int(attempt.ended) in seconds for attempt in attempts)
        print(f"| {begin} to {begin + wide} | {sum(by_second[s] for s in seconds)} | "
              f"{max(by_second[s] for s in seconds)} | {joined} |")


def assert_left_alone(attempts) -> None:
    """Nobody comes back before the time that the server has named."""
    of: dict[str, list[Attempt]] = {}
    for attempt in attempts:
        of.setdefault(attempt.machine, []).append(attempt)
    early = [(before, after) for tries in of.values() for before, after in pairwise(tries)
             if after.began - before.ended < before.asked_for]
    assert early == []


def test_a_server_that_comes_late(control_plane, tmp_path):
    control_plane.stop_api_server()
    control_plane.forget_requests()
    herd = Herd(control_plane, tmp_path)
    assert herd.is_out_for(ABSENT), "they ended although nobody can let them in"
    control_plane.start_api_server()
    attempts = herd.joined()
    show("a server that comes late", attempts, control_plane.requests())
    assert_left_alone(attempts)
    if IS_HERD:
        assert peak_after(attempts, 45) <= MACHINES / 8, "in one second, out of half a minute"


def test_a_server_that_is_there_and_small(control_plane, tmp_path):
    control_plane.forget_requests()
    attempts = Herd(control_plane, tmp_path).joined()
    requests = control_plane.requests()
    show("a server that is there and small", attempts, requests)
    assert_left_alone(attempts)
    if IS_HERD:
        assert any(request["responseStatus"]["code"] == 429 for request in requests), "nobody was refused"
        assert peak_after(attempts, 12) <= MACHINES / 8
