"""Keys are replaced by overlap, a phase in each run, under a workload and clients that ask all the time."""

import json
import subprocess
import threading

import pytest
from cluster_of_two import add_network, join, nodes_of
from lab import KUBECTL, Deadline, install, kubectl, serve_page, web_container
from test_kill import Running
from test_renewal import Visitor, certs, listed

PKI = "/etc/kubernetes/pki"
ALL = ["rotate-ca", "--all"]
# Waits that only time cures; what a test asks meanwhile is asked by pods that never ask the API.
NOW = ["--ignore-preflight", "RotationAge"]
QUICKLY = ["--stable-for", "1"]
CERTIFICATES = {"apiserver": "ca", "apiserver-kubelet-client": "ca", "kubelet-server": "ca", "etcd/server": "etcd/ca",
                "etcd/peer": "etcd/ca", "etcd/healthcheck-client": "etcd/ca", "apiserver-etcd-client": "etcd/ca",
                "front-proxy-client": "front-proxy-ca", "/etc/kubernetes/admin.conf": "ca",
                "/etc/kubernetes/super-admin.conf": "ca", "/etc/kubernetes/kubelet.conf": "ca",
                "/etc/kubernetes/controller-manager.conf": "ca", "/etc/kubernetes/scheduler.conf": "ca",
                "/var/lib/kubelet/pki/kubelet-client-current.pem": "ca"}


@pytest.fixture(scope="module")
def page(node, lab):
    return serve_page(node, lab.fixture)


class Asking(Visitor):
    """Asks the API server all the time, by whichever kubeconfig is there now, for what it has to read in etcd."""

    failures: list[str]

    def run(self):
        self.failures = []
        while not self.left.is_set():
            done = self.machine.run([*KUBECTL, "--request-timeout=10s", "get", "--raw", "/api/v1/namespaces/default"],
                                    check=False)
            self.answers.append(done.rc)
            if done.rc != 0:
                self.failures.append(done.stderr)


def rotate(machine, *words: str, check: bool = True):
    return certs(machine, *words, *QUICKLY, check=check)


def phases(machine) -> dict[str, str]:
    state = json.loads(certs(machine, "rotate-ca", "--status", "-o", "json").stdout)
    return {each["subject"]: each["phase"] + ("" if each["settled"] else ", unsettled") for each in state["rotations"]}


def signers(machine) -> dict[str, str]:
    """Which key of a CA has signed each certificate."""
    return {name: each["issuerKeyId"] for name, each in listed(machine).items()}


def authorities(machine) -> dict[str, str]:
    shown = listed(machine)
    return {name: shown[name]["keyId"] for name in ("ca", "etcd/ca", "front-proxy-ca")}


def stored(machine, name: str) -> bytes:
    """A Secret as it is in etcd."""
    directory = f"{PKI}/etcd"
    return machine.run(["sh", "-c", "/opt/k8s-node/store/etcd-*/bin/etcdctl --endpoints=https://127.0.0.1:2379"
                        f" --cacert={directory}/ca.crt --cert={directory}/healthcheck-client.crt"
                        f" --key={directory}/healthcheck-client.key get /registry/secrets/default/{name}"
                        " --print-value-only | head -c 60 | tr -cd '[:print:]'"]).stdout


def test_what_cannot_be_replaced_is_refused_before_anything_is_touched(node):
    before = node.run(["sh", "-c", f"find {PKI} /etc/k8s-node/state -type f | sort | xargs sha256sum"]).stdout
    assert certs(node, "rotate-ca", check=False).rc == 2
    assert certs(node, "rotate-ca", "no-such-ca", check=False).rc == 2
    assert rotate(node, "rotate-key", "password", check=False).rc == 2
    assert rotate(node, "rotate-ca", "ca", "--finish", check=False).rc == 2
    node.run(["mv", f"{PKI}/ca.key", "/root/ca.key"])
    external = rotate(node, "rotate-ca", "ca", check=False)
    node.run(["mv", "/root/ca.key", f"{PKI}/ca.key"])
    assert external.rc == 5 and "external CA" in external.stderr
    assert rotate(node, *ALL, "--dry-run", check=False).rc == 4
    assert certs(node, "rotate-ca", "--status").stdout == "No key is being replaced.\n"
    assert before == node.run(["sh", "-c", f"find {PKI} /etc/k8s-node/state -type f | sort | xargs sha256sum"]).stdout


