"""What must not be installed: a clear word, the promised exit status, and a machine left as it was."""

import contextlib
import hashlib
import os
import re
import shutil
from pathlib import Path

import pytest
from lab import fixtures, install, message_ids, records
from machines.options import Bind

programs = fixtures.programs

FAILURE, USAGE, CONFIGURATION, UNSUITABLE, VERIFICATION, FETCH, NOT_YET = 1, 2, 3, 5, 6, 7, 11

RUNC = f"github.com/opencontainers/runc/releases/download/v{programs.RUNC.version}/runc.amd64"
CNI_VERSION = f"v{programs.CNI_PLUGINS.version}"
CNI = f"github.com/containernetworking/plugins/releases/download/{CNI_VERSION}/cni-plugins-linux-amd64-{CNI_VERSION}.tgz"


def refused(machine, *words, status, profile="single", prefix=()):
    """Runs an install that has to fail; its words on stderr."""
    result = machine.run([*prefix, "k8s-node-install", "--profile", profile, *words], check=False, timeout=180)
    assert result.rc == status, f"exit status {result.rc}\n{result.stdout}\n{result.stderr}"
    assert "error: " in result.stderr and "this is a bug" not in result.stderr
    return result.stderr


def state_of(machine):
    """Every file that an install could touch, with its content's checksum; and the units that run."""
    files = machine.run(["sh", "-c", "find /etc /opt /usr/local /var/lib/etcd /var/lib/kubelet -xdev -type f "
                         "-exec md5sum {} + 2>/dev/null; find /etc /opt /usr/local -xdev -type l -printf '%p %l\\n'"],
                        check=False).stdout
    units = machine.run(["systemctl", "list-units", "--no-legend", "--plain", "etcd*", "kube*", "containerd*",
                         "k8s-node*"]).stdout
    return sorted(files.splitlines()), units


@contextlib.contextmanager
def unchanged(machine):
    before = state_of(machine)
    yield
    assert state_of(machine) == before


@contextlib.contextmanager
def present(machine, path, text):
    machine.write(path, text)
    try:
        yield
    finally:
        machine.run(["rm", path])


def spoilt_tree(mirror: Path, directory: Path, victim: str, spoil) -> Path:
    """The mirror's tree, with one file spoilt; everything else by hard link, so it costs nothing."""
    def link_or_copy(source, target):
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)
    shutil.copytree(mirror, directory, copy_function=link_or_copy)
    file = directory / victim
    content = bytearray(file.read_bytes())
    file.unlink()
    spoil(content)
    file.write_bytes(content)
    return directory


