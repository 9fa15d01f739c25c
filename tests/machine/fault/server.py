"""Serves a directory over HTTP: `server.py ADDRESS PORT DIRECTORY`.

A file named `cut` beside the directory, holding a number, has it break every
answer off after so many bytes, as a network does that fails in mid-download.
"""

import http.server
import sys
from functools import partial
from pathlib import Path


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def copyfile(self, source, outputfile):
        cut = Path(self.directory).with_name("cut")
        if not cut.exists():
            super().copyfile(source, outputfile)
            return
        outputfile.write(source.read(int(cut.read_text())))
        self.close_connection = True

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A program that was killed has closed its connection."""


def main():
    address, port, directory = sys.argv[1:]
    server = Server((address, int(port)), partial(Handler, directory=directory))
    print("ready", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