def test_all_authorities_are_replaced_under_a_running_workload(node, page, capsys):
    old, container = authorities(node), web_container(node)
    with Visitor(node) as visitor, Asking(node) as asking:
        rotate(node, *ALL)
        assert phases(node) == dict.fromkeys(old, "trust")
        node.run(["cp", "/etc/kubernetes/admin.conf", "/root/old-admin.conf"])
        assert authorities(node) == old and install(node).stdout.startswith("Nothing to do")
        assert rotate(node, *ALL, "--finish", check=False).rc == 5, "the new ones are not used yet"
        other = node.run(["k8s-node-install", "token", "create", "--profile", "master"], check=False)
        assert other.rc == 5 and "certs rotate-ca" in other.stderr, "no other control plane now"
        early = rotate(node, *ALL, check=False)
        assert early.rc == 11 and "RotationAge" in early.stderr

        running = Running(node, command=["certs", *ALL, *NOW, *QUICKLY])
        running.until("kube-apiserver-handover.service: start done")
        running.kill()
        assert asking.failures == []
        assert phases(node) == dict.fromkeys(old, "use, unsettled")
        assert rotate(node, *ALL, "--finish", check=False).rc == 5
        rotate(node, *ALL)
        assert phases(node) == dict.fromkeys(old, "use")
        new = authorities(node)
        assert not set(old.values()) & set(new.values())
        signed = signers(node)
        assert {name: signed[name] for name in CERTIFICATES} == {name: new[ca] for name, ca in CERTIFICATES.items()}
        assert certs(node, "renew").stdout == "Nothing to renew.\n"
        assert kubectl(node, "--kubeconfig=/root/old-admin.conf", "get", "nodes"), "both are trusted"
        rotate(node, *ALL, "--finish")
    with capsys.disabled():
        print(f"\n[The page was asked for {len(visitor.answers)} times, the API {len(asking.answers)} times.]")
    assert set(visitor.answers) == {0} and web_container(node) == container
    assert asking.answers and asking.failures == []
    assert phases(node) == {} and authorities(node) == new
    assert certs(node, "check").stdout.startswith("All ")
    assert node.run(["k8s-node-install", "status"]).stdout.rstrip().endswith("\nHealthy.")
    assert install(node).stdout.startswith("Nothing to do")


def test_then_the_old_authority_is_no_longer_believed_and_the_new_one_is_everywhere(node, page):
    refused = node.run([*KUBECTL[:1], "--kubeconfig=/root/old-admin.conf", "--insecure-skip-tls-verify",
                        "--request-timeout=5s", "get", "nodes"], check=False)
    assert refused.rc != 0
    authority = node.read(f"{PKI}/ca.crt")
    assert authority.count("BEGIN CERTIFICATE") == 1
    published = json.loads(kubectl(node, "get", "configmap", "kube-root-ca.crt", "-o", "json"))["data"]["ca.crt"]
    assert published == authority
    info = kubectl(node, "--namespace=kube-public", "get", "configmap", "cluster-info",
                   "-o", "jsonpath={.data.kubeconfig}")
    assert subprocess.run(["base64", "-w0"], input=authority, capture_output=True, text=True).stdout in info
    kubectl(node, "logs", "deployment/web")
    leftovers = node.run(["sh", "-c", f"find {PKI} -name '*.next.*' -o -name '*.old.*'; ls /etc/k8s-node/state"]).stdout
    assert "rotation.json" not in leftovers and ".key" not in leftovers


@pytest.mark.long
def test_secrets_are_encrypted_anew_and_the_old_key_goes(node, page):
    kubectl(node, "create", "secret", "generic", "word", "--from-literal=word=swordfish")
    assert ":key1:" in stored(node, "word")
    rotate(node, "rotate-key", "encryption")
    assert ":key1:" in stored(node, "word"), "the new key can read, and does not write yet"
    said = rotate(node, "rotate-key", "encryption").stdout
    assert "objects were encrypted anew" in said and ":key2:" in stored(node, "word")
    rotate(node, "rotate-key", "encryption", "--finish")
    configuration = node.read(f"{PKI}/encryption-config.yaml")
    assert "key2" in configuration and "key1" not in configuration
    assert kubectl(node, "get", "secret", "word", "-o", "jsonpath={.data.word}") == "c3dvcmRmaXNo"
    assert install(node).stdout.startswith("Nothing to do")