def flip_a_bit(content):
    content[len(content) // 2] ^= 0x10


def truncate(content):
    del content[len(content) * 2 // 3:]


def web_page(content):
    content[:] = b"<!DOCTYPE html><html><body>Please log in.</body></html>"


def for_arm64(content):
    content[18:20] = (183).to_bytes(2, "little")  # e_machine


@pytest.fixture(scope="module")
def machine(machine_session, lab, tmp_path_factory):
    """One machine for all refusals: none of them may change it."""
    trees = tmp_path_factory.mktemp("trees")
    mirror = lab.fixture.mirror_dir
    machine = machine_session.machine("refusing", binds=[
        Bind(spoilt_tree(mirror, trees / "flipped-file", RUNC, flip_a_bit), "/mirror/flipped-file"),
        Bind(spoilt_tree(mirror, trees / "flipped-archive", CNI, flip_a_bit), "/mirror/flipped-archive"),
        Bind(spoilt_tree(mirror, trees / "truncated", CNI, truncate), "/mirror/truncated"),
        Bind(spoilt_tree(mirror, trees / "page", CNI, web_page), "/mirror/page"),
        Bind(spoilt_tree(mirror, trees / "arm64", RUNC, for_arm64), "/mirror/arm64")])
    lab.prepare(machine)
    yield machine
    machine_session.destroy_machine("refusing")


# --- what the operator says ----------------------------------------------------


def test_unknown_option(machine):
    with unchanged(machine):
        said = refused(machine, "--frobnicate", status=USAGE)
    assert "--frobnicate" in said and "--help" in said


def test_unknown_profile(machine):
    with unchanged(machine):
        said = refused(machine, profile="singel", status=CONFIGURATION)
    assert "singel" in said and "single" in said


def test_unknown_setting_in_a_file(machine):
    with present(machine, "/etc/k8s-node/node.d/10-typo.yaml", "settings:\n  kubelet:\n    max_podz: 5\n"), \
            unchanged(machine):
        said = refused(machine, status=CONFIGURATION)
    assert "/etc/k8s-node/node.d/10-typo.yaml:3:5" in said and "max_pods" in said


def test_broken_yaml(machine):
    with present(machine, "/etc/k8s-node/node.d/10-broken.yaml", "settings:\n  kubelet: [\n"), unchanged(machine):
        said = refused(machine, status=CONFIGURATION)
    assert re.search(r"/etc/k8s-node/node\.d/10-broken\.yaml:\d+:\d+", said)


def test_value_out_of_range(machine):
    with unchanged(machine):
        said = refused(machine, "--set", "kubelet.max_pods=many", status=CONFIGURATION)
    assert "kubelet.max_pods" in said and "many" in said


def test_unknown_release(machine, lab):
    with unchanged(machine):
        said = refused(machine, "--release", "9.9.9", status=CONFIGURATION)
    assert "9.9.9" in said and lab.release in said


# --- a machine that is no place for a node ---------------------------------------


def test_a_port_is_taken(machine):
    machine.run(["systemd-run", "--quiet", "--unit=squatter.service", "--property=Type=exec",
                 "socat", "TCP-LISTEN:6443,fork", "STDOUT"])
    with unchanged(machine):
        said = refused(machine, status=UNSUITABLE)
    machine.run(["systemctl", "stop", "squatter.service"])
    assert "[Port-6443] port 6443, which kube-apiserver needs, is held by socat (process " in said
    assert "squatter.service" in said


def test_a_foreign_kubelet_unit(machine):
    with present(machine, "/etc/systemd/system/kubelet.service", "[Service]\nExecStart=/bin/true\n"), \
            unchanged(machine):
        said = refused(machine, status=UNSUITABLE)
    assert "/etc/systemd/system/kubelet.service is not ours" in said


def test_a_node_of_kubeadm(machine):
    machine.run(["mkdir", "-p", "/etc/kubernetes/manifests"])
    with present(machine, "/etc/kubernetes/manifests/kube-apiserver.yaml", "kind: Pod\n"), unchanged(machine):
        said = refused(machine, status=UNSUITABLE)
    assert "/etc/kubernetes/manifests/kube-apiserver.yaml is not ours" in said and "kubeadm reset" in said


def test_a_worker_of_kubeadm_is_told_with_all_else_that_is_wrong(machine):
    machine.run(["mkdir", "-p", "/etc/kubernetes/pki", "/var/lib/kubelet"])
    with present(machine, "/etc/kubernetes/kubelet.conf", "kind: Config\n"), \
            present(machine, "/var/lib/kubelet/config.yaml", "kind: KubeletConfiguration\n"), \
            present(machine, "/etc/kubernetes/pki/apiserver.crt", "no certificate\n"), unchanged(machine):
        said = refused(machine, status=UNSUITABLE)
        plan = machine.run(["k8s-node-install", "plan", "--profile", "single"], check=False)
    for piece in ("/etc/kubernetes/kubelet.conf is not ours", "/var/lib/kubelet/config.yaml is not ours",
                  "kubeadm reset", "[Pki-apiserver] certificate apiserver cannot be used"):
        assert piece in said and piece in plan.stdout
    assert plan.rc == 4


# hostname(1) refuses it, whoever has set one by other means has it: sethostname(2), then the words that follow.
SET_HOST_NAME = ('chomp($m = `uname -m`); $n = "Bad_Name"; '
                 'syscall($m eq "x86_64" ? 170 : 161, $n, 8) == 0 or die $!; exec @ARGV')


def test_a_host_name_that_no_node_can_have(machine):
    with unchanged(machine):
        said = refused(machine, status=CONFIGURATION, prefix=[
            "unshare", "--uts", "perl", "-e", SET_HOST_NAME])
    assert "setting 'node.name' must be a DNS name" in said and "bad_name" in said and "${host.name}" in said


def test_an_address_that_the_machine_does_not_have(machine):
    with unchanged(machine):
        said = refused(machine, "--set", "node.address=203.0.113.9", status=NOT_YET)
    assert "[NodeAddress] the node address 203.0.113.9 is on no interface of this machine" in said


def test_an_address_that_no_other_machine_can_reach(machine):
    with unchanged(machine):
        said = refused(machine, "--set", "node.address=127.0.0.1", status=CONFIGURATION)
    assert "'node.address' must be an IP address that other machines can reach, or one of each family, not '127.0.0.1'" in said


def test_a_file_of_somebody_else(machine):
    with present(machine, "/etc/sysctl.d/90-k8s-node.conf", "vm.swappiness = 7\n"), unchanged(machine):
        said = refused(machine, status=UNSUITABLE)
    assert "/etc/sysctl.d/90-k8s-node.conf already exists" in said and "--force" in said


def test_not_root(machine):
    with unchanged(machine):
        said = refused(machine, status=UNSUITABLE, prefix=[
            "setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"])
    assert "only root can make this machine a node" in said and "sudo" in said


def test_no_systemd(machine):
    with unchanged(machine):
        said = refused(machine, status=UNSUITABLE, prefix=[
            "unshare", "--mount", "sh", "-c", 'mount -t tmpfs none /run/systemd && exec "$@"', "sh"])
    assert "systemd is not running this machine" in said


# --- artifacts -----------------------------------------------------------------


def published(machine, name):
    return machine.run(["sh", "-c", f"ls -d /opt/k8s-node/store/{name}-*"], check=False).stdout


@pytest.mark.parametrize("tree, artifact", [("flipped-file", "runc"), ("flipped-archive", "cni-plugins"),
                                            ("truncated", "cni-plugins"), ("page", "cni-plugins")])
def test_bytes_that_are_not_the_pinned_ones(machine, tree, artifact):
    machine.run(["rm", "-rf", "/opt/k8s-node"])  # what an earlier test has fetched would not be fetched again
    said = refused(machine, "--mirror", f"file:///mirror/{tree}", status=VERIFICATION)
    assert artifact in said and f"file:///mirror/{tree}/" in said and "digest" in said
    ids = message_ids()
    cause, end = records(machine)[-2:]
    assert (cause["MESSAGE_ID"], end["MESSAGE_ID"]) == (ids["verification_failed"], ids["run_failed"])
    assert artifact in end["MESSAGE"] and end["PRIORITY"] == "3"
    assert (end["K8S_NODE_VERB"], end["K8S_NODE_PHASE"], end["K8S_NODE_EXIT_STATUS"]) == ("install", "fetch", "6")
    assert published(machine, artifact) == ""
    assert machine.run(["find", "/opt/k8s-node", "-name", "*.partial*"]).stdout == ""
    assert state_of(machine)[1] == "" and not machine.exists("/etc/k8s-node/current")


def test_a_binary_for_another_machine(machine, lab):
    mirror = Path(lab.fixture.mirror_dir)
    content = bytearray((mirror / RUNC).read_bytes())
    pinned = [hashlib.new(name, content).hexdigest() for name in ("sha256", "sha512")]
    for_arm64(content)
    release = Path(lab.fixture.release_file).read_text()
    for old, name in zip(pinned, ("sha256", "sha512")):
        release = release.replace(old, hashlib.new(name, content).hexdigest())
    machine.run(["rm", "-rf", "/opt/k8s-node"])
    machine.write("/root/arm64.yaml", release)
    said = refused(machine, "--release", "/root/arm64.yaml", "--mirror", "file:///mirror/arm64", status=VERIFICATION)
    assert "wrong architecture: 'bin/runc' is for arm64, this machine is amd64" in said
    assert published(machine, "runc") == "" and state_of(machine)[1] == ""


def test_a_mirror_that_nobody_vouches_for(machine):
    machine.run(["rm", "-rf", "/opt/k8s-node"])
    machine.run(["sh", "-c", "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
                 " -subj /CN=other -keyout /root/other.key -out /root/other.crt 2>/dev/null"])
    said = refused(machine, "--mirror-ca", "/root/other.crt", status=FETCH)
    assert "certificate" in said and "private CA" in said
    assert state_of(machine)[1] == ""


def test_not_found(machine, lab):
    release = Path(lab.fixture.release_file).read_text().replace(f"linux-${{arch}}-{CNI_VERSION}.tgz",
                                                                 f"linux-${{arch}}-{CNI_VERSION}.gone")
    machine.run(["rm", "-rf", "/opt/k8s-node"])
    machine.write("/root/gone.yaml", release)
    said = refused(machine, "--release", "/root/gone.yaml", status=FETCH)
    assert "404" in said and f"{CNI_VERSION}.gone" in said and "cni-plugins" in said
    assert published(machine, "cni-plugins") == "" and state_of(machine)[1] == ""


def test_a_dead_mirror(machine):
    machine.run(["rm", "-rf", "/opt/k8s-node"])
    said = refused(machine, "--mirror", "https://10.77.0.1:9", status=FETCH)
    assert "https://10.77.0.1:9/" in said and "connect" in said.lower()
    assert state_of(machine)[1] == ""


def test_after_all_that_the_machine_becomes_a_node(machine):
    install(machine, timeout=120)
    assert machine.run(["k8s-node-install", "status"]).stdout.rstrip().endswith("Healthy.")


# --- a machine of their own ------------------------------------------------------


def test_force_keeps_what_it_replaces(bare):
    node = bare("forced")
    node.write("/etc/sysctl.d/90-k8s-node.conf", "vm.swappiness = 7\n")
    install(node, "--force")
    assert "ip_forward" in node.read("/etc/sysctl.d/90-k8s-node.conf")
    assert node.read("/etc/sysctl.d/90-k8s-node.conf.before-k8s-node") == "vm.swappiness = 7\n"


def test_a_full_disk(bare):
    node = bare("small", disk_limits={"/opt": "64M"})
    with unchanged(node):
        said = refused(node, status=UNSUITABLE)
    check = re.search(r"\[(DiskSpace-\S+)\] /opt/k8s-node/store .*need .* free", said)
    assert check, said
    said = refused(node, "--ignore-preflight", check[1], status=FAILURE)
    assert "No space left on device" in said and "/opt/k8s-node" in said and "free" in said
    node.resize_disk("/opt", "2G")
    install(node)
    assert node.run(["k8s-node-install", "status"]).stdout.rstrip().endswith("Healthy.")
