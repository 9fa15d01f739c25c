"""The files of a machine as values: taken, compared, and put back.

Works on the machine's disk from the host. No path is followed through a
symbolic link, for it would end in the host's own files.
"""

import os
import shutil
import stat
from dataclasses import dataclass, field
from pathlib import Path

# Where an install may leave anything at all.
WATCHED = ("etc", "opt", "usr/local", "var/lib")
# What systemd itself writes down there as it likes.
VOLATILE = ("var/lib/systemd", "etc/.pwd.lock", "etc/mtab", "etc/machine-id")


@dataclass(frozen=True)
class Node:
    kind: str  # "file", "dir", "link"
    mode: int
    uid: int
    gid: int
    content: bytes = b""
    modified_ns: int = field(default=0, compare=False)

    def shown(self) -> str:
        text = f"{self.kind} {self.mode:o} {self.uid}:{self.gid}"
        return text + (f" -> {self.content.decode()}" if self.kind == "link" else
                       f" {len(self.content)} bytes" if self.kind == "file" else "")


Tree = dict[str, Node]


def _same(there: Node | None, wanted: Node) -> bool:
    """With the time, too, which the store remembers of its files."""
    return there == wanted and wanted.modified_ns in (0, there.modified_ns)


class Disk:
    """`root` is a directory of the host that holds the machine's /."""

    def __init__(self, root: Path):
        self._root = root
        self._known: dict[str, tuple[tuple, Node]] = {}  # by what lstat says: no second read

    def take(self) -> Tree:
        tree: Tree = {}
        for top in WATCHED:
            self._take_below(top, tree)
        return tree

    def put_back(self, wanted: Tree) -> None:
        there = self.take()
        for path in sorted(there.keys() - wanted.keys(), reverse=True):
            self._remove(path)
        for path in sorted(wanted):
            if not _same(there.get(path), wanted[path]):
                if path in there and (there[path].kind != "dir" or wanted[path].kind != "dir"):
                    self._remove(path)
                self._make(path, wanted[path])

    def _take_below(self, path: str, tree: Tree) -> None:
        try:
            entries = list(os.scandir(self._root / path))
        except FileNotFoundError:
            return
        for entry in entries:
            below = f"{path}/{entry.name}"
            if below in VOLATILE:
                continue
            tree[below] = self._node(below, entry.stat(follow_symlinks=False))
            if tree[below].kind == "dir":
                self._take_below(below, tree)

    def _node(self, path: str, status: os.stat_result) -> Node:
        mark = (status.st_ino, status.st_ctime_ns, status.st_mtime_ns, status.st_size,
                status.st_mode)
        known = self._known.get(path)
        if known and known[0] == mark:
            return known[1]
        mode = stat.S_IMODE(status.st_mode)
        if stat.S_ISLNK(status.st_mode):
            node = Node("link", 0, status.st_uid, status.st_gid,
                        os.fsencode(os.readlink(self._root / path)))
        elif stat.S_ISDIR(status.st_mode):
            node = Node("dir", mode, status.st_uid, status.st_gid)
        elif stat.S_ISREG(status.st_mode):
            node = Node("file", mode, status.st_uid, status.st_gid,
                        (self._root / path).read_bytes(), status.st_mtime_ns)
        else:
            node = Node("special", mode, status.st_uid, status.st_gid)
        self._known[path] = (mark, node)
        return node

    def _remove(self, path: str) -> None:
        place = self._root / path
        if place.is_symlink() or not place.is_dir():
            place.unlink(missing_ok=True)
        else:
            shutil.rmtree(place)

    def _make(self, path: str, node: Node) -> None:
        place = self._root / path
        if node.kind == "link":
            place.symlink_to(os.fsdecode(node.content))
        elif node.kind == "dir":
            place.mkdir(exist_ok=True)
        else:
            place.write_bytes(node.content)
        os.chown(place, node.uid, node.gid, follow_symlinks=False)
        if node.kind != "link":
            place.chmod(node.mode)
        if node.modified_ns:
            os.utime(place, ns=(node.modified_ns, node.modified_ns))
