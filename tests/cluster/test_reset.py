"""Installed, used, taken away: twice on one machine, beside things of other people, and killed on the way."""

import base64
import json
import subprocess

import pytest
from lab import install, kubectl, serve_page
from listing import differences, listing

USAGE, UNSUITABLE, RESIDUE, NOT_YET = 2, 5, 10, 11
QUICK = ["--stable-for", "0"]
STEPS = ["stop kubelet", "leave the cluster", "end pods", "stop services", "end processes", "remove interfaces",
         "remove firewall rules", "unmount", "remove data", "remove files", "remove users",
         "restore kernel parameters", "restore logind", "remove generations and store"]


def reset(machine, *words, status=0, verb="reset"):
    result = machine.run(["k8s-node-install", verb, "--yes", *words], check=False, timeout=240)
    assert result.rc == status, f"exit status {result.rc}\n{result.stdout}\n{result.stderr}"
    return result


def kill_reset_after(machine, step):
    process = machine.popen(["sh", "-c", "echo $$; exec k8s-node-install reset --yes --verbose 2>&1"],
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    pid = process.stdout.readline().strip()
    assert any(line.rstrip().endswith("s " + step) for line in process.stdout), step
    machine.run(["kill", "-KILL", pid])
    process.stdout.read()
    process.wait()


@pytest.fixture(scope="module")
def node(machine_session, lab):
    """One machine for all: every test leaves it without a node."""
    machine = machine_session.machine("wiped")
    lab.prepare(machine)
    # Loaded and made by the first use of iptables, on any machine.
    machine.run(["sh", "-c", "iptables -L >/dev/null; ip6tables -L >/dev/null"], check=False)
    yield machine
    machine_session.destroy_machine("wiped")


def test_nothing_to_reset(node):
    before = listing(node)
    result = node.run(["k8s-node-install", "reset", "--yes"], check=False)
    assert result.rc == UNSUITABLE
    assert "has installed nothing on this machine" in result.stderr and "kubeadm reset" in result.stderr
    assert differences(before, listing(node)) == ""


def test_two_cycles_leave_the_machine_as_it_was(node, lab):
    before = listing(node)
    pages = []
    for _ in range(2):
        install(node, *QUICK)
        pages.append(serve_page(node, lab.fixture))
        planned = json.loads(node.run(["k8s-node-install", "reset", "--dry-run", "-o", "json"]).stdout)
        assert {"unit", "process", "mount", "interface", "firewall", "cgroup", "path", "file", "user",
                "network namespace"} <= {one["kind"] for one in planned["found"]}
        told = json.loads(reset(node, "-o", "json").stdout)
        assert told["clean"] and told["left"] == [] and told["problems"] == []
        assert [step["step"] for step in told["steps"]] == STEPS
        assert differences(before, listing(node)) == ""
    assert pages[0] == pages[1] and "html" in pages[0]
    assert node.run(["k8s-node-install", "reset", "--yes"], check=False).rc == UNSUITABLE


THEIRS = r"""
set -ex
# a process, a file and a user's interface of somebody else
systemd-run --quiet --unit=theirs.service --property=Type=exec sleep 1000000
mkdir -p /srv/theirs && echo precious > /srv/theirs/file
ip netns add theirs && ip link add theirs0 type veth peer name theirs1 && ip link add br-theirs type bridge
# rules whose comments and chains look like the node's
iptables -t nat -N KUBERNETES-SITE
iptables -t nat -A KUBERNETES-SITE -j RETURN
iptables -t nat -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBERNETES-SITE
iptables -t nat -N CNI-0123456789abcdef
iptables -t nat -A POSTROUTING -s 10.88.0.5/32 -m comment --comment 'name: "podman" id: "1"' -j CNI-0123456789abcdef
iptables -A INPUT -p tcp --dport 4321 -m comment --comment KUBE-SERVICES -j ACCEPT
nft add table ip kube-proxy-theirs
mount -t tmpfs theirs /mnt && echo precious > /mnt/file
# containers of another runtime: a network namespace named as the node's are, and a store at the same path
ip netns add cni-theirs
systemd-run --quiet --unit=theirs-inside.service --property=Type=exec \
    --property=NetworkNamespacePath=/run/netns/cni-theirs sleep 1000000
mkdir -p /srv/other/opt/k8s-node/store/theirs && cp /bin/sleep /srv/other/opt/k8s-node/store/theirs
systemd-run --quiet --unit=theirs-stored.service --property=Type=exec --property=RootDirectory=/srv/other \
    --property="BindReadOnlyPaths=/usr /lib /lib64" /opt/k8s-node/store/theirs/sleep 1000000
# a disk of the site's for the store, and a setting of the site's that --force puts aside
mkdir -p /opt/k8s-node/store && mount -t tmpfs disk /opt/k8s-node/store -o mode=0755,size=2g
echo 'vm.swappiness = 7' > /etc/sysctl.d/90-k8s-node.conf
# the site's own authority, which the node is to use
mkdir -p /etc/kubernetes/pki && cd /etc/kubernetes/pki
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=theirs \
    -addext keyUsage=critical,keyCertSign -keyout ca.key -out ca.crt 2>/dev/null && chmod 600 ca.key
"""

# Inside of the node's own directories, while pods run.
TRAPS = r"""
set -e
mkdir -p /var/lib/kubelet/trap /var/lib/kubelet/pods/0-1-2/volumes/theirs
mount --bind / /var/lib/kubelet/trap
mount --bind /mnt /var/lib/kubelet/pods/0-1-2/volumes/theirs
ln -s /srv/theirs /var/lib/kubelet/link
# seen through the first trap, too
mkdir /srv/later && mount -t tmpfs later /srv/later && echo precious > /srv/later/file
mountpoint -q /var/lib/kubelet/trap/srv/later
"""


def undo_theirs(machine):
    machine.run(["sh", "-c", "systemctl stop 'theirs*.service'; umount /mnt /srv/later /opt/k8s-node/store;"
                 " ip netns del theirs; ip netns del cni-theirs; rm -rf /srv/theirs /srv/other /srv/later;"
                 " rm -rf /etc/kubernetes /opt/k8s-node;"
                 " rm /etc/sysctl.d/90-k8s-node.conf;"
                 " ip link del theirs0; ip link del br-theirs; rmdir /run/netns;"
                 " nft delete table ip kube-proxy-theirs; iptables -t nat -F; iptables -t nat -X; iptables -D INPUT -p tcp --dport 4321"
                 " -m comment --comment KUBE-SERVICES -j ACCEPT"], check=False)


def test_what_is_not_the_nodes_survives(node, lab):
    node.run(["sh", "-c", THEIRS])
    try:
        before, authority = listing(node), node.read("/etc/kubernetes/pki/ca.key")
        install(node, "--force", *QUICK)
        serve_page(node, lab.fixture)
        node.run(["sh", "-c", TRAPS])
        reset(node)
        assert node.read("/srv/later/file") == "precious\n"
        node.run(["sh", "-c", "umount /srv/later && rmdir /srv/later"])
        assert differences(before, listing(node)) == ""
        assert node.run(["k8s-node-install", "reset", "--yes"], check=False).rc == UNSUITABLE
        assert node.read("/etc/sysctl.d/90-k8s-node.conf") == "vm.swappiness = 7\n"
        assert node.read("/etc/kubernetes/pki/ca.key") == authority
        assert node.read("/srv/theirs/file") == node.read("/mnt/file") == "precious\n"
    finally:
        undo_theirs(node)


# An installer of the boot's that failed, and tries again by and by.
RESTARTING = r"""
set -e
mkdir -p /run/systemd/system/k8s-node-install.service.d
printf '[Service]\nExecStart=\nExecStart=/bin/false\n' > /run/systemd/system/k8s-node-install.service.d/fails.conf
systemctl daemon-reload
systemctl start k8s-node-install.service || systemctl is-active k8s-node-install.service | grep -qx activating
"""


def test_an_installer_that_waits_does_not_install_again(node):
    """What is there of a node is only what a fetch left."""
    before = listing(node)
    node.run(["k8s-node-install", "fetch", "--profile", "single"], timeout=240)
    node.run(["sh", "-c", RESTARTING])
    reset(node)
    state = node.run(["systemctl", "is-active", "k8s-node-install.service"], check=False).stdout.strip()
    node.run(["sh", "-c", "rm -r /run/systemd/system/k8s-node-install.service.d; systemctl daemon-reload"])
    assert state == "inactive"
    assert differences(before, listing(node)) == ""


def test_a_busy_mount_keeps_everything_and_a_killed_reset_is_repeated(node):
    before = listing(node)
    install(node, *QUICK)
    node.run(["sh", "-c", "mkdir -p /var/lib/kubelet/busy && mount -t tmpfs busy /var/lib/kubelet/busy"
              " && systemd-run --quiet --unit=holder --property=Type=exec"
              " --property=WorkingDirectory=/var/lib/kubelet/busy sleep 1000000"])
    for moment in STEPS[:7:2]:
        kill_reset_after(node, moment)
    told = json.loads(reset(node, "-o", "json", status=RESIDUE).stdout)
    assert {"kind": "mount", "object": "/var/lib/kubelet/busy"} in told["left"]
    problem = "\n".join(told["problems"])
    assert "/var/lib/kubelet/busy: Device or resource busy, used by sleep (process " in problem
    assert node.exists("/etc/kubernetes/pki/ca.key") and node.exists("/var/lib/kubelet/pods")
    node.run(["systemctl", "stop", "holder"])
    for moment in STEPS[7::2]:
        kill_reset_after(node, moment)
    # The last kill may have come too late to leave anything to be done.
    again = node.run(["k8s-node-install", "reset", "--yes"], check=False, timeout=240)
    assert again.rc in (0, UNSUITABLE), again.stderr
    assert differences(before, listing(node)) == ""


@pytest.mark.long
def test_what_is_asked_to_stay_stays(node, lab):
    """Data with the keys that read them, downloads; then redeploys with a new identity and with the same one.

    Profile and release are in no file: a redeploy knows them.
    """
    node.write("/etc/k8s-node/node.yaml", "\n".join(lab.node_yaml().splitlines()[1:]) + "\n")
    before = listing(node)
    install(node, "--release", lab.release, *QUICK)
    kubectl(node, "create", "secret", "generic", "old", "--from-literal=word=precious")
    reset(node, "--keep-data", "--keep-store")
    kept = {line.split()[0] for line in listing(node)["paths"]} - {line.split()[0] for line in before["paths"]}
    assert {"/var/lib/etcd/member", "/etc/kubernetes/pki/encryption-config.yaml", "/etc/kubernetes/pki/sa.key"} <= kept
    assert any(path.startswith("/opt/k8s-node/store/kubernetes-") for path in kept)
    assert not {"/var/lib/containerd", "/etc/k8s-node/current"} & kept
    install(node, "--release", lab.release, *QUICK)
    word = kubectl(node, "get", "secret", "old", "-o", "jsonpath={.data.word}")
    assert base64.b64decode(word) == b"precious"

    authority = node.read("/etc/kubernetes/pki/ca.crt")
    refuse_redeploys(node)
    reset(node, verb="redeploy")
    new_authority = node.read("/etc/kubernetes/pki/ca.crt")
    assert new_authority != authority
    assert "old" not in kubectl(node, "get", "secrets", "-o", "name")
    reset(node, "--keep-identity", verb="redeploy")
    assert node.read("/etc/kubernetes/pki/ca.crt") == new_authority
    assert "Ready" in kubectl(node, "get", "nodes", "--no-headers").split()
    reset(node)
    assert differences(before, listing(node)) == ""
    lab.prepare(node)


def refuse_redeploys(node):
    """Neither a machine that would be refused after the wipe nor one without an answer is wiped."""
    node.write("/etc/k8s-node/node.d/50-address.yaml", "settings: {node: {address: 192.0.2.77}}\n")
    assert "192.0.2.77" in reset(node, verb="redeploy", status=NOT_YET).stderr
    node.run(["rm", "-r", "/etc/k8s-node/node.d"])
    assert node.run(["k8s-node-install", "redeploy"], check=False).rc == USAGE
    assert not node.exists("/etc/k8s-node/state/redeploy.json") and node.exists("/etc/k8s-node/current")
