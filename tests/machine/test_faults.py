"""Whatever goes wrong in the middle: the same command again is all it takes.

Stand-in services (see fault/README.md). By hand, and all faults instead of a
sample: tests/machine/fault/run.
"""

import os
import random
import subprocess

import pytest
from fault.bench import KILLED, Bench
from fault.campaign import BY_NAME, Report, inject_all, sample, survey
from fault.power import power_cuts
from fault.site import HOST
from fault.tools import Tools, build_directory
from machines.commands import Result

FAULTS = 300
POWER_CUTS = 10  # of each of three scenarios
SEED = int(os.environ.get("K8S_NODE_SEED", random.randrange(10**6)))
FIRST, CHANGE, RELEASE, RESET = (BY_NAME[name] for name in ("first", "change", "release", "reset"))
SMALL_DISK = [word for check in ("DiskSpace", "FreeInodes")
              for word in ("--ignore-preflight", f"{check}--opt-k8s-node-store")]


@pytest.fixture(scope="module")
def tools(machine_session, tmp_path_factory):
    with Tools(machine_session, tmp_path_factory.mktemp("fault"), build_directory()) as tools:
        yield tools


@pytest.fixture(scope="module")
def benches(machine_session, tools):
    names = ("fault-0", "fault-1")
    try:
        yield [Bench(machine_session, name, tools) for name in names]
    finally:
        for name in names:
            if name in machine_session.machines:
                machine_session.destroy_machine(name)


@pytest.fixture
def bench(benches):
    return benches[0]


def test_every_injected_fault_converges(benches, capsys):
    report = Report()
    faults = survey(benches[0], list(BY_NAME.values()), report)
    # some more than promised, for calls that do not come in every run
    inject_all(benches, sample(faults, FAULTS + FAULTS // 10, SEED), report)
    with capsys.disabled():
        print(f"\nseed {SEED}: {report.text()}")
    assert report.failures == []
    assert report.injected >= FAULTS


@pytest.mark.parametrize("scenario", [FIRST, RELEASE, RESET], ids=lambda scenario: scenario.name)
def test_unsynced_data_may_be_lost(bench, scenario):
    goal = bench.goal(scenario)
    print(f"seed {SEED} (K8S_NODE_SEED)")
    for cut in power_cuts(goal.start, goal.end, goal.calls, SEED, POWER_CUTS):
        print(cut.shown())
        bench.lose_power(scenario, cut.left)


def test_killed_at_random_instants(bench):
    print(f"seed {SEED} (K8S_NODE_SEED)")
    dice = random.Random(SEED)
    for _ in range(20):
        scenario = dice.choice([FIRST, CHANGE, RELEASE, RESET])
        seconds = f"{dice.uniform(0.01, 1.0):.3f}"
        print(f"{scenario.name} killed after {seconds} s")
        bench.disturb(scenario, run=lambda command, after=seconds: bench.command(
            ["timeout", "--signal=KILL", after, *command]))


@pytest.mark.parametrize("scenario", [FIRST, RELEASE], ids=lambda scenario: scenario.name)
def test_power_cut_and_boot(bench, scenario):
    def pull_the_plug(command):
        running = bench.machine.popen([*command, "--verbose"], stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True)
        said = next(line for line in running.stdout if "is current" in line)
        bench.boot()
        return Result(KILLED[0], said, running.communicate()[0])

    bench.disturb(scenario, run=pull_the_plug)


@pytest.mark.parametrize("slow", ["alpha", "beta"])
@pytest.mark.parametrize("scenario", [CHANGE, RELEASE, RESET], ids=lambda scenario: scenario.name)
def test_right_after_a_boot(bench, scenario, slow):
    bench.catch_starting(scenario, slow)


def test_a_service_that_fails_late_and_is_tried_again_does_not_stop_the_way_back(bench, tools):
    late = CHANGE.before[-1].text(tools.mirror) + (
        "override: {beta: {services: {beta: {service: {Restart: always, RestartSec: 1,"
        " ExecStartPre: \"/bin/sh -c 'sleep 10; exit 3'\"}}}}}\n")
    result = bench.go_back(CHANGE, late)
    assert result.rc == 8, result.stderr
    assert "beta.service" in result.stderr and "The node was rolled back to generation 1" in result.stderr


def test_a_download_that_fails_leaves_nothing_to_restart(bench, tools):
    goal = bench.goal(RELEASE)
    bench.reset(goal)
    with tools.broken_off_after(0):
        assert bench.command(["k8s-node-install", *RELEASE.command]).rc == 7
    bench.machine.write("/etc/k8s-node/node.yaml", RELEASE.before[-1].text(tools.mirror))
    plan = bench.command(["k8s-node-install", "plan"])
    assert plan.rc == 0 and plan.stdout.startswith("Nothing to do:"), plan.stdout


@pytest.mark.parametrize("served", [0, 1, 100_000], ids=lambda count: f"{count}-bytes")
def test_network_cut_in_mid_download(bench, tools, served):
    result = bench.disturb(FIRST, trouble=tools.broken_off_after(served))
    assert result.rc == 7
    assert HOST in result.stderr


# Bytes and inodes, from none at all to nearly enough.
@pytest.mark.parametrize("place, limit", [
    *[(place, {"kilobytes": kilobytes}) for place in ("/opt", "/etc") for kilobytes in (0, 8, 40)],
    *[(place, {"inodes": inodes}) for place in ("/opt", "/etc") for inodes in (0, 3, 9)],
    ("/opt", {"kilobytes": 2500}),
])
def test_disk_full(bench, place, limit):
    result = bench.disturb(FIRST, trouble=bench.room(place, **limit), words=SMALL_DISK)
    assert result.rc == 1
    assert "No space left on device" in result.stderr
