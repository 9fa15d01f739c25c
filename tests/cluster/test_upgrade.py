"""To another release and back by itself, beside a workload that must not notice."""

import json
import re

import pytest
from lab import MIRROR_PORT, Deadline, Lab, fetch_page, fixtures, install, kubectl, serve_page, web_container

BASE, NEWER = fixtures.kubernetes_version("1.36"), fixtures.kubernetes_version("1.37")
# No such releases exist: the first is made of NEWER's programs, nothing of the second is ever fetched.
BROKEN, TOO_FAR = "1.37.999", "1.38.0"
# Seconds that each service must stay well: the default is for machines, not for a test's time.
QUICK = ["--stable-for", "1"]

GUARDED = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: guarded}
spec:
  replicas: 1
  selector: {matchLabels: {app: guarded}}
  template:
    metadata: {labels: {app: guarded}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: web, image: "localhost/web:1", imagePullPolicy: Never}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: keep-guarded}
spec:
  minAvailable: 1
  selector: {matchLabels: {app: guarded}}
"""


@pytest.fixture(scope="module")
def lab(machine_session, tmp_path_factory):
    """A site that has three releases: the installed one, a newer one, and one whose API server cannot start."""
    with Lab(machine_session, tmp_path_factory.mktemp("upgrades"), BASE, NEWER,
             unusable=fixtures.Broken(BROKEN, like=NEWER), port=MIRROR_PORT + 1) as lab:
        yield lab


@pytest.fixture(scope="module")
def serving(node, lab):
    """The node with a page that a pod serves, every release known to it, and none in its configuration."""
    page = serve_page(node, lab.fixture)
    for version in (NEWER, BROKEN):
        node.write(f"/etc/k8s-node/releases/{version}.yaml", lab.fixture.release(version).read_text())
    node.write(f"/etc/k8s-node/releases/{TOO_FAR}.yaml", lab.fixture.release(BASE).read_text().replace(BASE, TOO_FAR))
    node.write("/etc/k8s-node/node.yaml", re.sub("^release: .*\n", "", lab.node_yaml()))
    node.page = page
    return node


def upgrade(node, *words, check=True):
    return node.run(["k8s-node-install", "upgrade", *QUICK, *words], check=check, timeout=400)


def versions(node):
    kubelet = kubectl(node, "get", "node", node.name, "-o", "jsonpath={.status.nodeInfo.kubeletVersion}")
    server = json.loads(kubectl(node, "get", "--raw", "/version"))["gitVersion"]
    return {kubelet.strip(), server}


def invocations(node):
    shown = node.run(["systemctl", "show", "--property=InvocationID", "etcd", "kube-apiserver", "kubelet",
                      "containerd", "kube-proxy"]).stdout
    return shown.split()


def generation(node):
    return node.run(["readlink", "/etc/k8s-node/current"]).stdout.strip()


def snapshots(node):
    return node.run(["ls", "/var/lib/k8s-node/snapshots"], check=False).stdout.split()


def test_a_jump_of_two_minors_is_refused_before_anything_is_touched(serving):
    before = invocations(serving), generation(serving), snapshots(serving)
    result = upgrade(serving, "--to", TOO_FAR, check=False)
    assert result.rc == 5
    assert f"[ReleaseSkip] changing from {BASE} to {TOO_FAR} skips a minor version" in result.stderr
    assert (invocations(serving), generation(serving), snapshots(serving)) == before
    by_configuration = install(serving, "--release", TOO_FAR, check=False)
    assert by_configuration.rc == 5 and "[ReleaseSkip]" in by_configuration.stderr
    assert (invocations(serving), generation(serving), snapshots(serving)) == before


def test_two_words_about_the_release_are_refused_where_the_other_is_written(serving):
    serving.write("/etc/k8s-node/node.d/10-release.yaml", f"release: {BASE}\n")
    result = upgrade(serving, "--to", NEWER, check=False)
    serving.run(["rm", "/etc/k8s-node/node.d/10-release.yaml"])
    assert result.rc == 3
    assert f"/etc/k8s-node/node.d/10-release.yaml:1:10: error: the configuration says release {BASE}" in result.stderr


def test_a_dry_run_shows_the_order(serving):
    before = generation(serving)
    result = upgrade(serving, "--to", NEWER, "--dry-run", check=False)
    assert result.rc == 4, result.stderr
    assert f"Kubernetes {BASE} to {NEWER}" in result.stdout
    restarts = re.findall(r"^  restart +(\S+)", result.stdout, re.MULTILINE)
    assert restarts == [f"{name}.service" for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler",
                                                       "kubelet", "kube-proxy", "etcd")]
    assert generation(serving) == before


def test_a_budget_stops_the_drain_and_with_it_the_upgrade(serving, lab):
    kubectl(serving, "apply", "-f", "-", input=GUARDED)
    kubectl(serving, "run", "bare", "--image=localhost/web:1", "--image-pull-policy=Never")
    kubectl(serving, "wait", "--for=condition=Available", "deployment/guarded", "--timeout=60s", timeout=70)
    Deadline(60).wait_until(
        lambda: kubectl(serving, "get", "pdb", "keep-guarded", "-o", "jsonpath={.status.currentHealthy}") == "1",
        "the budget to count its pod")
    before = invocations(serving), generation(serving)
    refused = upgrade(serving, "--to", NEWER, "--drain", check=False)
    assert refused.rc == 5 and "[DrainUnmanaged]" in refused.stderr and "default/bare" in refused.stderr
    kubectl(serving, "delete", "pod", "bare", "--wait=true")
    result = upgrade(serving, "--to", NEWER, "--drain", "--drain-timeout", "4", check=False)
    assert result.rc == 8
    assert re.search(r"pod default/guarded-\S+: The disruption budget keep-guarded needs 1 healthy pods", result.stderr)
    assert f"nothing was switched: Kubernetes {BASE} keeps running" in result.stderr
    assert (invocations(serving), generation(serving)) == before
    node = json.loads(kubectl(serving, "get", "node", serving.name, "-o", "json"))
    assert "unschedulable" not in node["spec"]
    assert "k8s-node-install/cordoned" not in node["metadata"].get("annotations", {})
    kubectl(serving, "delete", "deployment,pdb", "--all", "--wait=true")
    serve_page(serving, lab.fixture)


def test_a_killed_drain_is_ended_by_the_next_run(serving):
    kubectl(serving, "cordon", serving.name)
    kubectl(serving, "annotate", "node", serving.name, "k8s-node-install/cordoned=true")
    shown = serving.run(["k8s-node-install", "plan"], check=False)
    assert shown.rc == 4 and re.search(rf"uncordon +node {serving.name} ", shown.stdout), shown.stdout
    install(serving)
    node = json.loads(kubectl(serving, "get", "node", serving.name, "-o", "json"))
    assert "unschedulable" not in node["spec"]
    assert serving.run(["k8s-node-install", "plan"]).stdout.startswith("Nothing to do:")


def test_a_release_whose_api_server_cannot_start_comes_back_by_itself(serving):
    before, was = web_container(serving), generation(serving)
    result = upgrade(serving, "--to", BROKEN, check=False)
    assert result.rc == 8
    assert "kube-apiserver-handover.service" in result.stderr and "unknown flag" in result.stderr
    assert re.search(r"The node was rolled back to generation \d+", result.stderr)
    assert re.search(r"the API server did not answer for [\d.]+ ", result.stderr)
    saved = re.search(r"snapshot of etcd from before: (\S+)", result.stderr)[1]
    assert re.search(rf"to restore it: k8s-node-install etcd recover .*--snapshot {saved}", result.stderr)
    assert serving.run(["stat", "-c", "%a %U", saved]).stdout == "600 root\n"
    assert generation(serving) == was
    assert versions(serving) == {f"v{BASE}"}
    assert web_container(serving) == before
    assert fetch_page(serving) == serving.page
    assert serving.run(["k8s-node-install", "plan"]).stdout.startswith("Nothing to do:")
    assert "Healthy." in serving.run(["k8s-node-install", "status"]).stdout


def test_the_snapshot_of_a_change_puts_etcd_back(serving):
    """By the very commands that the run prints."""
    result = upgrade(serving, "--to", BROKEN, check=False)
    restore = re.search(r"to restore it: (k8s-node-install .*)", result.stderr)[1]
    kubectl(serving, "create", "configmap", "written-since")
    before = web_container(serving)
    serving.run(["sh", "-c", restore + " --yes"], timeout=180)
    Deadline(60).wait_until(
        lambda: serving.run(["k8s-node-install", "status"], check=False).rc == 0, "the node to be healthy")
    assert "written-since" not in kubectl(serving, "get", "configmaps", "-o", "name")
    assert web_container(serving) == before
    assert fetch_page(serving) == serving.page
    # what watches sees what is made from now on
    kubectl(serving, "rollout", "restart", "deployment/web")
    kubectl(serving, "rollout", "status", "deployment/web", "--timeout=120s", timeout=130)
    serving.run(["rm", "-r", "/var/lib/k8s-node/etcd-recovery"])


def test_an_upgrade_leaves_the_workload_alone(serving):
    before = web_container(serving)
    result = upgrade(serving, "--to", NEWER, "-o", "json")
    report = json.loads(result.stdout)["release"]
    assert report["step"] == f"Kubernetes {BASE} to {NEWER}"
    assert "kube-apiserver-handover.service: start done" in result.stderr
    assert 0 <= report["apiServerOutage"]["seconds"] < 60
    assert report["snapshot"]["revision"] > 0
    assert versions(serving) == {f"v{NEWER}"}
    assert web_container(serving) == before
    assert fetch_page(serving) == serving.page
    assert serving.run(["k8s-node-install", "plan"]).stdout.startswith("Nothing to do:")


def test_snapshots_are_few_and_only_for_root(serving):
    assert 1 <= len(snapshots(serving)) <= 3
    assert serving.run(["stat", "-c", "%a %U", "/var/lib/k8s-node/snapshots"]).stdout == "700 root\n"


def test_going_back_over_a_minor_of_etcd_keeps_what_was_written(serving):
    kubectl(serving, "create", "configmap", "written-by-the-newer", "--from-literal=key=value")
    before = web_container(serving)
    result = serving.run(["k8s-node-install", "rollback"], check=False, timeout=400)
    assert result.rc == 0, result.stderr
    assert "etcd has downgraded its data to 3.6" in result.stderr
    assert versions(serving) == {f"v{BASE}"}
    shown = kubectl(serving, "get", "configmap", "written-by-the-newer", "-o", "jsonpath={.data.key}")
    assert shown == "value"
    assert web_container(serving) == before
    assert "Healthy." in serving.run(["k8s-node-install", "status"]).stdout
