"""Requests of kubelets for serving certificates, on a control plane: the good one is signed, the bad ones are denied
with a reason, and one that comes too early waits. The kubelets are their identities alone."""

import base64
import json
import subprocess

import pytest
from lab import KUBECTL, kubectl
from machines import Deadline

UNIT = "kubelet-csr-approver.service"


def show(machine, name):
    return machine.run(["systemctl", "show", "--value", f"--property={name}", UNIT]).stdout.strip()


def make_request(common_name, names):
    made = subprocess.run(
        ["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
         "/dev/null", "-subj", f"/O=system:nodes/CN={common_name}", "-addext", f"subjectAltName={names}"],
        check=True, capture_output=True)
    return base64.b64encode(made.stdout).decode()


def submit(machine, name, *, names, user="system:node:w1", group="system:nodes"):
    """What the kubelet of w1 does, or somebody worse; the API server itself lets a node ask for itself only."""
    request = {"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"name": name},
               "spec": {"signerName": "kubernetes.io/kubelet-serving", "usages": ["digital signature", "server auth"],
                        "request": make_request("system:node:w1", names)}}
    kubectl(machine, f"--as={user}", f"--as-group={group}", "--as-group=system:authenticated",
            "create", "-f", "-", input=json.dumps(request))


def request(machine, name):
    return json.loads(kubectl(machine, "get", "csr", name, "-o", "json"))


def decision(machine, name):
    """The condition that decides, as soon as there is one."""
    def conditions():
        return request(machine, name)["status"].get("conditions", [])
    Deadline(30).wait_until(lambda: conditions() != [], f"a decision about {name}")
    (found,) = conditions()
    return found


def claim(machine, node, **addresses):
    """Writes addresses into the status of a Node object, as its kubelet may."""
    status = {"status": {"addresses": [{"type": kind, "address": value} for kind, value in addresses.items()]}}
    kubectl(machine, "patch", "node", node, "--subresource=status", "--type=merge", "-p", json.dumps(status))


@pytest.fixture(scope="module")
def cluster(node):
    """One more worker, of which there is only the Node object."""
    kubectl(node, "create", "-f", "-", input=json.dumps({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "w1"}}))
    claim(node, "w1", InternalIP="192.0.2.7", Hostname="w1")
    return node


def test_the_good_request_is_approved_and_signed(cluster):
    submit(cluster, "good", names="DNS:w1,IP:192.0.2.7")
    assert decision(cluster, "good")["type"] == "Approved"
    Deadline(30).wait_until(lambda: "certificate" in request(cluster, "good")["status"], "the certificate")
    pem = base64.b64decode(request(cluster, "good")["status"]["certificate"])
    text = subprocess.run(["openssl", "x509", "-noout", "-ext", "subjectAltName,extendedKeyUsage", "-issuer"],
                          input=pem, check=True, capture_output=True).stdout.decode()
    assert "DNS:w1, IP Address:192.0.2.7" in text and "TLS Web Server Authentication" in text
    assert "CN = kubernetes" in text and "Client" not in text


def test_a_request_for_more_than_names_and_addresses_is_denied(cluster):
    submit(cluster, "more", names="DNS:w1,URI:spiffe://cluster.local/admin")
    denied = decision(cluster, "more")
    assert (denied["type"], denied["reason"]) == ("Denied", "NotAsKubeletsWriteIt")
    assert "it asks for a URI" in kubectl(cluster, "get", "csr", "more", "-o", "yaml")


def test_a_node_that_claims_to_be_the_control_plane_is_denied(cluster):
    address = kubectl(cluster, "get", "node", cluster.name, "-o",
                      "jsonpath={.status.addresses[?(@.type=='InternalIP')].address}")
    claim(cluster, "w1", InternalIP=address, Hostname="kubernetes")
    submit(cluster, "impostor", names=f"IP:{address}")
    submit(cluster, "server", names="DNS:kubernetes")
    for name in ("impostor", "server"):
        denied = decision(cluster, name)
        assert (denied["type"], denied["reason"]) == ("Denied", "NotForNodes"), denied
        assert "belongs to the API server" in denied["message"]
    claim(cluster, "w1", InternalIP="192.0.2.7", Hostname="w1")


def test_who_is_no_node_is_denied(cluster):
    submit(cluster, "person", names="DNS:w1", user="kubernetes-admin", group="kubeadm:cluster-admins")
    assert decision(cluster, "person")["reason"] == "RequesterIsNoNode"


def test_a_request_that_comes_too_early_waits_with_a_reason(cluster):
    submit(cluster, "early", names="DNS:w1,IP:192.0.2.77")
    Deadline(30).wait_until(lambda: "early: the Node object w1 does not have the address 192.0.2.77 yet"
                            in show(cluster, "StatusText"), "the reason in the status")
    assert "conditions" not in request(cluster, "early")["status"]
    claim(cluster, "w1", InternalIP="192.0.2.77", Hostname="w1")
    assert decision(cluster, "early")["type"] == "Approved"
    Deadline(30).wait_until(lambda: show(cluster, "StatusText") == "watches for requests of kubelets", "an idle status")
    said = [line for line in cluster.journal(f"--unit={UNIT}").splitlines() if "request early" in line]
    assert len(said) == 2 and "waits" in said[0] and "approved" in said[1], said


def test_it_goes_on_after_a_restart_of_the_api_server(cluster):
    cluster.run(["systemctl", "restart", "kube-apiserver"], timeout=120)
    submit(cluster, "after", names="DNS:w1")
    assert decision(cluster, "after")["type"] == "Approved"
    assert show(cluster, "NRestarts") == "0"


def test_it_is_small(cluster):
    status = cluster.read(f"/proc/{show(cluster, 'MainPID')}/status")
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    print(fields["VmRSS"], fields["RssAnon"])
    assert int(fields["RssAnon"].split()[0]) < 16 * 1024


def test_the_api_server_verifies_kubelets(cluster, tmp_path):
    """A kubelet that shows somebody else's certificate would get the commands and secrets of an exec."""
    ask = ["get", "--raw", f"/api/v1/nodes/{cluster.name}/proxy/healthz"]
    assert kubectl(cluster, *ask) == "ok"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-subj", "/CN=x", "-keyout", tmp_path / "key", "-out", tmp_path / "crt", "-days", "2"],
                   check=True, capture_output=True)
    before = {kind: cluster.read(f"/etc/kubernetes/pki/kubelet-server.{kind}") for kind in ("key", "crt")}
    for kind in before:
        cluster.write(f"/etc/kubernetes/pki/kubelet-server.{kind}", (tmp_path / kind).read_text())
    cluster.run(["systemctl", "restart", "kubelet"], timeout=120)
    refused = cluster.run([*KUBECTL, *ask], check=False)
    for kind, text in before.items():
        cluster.write(f"/etc/kubernetes/pki/kubelet-server.{kind}", text)
    cluster.run(["systemctl", "restart", "kubelet"], timeout=120)
    assert refused.rc != 0 and "failed to verify certificate" in refused.stderr
    assert kubectl(cluster, *ask) == "ok"
