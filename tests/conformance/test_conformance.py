"""A sample of upstream's conformance tests against three of our nodes: a control plane and two workers on flannel."""

import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor

import fixtures
import pytest
from cluster_of_two import add_network, join, nodes_of
from lab import PROJECT, Deadline, install
from sample import EXCLUDED, GROUPS, alone, sample, shares

LOGS = PROJECT / "build/logs"
NODES = ("control", "worker-1", "worker-2")
# The machines' disk is that of the host, which may be nearly full and is not theirs to clean up.
DISK = """\
override:
  kubelet:
    configs:
      kubelet.yaml:
        tree:
          evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
          imageGCHighThresholdPercent: 99
          imageGCLowThresholdPercent: 98
"""
# Of each process.
MINUTES = 30


@pytest.fixture(scope="session")
def tests(lab):
    return fixtures.conformance(lab.release)


@pytest.fixture(scope="session")
def cluster(machine_session, lab, tests):
    """The control plane, which has e2e.test; every node has the images."""
    machines = [machine_session.machine(name) for name in NODES]
    for machine in machines:
        lab.prepare(machine)
        machine.write("/etc/k8s-node/node.d/60-disk.yaml", DISK)
    control, *workers = machines
    add_network(control, "flannel")
    install(control, profile="master")
    for worker in workers:
        join(worker, control)
    Deadline(120).wait_until(lambda: list(nodes_of(control).values()) == ["True"] * len(NODES), "three Ready nodes")
    for machine in machines:
        machine.put(tests.images, "/root/images.tar")
        machine.run(["sh", "-c", "/opt/k8s-node/store/containerd-*/bin/ctr -n k8s.io images import /root/images.tar"],
                    timeout=300)
        machine.run(["rm", "/root/images.tar"])
    control.put(tests.program, "/root/e2e.test")
    yield control
    for name in reversed(NODES):
        machine_session.destroy_machine(name)


def run_share(control, number: int, chosen: list[str]) -> dict[str, str]:
    """What became of each test that was not skipped: "passed", or what it complained about."""
    reports = f"/root/share-{number}"
    with open(LOGS / f"conformance-{number}.log", "w") as log:
        process = control.popen(
            ["/root/e2e.test", "--kubeconfig=/etc/kubernetes/admin.conf", "--provider=skeleton",
             f"--report-dir={reports}", f"--ginkgo.timeout={MINUTES}m", "--ginkgo.no-color", *chosen],
            stdout=log, stderr=log)
        try:
            process.wait((MINUTES + 1) * 60)
        finally:
            process.kill()
            process.wait()
    report = control.run(["sh", "-c", f"cat {reports}/junit*.xml"]).stdout
    (LOGS / f"conformance-{number}.xml").write_text(report)
    return {case.get("name"): outcome(case) for case in ElementTree.fromstring(report).iter("testcase")
            if case.find("skipped") is None}


def outcome(case) -> str:
    complaint = next((case.find(kind) for kind in ("failure", "error") if case.find(kind) is not None), None)
    return "passed" if complaint is None else (complaint.get("message") or complaint.text or "failed")


@pytest.fixture(scope="session")
def outcomes(cluster):
    """Title of a test → what became of it."""
    LOGS.mkdir(exist_ok=True)
    together = list(enumerate(shares(), 1))
    with ThreadPoolExecutor(len(together)) as pool:
        parts = list(pool.map(lambda share: run_share(cluster, *share), together))
    parts.append(run_share(cluster, len(together) + 1, alone()))
    return {title: said for part in parts for title, said in part.items()}


def each_test():
    version = fixtures.kubernetes_version(fixtures.DEFAULT_MINOR)
    listed = fixtures.conformance(version).list.read_text()
    return [name for group in GROUPS for name in sorted(sample(group, listed).wanted)]


def test_what_is_not_run_is_told():
    text = (PROJECT / "docs/conformance.md").read_text()
    assert [part for part in EXCLUDED if part not in text] == []


@pytest.mark.parametrize("name", each_test())
def test_upstream(outcomes, name):
    said = [outcome for title, outcome in outcomes.items() if name in title]
    assert said == ["passed"]
