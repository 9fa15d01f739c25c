#!/usr/bin/python3
"""What a request costs more through the load balancer of a node: printed in the form of docs/benchmarks.md.

    tests/bench/proxy.py [REQUESTS]

The host's own HAProxy with the configuration of the golden worker, before a TLS server on loopback that answers at
once. The two ways take turns with every request, so that what else the host does falls on both.
"""

import http.client
import http.server
import os
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "unit/cluster"), str(HERE.parent / "machine")]

from api_stand_in import make_authority, make_certificate  # noqa: E402
from machines import Deadline  # noqa: E402

CONFIG = HERE.parent / "golden/worker-haproxy-1.37.1/config"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one record for head and body

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def serve(directory: Path) -> int:
    make_authority(directory, "ca")
    make_certificate(directory, "server", "ca", "subjectAltName=DNS:kubernetes")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "server.crt", directory / "server.key")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def start_haproxy(directory: Path, behind: int) -> tuple[subprocess.Popen, int]:
    port = free_port()
    files = []
    for name in ("haproxy.cfg", "haproxy-node.cfg"):
        text = (CONFIG / name).read_text().replace("192.0.2.1:6443", f"127.0.0.1:{behind}")
        text = text.replace("127.0.0.1:6444", f"127.0.0.1:{port}").replace("/run/kube-apiserver-proxy", str(directory))
        (directory / name).write_text(text)
        files += ["-f", str(directory / name)]
    return subprocess.Popen(["haproxy", "-db", *files], stderr=subprocess.DEVNULL,
                            env=os.environ | {"CREDENTIALS_DIRECTORY": str(directory)}), port


def connect(port: int, context: ssl.SSLContext) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sock = context.wrap_socket(connection.sock, server_hostname="kubernetes")
    return connection


def ask(connection) -> None:
    connection.request("GET", "/readyz")
    connection.getresponse().read()


def answers(port: int, context: ssl.SSLContext) -> bool:
    try:
        ask(connect(port, context))
        return True
    except (OSError, http.client.HTTPException):
        return False


def timed(work) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1e6


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory(prefix="k8s-node-bench.") as name:
        directory = Path(name)
        behind = serve(directory)
        context = ssl.create_default_context(cafile=directory / "ca.crt")
        haproxy, through = start_haproxy(directory, behind)
        try:
            Deadline(20).wait_until(lambda: answers(through, context), "haproxy to find its server")
            kept = {port: connect(port, context) for port in (behind, through)}
            request = {port: [] for port in kept}
            new = {port: [] for port in kept}
            for number in range(rounds):
                for port, connection in kept.items():
                    request[port].append(timed(lambda connection=connection: ask(connection)))
                    if number % 10 == 0:
                        new[port].append(timed(lambda port=port: ask(connect(port, context))))
        finally:
            haproxy.kill()
            haproxy.wait()
    print("| | direct | through HAProxy |\n|---|---|---|")
    for what, times in (("request on an open connection", request), ("new connection and a request", new)):
        direct, proxied = (f"{statistics.median(times[port]):.0f} µs" for port in (behind, through))
        print(f"| {what} | {direct} | {proxied} |")


if __name__ == "__main__":
    main()
