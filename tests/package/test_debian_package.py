"""The Debian package in the life of one machine: installed, upgraded during an installation of a node and under a
running one, removed, purged. The tests follow each other."""

import subprocess

from lab import install
from machines import Deadline

PACKAGE = "k8s-node-install"

# dpkg's own records, the copies that useradd and userdel keep, and what a machine writes while it runs.
OF_THE_SYSTEM = (
    "/etc/.pwd.lock", "/etc/group-", "/etc/gshadow-", "/etc/passwd-", "/etc/shadow-", "/root/", "/tmp",
    "/usr/lib/dpkg-database", "/var/cache",
    "/var/lib/dpkg", "/var/lib/systemd", "/var/log", "/var/tmp",
)
OF_THE_SITE = {"/etc/k8s-node", "/etc/k8s-node/mirror-ca.crt", "/etc/k8s-node/node.yaml", "/etc/k8s-node/releases"}

STATE = ("Id", "ActiveState", "ActiveEnterTimestampMonotonic", "ExecMainStartTimestampMonotonic", "MainPID",
         "NRestarts")


def files(machine) -> dict[str, str]:
    """Every path with type, mode, owner and, but for directories, target or size."""
    found = machine.run(["find", "/", "-xdev", "(", "-type", "d", "-printf", "%p\\t%y %m %U:%G\\n", "-o",
                         "-printf", "%p\\t%y %m %U:%G %l %s\\n", ")"], timeout=120).stdout
    entries = dict(line.split("\t", 1) for line in found.splitlines())
    return {path: entry for path, entry in entries.items() if not path.startswith(OF_THE_SYSTEM)}


def shipped(machine) -> set[str]:
    return set(machine.run(["dpkg-query", "--listfiles", PACKAGE]).stdout.splitlines())


def put(machine, package) -> str:
    """Installs this version, as apt does in the end; returns what the operator sees."""
    machine.put(package, "/root/package.deb")
    done = machine.run(["dpkg", "--install", "/root/package.deb"], timeout=120)
    return done.stdout + done.stderr


def units_of_node(machine) -> dict[str, dict[str, str]]:
    """When each unit of ours or of the node was started and which process it is."""
    names = machine.run(["systemctl", "list-dependencies", "--plain", "--all", "k8s-node.target"]).stdout.split()
    ours = [name for name in names if name.endswith((".service", ".timer", ".path"))]
    shown = machine.run(["systemctl", "show", "--property=" + ",".join(STATE), *ours]).stdout
    states = [dict(line.split("=", 1) for line in block.splitlines()) for block in shown.strip().split("\n\n")]
    return {state["Id"]: state for state in states if state["ActiveState"] == "active"}


def failed_units(machine) -> str:
    return machine.run(["systemctl", "list-units", "--failed", "--no-legend", "--plain"]).stdout


def loaded_units(machine) -> list[str]:
    """What systemd runs, waits for or has heard of by the name of this project."""
    listed = machine.run(["systemctl", "list-units", "--all", "--no-legend", "--plain", "k8s-node*"]).stdout
    return listed.splitlines()


def generated_units(machine) -> set[str]:
    return set(machine.run(["find", "/run/systemd", "-path", "/run/systemd/generator*"]).stdout.split())


def nothing_to_do(machine) -> bool:
    return install(machine).stdout.startswith("Nothing to do")


def test_lintian_has_nothing_to_say(package):
    said = subprocess.run(["lintian", "--allow-root", "--fail-on", "none", package], check=True, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout
    assert said == ""


def test_installing_changes_nothing(debian, package):
    before, users = files(debian), debian.read("/etc/passwd")
    generated = generated_units(debian)
    put(debian, package)
    after = files(debian)
    assert after.keys() - before.keys() <= shipped(debian)
    assert {path for path in before if after.get(path) != before[path]} == set()
    assert debian.read("/etc/passwd") == users
    assert loaded_units(debian) == []
    assert generated_units(debian) == generated
    listed = debian.run(["systemctl", "list-unit-files", "--no-legend", "k8s-node*"]).stdout
    assert {line.split()[1] for line in listed.splitlines()} == {"static"}
    assert "k8s-node-install" in debian.run(["journalctl", "--list-catalog"]).stdout
    assert failed_units(debian) == ""
    debian.before, debian.users = before, users


def test_an_upgrade_during_an_installation(debian, lab, newer):
    lab.configure(debian)
    package = newer("0.1.1")
    debian.put(package, "/root/package.deb")
    running = debian.popen(["k8s-node-install", "--profile", "single"], stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True)
    Deadline(100).wait_until(lambda: debian.exists("/etc/k8s-node/current"), "the first generation")
    put(debian, package)
    assert running.poll() is None
    said = running.communicate(timeout=200)[0]
    assert running.returncode == 0, said
    assert nothing_to_do(debian)
    assert failed_units(debian) == ""


def test_an_upgrade_restarts_nothing(debian, newer):
    before = units_of_node(debian)
    assert set(before) >= {"kubelet.service", "etcd.service", "k8s-node-watch.service", "k8s-node-renew.timer"}
    put(debian, newer("0.1.2"))
    assert units_of_node(debian) == before
    shown = debian.run(["systemctl", "show", "--property=Description,NeedDaemonReload", "k8s-node-renew.timer",
                        "kubelet.service"]).stdout
    assert "(0.1.2)" in shown and "NeedDaemonReload=yes" not in shown
    assert nothing_to_do(debian)
    assert units_of_node(debian) == before
    assert failed_units(debian) == ""


def test_a_removal_leaves_the_node_running(debian, newer):
    before = units_of_node(debian)
    done = debian.run(["dpkg", "--remove", PACKAGE], timeout=120)
    assert "k8s-node-install reset" in done.stderr
    done = debian.run(["dpkg", "--purge", PACKAGE], timeout=120)
    assert "still a Kubernetes node" in done.stderr
    assert units_of_node(debian) == before
    assert debian.exists("/etc/kubernetes/pki/ca.key") and debian.exists("/var/lib/etcd/member")
    put(debian, newer("0.1.3"))
    assert units_of_node(debian) == before
    assert nothing_to_do(debian)
    Deadline(30).wait_until(lambda: debian.run(["k8s-node-install", "status"], check=False).rc == 0, "a healthy node")
    assert failed_units(debian) == ""


def test_a_reset_and_a_purge_leave_what_the_site_wrote(debian):
    debian.run(["k8s-node-install", "reset", "--yes"], timeout=200)
    debian.run(["dpkg", "--purge", PACKAGE], timeout=120)
    after = files(debian)
    assert after.keys() - debian.before.keys() - OF_THE_SITE == {
        path for path in after if path.startswith("/etc/k8s-node/releases/")}
    assert {path for path in debian.before if after.get(path) != debian.before[path]} == set()
    assert debian.read("/etc/passwd") == debian.users
    assert loaded_units(debian) == [] and failed_units(debian) == ""
