"""An HTTPS mirror with faults: serves DIRECTORY under https://localhost:PORT/<manner>/.

Prints its port, and that of a proxy that leads every CONNECT to the mirror. Ends when its standard input does.
"""

import http.server
import os
import socket
import ssl
import sys
import threading

directory, certificate, key = sys.argv[1:4]
seen = set()


class Mirror(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        _, manner, path = self.path.split("/", 2)
        first = self.path not in seen
        seen.add(self.path)
        getattr(self, manner.replace("-", "_"))(path, first)

    def content(self, path):
        with open(os.path.join(directory, path), "rb") as file:
            return file.read()

    def answer(self, status, body=b"", announced=None, **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if announced is None else announced))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def range_start(self):
        asked = self.headers.get("Range")
        return int(asked.removeprefix("bytes=").removesuffix("-")) if asked else None

    def half(self, content):
        self.answer(200, content[: len(content) // 2], announced=len(content))

    def plain(self, path, first):
        try:
            self.answer(200, self.content(path))
        except FileNotFoundError:
            self.answer(404, b"no such file")

    def breaks(self, path, first):
        content = self.content(path)
        start = self.range_start()
        if first:
            self.half(content)
        elif start is None:
            self.answer(500)  # whoever asks again must ask for the rest
        else:
            span = f"bytes {start}-{len(content) - 1}/{len(content)}"
            self.answer(206, content[start:], Content_Range=span)

    def breaks_without_ranges(self, path, first):
        content = self.content(path)
        if first:
            self.half(content)
        else:
            self.answer(200, content)

    def breaks_with_wrong_range(self, path, first):
        content = self.content(path)
        if first:
            self.half(content)
        elif self.range_start() is not None:
            self.answer(206, content, Content_Range=f"bytes 0-{len(content) - 1}/{len(content)}")
        else:
            self.answer(200, content)

    def breaks_then_changes(self, path, first):
        content = self.content(path)
        start = self.range_start()
        if first:
            self.answer(200, bytes(len(content) // 2), announced=len(content))
        elif start is not None:
            span = f"bytes {start}-{len(content) - 1}/{len(content)}"
            self.answer(206, content[start:], Content_Range=span)
        else:
            self.answer(200, content)

    def part(self, path, first):
        content = self.content(path)
        self.answer(206, content[100:], Content_Range=f"bytes 100-{len(content) - 1}/{len(content)}")

    def always_breaks(self, path, first):
        self.half(self.content(path))

    def page(self, path, first):
        self.answer(200, b"<html>Please log in</html>", Content_Type="text/html; charset=utf-8")

    def busy_once(self, path, first):
        if first:
            self.answer(503, Retry_After="0")
        else:
            self.plain(path, first)

    def forbidden_once(self, path, first):
        if first:
            self.answer(403)
        else:
            self.plain(path, first)

    def to_https(self, path, first):
        self.answer(302, Location=f"/plain/{path}")

    def to_http(self, path, first):
        self.answer(302, Location=f"http://localhost:{self.server.server_port}/plain/{path}")

    def hangs(self, path, first):
        self.half(self.content(path))
        self.connection.recv(1)  # until the client goes away

    def log_message(self, *args):
        pass


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # one side has gone, so nobody waits for the rest


class Proxy(http.server.BaseHTTPRequestHandler):
    def do_CONNECT(self):
        with socket.create_connection(("127.0.0.1", server.server_port)) as mirror:
            self.send_response(200)
            self.end_headers()
            threading.Thread(target=pump, args=(self.connection, mirror), daemon=True).start()
            pump(mirror, self.connection)

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass  # clients that go away early are what the tests are about


server = Server(("127.0.0.1", 0), Mirror)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
proxy = Server(("127.0.0.1", 0), Proxy)
threading.Thread(target=proxy.serve_forever, daemon=True).start()
print(server.server_port, proxy.server_port, sep="\n", flush=True)
sys.stdin.read()
os._exit(0)
