"""A machine with the stand-in site (../fault), made a node of stand-ins that keep it waiting."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

from fault.site import HOST, RELEASES, archive, digest
from machines.commands import TimedOut

from .run import PATIENCE, PROGRAM, Run, host_pid

HERE = Path(__file__).resolve().parent
LIMIT = 100  # milliseconds
ATTEMPTS = 3  # other programs share the processors; a wait that is deaf is so each time
HELD = "/run/held"
PATH = f"PATH={HELD}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CHANGE = ("install", "--set", "alpha.word=other", "--stable-for", "0")
ETCD = dict(zip(RELEASES, ("3.6.20", "3.7.0"), strict=True))

NODE_YAML = """\
profile: stand
mirrors: [{mirror}]
components: [{components}]
"""
# A page of nothing and, as a snapshot has it, the checksum of all before, in printf's octal digits.
_PAGE = 512
_CHECKSUM = "".join(f"\\{byte:03o}" for byte in hashlib.sha256(bytes(_PAGE)).digest())
# Does what it is called for, or waits for ever while there is a file of its name.
TOOL = f"""\
#!/bin/sh
name=${{0##*/}}
if [ -e {HELD}/$name ]; then echo $$ > {HELD}/$name; exec tail -f /dev/null; fi
for last; do :; done
case "$*" in
*"snapshot save"*) {{ head -c {_PAGE} /dev/zero; printf '{_CHECKSUM}'; }} > "$last" ;;
*"snapshot status"*) echo '{{"totalKey": 1, "revision": 1}}' ;;
esac
"""
_ARTIFACT = """\
  etcd:
    version: {version}
    url: https://{host}/etcd-{version}.tar.gz
    digest: {digest}
    members:
      etcd/etcdctl: bin/etcdctl
      etcd/etcdutl: bin/etcdutl
