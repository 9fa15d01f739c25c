"""`doctor` on a machine before and after an install, and with faults made on it for real; and what else a node tells of
itself: `explain`, `support-bundle`, `events`."""

import contextlib
import json
import re
import time

import pytest
from lab import install, kubectl

# True complaints: the machines share a kernel, with control groups of version 1, and a disk with their host, and there
# is no DNS server in their network.
OF_THE_HOST = {"SystemVerification", "KernelModule-nf_tables", "DnsAnswers", "DiskPressure", "EtcdDisk"}
SITE_FILE = "/etc/systemd/logind.conf.d/90-k8s-node.conf"
AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
PKI = "/etc/kubernetes/pki"
EXPIRE = f"""set -e; cd {PKI}; cp -p apiserver.crt /root/apiserver.crt
date=$(date -u -d '2 days ago' +%Y%m%d%H%M%SZ)
openssl req -new -key apiserver.key -subj /CN=kube-apiserver -out /root/a.csr
openssl ca -batch -config /root/ca.cnf -in /root/a.csr -startdate 20200101000000Z -enddate $date -out apiserver.crt -notext
"""
CA = f"""[ca]
default_ca = one
[one]
new_certs_dir = /root
database = /root/index.txt
serial = /root/serial
certificate = {PKI}/ca.crt
private_key = {PKI}/ca.key
default_md = sha256
policy = any
x509_extensions = server
[any]
commonName = supplied
[server]
extendedKeyUsage = serverAuth
"""
KUBECTL = "kubectl --kubeconfig=/etc/kubernetes/admin.conf"
TWIN = f"""echo '{{"apiVersion": "v1", "kind": "Node", "metadata": {{"name": "twin"}}}}' | {KUBECTL} create -f -
{KUBECTL} patch node twin --subresource=status --type=merge \
    -p "{{\\"status\\": {{\\"nodeInfo\\": {{\\"machineID\\": \\"$(cat /etc/machine-id)\\"}}}}}}"
"""
DROP_IN = "/etc/systemd/system/kubelet.service.d/90-site.conf"

# name: what breaks it, what mends it, the check, its verdict, a part of the remedy
FAULTS = {
    "a certificate expired": (EXPIRE, f"cp -p /root/apiserver.crt {PKI}/apiserver.crt",
                              "Certificate-apiserver", "fail", "k8s-node-install"),
    "a file differs": (f"echo '# more' >> {SITE_FILE}", f"sed -i '$d' {SITE_FILE}",
                       "Drift-" + SITE_FILE.replace("/", "-"), "fail", "k8s-node-install"),
    "a service is stopped": ("systemctl stop kube-scheduler", "systemctl start kube-scheduler",
                             "Unit-kube-scheduler.service", "fail", "journalctl -b -u kube-scheduler"),
    "an operator's drop-in": (
        f"mkdir -p {DROP_IN.rsplit('/', 1)[0]}; printf '[Service]\\nNice=1\\n' > {DROP_IN}; systemctl daemon-reload",
        f"rm -r {DROP_IN.rsplit('/', 1)[0]}; systemctl daemon-reload",
        "Override-kubelet.service", "warn", "override"),
    "another host name": ("hostname elsewhere", "hostname $(cat /etc/hostname)", "HostNameDrift", "warn", "hostnamectl"),
    "the cluster's DNS asks itself": (
        "cp /etc/resolv.conf /root/; echo nameserver 10.96.0.10 > /etc/resolv.conf",
        "cat /root/resolv.conf > /etc/resolv.conf", "DnsLoop", "fail", "site's name servers"),
    "pods would ask themselves": (
        "cp /etc/resolv.conf /root/; echo nameserver 127.0.0.53 > /etc/resolv.conf",
        "cat /root/resolv.conf > /etc/resolv.conf", "ResolvConf", "warn", "forwards to"),
    "a full disk of data": (
        "mount -t tmpfs -o size=1m none /var/lib/etcd; head -c 1m /dev/zero > /var/lib/etcd/full 2> /dev/null || :",
        "umount /var/lib/etcd", "DiskSpace--var-lib-etcd", "fail", "free space"),
    "programs may not be run": (
        "mount --bind /opt/k8s-node /opt/k8s-node; mount -o remount,bind,noexec /opt/k8s-node",
        "umount -l /opt/k8s-node", "MountOption--opt-k8s-node-store", "fail", "remount,exec"),
    "static pods of kubeadm": ("mkdir -p /etc/kubernetes/manifests; touch /etc/kubernetes/manifests/etcd.yaml",
                               "rm -r /etc/kubernetes/manifests",
                               "FileAvailable--etc-kubernetes-manifests-etcd.yaml", "fail", "kubeadm reset"),
    "k3s was here": ("mkdir -p /etc/rancher/k3s", "rm -r /etc/rancher", "Remains-k3s", "warn", "k3s-uninstall"),
    "another network comes first": ("echo {} > /etc/cni/net.d/00-other.conf", "rm /etc/cni/net.d/00-other.conf",
                                    "CniConfiguration", "fail", ".disabled"),
    "swap at the next boot": ("echo '/swap none swap sw 0 0' >> /etc/fstab", "sed -i '/^.swap/d' /etc/fstab",
                              "SwapAtBoot", "warn", "/etc/fstab"),
    "no machine ID": ("cp /etc/machine-id /root/; : > /etc/machine-id", "cat /root/machine-id > /etc/machine-id",
                      "MachineId", "fail", "systemd-machine-id-setup"),
    "a copy of the machine in the cluster": (TWIN, f"{KUBECTL} delete node twin", "MachineIdUnique", "warn",
                                             "systemd-machine-id-setup"),
    "reboots by itself": (
        "printf 'APT::Periodic::Unattended-Upgrade \"1\";\\nUnattended-Upgrade::Automatic-Reboot \"true\";\\n'"
        " > /etc/apt/apt.conf.d/99-reboot", "rm /etc/apt/apt.conf.d/99-reboot", "UnattendedUpgrades", "warn",
        "Automatic-Reboot"),
    "the pod bridge is too wide": ("ip link add cni0 type bridge 2> /dev/null; ip link set cni0 mtu 9000",
                                   "ip link del cni0", "Mtu", "fail", "ip link set cni0 mtu"),
    "the configuration is wrong": ("echo 'colour: blue' >> /etc/k8s-node/node.yaml",
                                   "sed -i '$d' /etc/k8s-node/node.yaml", "Configuration", "fail", "config check"),
}


