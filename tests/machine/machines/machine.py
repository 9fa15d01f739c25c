"""A machine: boot it, run commands in it, reboot it, pull its plug."""

import secrets
import subprocess
from pathlib import Path

from . import commands, leftovers, network, nspawn
from .cgroups import ControlGroup, argv_inside
from .commands import CLEAN_ENVIRONMENT, Deadline
from .disk import Disk
from .files import FileAccess
from .kernel_log import KernelLog
from .options import Until


class Machine(FileAccess):
    """Made by Session.create or Session.machine, never directly."""

    def __init__(self, session, name, number, image, options):
        self.name = name
        self.full_name = f"{session.name}-{name}"
        self.address = network.address(number)
        self.options = options
        self.machine_id = secrets.token_hex(16)
        self.directory = session.directory / name
        self._number = number
        self._switch = session.switch
        self._group = ControlGroup(self.full_name)
        self._disk = Disk(self.directory, image)
        self._boot = None
        self._kernel_log = None
        self._link = "up"

    def create(self):
        """Make the disk; `start` boots from it."""
        self.directory.mkdir()
        self._disk.create(self.options.disk_limits)
        self.write("/etc/machine-id", self.machine_id + "\n", mode=0o444)
        self.write("/etc/hostname", self.name + "\n")
        self.write("/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n"
                                 f"{self.address} {self.name}\n")

    # --- power -----------------------------------------------------------

    def start(self, until=Until.FINISHED, timeout=120):
        """Switch on. A fresh network and fresh groups, as after a real boot."""
        deadline = Deadline(timeout)
        self.switch_off()
        self._group.create(self.options.memory)
        self._switch.plug(self.full_name, self._number)
        self._switch.set_link(self._number, self._link)
        self._kernel_log = KernelLog()
        self._boot = nspawn.Boot(
            nspawn.argv(self.full_name, self, self._disk.root, self.full_name,
                        self._write_credentials()),
            self._group, self.directory)
        self._boot.leader(deadline)
        if until is Until.REACHABLE:
            deadline.wait_until(self._is_reachable, "systemd and D-Bus to answer")
        elif until is Until.FINISHED:
            self._boot.wait_ready(deadline)

    def reboot(self, until=Until.FINISHED, timeout=120):
        """An orderly reboot, as an operator asks for it."""
        self.run(["systemctl", "--no-block", "reboot"])
        self.wait_reboot(until, timeout)

    def wait_reboot(self, until=Until.FINISHED, timeout=120):
        """For a reboot that something in the machine has asked for."""
        status = self._boot.wait_exit(Deadline(timeout))
        if status != nspawn.REBOOT_STATUS:
            raise nspawn.BootFailed(
                f"{self.name} went down without a reboot, exit status {status}:\n"
                f"{self._boot.console()}")
        self.start(until, timeout)

    def poweroff(self, timeout=120):
        """An orderly shutdown; `start` boots again from the same disk."""
        self.run(["systemctl", "--no-block", "poweroff"])
        self._boot.wait_exit(Deadline(timeout))
        self.switch_off()

    def switch_off(self):
        """Every process dies at once, nothing is told; `start` boots again."""
        self._close_boot()
        self._group.kill()
        self._group.remove()
        self._switch.unplug(self.full_name, self._number)

    def power_cut(self, until=Until.FINISHED, timeout=120):
        """`switch_off`, and on again.

        The host's page cache survives: what was written but not synced is
        still there afterwards.
        """
        self.switch_off()
        self.start(until, timeout)

    def replace(self):
        """Another machine in its place, off and with an empty disk: same name, address and cable."""
        self.destroy()
        self.machine_id = secrets.token_hex(16)
        self.create()

    def destroy(self):
        """Remove every trace of the machine from the host."""
        if self.directory.exists():
            self._close_boot()
            leftovers.remove([self.full_name], self.directory)

    def _close_boot(self):
        if self._boot:
            self._boot.kill()
            self._boot.close()
            self._kernel_log.close()
            self._boot = None

    # --- inside ----------------------------------------------------------

    def run(self, argv, *, check=True, timeout=60, input=None, env=None):
        """Run a command as root; (rc, stdout, stderr). See `popen`."""
        return commands.run(self._argv_inside(argv), shown_as=argv, check=check,
                            timeout=timeout, input=input,
                            env=CLEAN_ENVIRONMENT | (env or {}))

    def popen(self, argv, *, env=None, **options):
        """A command in all namespaces and groups of the machine's PID 1.

        It counts as a part of init.scope, and ends with the machine.
        """
        options.setdefault("start_new_session", True)
        return subprocess.Popen(self._argv_inside(argv),
                                env=CLEAN_ENVIRONMENT | (env or {}), **options)

    def run_in_image(self, argv, *, check=True, timeout=60):
        """Run a command of a machine that is off, in the network of the site, as whoever prepares an image does."""
        return commands.run(self._switch.argv(self._argv_in_tree(argv)), shown_as=argv, check=check,
                            timeout=timeout, env=CLEAN_ENVIRONMENT)

    def is_running(self):
        return self._boot is not None and self._boot.is_running()

    @property
    def leader(self):
        """The machine's PID 1, as a process id of the host."""
        if not self.is_running():
            raise RuntimeError(f"machine {self.name} is not running")
        return self._boot.leader(Deadline(0))

    def boot_id(self):
        return self.read("/proc/sys/kernel/random/boot_id").strip()

    def journal(self, *words):
        return self.run(["journalctl", "--no-pager", "--boot", *words]).stdout

    def kernel_log(self):
        """The kernel's log since this boot began (with all machines' lines)."""
        return self._kernel_log.text()

    def console(self):
        return self._boot.console() if self._boot else ""

    # --- surroundings ------------------------------------------------------

    def resize_disk(self, path, size, inodes=None):
        """Change the size of one of `disk_limits`, also while it is in use."""
        self._disk.resize(path, size, inodes)

    def set_link(self, state):
        """Pull the network cable ("down") or plug it in again ("up").

        It stays so through reboots; of a machine that is off, from its next boot.
        """
        self._link = state
        if self._boot:
            self._switch.set_link(self._number, state)

    def _is_reachable(self):
        run_directory = Path(f"/proc/{self.leader}/root/run")
        return all((run_directory / socket).exists() for socket in
                   ("systemd/private", "dbus/system_bus_socket"))

    def _argv_inside(self, argv):
        leader = self.leader
        enter = ["nsenter", "--target", leader, "--all", "--", *argv]
        return argv_inside(self._group.groups_beside(leader),
                           [str(word) for word in enter])

    def _argv_in_tree(self, argv):
        if self.is_running():
            return self._argv_inside(argv)
        return ["chroot", str(self._disk.root), *map(str, argv)]

    def _write_credentials(self):
        directory = self.directory / "credentials"
        directory.mkdir(mode=0o700, exist_ok=True)
        for name, value in self.options.credentials.items():
            (directory / name).write_text(value)
        return directory
