#!/usr/bin/env python3
"""A stand-in for the API server that has Node objects, requests for certificates and EndpointSlices: lists in
pages, watches, and approvals that are refused if somebody was first. The cluster suite uses the
real one.

usage: requests_stand_in.py DIRECTORY

PUT and DELETE of /test/nodes/NAME, /test/requests/NAME and /test/slices/NAME make the objects; PUT /test/behaviour
says what to do from then on, PUT /test/reset forgets everything. Ends when its standard input does.
"""
import json
import pathlib
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cluster"))

from api_stand_in import Server, make_authority, make_certificate, write_kubeconfig  # noqa: E402

SERVERS = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
PATHS = {"/api/v1/nodes": "nodes", SERVERS: "slices",
         "/apis/certificates.k8s.io/v1/certificatesigningrequests": "requests"}
FORBIDDEN = {"kind": "Status", "code": 403, "reason": "Forbidden", "message": "not yet allowed"}
GONE = {"type": "ERROR", "object": {"kind": "Status", "code": 410, "message": "too old"}}
SIGNER = "kubernetes.io/kubelet-serving"


class State:
    """Everything below is guarded by `changed`."""
    changed = threading.Condition()
    version = 10
    objects: dict[str, dict[str, dict]] = {name: {} for name in PATHS.values()}
    events: list[tuple[int, str, dict]] = []  # version, collection, event
    behaviour: dict = {}
    lists = dict.fromkeys(PATHS.values(), 0)

    @classmethod
    def reset(cls):
        cls.objects = {name: {} for name in PATHS.values()}
        cls.lists = dict.fromkeys(PATHS.values(), 0)
        cls.behaviour = {}


def change(collection, name, value):
    """Puts an object, or deletes it if there is no value, as every watch hears."""
    held = State.objects[collection]
    State.version += 1
    kind = "MODIFIED" if name in held else "ADDED"
    if value is None:
        kind, value = "DELETED", held.pop(name)
    else:
        value["metadata"]["resourceVersion"] = str(State.version)
        held[name] = value
    State.events.append((State.version, collection, {"type": kind, "object": value}))
    State.changed.notify_all()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def chunk(self, data):
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def body(self):
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"null")

    def do_GET(self):
        url = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        named = query.get("fieldSelector", "").split("metadata.name=")
        self.only = named[1] if len(named) == 2 else None
        if url.path == "/test/state":
            with State.changed:
                self.answer(200, {"objects": State.objects, "lists": State.lists})
        elif State.behaviour.get("refuse"):
            self.answer(403, FORBIDDEN)
        elif query.get("watch") == "true":
            self.watch(PATHS[url.path], int(query["resourceVersion"]))
        else:
            self.list(PATHS[url.path], query)

    def list(self, collection, query):
        if collection == "requests" and query.get("fieldSelector") != f"spec.signerName={SIGNER}":
            self.answer(400, {"kind": "Status", "message": "no such selector"})
            return
        if PATHS[SERVERS] == collection == "slices" and query.get("labelSelector") != "kubernetes.io/service-name=kubernetes":
            self.answer(400, {"kind": "Status", "message": "no such selector"})
            return
        with State.changed:
            State.lists[collection] += 1
            limit = State.behaviour.get("page", int(query["limit"]))
            names = sorted(name for name in State.objects[collection] if self.only in (None, name))
            rest = [name for name in names if name > query.get("continue", "")]
            page = rest[:limit]
            metadata = {"resourceVersion": str(State.version)}
            if len(rest) > limit:
                metadata["continue"] = page[-1]
            items = [State.objects[collection][name] for name in page]
            self.answer(200, {"metadata": metadata, "items": items})

    def next_events(self, collection, after):
        with State.changed:
            if State.behaviour.pop("gone", None):
                return after, [GONE]
            while True:
                found = [entry for entry in State.events if entry[0] > after]
                if found or State.behaviour.get("end"):
                    last = found[-1][0] if found else after
                    return last, [event for _, of, event in found if of == collection
                                  and self.only in (None, event["object"]["metadata"]["name"])]
                State.changed.wait()

    def watch(self, collection, version):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            while not State.behaviour.get("end"):
                version, events = self.next_events(collection, version)
                for event in events:
                    line = json.dumps(event).encode() + b"\n"
                    self.chunk(line[:50])
                    self.chunk(line[50:])
            self.chunk(b"")
        except OSError:
            pass  # the client has left
        self.close_connection = True

    def do_PUT(self):
        value = self.body()
        parts = self.path.split("/")
        with State.changed:
            if self.path == "/test/reset":
                State.reset()
                self.answer(200, {})
            elif self.path == "/test/behaviour":
                State.behaviour = value
                State.changed.notify_all()
                self.answer(200, {})
            elif parts[1] == "test":
                change(parts[2], parts[3], value)
                self.answer(200, value)
            else:
                self.approve(parts[-2], value)

    def approve(self, name, value):
        held = State.objects["requests"].get(name)
        if State.behaviour.get("fail"):
            self.answer(500, {"kind": "Status", "message": "etcd is slow"})
        elif held is None:
            self.answer(404, {"kind": "Status", "message": "not found"})
        elif held["metadata"]["resourceVersion"] != value["metadata"]["resourceVersion"]:
            self.answer(409, {"kind": "Status", "message": "has been modified"})
        else:
            value["spec"] = held["spec"]
            change("requests", name, value)  # the watch may tell it before the answer does
            self.answer(200, value)

    def do_DELETE(self):
        self.body()
        parts = self.path.split("/")
        with State.changed:
            change(parts[2], parts[3], None)
            self.answer(200, {})


def main(handler=Handler):
    directory = pathlib.Path(sys.argv[1])
    make_authority(directory, "cluster")
    make_certificate(directory, "server", "cluster", "subjectAltName=IP:127.0.0.1")
    make_certificate(directory, "approver", "cluster", "extendedKeyUsage=clientAuth")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "server.crt", directory / "server.key")
    context.load_verify_locations(directory / "cluster.crt")
    context.verify_mode = ssl.CERT_REQUIRED
    server = Server(("127.0.0.1", 0), handler)
    server.socket = context.wrap_socket(server.socket, server_side=True,
                                        do_handshake_on_connect=False)
    write_kubeconfig(directory, "approver.conf", server.server_address[1], "cluster", "approver")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