def examine(machine, *words, prefix=(), check=False):
    done = machine.run([*prefix, "k8s-node-install", "doctor", "-o", "json", *words], check=check)
    return done.rc, json.loads(done.stdout)


def by_verdict(told, *verdicts):
    return {one["check"]: one for one in told["checks"] if one["verdict"] in verdicts}


def complaints(told):
    found = by_verdict(told, "warn", "fail", "unknown")
    return {name: one["seen"] for name, one in found.items() if name not in OF_THE_HOST}


@contextlib.contextmanager
def fault(machine, breaks, mends):
    machine.run(["sh", "-c", breaks])
    try:
        yield
    finally:
        machine.run(["sh", "-c", mends])


@pytest.fixture(scope="module")
def before(machine_session, lab):
    """A prepared machine, examined as root and as somebody else, and then installed."""
    machine = machine_session.machine("n-doctor")
    lab.prepare(machine)
    # Copies of one image: doctor says so of them too.
    machine.run(["ln", "-sf", "/etc/machine-id", "/var/lib/dbus/machine-id"])
    bare = examine(machine)
    as_nobody = examine(machine, prefix=AS_NOBODY)
    install(machine)
    yield machine, bare, as_nobody
    machine_session.destroy_machine("n-doctor")


@pytest.fixture(scope="module")
def node(before):
    return before[0]


def test_a_bare_machine_is_fit(before):
    _, (status, told), _ = before
    assert complaints(told) == {}
    assert status == 0 and not told["installed"]
    assert {"Port", "Swap", "Clock", "MountOption", "Remains"} <= set(by_verdict(told, "pass"))
    assert "single" in by_verdict(told, "pass")["Configuration"]["seen"]


def test_who_is_not_root_hears_what_could_not_be_seen(before):
    _, _, (status, told) = before
    unseen = by_verdict(told, "unknown")
    assert status == 0 and {"IsPrivilegedUser", "EtcdDisk"} <= set(unseen), told
    assert all(one["remedy"] == "run this as root" for one in unseen.values())


