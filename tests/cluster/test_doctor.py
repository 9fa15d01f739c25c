"""What `doctor` says of a machine before and after an install, and of faults made on it for real."""

import contextlib
import json
import time

import pytest
from lab import install

# True complaints: the machines share a kernel with their host, which has control groups of version 1, and there is no
# DNS server in their network.
OF_THE_HOST = {"SystemVerification", "KernelModule-nf_tables", "DnsAnswers"}
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
    """What is said of a prepared machine, as root and as somebody else; then it is installed."""
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
    assert {"Port", "Swap", "Clock", "EtcdDisk", "MountOption", "Remains"} <= set(by_verdict(told, "pass"))
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
