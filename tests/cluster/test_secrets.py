"""What is secret on a node is in the files of its owner and nowhere else: no argument, no variable, no journal, no dump."""

import base64
import re

import pytest
from lab import kubectl, serve_page
from machines import Deadline

# Of components whose programs hold keys; with one in C++ and those in Go.
ABORTED = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "containerd", "coredns",
           "kubelet-csr-approver", "k8s-node-watch"]
PRIVATE_FILES = ["find", "/etc/kubernetes", "/var/lib/kubelet/pki", "-type", "f", "(", "-name", "*.key", "-o", "-name",
                 "*.conf", "-o", "-name", "*.pem", "-o", "-name", "encryption-config.yaml", ")"]


def middle(pem: str) -> str:
    """A line of the key itself: the first ones of all keys of a kind are alike."""
    return pem.split("PRIVATE KEY-----")[1].splitlines()[2]


def keys_in(text: str) -> set[str]:
    plain = {middle("PRIVATE KEY-----" + block) for block in re.findall(r"PRIVATE KEY-----(\n[^-]+)", text)}
    encoded = re.findall(r"client-key-data: (\S+)", text)
    return plain | set(encoded) | {middle(base64.b64decode(key).decode()) for key in encoded} | \
        set(re.findall(r"secret: (\S{44})$", text, re.M))


@pytest.fixture(scope="module")
def token(node):
    """Of a machine that shall join; the controller manager has signed with it."""
    return node.run(["k8s-node-install", "token", "create"], timeout=120).stdout


@pytest.fixture(scope="module")
def secrets(node, lab, token):
    """Everything that nobody may see, after some life: pods, a Secret, a token to join with."""
    serve_page(node, lab.fixture)
    kubectl(node, "create", "secret", "generic", "hidden", "--from-literal=word=to-be-kept-secret")
    files = node.run(PRIVATE_FILES).stdout.split()
    found = {"to-be-kept-secret", base64.b64encode(b"to-be-kept-secret").decode(),
             *re.findall(r"\b[a-z0-9]{6}\.([a-z0-9]{16})\b", token)}
    for file in files:
        found |= keys_in(node.read(file))
    tokens = node.run(["find", "/var/lib/kubelet/pods", "-name", "token"]).stdout.split()
    found |= {node.read(file) for file in tokens}
    assert len(files) >= 15 and len(found) >= 15 and tokens, (files, len(found))
    return found


def leaked(text: str, secrets: set[str]) -> list[str]:
    return sorted(secret[:8] for secret in secrets if secret in text)


def test_no_process_was_told_one(node, secrets):
    told = node.run(["sh", "-c", "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | tr '\\0' '\\n'"], check=False).stdout
    assert "kube-apiserver" in told and "LANG=" in told
    assert leaked(told, secrets) == [] and "PRIVATE KEY" not in told


def test_no_log_has_one(node, secrets):
    journal = node.journal()
    assert "kube-apiserver" in journal
    assert leaked(journal, secrets) == [] and "PRIVATE KEY" not in journal
    audit = node.run(["sh", "-c", "cat /var/log/kubernetes/*"]).stdout
    assert '"name":"hidden"' in audit and leaked(audit, secrets) == []


def test_no_file_for_everybody_has_one(node, secrets):
    patterns = "/srv/secrets"
    node.write(patterns, "\n".join(sorted(secrets)) + "\n")
    # As somebody who is no administrator: what may be read and can be reached.
    node.run(["sh", "-c", f"chmod 0400 {patterns} && chown nobody {patterns}"])
    try:
        found = node.run(["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "grep", "-rIlsF", "-D", "skip", "-f",
                          patterns, "/etc", "/var", "/run", "/opt/k8s-node", "/tmp", "/srv"], check=False, timeout=120)
    finally:
        node.run(["rm", patterns])
    assert found.stdout == f"{patterns}\n", "besides the file that it was told to search with: " + found.stdout


def core_files(machine) -> str:
    return machine.run(["find", "/", "-xdev", "-type", "f", "(", "-name", "core", "-o", "-name", "core.[0-9]*", ")", "-newer",
                        "/etc/k8s-node/current"], check=False, timeout=120).stdout


def process_of(machine, unit: str) -> str:
    return machine.run(["systemctl", "show", "--property=MainPID", "--value", unit]).stdout.strip()


def abort(machine, unit: str) -> None:
    before = process_of(machine, unit)
    machine.run(["systemctl", "kill", "--kill-whom=main", "--signal=ABRT", unit])
    Deadline(60).wait_until(lambda: process_of(machine, unit) not in (before, "0"), f"{unit} to be started again")


def test_a_service_that_dies_leaves_no_picture_of_its_memory(node, secrets):
    assert not node.read("/proc/sys/kernel/core_pattern").startswith("|"), "dumps of this machine go to a program"
    # A process that may leave one does.
    node.run(["sh", "-c", "ulimit -c unlimited; cd /srv; sh -c 'kill -ABRT $$'"], check=False)
    assert core_files(node).startswith("/srv/core")
    node.run(["sh", "-c", "rm /srv/core*"])
    for unit in ABORTED:
        abort(node, f"{unit}.service")
    assert core_files(node) == ""
    assert leaked(node.journal(), secrets) == []
    Deadline(90).wait_until(lambda: node.run(["k8s-node-install", "status"], check=False).rc == 0, "a healthy node")
