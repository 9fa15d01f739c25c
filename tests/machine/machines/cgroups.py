"""Control groups: one of our own for each machine, in every hierarchy.

On a cgroup v1 host each controller is a hierarchy of its own; a machine that
shares its group with another in any of them sees, and deletes, the other's
groups. On v2 there is one hierarchy. The same code serves both.
"""

import contextlib
import os
import signal
from pathlib import Path

from .commands import Deadline

ROOT = Path("/sys/fs/cgroup")


def hierarchies():
    """Mount points of every hierarchy, v1 controllers and v2 alike."""
    found = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, after = line.split(" - ")
        if after.split()[0] in ("cgroup", "cgroup2"):
            device, point = before.split()[2], Path(before.split()[4])
            near = point == ROOT or point.parent == ROOT
            if near and _device(point) == device:
                found.append(point)
    return found


def _device(point):
    """Differs from mountinfo's where another mount hides this one."""
    if not point.exists():
        return None
    number = point.stat().st_dev
    return f"{os.major(number)}:{os.minor(number)}"


def groups_named(prefix):
    """Names of the top-level groups that start with prefix."""
    return sorted({
        group.name
        for hierarchy in hierarchies()
        for group in hierarchy.glob(prefix + "*")
        if group.is_dir()
    })


def _unit_groups(pid):
    """hierarchy -> group of a process, for those by which systemd tracks units."""
    paths = dict(line.split(":", 2)[1:] for line in
                 Path(f"/proc/{pid}/cgroup").read_text().splitlines())
    groups = {}
    for hierarchy in hierarchies():
        if hierarchy.name == "systemd":
            groups[hierarchy] = hierarchy / paths["name=systemd"].lstrip("/")
        elif (hierarchy / "cgroup.controllers").exists():
            groups[hierarchy] = hierarchy / paths[""].lstrip("/")
    return groups


def argv_inside(groups, argv):
    """argv that moves itself into the groups, then becomes the command.

    A shell does it, not code between fork and exec: tests may use threads.
    """
    procs = [str(group / "cgroup.procs") for group in groups]
    script = (
        'n=$1; shift; while [ "$n" -gt 0 ]; do echo $$ > "$1" || exit 125;'
        ' shift; n=$((n-1)); done; exec "$@"'
    )
    return ["/bin/sh", "-c", script, "enter", str(len(procs)), *procs, *argv]


class ControlGroup:
    """A top-level group in every hierarchy."""

    def __init__(self, name):
        self.name = name

    @property
    def directories(self):
        return [hierarchy / self.name for hierarchy in hierarchies()]

    def create(self, memory=None):
        for directory in self.directories:
            _offer_controllers(directory.parent)
            directory.mkdir(exist_ok=True)
            _inherit_cpuset(directory)
        if memory:
            self._limit_memory(memory)

    def groups_beside(self, leader):
        """Where a command goes that enters the machine: into the unit of PID 1.

        In v1's controllers systemd makes and removes a group for that unit as
        limits of other units come and go; there, into the machine's own group.
        """
        tracked = _unit_groups(leader)
        return [tracked.get(hierarchy, hierarchy / self.name)
                for hierarchy in hierarchies()]

    def _limit_memory(self, memory):
        limits = [limit for directory in self.directories
                  for limit in (directory / "memory.limit_in_bytes",
                                directory / "memory.max") if limit.exists()]
        if not limits:
            raise OSError("this host has no memory controller to set a limit with")
        for limit in limits:
            limit.write_text(memory)

    def kill(self, timeout=30):
        """Kill every process inside and wait until the groups are empty."""

        def empty():
            self._thaw()
            pids = self.processes()
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            return not pids

        Deadline(timeout).wait_until(empty, f"processes in {self.name} to end")

    def _thaw(self):
        """A container that runc was just about to delete is frozen; on v1 it then
        takes no signal, not even SIGKILL."""
        for directory in self.directories:
            for state in directory.glob("**/freezer.state"):
                with contextlib.suppress(FileNotFoundError):
                    state.write_text("THAWED")

    def processes(self):
        pids = set()
        for directory in self.directories:
            for procs in directory.glob("**/cgroup.procs"):
                try:
                    pids.update(int(pid) for pid in procs.read_text().split())
                except (FileNotFoundError, OSError):
                    # the group went away while we looked
                    continue
        # 0 stands for a process outside of our own PID namespace
        return pids - {0}

    def remove(self, timeout=30):
        """Remove the empty groups. The last exit may still be under way."""

        def removed():
            for directory in self.directories:
                for path, _, _ in os.walk(directory, topdown=False):
                    try:
                        os.rmdir(path)
                    except OSError:
                        continue
            return not any(map(Path.exists, self.directories))

        Deadline(timeout).wait_until(removed, f"control group {self.name} to go")


def _offer_controllers(hierarchy):
    """v2 only: a group has the controllers its parent hands down."""
    control = hierarchy / "cgroup.subtree_control"
    if not control.exists():
        return
    for controller in (hierarchy / "cgroup.controllers").read_text().split():
        try:
            control.write_text(f"+{controller}")
        except OSError:
            # cpu, for one, is refused while realtime processes exist
            continue


def _inherit_cpuset(directory):
    """v1 only: a new cpuset is empty, and no process can enter it so."""
    for setting in ("cpuset.cpus", "cpuset.mems"):
        own = directory / setting
        if own.exists() and not (directory / "cgroup.controllers").exists():
            own.write_text((directory.parent / setting).read_text())