@pytest.mark.long
def test_tokens_of_both_keys_are_accepted_until_the_old_one_is_dropped(node, page):
    def token() -> str:
        return kubectl(node, "create", "token", "default").strip()

    def is_accepted(bearer: str) -> bool:
        # Whom it identifies may not read this, which is another answer than not to be known.
        said = node.run(["curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}",
                         "-H", f"Authorization: Bearer {bearer}", f"https://{node.address}:6443/api/v1/nodes"]).stdout
        assert said in ("401", "403")
        return said == "403"

    old = token()
    rotate(node, "rotate-key", "service-accounts")
    rotate(node, "rotate-key", "service-accounts")
    new = token()
    assert old.split(".")[0] != new.split(".")[0] and is_accepted(old) and is_accepted(new)
    early = rotate(node, "rotate-key", "service-accounts", "--finish", check=False)
    assert early.rc == 11 and "pods have tokens of the old key" in early.stderr
    rotate(node, "rotate-key", "service-accounts", "--finish", *NOW)
    assert is_accepted(new) and not is_accepted(old)


@pytest.fixture
def pair(bare_together):
    control, worker = bare_together("control", "worker")
    for machine in (control, worker):
        add_network(machine, "flannel")
    install(control, profile="master")
    join(worker, control)
    return control, worker


def kubelet_signers(worker) -> set[str]:
    shown = listed(worker)
    return {shown[f"/var/lib/kubelet/pki/kubelet-{kind}-current.pem"]["issuerKeyId"] for kind in ("client", "server")}


@pytest.mark.long
def test_a_joined_node_follows_and_the_next_phase_waits_for_it(pair):
    control, worker = pair
    old = authorities(control)["ca"]
    assert kubelet_signers(worker) == {old}
    refused = certs(worker, "rotate-ca", "ca", check=False)
    assert refused.rc == 5 and "run it on the control plane" in refused.stderr
    rotate(control, "rotate-ca", "ca")
    behind = rotate(control, "rotate-ca", "ca", *NOW, check=False)
    assert behind.rc == 5 and "RotationNode-worker" in behind.stderr
    assert "follows the CAs" in certs(worker, "renew").stdout
    assert worker.read(f"{PKI}/ca.crt") == control.read(f"{PKI}/ca.crt") and kubelet_signers(worker) == {old}

    rotate(control, "rotate-ca", "ca", *NOW)
    new = authorities(control)["ca"]
    assert nodes_of(control) == {"control": "True", "worker": "True"}
    behind = rotate(control, "rotate-ca", "ca", "--finish", check=False)
    assert behind.rc == 5 and "still uses certificates of the old CA" in behind.stderr
    worker.run(["sh", "-c", "k8s-node-install certs renew & sleep 3; kill -KILL $!"], check=False)
    # As the timer does it, confined.
    worker.run(["systemctl", "start", "k8s-node-renew.service"], timeout=120)
    assert kubelet_signers(worker) == {new} != {old}
    rotate(control, "rotate-ca", "ca", "--finish")
    certs(worker, "renew")
    assert worker.read(f"{PKI}/ca.crt") == control.read(f"{PKI}/ca.crt")
    assert worker.read(f"{PKI}/ca.crt").count("BEGIN CERTIFICATE") == 1
    leftovers = worker.run(["sh", "-c", "ls /var/lib/kubelet/pki /etc/kubernetes"]).stdout
    assert "before-rotation" not in leftovers and "bootstrap" not in leftovers

    for machine in pair:
        assert machine.run(["k8s-node-install"]).stdout.startswith("Nothing to do")
    Deadline(60).wait_until(lambda: nodes_of(control) == {"control": "True", "worker": "True"}, "both nodes Ready")
    assert kubectl(control, "get", "--raw", "/api/v1/nodes/worker/proxy/healthz") == "ok", "the API server asks kubelet"