def test_an_installed_node_is_sound(node):
    begun = time.monotonic()
    status, told = examine(node)
    took = time.monotonic() - begun
    assert complaints(told) == {}
    assert status == 0 and told["installed"] and took < 2
    assert {"Unit", "Certificate", "Drift", "EtcdMajority", "Pods", "Node"} <= set(by_verdict(told, "pass"))
    text = node.run(["k8s-node-install", "doctor"]).stdout
    assert "0 failed" in text and "pass     CgroupDriver" in text


def test_a_node_seen_by_somebody_else(node):
    _, told = examine(node, prefix=AS_NOBODY)
    assert by_verdict(told, "fail") == {}
    assert any(name.startswith("Certificate") for name in by_verdict(told, "unknown"))


@pytest.mark.parametrize("name", FAULTS)
def test_fault(node, name):
    breaks, mends, check, verdict, remedy = FAULTS[name]
    if name == "a certificate expired":
        node.write("/root/ca.cnf", CA)
        node.run(["sh", "-c", "echo 01 > /root/serial; : > /root/index.txt"])
    with fault(node, breaks, mends):
        status, told = examine(node)
        found = by_verdict(told, verdict)
        hits = [found[one] for one in check.split("|") if one in found]
        assert hits, complaints(told)
        assert remedy in hits[0]["remedy"]
        assert status == (8 if by_verdict(told, "fail") else 0)
        _, demoted = examine(node, "--ignore-preflight", hits[0]["check"])
        assert by_verdict(demoted, "warn")[hits[0]["check"]]["seen"] == hits[0]["seen"]


def test_every_fault_was_undone(node):
    assert complaints(examine(node)[1]) == {}


def test_explain_names_the_place_where_a_setting_ends(node):
    told = json.loads(node.run(["k8s-node-install", "explain", "kubelet.max_pods", "-o", "json"]).stdout)
    assert told["value"] == 110 and told["type"] == "integer" and told["doc"]
    assert told["origin"].startswith("component, /usr/share/k8s-node/components/kubelet.yaml:")
    (end,) = told["endsIn"]
    assert end["units"] == ["kubelet.service"] and end["lines"] == ["maxPods: 110"]
    assert "\nmaxPods: 110\n" in node.read(end["path"])
    domain = json.loads(node.run(["k8s-node-install", "explain", "cluster.domain", "-o", "json"]).stdout)
    ends = {end["path"] for end in domain["endsIn"]}
    assert {"certificate apiserver", "/run/systemd/generator/kube-apiserver.service"} <= ends
    part = node.run(["k8s-node-install", "explain", "containerd"]).stdout
    assert "containerd.service" in part and "Program      runc" in part
    wrong = node.run(["k8s-node-install", "explain", "kubelet.max_pod"], check=False)
    assert wrong.rc == 2 and "did you mean 'kubelet.max_pods'?" in wrong.stderr


CANARIES = {name: f"canary{number}{'x' * 12}{name}" for number, name in enumerate(
    ["dropin", "envfile", "override", "podenv", "object", "password", "bearer", "urlpass", "logged"])}
PLANTED = {
    "/etc/default/site": f"SITE_LICENCE={CANARIES['envfile']}\n",
    "/etc/systemd/system/kubelet.service.d/50-site.conf":
        f"[Service]\nEnvironment=SITE={CANARIES['dropin']}\nEnvironmentFile=/etc/default/site\n",
    "/etc/k8s-node/node.d/50-site.yaml":
        f"override: {{containerd: {{services: {{containerd: {{environment: {{SITE: {CANARIES['override']}}}}}}}}}}}\n",
}
POD = f"""apiVersion: v1
kind: Pod
metadata: {{name: with-env, namespace: kube-system}}
spec: {{containers: [{{name: c, image: none, env: [{{name: A, value: {CANARIES['podenv']}}}]}}]}}
"""


def secrets_of_machine(node):
    """Every line of a private key, every token and every encryption key."""
    found = set()
    for path in node.run(["find", "/etc/kubernetes", "/etc/k8s-node/join.yaml", "-type", "f"], check=False).stdout.split():
        text = node.read(path)
        for key in re.findall("-----BEGIN [A-Z ]*PRIVATE KEY-----\n(.*?)-----END", text, re.S):
            found |= set(key.split())
        found |= set(re.findall(r"(?:client-key-data|token|secret): (\S{16,})", text))
    return found


