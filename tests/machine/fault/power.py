"""What a disk holds after a power cut: a replay of a traced run.

No layer below the machine's file system can drop unsynced writes here (the
kernel has no device mapper), and a kill of PID 1 loses nothing of the page
cache. So a trace of the run is replayed on a small model of a file system that
knows for each file and each directory what is in memory and what a sync has
made durable. Any moment of the run then gives the trees that a power cut may
leave, and these are put on the machine's disk.

The model is stricter than file systems that order their writes: fsync of a
file keeps its bytes, fsync of a directory keeps its names, nothing else lasts.
"""

import os
import random
from dataclasses import dataclass, field

from .trace import Call
from .tree import WATCHED, Node, Tree

_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2
_UMASK = 0o022


@dataclass
class Inode:
    """`synced` is what a sync found of `now`; None: it never came to the disk."""

    kind: str
    mode: int
    uid: int = 0
    gid: int = 0
    content: bytes = b""
    names: dict[str, "Inode"] = field(default_factory=dict)
    synced: Node | None = None
    synced_names: dict[str, "Inode"] = field(default_factory=dict)

    def node(self) -> Node:
        return Node(self.kind, self.mode, self.uid, self.gid, self.content)

    def sync(self) -> None:
        self.synced = self.node()
        self.synced_names = dict(self.names)


class Model:
    """Replays calls; `tree` is what is there now or what would be left."""

    def __init__(self, start: Tree):
        self._root = Inode("dir", 0o755)
        for path in sorted({*WATCHED, *(top.split("/")[0] for top in WATCHED)} - start.keys()):
            self._add(path, Inode("dir", 0o755))
        for path in sorted(start):
            node = start[path]
            self._add(path, Inode(node.kind, node.mode, node.uid, node.gid, node.content))
        self._sync_all(self._root)

    def replay(self, call: Call) -> None:
        handler = getattr(self, "_on_" + call.name, None)
        if handler and call.result >= 0 and call.kind == "effect":
            handler(call)

    def now(self) -> Tree:
        """Every call so far has come to the disk."""
        return self._tree(lambda inode: inode.names, Inode.node)

    def nothing_unsynced(self) -> Tree:
        """Neither names nor bytes survive that were not synced."""
        return self._tree(lambda inode: inode.synced_names, _durable)

    def names_only(self) -> Tree:
        """Every name survives, and no byte that was not synced."""
        return self._tree(lambda inode: inode.names, _durable)

    def some(self, seed: float) -> Tree:
        """Of what was not synced, chance decides."""
        dice = random.Random(seed)
        return self._tree(lambda inode: dice.choice([inode.names, inode.synced_names]),
                          lambda inode: dice.choice([Inode.node, _durable])(inode))

    # --- the calls -----------------------------------------------------------

    def _on_openat(self, call: Call) -> None:
        inode = self._find(call.path)
        if inode is None and call.argument & os.O_CREAT:
            self._add(call.path, Inode("file", 0o600))
        elif inode and call.argument & os.O_TRUNC:
            inode.content = b""

    _on_open = _on_creat = _on_openat

    def _on_write(self, call: Call) -> None:
        if inode := self._find(call.path):
            inode.content += call.data

    def _on_pwrite(self, call: Call) -> None:
        if inode := self._find(call.path):
            content, at = inode.content.ljust(call.argument, b"\0"), call.argument
            inode.content = content[:at] + call.data + content[at + len(call.data):]

    def _on_ftruncate(self, call: Call) -> None:
        if inode := self._find(call.path):
            inode.content = inode.content[:call.argument].ljust(call.argument, b"\0")

    def _on_fsync(self, call: Call) -> None:
        if inode := self._find(call.path):
            inode.sync()

    _on_fdatasync = _on_fsync

    def _on_syncfs(self, _: Call) -> None:
        self._sync_all(self._root)

    def _on_rename(self, call: Call) -> None:
        source, target = self._place(call.path), self._place(call.other)
        if source and target:
            moved, replaced = source[0].names.pop(source[1]), target[0].names.get(target[1])
            target[0].names[target[1]] = moved
            if call.name == "renameat2" and call.argument == _EXCHANGE:
                source[0].names[source[1]] = replaced

    _on_renameat = _on_renameat2 = _on_rename

    def _on_symlink(self, call: Call) -> None:
        link = Inode("link", 0, content=call.other.encode())
        link.sync()  # its target comes to the disk with its name
        self._add(call.path, link)

    _on_symlinkat = _on_symlink

    def _on_link(self, call: Call) -> None:
        if inode := self._find(call.path):
            self._add(call.other, inode)

    _on_linkat = _on_link

    def _on_unlink(self, call: Call) -> None:
        if place := self._place(call.path):
            place[0].names.pop(place[1], None)

    _on_unlinkat = _on_rmdir = _on_unlink

    def _on_mkdir(self, call: Call) -> None:
        self._add(call.path, Inode("dir", call.argument & ~_UMASK))

    _on_mkdirat = _on_mkdir

    def _on_chmod(self, call: Call) -> None:
        if inode := self._find(call.path):
            inode.mode = call.argument

    _on_fchmod = _on_fchmodat = _on_chmod

    # --- the tree --------------------------------------------------------------

    def _place(self, path: str) -> tuple[Inode, str] | None:
        """The directory and the name in it; None outside of what is watched."""
        *parents, name = path.strip("/").split("/")
        inode = self._root
        for parent in parents:
            inode = inode.names.get(parent)
            if inode is None:
                return None
        return inode, name

    def _find(self, path: str) -> Inode | None:
        place = self._place(path)
        return place[0].names.get(place[1]) if place else None

    def _add(self, path: str, inode: Inode) -> None:
        if place := self._place(path):
            place[0].names[place[1]] = inode

    def _sync_all(self, inode: Inode) -> None:
        inode.sync()
        for below in inode.names.values():
            self._sync_all(below)

    def _tree(self, names_of, node_of) -> Tree:
        tree: Tree = {}

        def add(path: str, inode: Inode) -> None:
            for name, below in names_of(inode).items():
                place = f"{path}/{name}" if path else name
                node = node_of(below)
                if any(place.startswith(top + "/") for top in WATCHED):
                    tree[place] = node
                if node.kind == "dir":
                    add(place, below)

        add("", self._root)
        return tree


