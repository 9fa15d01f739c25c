"""An API server with etcd and the controllers that a join needs, in a network namespace of its own.

kubeadm makes the keys, the ConfigMaps and the roles; every program is the fixture's.
"""

import contextlib
import hashlib
import json
import os
import subprocess
from pathlib import Path

from lab import Deadline
from machines.commands import TimedOut

ADDRESS = "192.0.2.10"
TOKEN = "abcdef.0123456789abcdef"
# At this many requests at once the server refuses others: with 429, and a Retry-After of one second.
REQUESTS_AT_ONCE = 4

_KUBEADM = """\
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {{advertiseAddress: {address}}}
nodeRegistration: {{name: control}}
bootstrapTokens: [{{token: {token}, ttl: 1h0m0s, usages: [signing, authentication],
                    groups: ["system:bootstrappers:kubeadm:default-node-token"]}}]
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v{version}
certificatesDir: {pki}
controlPlaneEndpoint: {address}:6443
"""
_AUDIT = """\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules: [{level: Metadata}]
"""


class ControlPlane:
    """Use it as a context. `stop_api_server` and `start_api_server` as often as wanted."""

    def __init__(self, fixture, directory: Path):
        self.bin, self.version = fixture.bin, fixture.versions[0]
        self.directory, self.pki = directory, directory / "pki"
        self.netns = f"join-{os.getpid()}"
        self.audit_log = directory / "audit.log"
        self._seen = 0
        self._processes: dict[str, subprocess.Popen] = {}

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            stack.callback(self._end)
            self._add_network()
            self._kubeadm_files()
            self._start("etcd", f"--data-dir={self.directory}/etcd", "--unsafe-no-fsync")
            self.start_api_server()
            self._fill()
            kubeconfig = self.directory / "controller-manager.conf"
            self._start("kube-controller-manager", f"--kubeconfig={kubeconfig}", "--leader-elect=false",
                        "--use-service-account-credentials", f"--service-account-private-key-file={self.pki}/sa.key",
                        "--controllers=bootstrap-signer-controller")
            self._wait_until(self._is_signed, "cluster-info to be signed")
            stack.pop_all()
        return self

    def __exit__(self, *_):
        self._end()

    def inside(self, *words) -> list[str]:
        return ["ip", "netns", "exec", self.netns, *map(str, words)]

    def start_api_server(self) -> None:
        pki = self.pki
        self._start(
            "kube-apiserver", f"--advertise-address={ADDRESS}", "--etcd-servers=http://127.0.0.1:2379",
            f"--client-ca-file={pki}/ca.crt", f"--tls-cert-file={pki}/apiserver.crt",
            f"--tls-private-key-file={pki}/apiserver.key", "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={pki}/sa.pub", f"--service-account-signing-key-file={pki}/sa.key",
            "--authorization-mode=Node,RBAC", "--enable-bootstrap-token-auth",
            "--service-cluster-ip-range=10.96.0.0/16",
            "--enable-priority-and-fairness=false", f"--max-requests-inflight={REQUESTS_AT_ONCE}",
            f"--audit-policy-file={self.directory}/audit.yaml", f"--audit-log-path={self.audit_log}")
        self._wait_until(lambda: self._get("/readyz") == 200, "the API server to be ready")

    def stop_api_server(self) -> None:
        process = self._processes.pop("kube-apiserver")
        process.kill()
        process.wait()

    def join_data(self) -> str:
        """What an operator gives a machine: an address, a pin and a token."""
        public = subprocess.run(["openssl", "x509", "-in", self.pki / "ca.crt", "-noout", "-pubkey"], check=True,
                                capture_output=True).stdout
        der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "der"], input=public, check=True,
                             capture_output=True).stdout
        return (f"endpoint: https://{ADDRESS}:6443\nca_pins: [\"sha256:{hashlib.sha256(der).hexdigest()}\"]\n"
                f"token: {TOKEN}\nprofile: worker\n")

    def forget_requests(self) -> None:
        self._seen = self.audit_log.stat().st_size

    def requests(self) -> list[dict]:
        """The requests of those who join since then, as the audit log has them."""
        events = [json.loads(line) for line in self.audit_log.read_bytes()[self._seen:].splitlines()]
        return [event for event in events
                if event["user"]["username"] in ("system:anonymous", f"system:bootstrap:{TOKEN[:6]}")
                and not event["requestURI"].startswith("/readyz")]

    def _add_network(self) -> None:
        subprocess.run(["ip", "netns", "add", self.netns], check=True)
        for words in (["link", "set", "lo", "up"], ["address", "add", f"{ADDRESS}/32", "dev", "lo"]):
            subprocess.run(["ip", "-n", self.netns, *words], check=True)

    def _kubeadm_files(self) -> None:
        (self.directory / "kubeadm.yaml").write_text(
            _KUBEADM.format(address=ADDRESS, token=TOKEN, version=self.version, pki=self.pki))
        (self.directory / "audit.yaml").write_text(_AUDIT)
        self._phase("certs", "all")
        for kind in ("super-admin", "controller-manager"):
            self._phase("kubeconfig", kind, f"--kubeconfig-dir={self.directory}")

    def _fill(self) -> None:
        admin = f"--kubeconfig={self.directory}/super-admin.conf"
        self._phase("upload-config", "all", admin)
        self._phase("bootstrap-token", admin, "--skip-token-print")

    def _phase(self, *words: str) -> None:
        done = subprocess.run(self.inside(self.bin / "kubeadm", "init", "phase", *words,
                                          f"--config={self.directory}/kubeadm.yaml"), text=True, capture_output=True)
        assert done.returncode == 0, f"kubeadm init phase {' '.join(words)}: {done.stdout}{done.stderr}"

    def _start(self, program: str, *words: str) -> None:
        with open(self.directory / f"{program}.log", "a") as log:
            self._processes[program] = subprocess.Popen(self.inside(self.bin / program, *words), stdout=log, stderr=log)

    def _get(self, path: str, kind=int):
        """The status of an answer to nobody in particular, or its body; None if there is none."""
        done = subprocess.run(self.inside("curl", "-sk", "--max-time", "5", "-w", "\n%{http_code}",
                                          f"https://{ADDRESS}:6443{path}"), text=True, capture_output=True)
        body, _, status = done.stdout.rpartition("\n")
        return kind(status) if kind is int else body

    def _is_signed(self) -> bool:
        path = "/api/v1/namespaces/kube-public/configmaps/cluster-info"
        return f"jws-kubeconfig-{TOKEN[:6]}" in self._get(path, str)

    def _wait_until(self, is_so, what: str, seconds: float = 120) -> None:
        def looked() -> bool:
            assert all(process.poll() is None for process in self._processes.values()), self._logs()
            return is_so()
        try:
            Deadline(seconds).wait_until(looked, what)
        except TimedOut as error:
            raise AssertionError(f"{error}\n{self._logs()}") from error

    def _logs(self) -> str:
        return "\n".join("\n".join(log.read_text().splitlines()[-15:]) for log in self.directory.glob("*.log")
                         if log != self.audit_log)

    def _end(self) -> None:
        for process in reversed(self._processes.values()):
            process.kill()
            process.wait()
        self._processes.clear()
        subprocess.run(["ip", "netns", "delete", self.netns], check=False)
