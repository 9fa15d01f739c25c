"""A site with virtual machines: the mirror, what it bakes into its images, and when a machine is a node."""

import json
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
sys.path[:0] = [str(HERE.parent / "cluster"), str(HERE)]

from lab import Lab  # noqa: E402
from machines import Deadline  # noqa: E402
from vms import VirtualMachine  # noqa: E402

DOCS = PROJECT / "docs/boot"
INSTALL = "k8s-node-install.service"
# For commands that start a pod, on emulated processors that others keep busy.
PATIENCE = 300


class Hall(Lab):
    """The lab's mirror, for images."""

    def bake(self, vm: VirtualMachine) -> None:
        """What the site has in its image: the program, and where it fetches from.

        In a drop-in, so that node.yaml is whoever's who sets up a single machine.
        """
        vm.install_tree(self.tree)
        vm.write("/etc/k8s-node/node.d/10-site.yaml", self.node_yaml())
        vm.write("/etc/k8s-node/mirror-ca.crt", Path(self.mirror.ca).read_text())
        vm.write(f"/etc/k8s-node/releases/{self.release}.yaml", Path(self.fixture.release(self.release)).read_text())


def show(vm: VirtualMachine, unit: str, *names: str) -> dict[str, str]:
    shown = vm.run(["systemctl", "show", unit, f"--property={','.join(names)}"]).stdout
    return dict(line.split("=", 1) for line in shown.splitlines())


def status(vm: VirtualMachine, **options):
    return vm.run(["k8s-node-install", "status", "-o", "json"], timeout=PATIENCE, **options)


def boot_into_node(vm: VirtualMachine, name: str, record) -> None:
    """Switch on, touch nothing, and have a node. How long that took is recorded with the suite's results."""
    powered_on = time.monotonic()
    vm.start()
    _await_node(vm)
    seconds = time.monotonic() - powered_on
    kernel = vm.run(["uname", "-r"]).stdout.strip()
    systemd = vm.run(["systemctl", "--version"]).stdout.split()[1]
    record(f"{name}, Linux {kernel}, systemd {systemd}: seconds from power-on to a healthy node", f"{seconds:.0f}")
    _assert_is_node(vm, name)


def _await_node(vm: VirtualMachine, timeout: float = 1800) -> None:
    def healthy() -> bool:
        install = show(vm, INSTALL, "ActiveState", "Result")
        assert install["ActiveState"] != "failed", vm.journal("--unit", INSTALL)
        # Its own end is cheaper to ask for than all that status looks at.
        return install["ActiveState"] == "inactive" and status(vm, check=False).rc == 0

    Deadline(timeout).wait_until(healthy, f"{vm.name} to be a node", every=2)


def _assert_is_node(vm: VirtualMachine, name: str) -> None:
    said = json.loads(status(vm).stdout)
    assert said["healthy"] and said["node"] == {"name": name, "state": "Ready"}
    assert vm.run(["systemctl", "--failed", "--plain", "--no-legend"]).stdout == ""
    assert vm.run(["stat", "--file-system", "--format=%T", "/sys/fs/cgroup"]).stdout.strip() == "cgroup2fs"
    assert vm.run(["systemctl", "is-system-running"], check=False).stdout.strip() == "running"
    assert "ordering cycle" not in vm.journal()
    again = vm.run(["k8s-node-install", "plan"], check=False, timeout=PATIENCE)
    assert again.rc == 0 and again.stdout.startswith("Nothing to do:"), again.stdout


def serve_files(session, directory: Path, port: int = 80) -> subprocess.Popen:
    """A plain web server: at the switch's address, and at that which virtual machines see as their gateway's."""
    server = subprocess.Popen(session.switch.argv(
        ["/usr/bin/python3", "-m", "http.server", str(port), "--bind", "0.0.0.0", "--directory", directory]),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    listening = ["sh", "-c", f"ss -Htln sport = :{port} | grep -q ."]
    Deadline(20).wait_until(lambda: session.switch.run(listening, check=False).rc == 0, "the web server to listen")
    return server