def _durable(inode: Inode) -> Node:
    """A name without a sync of what it names is an empty file."""
    if inode.synced:
        return inode.synced
    return Node(inode.kind, inode.mode if inode.kind == "dir" else 0o600, inode.uid, inode.gid)


@dataclass(frozen=True)
class PowerCut:
    """A moment of a run, and what is left of the disk's tree then."""

    after: Call  # the last call that was made
    loss: str
    left: Tree

    def shown(self) -> str:
        return f"power cut after '{self.after.key}', {self.loss} lost"


# From here on the effects of systemd-sysusers and -tmpfiles, which the trace
# does not hold, are counted as durable: their owners sync them.
_OTHERS_ARE_DONE = "rename /etc/k8s-node/.current.k8s-node.0"
# Those of userdel, too, where the ledger goes: it syncs the bytes, and the names
# are durable if /etc was synced after the last program that was started.
_LEDGER_GOES = ("rename /etc/k8s-node/state ", "rename /etc/k8s-node ")
_OTHERS_FILES = ("etc/passwd", "etc/group", "etc/shadow", "etc/gshadow", "var/lib/")


def power_cuts(start: Tree, end: Tree, calls: list[Call], seed: int, count: int) -> list[PowerCut]:
    """At so many moments of the run, chosen by chance among all that change the disk."""
    dice = random.Random(seed)
    model = Model(start)
    others: Tree = {}
    names_are_durable = False
    moments = [call for call in calls if call.kind == "effect" and
               call.path.strip("/").startswith(tuple(top + "/" for top in WATCHED))]
    chosen = set(dice.sample(moments, count))
    cuts = []
    for call in calls:
        model.replay(call)
        if call.name == "clone":
            names_are_durable = False
        elif call.name == "fsync" and call.path == "/etc":
            names_are_durable = True
        if call.key.startswith(_OTHERS_ARE_DONE) or \
                (names_are_durable and call.key.startswith(_LEDGER_GOES)):
            others = {path: node for path, node in end.items() if path.startswith(_OTHERS_FILES)}
        if call in chosen:
            loss = dice.choice(["names and bytes", "bytes", "some"])
            left = {"names and bytes": model.nothing_unsynced, "bytes": model.names_only,
                    "some": lambda: model.some(dice.random())}[loss]()
            cuts.append(PowerCut(call, loss, left | others))
    return cuts
