"""The CIS Kubernetes Benchmark, as kube-bench asks it, of a node as it is by default, and of one with component hardened.

docs/hardening.md says what comes of each check, and why where it is not passed. What comes of them here must be that.
"""

import json
import re

import fixtures
import pytest
from lab import PROJECT, install

BENCHMARK = "cis-1.12"
DOCUMENT = PROJECT / "docs/hardening.md"
HARDENED = "components: [hardened]\n"


def documented() -> dict[str, tuple[str, str]]:
    """Number of a check → what comes of it by default and with component hardened."""
    rows = re.findall(r"^\| ([0-9.]+) \|[^|]*\| (\w+) \| (\w+) \|", DOCUMENT.read_text(), re.MULTILINE)
    return {number: (default, hardened) for number, default, hardened in rows}


@pytest.fixture(scope="module")
def bench():
    return fixtures.kube_bench()


@pytest.fixture(params=["", HARDENED], ids=["default", "hardened"])
def node(machine_session, lab, request):
    machine = machine_session.machine("bench")
    lab.prepare(machine)
    machine.write("/etc/k8s-node/node.d/60-hardened.yaml", request.param)
    install(machine)
    yield machine
    machine_session.destroy_machine("bench")


def outcomes(machine, bench, log) -> dict[str, str]:
    machine.put(bench.program, "/root/kube-bench")
    machine.put(bench.questions, "/root/cfg")
    said = machine.run(["/root/kube-bench", "run", f"--benchmark={BENCHMARK}", "--config-dir=/root/cfg", "--json",
                        "--config=/root/cfg/config.yaml", "--targets=master,etcd,controlplane,node"],
                       timeout=240).stdout
    log.parent.mkdir(exist_ok=True)
    log.write_text(said)
    return {check["test_number"]: check["status"].lower() for controls in json.loads(said)["Controls"]
            for group in controls["tests"] for check in group["results"]}


def test_the_benchmark(node, bench, request):
    variant = request.node.callspec.id
    came = outcomes(node, bench, PROJECT / f"build/logs/kube-bench-{variant}.json")
    assert came == {number: row[int(variant == "hardened")] for number, row in documented().items()}
