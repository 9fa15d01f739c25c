"""The disk of a virtual machine: a tree while a site prepares it, an image with
a file system from its first boot on."""

from pathlib import Path

from machines import commands
from machines.disk import unmount_below


class Disk:
    def __init__(self, directory: Path, tree: Path, size: str):
        self.image = directory / "disk.img"
        self.root = directory / "root"
        self._directory = directory
        self._tree = tree
        self._size = size

    def create(self) -> None:
        """The tree, to be written to: an overlay of the one that all share."""
        upper, work = self._directory / "upper", self._directory / "work"
        for path in (upper, work, self.root):
            path.mkdir()
        upper.chmod(0o755)
        commands.run(["mount", "-t", "overlay", "overlay", "-o",
                      f"lowerdir={self._tree},upperdir={upper},workdir={work}", self.root])

    def make_image(self) -> None:
        """Without effect where there is one."""
        if self.image.exists():
            return
        partial = self.image.with_suffix(".partial")
        commands.run(["truncate", f"--size={self._size}", partial])
        commands.run(["mke2fs", "-q", "-t", "ext4", "-d", self.root, partial], timeout=300)
        unmount_below(self.root)
        partial.rename(self.image)
