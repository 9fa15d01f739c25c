#!/usr/bin/env python3
"""A loopback server that fails in the ways that real endpoints fail.

usage: server.py [CERTIFICATE KEY [CLIENT_CA]]
Prints its port, then answers until its standard input is closed.
"""
import http.server
import ssl
import sys
import threading

FAILING_READYZ = """[+]ping ok
[+]log ok
[-]etcd failed: reason withheld
[-]poststarthook/rbac/bootstrap-roles failed: reason withheld
readyz check failed
"""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    connections = 0
    asked = 0

    def setup(self):
        Handler.connections += 1
        super().setup()

    def log_message(self, *_):
        pass

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        Handler.asked += 1
        if self.path == "/readyz":
            self.answer(500, FAILING_READYZ)
        elif self.path == "/ready-at-third":
            self.answer(*((200, "ok") if Handler.asked >= 3 else (500, FAILING_READYZ)))
        elif self.path == "/connections":
            self.answer(503, f"{Handler.connections} connections")
        elif self.path == "/silent":
            stopped.wait()
        elif self.path == "/hang-up":
            self.close_connection = True
        elif self.path == "/large":
            self.answer(200, "x" * 1_000_000)
        else:
            self.answer(200, '{"health":"true"}')


def tls(arguments):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(arguments[0], arguments[1])
    if len(arguments) > 2:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(arguments[2])
    return context


stopped = threading.Event()
http.server.ThreadingHTTPServer.daemon_threads = True
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
if len(sys.argv) > 1:
    server.socket = tls(sys.argv[1:]).wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
stopped.set()