def log_secrets(node, key, token):
    lines = [f"found {token} in a message", f"--password={CANARIES['password']} was given",
             f"Authorization: Bearer {CANARIES['bearer']}", f"https://anna:{CANARIES['urlpass']}@mirror.example/",
             f"the licence is {CANARIES['envfile']}", f'{{"secret": "{CANARIES["logged"]}"}}', *key.splitlines()]
    node.run(["systemd-cat", "-t", "k8s-node-install"], input="\n".join(lines) + "\n")
    node.run(["systemd-run", "--wait", "--quiet", "--unit=planting", "--property=StandardOutput=journal",
              "echo", *lines])


@pytest.fixture(scope="module")
def bundle(node):
    """A bundle of a machine on which secrets lie about, unpacked; and these secrets."""
    join = node.run(["k8s-node-install", "token", "create"]).stdout
    token = re.search(r"[a-z0-9]{6}\.[a-z0-9]{16}", join)[0]
    secrets = secrets_of_machine(node) | set(CANARIES.values()) | {token.split(".")[1]}
    for path, text in PLANTED.items():
        node.write(path, text)
    node.run(["systemctl", "daemon-reload"])
    kubectl(node, "create", "secret", "generic", "hidden", f"--from-literal=word={CANARIES['object']}")
    kubectl(node, "apply", "-f", "-", input=POD)
    log_secrets(node, node.read(f"{PKI}/sa.key"), token)
    node.run(["journalctl", "--sync"])
    made = node.run(["k8s-node-install", "support-bundle", "--out", "/root/bundle.tar.gz", "-o", "json"], timeout=120)
    node.run(["sh", "-c", "mkdir /root/bundle; tar -C /root/bundle -xzf /root/bundle.tar.gz"])
    for path in PLANTED:
        node.run(["rm", path])
    node.run(["systemctl", "daemon-reload"])
    return json.loads(made.stdout), secrets


def test_a_bundle_has_no_planted_secret(node, bundle):
    _, secrets = bundle
    assert len(secrets) > 40
    node.write("/root/secrets", "\n".join(sorted(secrets)) + "\n")
    found = node.run(["grep", "-rFo", "-f", "/root/secrets", "/root/bundle"], check=False)
    assert (found.rc, found.stdout) == (1, "")
    assert "PRIVATE KEY" not in node.run(["grep", "-rhF", "PRIVATE KEY", "/root/bundle"], check=False).stdout


def test_a_bundle_has_what_helps(node, bundle):
    told, _ = bundle
    assert told["missing"] == []
    assert node.run(["stat", "-c", "%a", "/root/bundle.tar.gz"]).stdout.strip() == "600"
    below = "/root/bundle/k8s-node-support"
    for name in ["status", "doctor", "plan", "config", "generation", "events"]:
        assert json.loads(node.read(f"{below}/{name}.json")), name
    assert "etcd" in node.read(f"{below}/units/etcd.service/journal.log")
    assert "ActiveState=active" in node.read(f"{below}/units/kubelet.service/show.txt")
    assert "maxPods: 110" in node.read(f"{below}/files/etc/k8s-node/generations/1/config/kubelet.yaml")
    assert "<redacted>" in node.read(f"{below}/systemd/runs.log")
    assert node.name in node.read(f"{below}/cluster/nodes.yaml") and "with-env" in node.read(f"{below}/cluster/pods.txt")
    refused = node.run(["k8s-node-install", "support-bundle", "--out", "/root/bundle.tar.gz"], check=False)
    assert refused.rc == 1 and "File exists" in refused.stderr


def test_events_tell_what_changed_and_why(node):
    install(node, "--set", "kubelet.max_pods=77")
    node.run(["systemctl", "kill", "--signal=SIGKILL", "coredns.service"])
    node.run(["journalctl", "--sync"])
    told = json.loads(node.run(["k8s-node-install", "events", "--since", "today", "-o", "json"]).stdout)["events"]
    whats = [event["what"] for event in told]
    assert whats.index("generation 1 is current") < whats.index("generation 2 is current")
    second = told[whats.index("generation 2 is current")]
    assert second["who"].startswith("root") and "kubelet" in second["why"], second
    assert any("coredns.service" in event["what"] and event["who"] == "systemd" for event in told), whats
    text = node.run(["k8s-node-install", "events", "--since", "1h"]).stdout
    assert "generation 2 is current; install: " in text
    assert node.run(["k8s-node-install", "events", "--since", "soon"], check=False).rc == 2
