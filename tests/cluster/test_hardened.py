"""A node with component hardened: what it refuses, what still runs on it, and what its audit log says."""

import json

import pytest
from lab import KUBECTL, install, kubectl, serve_page
from machines import Deadline

API = "https://127.0.0.1:6443"
CLUSTER_INFO = "/api/v1/namespaces/kube-public/configmaps/cluster-info"
AUDIT_LOG = "/var/log/kubernetes/audit.log"
# As the restricted standard wants it; web of the lab runs as root.
CONFINED = """\
apiVersion: v1
kind: Pod
metadata: {name: confined}
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - name: web
      image: localhost/web:1
      imagePullPolicy: Never
      securityContext:
        runAsUser: 1000
        runAsNonRoot: true
        allowPrivilegeEscalation: false
        capabilities: {drop: [ALL]}
        seccompProfile: {type: RuntimeDefault}
"""
OPEN_NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata: {name: default, labels: {pod-security.kubernetes.io/enforce: privileged}}
"""


@pytest.fixture(scope="module")
def node(machine_session, lab):
    machine = machine_session.machine("hardened")
    lab.prepare(machine)
    machine.write("/etc/k8s-node/node.d/60-hardened.yaml", "components: [hardened]\n")
    install(machine)
    yield machine
    machine_session.destroy_machine("hardened")


@pytest.fixture(scope="module")
def page(node, lab):
    """A namespace may ask for less by its label; in it runs what the restricted standard does not allow."""
    kubectl(node, "apply", "--server-side", "-f", "-", input=OPEN_NAMESPACE)
    return serve_page(node, lab.fixture)


def status_of(machine, path: str, *words: str) -> str:
    return machine.run(["curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", *words, f"{API}{path}"], check=False).stdout


def events(machine) -> list[dict]:
    return [json.loads(line) for line in machine.read(AUDIT_LOG).splitlines()]


def test_who_has_no_identity_learns_no_more_than_needed(node):
    allowed = ["/livez", "/readyz", "/healthz", CLUSTER_INFO]
    refused = ["/version", "/api", "/api/v1/namespaces/default/pods", "/metrics", "/openapi/v2"]
    assert {path: status_of(node, path) for path in allowed} == dict.fromkeys(allowed, "200")
    assert {path: status_of(node, path) for path in refused} == dict.fromkeys(refused, "401")


def test_old_protocols_are_refused(node):
    assert status_of(node, "/livez", "--tls-max", "1.2") == "000"
    assert status_of(node, "/livez", "--tlsv1.3") == "200"


def test_pods_must_be_restricted_where_no_label_says_otherwise(node, page):
    kubectl(node, "create", "namespace", "strict")
    refused = node.run([*KUBECTL, "--namespace=strict", "run", "web", "--image=localhost/web:1"], check=False)
    assert refused.rc != 0 and 'violates PodSecurity "restricted:latest"' in refused.stderr
    Deadline(60).wait_until(
        lambda: "default" in kubectl(node, "-n", "strict", "get", "serviceaccounts", "-o", "name", check=False),
        "the default service account")
    kubectl(node, "--namespace=strict", "apply", "-f", "-", input=CONFINED)
    kubectl(node, "--namespace=strict", "wait", "--for=condition=Ready", "pod/confined", "--timeout=60s", timeout=70)


def test_a_pod_has_a_system_call_filter_and_a_limit_of_processes(node, page):
    status = kubectl(node, "exec", "deployment/web", "--", "cat", "/proc/1/status")
    assert "Seccomp:\t2" in status, status
    uid = kubectl(node, "get", "pods", "--selector=app=web", "-o", "jsonpath={.items[0].metadata.uid}").replace("-", "_")
    limits = node.run(["sh", "-c", f"cat $(find /sys/fs/cgroup -path '*kubepods*pod{uid}.slice' -type d"
                                   " -exec find {} -maxdepth 1 -name pids.max ';')"]).stdout.split()
    assert "4096" in limits, limits


def test_kubelet_has_its_configuration_where_tools_look(node):
    shown = node.run(["stat", "--format=%a %U:%G", "/var/lib/kubelet/config.yaml", "/var/lib/kubelet"]).stdout.splitlines()
    assert shown == ["600 root:root", "750 root:root"]
    assert node.read("/var/lib/kubelet/config.yaml") == node.read("/etc/k8s-node/current/config/kubelet.yaml")
    command = node.run(["sh", "-c", "tr '\\0' ' ' < /proc/$(pidof kubelet)/cmdline"]).stdout
    assert "--config=/var/lib/kubelet/config.yaml " in command


def test_the_audit_log_says_who_and_never_what(node, page):
    kubectl(node, "create", "secret", "generic", "hidden", "--from-literal=word=to-be-kept-secret")
    kubectl(node, "get", "secret", "hidden", "-o", "yaml")
    asked = [(event["verb"], event["user"]["username"], event["level"]) for event in events(node)
             if event.get("objectRef", {}).get("name") == "hidden"]
    assert ("create", "kubernetes-admin", "Metadata") in asked and ("get", "kubernetes-admin", "Metadata") in asked
    everything = node.read(AUDIT_LOG)
    assert "to-be-kept-secret" not in everything and "requestObject" not in everything
    resources = {event.get("objectRef", {}).get("resource") for event in events(node)}
    assert {"pods", "secrets", "deployments"} <= resources and not resources & {"leases", "events"}


def test_the_audit_log_is_the_api_servers_own(node):
    shown = node.run(["sh", "-c", "stat --format='%a %U' /var/log/private/kubernetes /var/log/kubernetes/audit.log"]).stdout
    assert shown.splitlines() == ["700 kube-apiserver", "600 kube-apiserver"]


def test_the_node_is_healthy_and_has_nothing_to_change(node, page):
    assert node.run(["k8s-node-install", "status"]).stdout.rstrip().endswith("\nHealthy.")
    assert install(node).stdout.startswith("Nothing to do:")
