"""What the benches need: the program, the site, its server, the injector."""

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

from .site import HERE, Site, compile_c

PORT = 8001


class Tools:
    def __init__(self, session, directory: Path, build: Path):
        self.tree = directory / "install"
        subprocess.run(["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir",
                        self.tree], check=True, stdout=subprocess.DEVNULL)
        self.site = Site(directory / "site")
        self.injector = compile_c(HERE / "injector.c", directory / "injector")
        self.mirror = f"http://{session.switch.address}:{PORT}"
        self._server = subprocess.Popen(
            session.switch.argv(["/usr/bin/python3", HERE / "server.py", session.switch.address, str(PORT),
                                 self.site.served]),
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        self._server.stdout.readline()

    @contextmanager
    def broken_off_after(self, count: int):
        """The server breaks every answer off after so many bytes."""
        cut = self.site.served.with_name("cut")
        cut.write_text(str(count))
        try:
            yield
        finally:
            cut.unlink()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.kill()
        self._server.wait()


def build_directory() -> Path:
    return Path(os.environ.get("K8S_NODE_BUILD", HERE.parents[2] / "build")).resolve()
