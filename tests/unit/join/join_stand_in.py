#!/usr/bin/env python3
"""A stand-in for a control plane that machines join, and for those who are in
the way: HTTPS on loopback.

usage: join_stand_in.py DIRECTORY

Makes authorities and certificates in DIRECTORY and writes one file there for
each server, with its port; then prints a line. Ends when its standard input does.

    cluster   the control plane
    middle    somebody in the middle: passes on what the control plane says, with a
              certificate of their own
    liar      the same, and says something else to those who check the certificate
    early     the control plane with a certificate that is not valid yet
    young     a cluster whose CA is not valid yet
    other     another cluster, with the same token
    starting  a control plane without cluster-info
    closed    a control plane that shows nothing to strangers
    booting   a control plane that does not know yet who may do what
    busy      a control plane that answers nobody for now, and says for how long
"""
import base64
import datetime
import hashlib
import hmac
import http.server
import json
import pathlib
import ssl
import subprocess
import sys
import threading

TOKEN = "abcdef.0123456789abcdef"
#: The cluster knows it, but has not signed anything with it.
UNSIGNED = "nosign.0123456789abcdef"
BEFORE = "20200101000000Z"
LATER = "20980101000000Z"
END = "20990101000000Z"

NODES = {name: {"metadata": {"name": name}, "status": {
    "nodeInfo": {"machineID": "another"},
    "conditions": [{"type": "Ready", "status": "True"}]}} for name in ("alive", "reporting", "died")}
STARTED = datetime.datetime.now(datetime.timezone.utc)


def lease_of(name):
    """One that is renewed each time somebody looks, and one that was renewed last before its machine died."""
    renewed = {"reporting": datetime.datetime.now(datetime.timezone.utc),
               "died": STARTED - datetime.timedelta(seconds=58)}.get(name)
    return renewed and {"spec": {"renewTime": renewed.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}}


def openssl(directory, *arguments):
    subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)


