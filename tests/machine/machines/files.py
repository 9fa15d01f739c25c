"""Files of a machine: read, write and copy, whether it runs or not.

Always by a process whose root is the machine's: following the machine's
symlinks from the host would end in the host's own files.
"""

import posixpath
import subprocess
from pathlib import Path

from . import commands

# never readable by more than its mode says, not even for a moment
_WRITE = '''set -e; umask 022; mkdir -p "$(dirname "$1")"; umask 077
cat > "$1"; chmod "$2" "$1"'''


class FileAccess:
    """For a class with `_argv_in_tree(argv)`, which enters the tree."""

    def read(self, path):
        return self._in_tree(["cat", path]).stdout

    def write(self, path, text, mode=0o644):
        self._in_tree(["sh", "-c", _WRITE, "write", path, f"{mode:o}"], input=text)

    def exists(self, path):
        return self._in_tree(["test", "-e", path], check=False).rc == 0

    def put(self, source, destination):
        """Copy a file or a directory of the host to this path, modes kept."""
        source = Path(source)
        if source.is_dir():
            self._in_tree(["mkdir", "-p", destination])
            self._unpack(["-C", source, "."], destination)
        else:
            self.write(destination, source.read_bytes(),
                       source.stat().st_mode & 0o7777)

    def get(self, path, destination):
        """Copy a file of the machine to the host."""
        process = subprocess.run(
            self._argv_in_tree(["cat", path]), env=commands.CLEAN_ENVIRONMENT,
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=True)
        Path(destination).write_bytes(process.stdout)

    def install_tree(self, destdir):
        """Lay a DESTDIR tree (`meson install --destdir`) over the machine's /."""
        self._unpack(["-C", destdir, "."], "/")
        if self.is_running():
            # what a package's trigger does after it brought units
            self.run(["systemctl", "daemon-reload"])

    def _unpack(self, tar_words, destination):
        """Through a pipe, for the machine does not see the host's files."""
        pack = subprocess.Popen(
            ["tar", "--create", "--owner=0", "--group=0", *tar_words],
            stdout=subprocess.PIPE)
        unpack = subprocess.run(
            self._argv_in_tree([
                "tar", "--extract", "-C", posixpath.join("/", destination),
                # /lib stays the symlink to usr/lib that it is, and / its mode
                "--keep-directory-symlink", "--no-overwrite-dir"]),
            stdin=pack.stdout, stderr=subprocess.PIPE, text=True,
            env=commands.CLEAN_ENVIRONMENT, start_new_session=True, timeout=300)
        pack.stdout.close()
        if pack.wait() != 0 or unpack.returncode != 0:
            raise OSError(f"copying into {destination}: {unpack.stderr}")

    def _in_tree(self, argv, **options):
        return commands.run(self._argv_in_tree(argv), shown_as=argv,
                            env=commands.CLEAN_ENVIRONMENT, **options)
