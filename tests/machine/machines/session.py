"""A session: the machines of one test run, their network, and their end."""

import atexit
import fcntl
import json
import os
import secrets
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from . import image, leftovers
from .machine import Machine
from .network import Switch
from .options import MachineOptions, Until

# On a disk filesystem: an overlay's upper layer cannot lie on another overlay.
DEFAULT_DIRECTORY = "/var/lib/k8s-node-test-machines"
_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


def sessions_directory():
    return Path(os.environ.get("K8S_NODE_MACHINES", DEFAULT_DIRECTORY))


class Session:
    """A context manager; interpreter exit destroys it too."""

    def __init__(self):
        remove_dead_sessions()
        self.name = f"kni-{secrets.token_hex(3)}"
        self.directory = sessions_directory() / self.name
        self.machines = {}
        self._numbers = 0
        self._owner = os.getpid()
        self._create_directory()
        atexit.register(self.destroy)
        self.switch = Switch(f"{self.name}-switch")
        self.switch.create()

    def _create_directory(self):
        """It appears together with the owner's mark, or `gc` might take it."""
        new = self.directory.with_name("." + self.name)
        new.mkdir(parents=True, mode=0o700)
        (new / "owner.json").write_text(json.dumps(
            {"pid": self._owner, "start_time": _start_time(self._owner)}))
        new.rename(self.directory)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.destroy()

    def create(self, name="node", **options):
        """A machine that is switched off; options as in MachineOptions."""
        self._numbers += 1
        options = MachineOptions(**options)
        machine = Machine(self, name, self._numbers, image.ensure(options.suite), options)
        self.adopt(machine)
        machine.create()
        return machine

    def adopt(self, machine):
        """One of any kind, which from now on ends with the session."""
        if machine.name in self.machines:
            raise ValueError(f"there is already a machine {machine.name}")
        self.machines[machine.name] = machine

    def machine(self, name="node", **options):
        """A machine that has booted."""
        machine = self.create(name, **options)
        machine.start()
        return machine

    def destroy_machine(self, name):
        """Its name can be used again."""
        with _signals_held_back():
            self.machines[name].destroy()
            del self.machines[name]

    def destroy(self):
        """Remove every trace. Idempotent; a second Ctrl-C has to wait."""
        if os.getpid() != self._owner or not self.directory.exists():
            return
        with _signals_held_back():
            for name in list(self.machines):
                self.destroy_machine(name)
            with _locked(sessions_directory()):
                leftovers.remove(leftovers.names_of(self.name), self.directory)


def start_together(machines, until=Until.FINISHED, timeout=120):
    """Switch several on at the same moment; the first failure is raised once all have ended."""
    with ThreadPoolExecutor(max(1, len(machines))) as starters:
        starts = [starters.submit(machine.start, until, timeout) for machine in machines]
    for start in starts:
        start.result()


def remove_dead_sessions():
    """What sessions left whose process is gone; returns their names."""
    root = sessions_directory()
    root.mkdir(parents=True, exist_ok=True)
    removed = []
    with _locked(root):
        for directory in sorted(root.glob("kni-*")):
            if not _has_owner(directory):
                leftovers.remove(leftovers.names_of(directory.name), directory)
                removed.append(directory.name)
    return removed


def _has_owner(directory):
    try:
        owner = json.loads((directory / "owner.json").read_text())
    except FileNotFoundError:
        # Only removal takes it away, under the lock: it was killed at that.
        return False
    return _start_time(owner["pid"]) == owner["start_time"]


def end_by_signals():
    """Turn SIGTERM and SIGHUP into KeyboardInterrupt, so that cleanup runs."""

    def interrupt(*_):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)


def _start_time(pid):
    """With the pid it names a process for good; None when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # the second field, the command in parentheses, may hold spaces
    return int(stat.rpartition(")")[2].split()[19])


@contextmanager
def _signals_held_back():
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _locked(directory):
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