def issue(directory, name, authority, start, extension):
    """A certificate from `start` on; one that signs itself if it has no authority."""
    openssl(directory, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
    (directory / "ca.cnf").write_text(
        "[ca]\ndefault_ca = d\n[d]\ndatabase = index.txt\nserial = serial\nnew_certs_dir = .\n"
        "default_md = sha256\npolicy = p\nunique_subject = no\n[p]\ncommonName = supplied\n"
        f"[e]\n{extension}\n")
    signer = authority or name
    proof = ["-selfsign"] if authority is None else ["-cert", f"{signer}.crt"]
    openssl(directory, "ca", "-batch", "-notext", "-config", "ca.cnf", "-extensions", "e",
            "-startdate", start, "-enddate", END, "-keyfile", f"{signer}.key", *proof,
            "-in", f"{name}.csr", "-out", f"{name}.crt")


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signature(token, content):
    token_id, secret = token.split(".")
    header = base64url(json.dumps({"alg": "HS256", "kid": token_id}).encode())
    code = hmac.new(secret.encode(), f"{header}.{base64url(content.encode())}".encode(),
                    hashlib.sha256).digest()
    return f"{header}..{base64url(code)}"


def kubeconfig(authority):
    encoded = base64.b64encode(authority.encode()).decode()
    return ("apiVersion: v1\nclusters:\n- cluster:\n"
            f"    certificate-authority-data: {encoded}\n    server: https://192.0.2.1:6443\n"
            "  name: \"\"\ncontexts: null\ncurrent-context: \"\"\nkind: Config\nusers: null\n")


def cluster_info(authority):
    text = kubeconfig(authority)
    return {"kind": "ConfigMap", "data": {"kubeconfig": text,
                                          "jws-kubeconfig-abcdef": signature(TOKEN, text)}}


SHARED = {
    "kubeadm-config": {"ClusterConfiguration": """
kubernetesVersion: v1.36.5
networking: {dnsDomain: example.local, podSubnet: 10.44.0.0/16, serviceSubnet: 10.55.0.0/16}
"""},
    "kubelet-config": {"kubelet": "clusterDNS: [10.55.0.10]\n"},
}


# A cluster of both families, with a DNS server of the site among its own.
KUBEADMS = SHARED | {"kubelet-config": {"kubelet": "clusterDNS: [10.55.0.10, 10.55.0.11, 'fd00:55::a']\n"}}


ANNOTATIONS = {"k8s-node/network": "host-gw", "k8s-node/load-balancer": "haproxy"}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, value, headers={}):
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name.replace("_", "-"), text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def refuse(self, status, reason, **headers):
        self.answer(status, {"kind": "Status", "message": reason, "reason": reason}, headers)

    def do_GET(self):
        server = self.server
        bearer = self.headers.get("Authorization", "")
        if server.name == "busy":
            self.refuse(429, "TooManyRequests", Retry_After="17")
        elif server.name == "booting":
            self.refuse(401 if bearer else 403, "Refused")
        elif self.path == "/readyz":
            self.answer(200, "ok")
        elif bearer not in ("", f"Bearer {TOKEN}", f"Bearer {UNSIGNED}"):
            self.refuse(401, "Unauthorized")
        elif self.path.endswith("/cluster-info"):
            self.show_cluster_info()
        elif not bearer:
            self.refuse(403, "Forbidden")
        elif self.path == "/version":
            self.answer(200, {"gitVersion": "v1.36.5"})
        elif self.path.startswith("/api/v1/nodes/"):
            node = NODES.get(self.path.rsplit("/", 1)[1])
            self.answer(200, node) if node else self.refuse(404, "NotFound")
        elif self.path.rsplit("/", 1)[1] in SHARED:
            is_kubeadms = server.name == "kubeadm"
            shared = KUBEADMS if is_kubeadms else SHARED
            self.answer(200, {"metadata": {} if is_kubeadms else {"annotations": ANNOTATIONS},
                              "data": shared[self.path.rsplit("/", 1)[1]]})
        elif "/leases/" in self.path:
            lease = lease_of(self.path.rsplit("/", 1)[1])
            self.answer(200, lease) if lease else self.refuse(403, "Forbidden")
        else:
            self.refuse(404, "NotFound")

    def show_cluster_info(self):
        server = self.server
        server.asked += 1
        if server.name == "starting":
            self.refuse(404, "NotFound")
        elif server.name == "closed":
            self.refuse(403, "Forbidden")
        elif server.name == "liar" and server.asked % 2 == 0:
            self.answer(200, cluster_info(server.authority + "\n"))
        else:
            self.answer(200, cluster_info(server.authority))


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Clients that do not believe us hang up: nothing to print."""


def serve(directory, name, certificate, authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / f"{certificate}.crt", directory / f"{certificate}.key")
    server = Server(("127.0.0.1", 0), Handler)
    server.name = name
    server.asked = 0
    server.authority = (directory / f"{authority}.crt").read_text()
    server.socket = context.wrap_socket(server.socket, server_side=True,
                                        do_handshake_on_connect=False)
    (directory / name).write_text(f"https://127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, daemon=True).start()


def main():
    directory = pathlib.Path(sys.argv[1])
    (directory / "index.txt").write_text("")
    (directory / "serial").write_text("01\n")
    authority = "basicConstraints = critical,CA:TRUE"
    here = "subjectAltName = IP:127.0.0.1"
    issue(directory, "ca", None, BEFORE, authority)
    issue(directory, "other-ca", None, BEFORE, authority)
    issue(directory, "young-ca", None, LATER, authority)
    issue(directory, "server", "ca", BEFORE, here)
    issue(directory, "early-server", "ca", LATER, here)
    issue(directory, "young-server", "young-ca", LATER, here)
    issue(directory, "other-server", "other-ca", BEFORE, here)
    serve(directory, "cluster", "server", "ca")
    serve(directory, "middle", "other-server", "ca")
    serve(directory, "liar", "server", "ca")
    serve(directory, "early", "early-server", "ca")
    serve(directory, "young", "young-server", "young-ca")
    serve(directory, "other", "other-server", "other-ca")
    serve(directory, "starting", "server", "ca")
    serve(directory, "closed", "server", "ca")
    serve(directory, "booting", "server", "ca")
    serve(directory, "busy", "server", "ca")
    serve(directory, "kubeadm", "server", "ca")
    print("ready", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
