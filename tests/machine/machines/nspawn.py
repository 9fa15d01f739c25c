"""One boot of a machine: a systemd-nspawn process and the PID 1 it started."""

import os
import select
import signal
import socket
import subprocess
import threading

from . import recipe
from .cgroups import argv_inside
from .commands import CLEAN_ENVIRONMENT, TimedOut

# with --keep-unit systemd-nspawn ends so when the machine asked for a reboot
REBOOT_STATUS = 133


class BootFailed(Exception):
    pass


def argv(full_name, machine, root, namespace, credentials_directory):
    """The systemd-nspawn command line, see its man page for each option."""
    options = machine.options
    words = [
        "systemd-nspawn", "--quiet",
        f"--directory={root}",
        f"--machine={full_name}",
        f"--hostname={machine.name}",
        f"--uuid={machine.machine_id}",
        f"--network-namespace-path=/run/netns/{namespace}",
        # Kubernetes: everything root may do, runc's keyrings, device filters
        "--capability=all",
        "--system-call-filter=@keyring bpf",
        "--bind=/dev/kmsg",
        # no systemd on the host is needed, and none is bothered
        "--register=no", "--keep-unit",
        "--console=pipe", "--link-journal=no",
        "--resolv-conf=off", "--timezone=off",
        "--notify-ready=yes", "--kill-signal=SIGRTMIN+3",
    ]
    for bind in options.binds:
        option = "--bind-ro" if bind.read_only else "--bind"
        words.append(f"{option}={bind.source}:{bind.destination}")
    for name in options.credentials:
        words.append(f"--load-credential={name}:{credentials_directory / name}")
    # what follows PID 1's name is its argv: the kernel command line there
    return [*words, recipe.INIT, *options.cmdline]


class Boot:
    """systemd-nspawn tells by sd_notify who PID 1 is and when it is up."""

    def __init__(self, command, control_group, directory):
        self._console_path = directory / "console.log"
        self._leader = None
        self._ready = False
        self._ended = False
        notify = directory / "notify"
        notify.unlink(missing_ok=True)
        self._socket = socket.socket(
            socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._socket.bind(str(notify))
        with open(self._console_path, "ab") as console:
            self._process = subprocess.Popen(
                argv_inside(control_group.directories, command),
                stdin=subprocess.DEVNULL, stdout=console, stderr=console,
                # not killed by the Ctrl-C that is meant for the test
                start_new_session=True,
                env=CLEAN_ENVIRONMENT | {
                    "NOTIFY_SOCKET": str(notify),
                    # /proc/sys/net belongs to the machine's network namespace
                    "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "network",
                    # its lock files would outlive a power cut; nobody else
                    # uses this tree
                    "SYSTEMD_NSPAWN_LOCK": "0",
                },
            )
        self._exit = os.pidfd_open(self._process.pid)
        # PID 1 goes on telling its status for as long as it runs, and blocks
        # once nobody reads: somebody must, whatever the test does meanwhile
        self._news = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            ready, _, _ = select.select([self._socket, self._exit], [], [])
            if self._socket not in ready:
                break
            self._note(self._socket.recv(4096).decode())
        with self._news:
            self._ended = True
            self._news.notify_all()

    def _note(self, message):
        with self._news:
            for line in message.splitlines():
                if line == "READY=1":
                    self._ready = True
                elif line.startswith("X_NSPAWN_LEADER_PID="):
                    self._leader = int(line.partition("=")[2])
            self._news.notify_all()

    def leader(self, deadline):
        """PID 1 of the machine, as a process id of the host."""
        self._await(lambda: self._leader is not None, deadline, "PID 1 to start")
        return self._leader

    def wait_ready(self, deadline):
        self._await(lambda: self._ready, deadline, "the boot to finish")

    def is_running(self):
        return self._process.poll() is None

    def _await(self, condition, deadline, what):
        with self._news:
            self._news.wait_for(lambda: condition() or self._ended,
                                deadline.remaining())
            if condition():
                return
            ended = self._ended
        if not ended:
            raise TimedOut(f"{what}: not within {deadline.seconds} s")
        raise BootFailed(
            f"systemd-nspawn ended while waiting for {what}, exit status"
            f" {self._process.wait()}:\n{self.console()}")

    def wait_exit(self, deadline):
        """The exit status, once the machine has gone down by itself."""
        if not select.select([self._exit], [], [], deadline.remaining())[0]:
            raise TimedOut(f"machine still up after {deadline.seconds} s")
        return self._process.wait()

    def console(self):
        return self._console_path.read_text(errors="replace")

    def kill(self):
        """PID 1 first: with it, at one instant, dies its whole PID namespace."""
        for pid in filter(None, (self._leader, self._process.pid)):
            if self.is_running():
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        self._process.wait()

    def close(self):
        with self._news:
            self._news.wait_for(lambda: self._ended)
        self._socket.close()
        os.close(self._exit)
