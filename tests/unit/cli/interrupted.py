#!/usr/bin/env python3
"""A run that a signal ends: one clear word, nothing half-made left, and the status that a shell gives it.

    interrupted.py K8S-NODE-INSTALL SOURCE
"""

import http.server
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from machine import PROGRAM, SOURCE, WHO

begun = threading.Semaphore(0)


class Endless(http.server.BaseHTTPRequestHandler):
    """A mirror that begins to send, and then says nothing more."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(1 << 30))
        self.end_headers()
        self.wfile.write(bytes(1 << 16))
        self.wfile.flush()
        begun.release()
        self.connection.recv(1)  # until the client goes away

    def log_message(self, *args):
        pass


def faults(mirror: str, number: signal.Signals) -> list[str]:
    out = []
    with tempfile.TemporaryDirectory(prefix="k8s-node-cli.") as root:
        run = subprocess.Popen(
            [PROGRAM, "fetch", "--root", root, "--data", str(SOURCE / "profiles"), "--profile", "etcd",
             "--mirror", mirror, *WHO], text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        if not begun.acquire(timeout=30):
            run.kill()
            return ["no download began: " + run.communicate()[1]]
        run.send_signal(number)
        _, said = run.communicate(timeout=30)
        if run.returncode != 128 + number:
            out.append(f"exit status {run.returncode}")
        for piece in (f"error: interrupted by {number.name}", "run the same command again"):
            if piece not in said:
                out.append(f"missing: {piece}")
        left = [str(path) for path in Path(root, "opt/k8s-node/store").glob(".*")]
        if left:
            out.append(f"left behind: {left}")
        return [f"{number.name}: {fault}\n{said}" for fault in out]


def limited(mirror: str) -> list[str]:
    """A limit on the size of files is an error like a full disk, no silent end."""
    with tempfile.TemporaryDirectory(prefix="k8s-node-cli.") as root:
        done = subprocess.run(
            [PROGRAM, "fetch", "--root", root, "--data", str(SOURCE / "profiles"), "--profile", "etcd",
             "--mirror", mirror, *WHO], text=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
            check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
    if done.returncode == 1 and "File too large" in done.stderr and "ulimit -f" in done.stderr:
        return []
    return [f"a limit on files: exit status {done.returncode}\n{done.stderr}"]


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endless)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    wrong = faults(url, signal.SIGTERM) + faults(url, signal.SIGINT) + limited(url)
    print("\n".join(wrong) or "ended in order")
    sys.exit(1 if wrong else 0)
