"""Servers that keep a client waiting: `stand_ins.py DIRECTORY RUNTIME-SOCKET`, in a machine's network.

Everything here stands in for something: mirrors, a name server, an API server
with one node, an etcd, a container runtime. Standard output gets a line for
each thing that happened; a line of standard input is the mode (see Api and etcd).
It ends when its input does.

DIRECTORY holds api.crt and api.key.
"""

import http.server
import json
import socket
import ssl
import sys
import threading
import urllib.parse
from pathlib import Path

CONNECT, HEADERS, BODY, REFUSE, API, ETCD = 8100, 8101, 8102, 8103, 6443, 2379
_HELD = threading.Event()  # never set
_writing = threading.Lock()


def tell(event: str) -> None:
    with _writing:
        print(event, flush=True)


def in_background(function, *arguments) -> None:
    threading.Thread(target=function, args=arguments, daemon=True).start()


def listener(port: int, backlog: int = 16) -> socket.socket:
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", port))
    server.listen(backlog)
    return server


def runtime_listener(path: str) -> socket.socket:
    Path(path).unlink(missing_ok=True)
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen()
    return server


def begin_to_answer(server: socket.socket, event: str, answer: bytes = b"") -> None:
    """Takes every request, answers its beginning and says no more."""
    held = []
    while True:
        client, _ = server.accept()
        held.append(client)
        client.recv(65536)
        client.sendall(answer)
        tell(event)


def etcd() -> None:
    """Says nothing in the mode `etcd`, and else ends every connection."""
    server = listener(ETCD)
    held = []
    while True:
        client, _ = server.accept()
        if Api.mode == "etcd":
            held.append(client)
            tell("etcd accepted")
        else:
            client.close()


def never_accept(port: int) -> None:
    """A queue that is full: the kernel drops what else comes."""
    server = listener(port, backlog=0)
    clients = []
    for _ in range(4):
        client = socket.socket()
        client.setblocking(False)
        client.connect_ex(("127.0.0.1", port))
        clients.append(client)
    _HELD.wait()
    server.close()


def names() -> None:
    server = socket.socket(type=socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    while True:
        server.recv(65536)
        tell("name asked")


class Api(http.server.BaseHTTPRequestHandler):
    """Knows one node, with one pod that no budget lets go.

    Modes: with `unready` the node is not Ready, with `closed` every connection
    ends at once, with `silent` it is taken and nothing more.
    """

    protocol_version = "HTTP/1.1"
    mode = "ready"
    node: dict = {"kind": "Node", "metadata": {"annotations": {}}, "spec": {}}

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def shown(self, name):
        ready = {"type": "Ready", "status": str(Api.mode != "unready"), "reason": "Held",
                 "message": "it is held back", "lastHeartbeatTime": "2100-01-01T00:00:00Z"}
        return Api.node | {"metadata": Api.node["metadata"] | {"name": name}, "status": {"conditions": [ready]}}

    def watch(self, what):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.flush()
        tell(f"api watch {what}")
        self.connection.recv(1)  # until the client leaves
        self.close_connection = True

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        what = url.path.rpartition("/")[2]
        if "watch=true" in url.query:
            self.watch(what)
        elif what == "version":
            self.answer(200, {"gitVersion": "v1.1.0"})
        elif what == "nodes":
            name = urllib.parse.parse_qs(url.query)["fieldSelector"][0].partition("=")[2]
            self.answer(200, {"metadata": {"resourceVersion": "7"}, "items": [self.shown(name)]})
        elif what == "pods":
            pod = {"metadata": {"namespace": "default", "name": "held",
                                "ownerReferences": [{"kind": "ReplicaSet", "controller": True}]}}
            self.answer(200, {"metadata": {"resourceVersion": "7"}, "items": [pod]})
        else:
            self.answer(200, self.shown(what))

    def body(self):
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def do_POST(self):
        self.body()
        self.answer(429, {"kind": "Status", "message": "the budget held does not allow it"})

    def do_PATCH(self):
        patch = self.body()
        for part, fields in (("spec", patch.get("spec", {})),
                             ("annotations", patch.get("metadata", {}).get("annotations", {}))):
            place = Api.node["spec"] if part == "spec" else Api.node["metadata"]["annotations"]
            for key, value in fields.items():
                place.pop(key, None) if value is None else place.update({key: value})
        tell(f"api cordoned {bool(Api.node['spec'].get('unschedulable'))}")
        self.answer(200, self.shown("node"))

    def do_DELETE(self):
        self.answer(200, {"kind": "Status"})

    def log_message(self, *_):
        pass


class ApiServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, directory):
        super().__init__(("127.0.0.1", API), Api)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(f"{directory}/api.crt", f"{directory}/api.key")

    def finish_request(self, request, client_address):
        if Api.mode == "closed":
            return
        if Api.mode == "silent":
            tell("api accepted")
            _HELD.wait()
        with self._context.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, *_):
        """Clients leave in the middle here: that is what is tested."""


def main():
    directory, runtime = sys.argv[1:]
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
    in_background(never_accept, CONNECT)
    in_background(begin_to_answer, listener(HEADERS), "mirror headers")
    in_background(begin_to_answer, listener(BODY), "mirror body", head + bytes(65536))
    in_background(begin_to_answer, runtime_listener(runtime), "runtime asked")
    in_background(etcd)
    in_background(names)
    in_background(ApiServer(directory).serve_forever)
    tell("listening")
    for line in sys.stdin:
        Api.mode = line.strip()
        tell(f"api is {Api.mode}")


if __name__ == "__main__":
    main()
