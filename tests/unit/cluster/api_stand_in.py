#!/usr/bin/env python3
"""A stand-in for the API server: HTTPS on loopback that wants a client
certificate and imitates the few calls that src/cluster makes. It proves the
transport, not Kubernetes; the machine and cluster suites use the real one.

usage: api_stand_in.py DIRECTORY

Makes its authorities, certificates and kubeconfigs in DIRECTORY, then prints
the port on one line. Ends when its standard input does.
"""
import base64
import http.server
import json
import pathlib
import ssl
import subprocess
import sys
import threading

READY = {"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "ok"}
NOT_READY = {"type": "Ready", "status": "False", "reason": "KubeletNotReady",
             "message": "cni config uninitialized"}


def openssl(directory, *arguments):
    subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)


def make_authority(directory, name):
    openssl(directory, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.crt", "-days", "2",
            "-subj", f"/CN={name}")


def make_certificate(directory, name, authority, extension):
    openssl(directory, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
    (directory / f"{name}.ext").write_text(extension + "\n")
    openssl(directory, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{authority}.crt", "-CAkey",
            f"{authority}.key", "-CAcreateserial", "-days", "2", "-out", f"{name}.crt",
            "-extfile", f"{name}.ext")


def write_kubeconfig(directory, name, port, authority, user):
    def encoded(file):
        return base64.b64encode((directory / file).read_bytes()).decode()

    (directory / name).write_text(f"""apiVersion: v1
kind: Config
current-context: c
clusters: [{{name: k, cluster: {{server: "https://127.0.0.1:{port}",
  certificate-authority-data: {encoded(authority + ".crt")}}}}}]
contexts: [{{name: c, context: {{cluster: k, user: u}}}}]
users: [{{name: u, user: {{client-certificate-data: {encoded(user + ".crt")},
  client-key-data: {encoded(user + ".key")}}}}}]
""")


def node(condition):
    return {"kind": "Node", "metadata": {"name": "n1"}, "status": {"conditions": [condition]}}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    watches = 0

    def log_message(self, *_):
        pass

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def chunk(self, data):
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def watch(self):
        """The first watch breaks off in the middle; the second one gets through;
        any later one stays silent until the client leaves."""
        Handler.watches += 1
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        event = json.dumps({"type": "MODIFIED", "object": node(READY)}).encode() + b"\n"
        if Handler.watches == 1:
            self.chunk(event[:40])
            self.close_connection = True
        elif Handler.watches == 2:
            self.chunk(event[:40])
            self.chunk(event[40:])
            self.chunk(b"")
        else:
            self.wfile.flush()
            self.rfile.read(1)
            self.close_connection = True

    def do_GET(self):
        if self.path == "/forbidden":
            self.answer(403, {"kind": "Status", "message": "no", "reason": "Forbidden"})
        elif "watch=true" in self.path:
            self.watch()
        elif self.path.startswith("/api/v1/nodes?"):
            self.answer(200, {"metadata": {"resourceVersion": "7"}, "items": [node(NOT_READY)]})
        elif self.path == "/drop":
            self.close_connection = True
        elif self.path == "/silent":
            self.rfile.read(1)
            self.close_connection = True
        else:
            self.echo()

    def echo(self):
        size = int(self.headers.get("Content-Length", 0))
        self.answer(200, {"method": self.command, "path": self.path,
                          "type": self.headers.get("Content-Type"),
                          "authorization": self.headers.get("Authorization"),
                          "client": self.connection.getpeercert()["subject"][0][0][1],
                          "body": self.rfile.read(size).decode()})

    do_PATCH = echo
    do_DELETE = echo


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Clients without a certificate are turned away: nothing to print."""


def main():
    directory = pathlib.Path(sys.argv[1])
    make_authority(directory, "cluster")
    make_authority(directory, "stranger")
    make_certificate(directory, "server", "cluster", "subjectAltName=IP:127.0.0.1")
    make_certificate(directory, "admin", "cluster", "extendedKeyUsage=clientAuth")
    make_certificate(directory, "intruder", "stranger", "extendedKeyUsage=clientAuth")

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "server.crt", directory / "server.key")
    context.load_verify_locations(directory / "cluster.crt")
    context.verify_mode = ssl.CERT_REQUIRED
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True,
                                        do_handshake_on_connect=False)
    port = server.server_address[1]
    write_kubeconfig(directory, "admin.conf", port, "cluster", "admin")
    write_kubeconfig(directory, "wrong-authority.conf", port, "stranger", "admin")
    write_kubeconfig(directory, "wrong-user.conf", port, "cluster", "intruder")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
