"""Certificates near their end are renewed under a running workload; what needs an operator says so."""

import datetime
import json
import subprocess
import threading

import pytest
from lab import install, kubectl, message_ids, records, serve_page, web_container
from machines import Deadline

PKI = "/etc/kubernetes/pki"
SERVICES = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "containerd"]

# `openssl ca` is the one that takes both ends of a certificate's life.
CA_CONFIG = """\
[ca]
default_ca = it
[it]
database = index
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = copyall
[any]
organizationName = optional
commonName = supplied
"""


@pytest.fixture(scope="module")
def page(node, lab):
    return serve_page(node, lab.fixture)


def certs(machine, *words: str, check: bool = True):
    return machine.run(["k8s-node-install", "certs", *words], check=check, timeout=180)


def listed(machine) -> dict[str, dict]:
    return {each["name"]: each for each in json.loads(certs(machine, "list", "-o", "json").stdout)["certificates"]}


def processes(machine) -> dict[str, str]:
    return {unit: machine.run(["systemctl", "show", "--property=MainPID", "--value", unit]).stdout for unit in SERVICES}


def digests(machine, pattern: str) -> list[str]:
    return machine.run(["sh", "-c", f"sha256sum $(find {PKI} -name '{pattern}' | sort)"]).stdout.splitlines()


def let_end_in(machine, name: str, days: int, directory) -> None:
    """The same certificate for the same key by the node's CA, as if it had been issued a year ago."""
    for file in ("ca.crt", "ca.key", f"{name}.crt", f"{name}.key"):
        (directory / file).write_text(machine.read(f"{PKI}/{file}"))
    (directory / "ca.conf").write_text(CA_CONFIG)
    (directory / "index").write_text("")
    now = datetime.datetime.now(datetime.timezone.utc)
    first, last = (f"{now + datetime.timedelta(days=shift):%Y%m%d%H%M%SZ}" for shift in (days - 365, days))

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=directory, check=True, capture_output=True)

    openssl("x509", "-x509toreq", "-in", f"{name}.crt", "-signkey", f"{name}.key", "-out", "request",
            "-copy_extensions", "copyall")
    openssl("ca", "-batch", "-config", "ca.conf", "-cert", "ca.crt", "-keyfile", "ca.key", "-in", "request",
            "-startdate", first, "-enddate", last, "-notext", "-outdir", ".", "-out", "made.crt")
    machine.write(f"{PKI}/{name}.crt", (directory / "made.crt").read_text())


class Visitor(threading.Thread):
    """Asks for the page all the time, as a client of the workload does."""

    def __init__(self, machine):
        super().__init__()
        self.machine = machine
        self.address = kubectl(machine, "get", "service", "web", "-o", "jsonpath={.spec.clusterIP}").strip()
        self.left = threading.Event()
        self.answers: list[int] = []

    def run(self):
        while not self.left.is_set():
            self.answers.append(self.machine.run(["curl", "-sf", "--max-time", "1", "-o", "/dev/null",
                                                  f"http://{self.address}/"], check=False).rc)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.left.set()
        self.join()


def test_everything_is_listed_with_who_renews_it(node):
    shown = listed(node)
    assert shown["apiserver"]["renewedBy"] == "k8s-node-install"
    assert node.address in shown["apiserver"]["names"] and shown["apiserver"]["issuer"] == "CN = kubernetes"
    assert shown["/etc/kubernetes/admin.conf"]["subject"] == "O = kubeadm:cluster-admins, CN = kubernetes-admin"
    assert shown["ca"]["renewedBy"] == "operator" and shown["ca"]["ca"]
    assert "apiserver" in certs(node, "list").stdout
    assert certs(node, "check").stdout.startswith("All ")
    complaint = certs(node, "check", "--within", "400", check=False)
    assert complaint.rc == 8 and "apiserver expires on" in complaint.stdout
    assert certs(node, "renew").stdout == "Nothing to renew.\n"
    assert node.run(["systemctl", "is-active", "k8s-node-renew.timer"]).stdout == "active\n"


