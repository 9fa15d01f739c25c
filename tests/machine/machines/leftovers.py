"""Remove what machines leave on the host, by name: processes, control groups,
network namespaces, mounts, directories. Also for machines of dead sessions,
of which only the names are known."""

import shutil
from pathlib import Path

from . import cgroups, network
from .disk import unmount_below

# systemd-nspawn removes its own only when it ends by itself
_NSPAWN_PROPAGATE = Path("/run/systemd/nspawn/propagate")


def names_of(session):
    """The names of a session's things that still exist."""
    prefix = session + "-"
    return sorted({
        *cgroups.groups_named(prefix),
        *network.namespaces_named(prefix),
        *(path.name for path in _NSPAWN_PROPAGATE.glob(prefix + "*")),
    })


def remove(names, directory):
    """In the order of need: processes hold all the others."""
    groups = [cgroups.ControlGroup(name) for name in names]
    for group in groups:
        group.kill()
    for group in groups:
        group.remove()
    for name in names:
        network.delete_namespace(name)
        remove_propagation(name)
    unmount_below(directory)
    if directory.exists():
        shutil.rmtree(directory)


def remove_propagation(name):
    """The directory of a machine's name below systemd-nspawn's own."""
    directory = _NSPAWN_PROPAGATE / name
    if directory.exists():
        directory.rmdir()