"""
# Writes down that it was told to end, and does not.
_STUBBORN = f"trap 'echo told > {HELD}/told' TERM; systemd-notify --ready; while :; do sleep 1000 & wait $!; done"


def add_etcd(site) -> None:
    """Gives each release of the stand-in site an etcd of another minor version, of which there are only the tools."""
    content = archive({f"etcd/{name}": TOOL.encode() for name in ("etcdctl", "etcdutl")})
    for release, version in ETCD.items():
        (site.served / HOST / f"etcd-{version}.tar.gz").write_bytes(content)
        with open(site.configuration / f"releases/{release}.yaml", "a") as file:
            file.write(_ARTIFACT.format(version=version, host=HOST, digest=digest(content)))


class StandIns:
    """The servers of stand_ins.py in the network of a machine."""

    def __init__(self, machine, directory: Path):
        runtime = f"/proc/{machine.leader}/root{HELD}/runtime.sock"
        self._process = subprocess.Popen(
            ["ip", "netns", "exec", machine.full_name, sys.executable, HERE / "stand_ins.py", directory, runtime],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._news = threading.Condition()
        self._events: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()
        self.until("listening")

    def _listen(self) -> None:
        for line in self._process.stdout:
            with self._news:
                self._events.append(line.strip())
                self._news.notify_all()

    def until(self, event: str) -> None:
        """Returns once that has happened since the events were last forgotten."""
        with self._news:
            if not self._news.wait_for(lambda: event in self._events, PATIENCE):
                raise TimedOut(f"no {event!r}; only {self._events}")

    def forget(self) -> None:
        with self._news:
            self._events.clear()

    def api_is(self, mode: str) -> None:
        self._process.stdin.write(mode + "\n")
        self._process.stdin.flush()
        self.until(f"api is {mode}")

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


class World:
    """One machine and its stand-ins; all tests leave it as they found it."""

    def __init__(self, session, tools, directory: Path):
        self.figures: list[str] = []
        self._runs: list[Run] = []
        self._mirror = tools.mirror
        self._directory = directory
        self.machine = session.machine("held")
        prepare(self.machine, tools)
        self.stand_ins = None
        self.make_node()

    def make_node(self) -> None:
        """Of a machine that is none, with a generation that can be rolled back to."""
        self.close()
        self.configure("held-keys")
        self.run("install", "--release", RELEASES[0], "--stable-for", "0")
        for name in ("api.crt", "api.key"):
            self.machine.get(f"/etc/kubernetes/pki/{name}", self._directory / name)
        self.stand_ins = StandIns(self.machine, self._directory)
        self.settle()
        self.run(*CHANGE)
        self.settle()

    def close(self) -> None:
        if self.stand_ins:
            self.stand_ins.close()

    def configure(self, *components: str) -> None:
        self.machine.write("/etc/k8s-node/node.yaml",
                           NODE_YAML.format(mirror=self._mirror, components=", ".join(components)))

    def run(self, *words: str, check: bool = True):
        return self.machine.run([PROGRAM, *words], check=check, timeout=2 * PATIENCE)

    def current(self) -> str:
        """The number of the generation."""
        return self.machine.run(["readlink", "/etc/k8s-node/current"]).stdout.strip().rpartition("/")[2]

    def start(self, *words: str, **how) -> Run:
        self.stand_ins.forget()
        run = Run(self.machine, *words, **how)
        self._runs.append(run)
        return run

    def settle(self) -> None:
        """The command that was interrupted, or the install of what was before, arrives."""
        while self._runs:  # one that did not get to its wait
            self._runs.pop().close()
        self.stand_ins.api_is("ready")
        self.configure("held-keys", "held-node")
        self.run("install", "--stable-for", "0")
        assert self.run("plan").stdout.startswith("Nothing to do:")
        left = self.machine.run(["find", "/opt/k8s-node", "/etc/k8s-node", "-name", ".*", "-not", "-name",
                                 ".entry.json"]).stdout
        assert left == "", "nothing half-made is left"

    def measure(self, title: str, begin, *, limit: int = LIMIT, said: str = "error: interrupted by SIGINT") -> str:
        """Interrupts what `begin` starts (a function that returns a Run that waits) and judges its end."""
        took = []
        for _ in range(ATTEMPTS):
            with begin() as run:
                ended = run.interrupt(signal.SIGINT)
            assert ended.status == 128 + signal.SIGINT, ended.said
            assert said in ended.said, ended.said
            took.append(ended.milliseconds)
            if took[-1] <= limit:
                break
        self.figures.append(f"{title}: {', '.join(f'{figure:.1f}' for figure in took)} ms")
        assert took[-1] <= limit, self.figures[-1]
        return ended.said

    # --- what keeps runs waiting -----------------------------------------------

    @contextmanager
    def frozen(self, service: str = ""):
        """systemd, or the main process of a service, is stopped."""
        inside = service and self.machine.run(
            ["systemctl", "show", "--value", "--property=MainPID", service]).stdout.strip()
        process = host_pid(self.machine, inside) if service else self.machine.leader
        os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(process, signal.SIGCONT)

    @contextmanager
    def drop_in(self, unit: str, line: str):
        directory = f"/run/systemd/system/{unit}.d"
        self.machine.write(f"{directory}/held.conf", f"[Service]\n{line}\n")
        self.machine.run(["systemctl", "daemon-reload"])
        try:
            yield
        finally:
            self.machine.run(["sh", "-c", f"rm -r {directory}; systemctl daemon-reload;"
                              f" systemctl kill --signal=KILL {unit}; systemctl reset-failed"], check=False)

    @contextmanager
    def stubborn(self):
        """A process of a pod that does not end when it is told to; its id in the machine."""
        self.machine.run(["rm", "-f", f"{HELD}/told"])
        self.machine.run(["systemd-run", "--quiet", "--collect", "--unit=stubborn", "--slice=held.slice", "--property=Type=notify",
                          "--property=NotifyAccess=all", "sh", "-c", _STUBBORN])
        try:
            yield self.machine.run(["systemctl", "show", "--value", "--property=MainPID", "stubborn"]).stdout.strip()
        finally:
            self.machine.run(["sh", "-c", "systemctl kill --signal=KILL stubborn; systemctl stop stubborn"], check=False)

    def is_told(self) -> bool:
        return self.machine.exists(f"{HELD}/told")

    def is_active(self, unit: str, state: str) -> bool:
        return self.machine.run(["systemctl", "is-active", unit], check=False).stdout.strip() == state


@contextmanager
def hanging(machine, program: str, directory: str = f"{HELD}/bin"):
    """This program waits for ever, where it is found first. What is yielded tells whether it does."""
    path = f"{directory}/{program}"
    machine.write(path, TOOL, mode=0o755)
    try:
        with told_to_hang(machine, program) as waits:
            yield waits
    finally:
        machine.run(["rm", path])


@contextmanager
def told_to_hang(machine, tool: str):
    """A TOOL of this name waits for ever."""
    mark = f"{HELD}/{tool}"
    machine.write(mark, "")
    try:
        yield lambda: machine.read(mark) != ""
    finally:
        # By its id, which it wrote down; the program has ended the one that it had started.
        machine.run(["sh", "-c", f"for id in $(cat {mark}); do kill $id; done; rm {mark}"], check=False)


def prepare(machine, tools) -> None:
    machine.install_tree(tools.tree)
    machine.put(tools.site.configuration, "/etc/k8s-node")
    machine.put(HERE / "components", "/etc/k8s-node/components")
    machine.run(["mkdir", "-p", HELD])
    machine.write("/etc/resolv.conf", "nameserver 127.0.0.1\n")