def test_one_near_its_end_is_renewed_by_the_service_of_the_timer(node, page, tmp_path):
    let_end_in(node, "apiserver", 5, tmp_path)
    assert certs(node, "check", check=False).rc == 8
    before = processes(node)
    container = web_container(node)
    with Visitor(node) as visitor:
        node.run(["systemctl", "start", "k8s-node-renew.service"], timeout=180)
    after = processes(node)
    assert {unit for unit in SERVICES if before[unit] != after[unit]} == {"kube-apiserver"}
    assert set(visitor.answers) == {0} and web_container(node) == container
    assert certs(node, "check").rc == 0
    served = node.run(["curl", "-kv", f"https://{node.address}:6443/version"]).stderr
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=364)
    assert f"expire date: {end:%b}" in served and f"{end:%Y} GMT" in served
    (record,) = records(node, MESSAGE_ID=message_ids()["certificate_renewed"])
    assert record["K8S_NODE_OBJECT"] == "apiserver"


def test_everything_is_renewed_under_a_running_workload(node, page, capsys):
    keys, certificates, container = digests(node, "*.key"), digests(node, "*.crt"), web_container(node)
    before = processes(node)
    with Visitor(node) as visitor:
        said = certs(node, "renew", "--all").stdout
    with capsys.disabled():
        print(f"\n[{said.splitlines()[-1]} The page was asked for {len(visitor.answers)} times.]")
    assert set(visitor.answers) == {0} and web_container(node) == container
    assert digests(node, "*.key") == keys, "keys stay"
    now = digests(node, "*.crt")
    assert {line.split()[1] for line in now if line in certificates} == {
        f"{PKI}/ca.crt", f"{PKI}/etcd/ca.crt", f"{PKI}/front-proxy-ca.crt"}
    assert {unit for unit in SERVICES if before[unit] == processes(node)[unit]} == {"containerd"}
    assert node.run(["k8s-node-install", "status"]).stdout.rstrip().endswith("\nHealthy.")
    assert install(node).stdout.startswith("Nothing to do")
    lease = json.loads(kubectl(node, "--namespace=kube-system", "get", "lease", "k8s-node-control-plane", "-o", "json"))
    assert not lease["spec"].get("holderIdentity"), "the turn was given back"


def test_without_the_key_of_the_ca_an_operator_is_told_and_nothing_touched(node, tmp_path):
    let_end_in(node, "apiserver", 5, tmp_path)
    node.run(["mv", f"{PKI}/ca.key", "/root/ca.key"])
    before, certificate = processes(node), node.read(f"{PKI}/apiserver.crt")
    refused = certs(node, "renew", check=False)
    assert refused.rc == 5 and "apiserver expires on" in refused.stderr and "CN = kubernetes sign" in refused.stderr
    assert certs(node, "renew", "apiserver", check=False).rc == 5
    assert listed(node)["apiserver"]["renewedBy"] == "operator"
    assert node.read(f"{PKI}/apiserver.crt") == certificate and processes(node) == before
    node.run(["mv", "/root/ca.key", f"{PKI}/ca.key"])
    assert certs(node, "renew").rc == 0
    assert certs(node, "renew", "no-such-thing", check=False).rc == 2


def test_a_turn_of_another_control_plane_is_waited_for(node):
    held = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": {"name": "k8s-node-control-plane", "namespace": "kube-system"},
            "spec": {"holderIdentity": "another", "leaseDurationSeconds": 3600}}
    kubectl(node, "apply", "--server-side", "--force-conflicts", "-f", "-", input=json.dumps(held))
    before = processes(node)
    said: list[str] = []
    renewal = threading.Thread(target=lambda: said.append(certs(node, "renew", "kubelet-server").stderr))
    renewal.start()
    Deadline(60).wait_until(
        lambda: any("another has its turn" in record["MESSAGE"] for record in records(node)),
        "the wait to be told", every=0.5)
    assert processes(node) == before
    kubectl(node, "--namespace=kube-system", "delete", "lease", "k8s-node-control-plane")
    renewal.join()
    assert "another has its turn" in said[0]
    assert processes(node)["kubelet"] != before["kubelet"]
