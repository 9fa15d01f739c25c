"""The disk of a machine: an overlay over the root image, plus plain directories.

It is mounted on the host as one tree for as long as the machine exists, so it
outlives reboots and power cuts and can be written to between boots.
"""

import shutil
from pathlib import Path

from . import commands

# On an ordinary filesystem, not on the overlay: containerd mounts overlays of
# its own below /var/lib, and big files need no copy-up machinery. The parents
# of what the program makes, because a mount point could not be removed again.
PLAIN_DIRECTORIES = ("opt", "var/lib")


def mounts_below(directory):
    """Mount points in and at the directory, innermost first."""
    points = [
        Path(line.split()[4])
        for line in Path("/proc/self/mountinfo").read_text().splitlines()
    ]
    inside = [point for point in points if point.is_relative_to(directory)]
    return sorted(inside, key=lambda point: len(point.parts), reverse=True)


def unmount_below(directory, timeout=30):
    """A mount can stay busy until the last killed process is reaped."""

    def unmounted():
        for point in mounts_below(directory):
            commands.run(["umount", point], check=False)
        return not mounts_below(directory)

    commands.Deadline(timeout).wait_until(unmounted, f"mounts in {directory} to go")


class Disk:
    def __init__(self, directory, image):
        self._directory = directory
        self._image = image
        self.root = directory / "root"

    def create(self, limits):
        """Mount everything. `limits`: path in the machine -> size, "64M"."""
        upper, work = self._directory / "upper", self._directory / "work"
        for path in (upper, work, self.root):
            path.mkdir()
        self.root.chmod(0o755)
        upper.chmod(0o755)
        options = f"lowerdir={self._image},upperdir={upper},workdir={work}"
        commands.run(["mount", "-t", "overlay", "overlay", "-o", options, self.root])
        for path in PLAIN_DIRECTORIES:
            plain = self._directory / path.replace("/", "-")
            shutil.copytree(self.root / path, plain, symlinks=True)
            commands.run(["mount", "--bind", plain, self.root / path])
        for path, size in limits.items():
            self._mount_limited(path.strip("/"), size)

    def _mount_limited(self, path, size):
        target = self.root / path
        target.mkdir(parents=True, exist_ok=True)
        small = self._directory / ("small-" + path.replace("/", "-"))
        small.mkdir()
        commands.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755",
                      "small", small])
        commands.run(["cp", "-a", f"{target}/.", small])
        commands.run(["mount", "--bind", small, target])

    def resize(self, path, size, inodes=None):
        """Give a limited filesystem more (or less) room, while in use."""
        options = f"remount,size={size}" + (f",nr_inodes={inodes}" if inodes else "")
        commands.run(["mount", "-o", options,
                      self._directory / ("small-" + path.strip("/").replace("/", "-"))])
