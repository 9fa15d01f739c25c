"""Real members of etcd in one network namespace, each started as etcd.service does: enter, etcd, promote."""

import json
import shlex
import shutil
import signal
import subprocess
import threading
from pathlib import Path

from lab import build_directory
from fixtures import go, programs, tls  # noqa: E402
from machines import Deadline

PROGRAM = build_directory() / "src/cli/k8s-node-install"
ETCDS = [f"127.0.1.{number}" for number in range(1, 10)]
# Nothing answers there, not even with a refusal.
NOWHERE = "192.0.2.99"


class Site:
    """A namespace, the certificates, and the members that a test makes."""

    def __init__(self, directory: Path, namespace: str, version: str):
        self.directory, self.namespace = directory, namespace
        self.programs = go.programs(programs.etcd(version))
        self.pki = directory / "pki"
        self.members: dict[str, Member] = {}

    def __enter__(self):
        ip = ["ip", "-netns", self.namespace]
        for words in (["ip", "netns", "add", self.namespace], [*ip, "link", "set", "lo", "up"],
                      [*ip, "link", "add", "here", "type", "veth", "peer", "name", "beyond"],
                      [*ip, "link", "set", "here", "up"], [*ip, "link", "set", "beyond", "up"],
                      [*ip, "address", "add", "192.0.2.1/24", "dev", "here"],
                      [*ip, "neighbour", "add", NOWHERE, "lladdr", "02:00:00:00:00:01", "dev", "here"]):
            subprocess.run(words, check=True)
        tls.authority(self.pki)
        request, key, certificate = (str(self.pki / f"member.{end}") for end in ("csr", "key", "crt"))
        # A member is asked from 127.0.0.1, and checks that this is in the certificate.
        names = ",".join(f"IP:{address}" for address in [*ETCDS, "127.0.0.1"])
        for words in (["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-subj",
                       "/CN=member", "-addext", f"subjectAltName={names}", "-addext",
                       "extendedKeyUsage=serverAuth,clientAuth", "-keyout", key, "-out", request],
                      ["x509", "-req", "-in", request, "-CA", str(self.pki / "ca.crt"), "-CAkey",
                       str(self.pki / "ca.key"), "-days", "2", "-copy_extensions", "copyall", "-out", certificate]):
            subprocess.run(["openssl", *words], check=True, capture_output=True)
        return self

    def __exit__(self, *error):
        self.clear()
        subprocess.run(["ip", "netns", "delete", self.namespace], check=False)

    def clear(self) -> None:
        for member in self.members.values():
            member.kill()
        self.members.clear()

    def argv(self, *words) -> list[str]:
        return ["ip", "netns", "exec", self.namespace, *map(str, words)]

    def member(self, number: int, **options) -> "Member":
        member = Member(self, number, **options)
        self.members[member.name] = member
        return member

    def first(self) -> "Member":
        """Begins a cluster, as the profile does without etcd.join."""
        member = self.member(1)
        member.start({"ETCD_INITIAL_CLUSTER": f"{member.name}={member.peer_url}", "ETCD_INITIAL_CLUSTER_STATE": "new"})
        return member

    def cluster(self, size: int) -> "list[Member]":
        members = [self.first()]
        members += [self.member(number) for number in range(2, size + 1)]
        for member in members[1:]:
            member.up()
        return members

    def etcdctl(self, *words: str, check: bool = True, at: "Member | None" = None) -> str:
        """Asks the members that run, or one of them."""
        endpoints = ",".join(member.client_url for member in ([at] if at else self.members.values()) if member.runs())
        done = subprocess.run(self.argv(self.programs / "etcdctl", f"--endpoints={endpoints}",
                                        f"--cacert={self.pki}/ca.crt", f"--cert={self.pki}/member.crt",
                                        f"--key={self.pki}/member.key", *words),
                              check=False, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 or not check, done
        return done.stdout

    def remove(self, name: str) -> None:
        """What an operator does. etcd refuses until its members have been connected for five seconds."""
        id = f"{self.listed()[name]['ID']:x}"
        Deadline(30).wait_until(lambda: "removed from cluster" in self.etcdctl("member", "remove", id, check=False),
                                f"the removal of {name}", every=0.2)

    def listed(self) -> dict[str, dict]:
        """Members by their name; one that has never started by its URL."""
        members = json.loads(self.etcdctl("member", "list", "--write-out=json"))["members"]
        return {member.get("name") or member["peerURLs"][0]: member for member in members}

    def voters(self) -> set[str]:
        return {name for name, member in self.listed().items() if not member.get("isLearner")}


class Member:
    def __init__(self, site: Site, number: int, peers: list[str] | None = None, lock_time: int = 60):
        self.site, self.number, self.lock_time = site, number, lock_time
        self.name, self.address = f"n{number}", ETCDS[number - 1]
        self.peer_url, self.client_url = f"https://{self.address}:2380", f"https://{self.address}:2379"
        self.peers = peers if peers is not None else [f"https://{address}:2379" for address in ETCDS[:5]]
        self.directory = site.directory / self.name
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir()
        self.data = self.directory / "data"
        self.note, self.environment = self.directory / "note.json", self.directory / "environment"
        self.said = self.directory / "said"
        self.processes: list[subprocess.Popen] = []
        self.etcd: subprocess.Popen | None = None

    def step(self, step: str, *more: str) -> subprocess.Popen:
        pki = self.site.pki
        with self.said.open("a") as said:
            process = subprocess.Popen(
                self.site.argv(PROGRAM, "etcd-member", step, self.name, f"--peer-url={self.peer_url}",
                               f"--client-url={self.client_url}", f"--endpoint={self.client_url}",
                               f"--data={self.data}", f"--environment={self.environment}", f"--note={self.note}",
                               f"--peers={','.join(self.peers)}", f"--ca={pki}/ca.crt",
                               f"--certificate={pki}/member.crt", f"--key={pki}/member.key",
                               f"--lock-time={self.lock_time}", *more), stdout=said, stderr=said)
        self.processes.append(process)
        return process

    def words(self) -> str:
        return self.said.read_text() if self.said.exists() else ""

    def wait_for_words(self, *words: str, seconds: float = 60) -> None:
        Deadline(seconds).wait_until(lambda: all(word in self.words() for word in words),
                                     f"{words} of {self.name}", every=0.05)

    def enter(self) -> None:
        status = self.step("enter").wait(timeout=120)
        assert status == 0, self.words()

    def promote(self) -> None:
        promotion = self.step("promote")
        Deadline(90).wait_until(lambda: promotion.poll() is not None or not self.runs(), f"{self.name}'s promotion")
        assert promotion.poll() == 0, self.words() + (self.directory / "etcd.log").read_text()[-2000:]

    def start(self, environment: dict[str, str] | None = None) -> None:
        """Until etcd says to systemd that it is ready, which is when it answers its clients."""
        variables = environment or self.entered()
        pki = self.site.pki
        with (self.directory / "etcd.log").open("a") as log:
            self.etcd = subprocess.Popen(
                ["env", *(f"{name}={value}" for name, value in variables.items()),
                 *self.site.argv(
                     self.site.programs / "etcd", f"--name={self.name}", f"--data-dir={self.data}",
                     f"--listen-client-urls={self.client_url}", f"--advertise-client-urls={self.client_url}",
                     f"--listen-peer-urls={self.peer_url}", f"--initial-advertise-peer-urls={self.peer_url}",
                     f"--listen-metrics-urls=http://{self.address}:2381", f"--cert-file={pki}/member.crt",
                     f"--key-file={pki}/member.key", f"--trusted-ca-file={pki}/ca.crt", "--client-cert-auth=true",
                     f"--peer-cert-file={pki}/member.crt", f"--peer-key-file={pki}/member.key",
                     f"--peer-trusted-ca-file={pki}/ca.crt", "--peer-client-cert-auth=true",
                     "--unsafe-no-fsync=true", "--feature-gates=InitialCorruptCheck=true")],
                stdout=log, stderr=log)
        self.processes.append(self.etcd)

    def entered(self) -> dict[str, str]:
        if not self.environment.exists():
            return {}
        pairs = (line.split("=", 1) for line in self.environment.read_text().splitlines())
        return {name: shlex.split(value)[0] for name, value in pairs}

    def up(self) -> None:
        """What systemd does with the unit."""
        self.environment.unlink(missing_ok=True)
        self.enter()
        self.start()
        self.promote()

    def up_beside(self) -> threading.Thread:
        thread = threading.Thread(target=self.up)
        thread.start()
        return thread

    def runs(self) -> bool:
        return self.etcd is not None and self.etcd.poll() is None

    def kill(self) -> None:
        """The machine loses its power."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()
        self.processes.clear()

    def lose_disk(self) -> None:
        self.kill()
        shutil.rmtree(self.directory)
        self.directory.mkdir()
