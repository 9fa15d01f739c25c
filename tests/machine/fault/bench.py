"""A machine with the stand-in site, in which one run after the other goes wrong."""

import json
import os
import re
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from machines import Deadline
from machines.commands import Result, TimedOut

from .scenarios import INSTALL, Scenario
from .tools import Tools
from .trace import Call, Fault, read_trace
from .tree import Disk, Node, Tree

PROGRAM = "k8s-node-install"
KILLED = (137, -9)  # as a shell puts it; as the machine's command itself
RESIDUE, NOT_YET = 10, 11
PATIENCE = 40  # seconds; a run takes half of one
UNITS = ("k8s-node.target", "alpha.service", "beta.service", "gamma.service", "delta.service")
_SMALL = {"/opt": "2G", "/etc": "256M"}  # in memory: a sync costs nothing there

# Of all generators only ours matters; a reload without the others is quicker.
_OTHER_GENERATORS = """\
mkdir -p /etc/systemd/system-generators
for file in /lib/systemd/system-generators/*; do
    case $file in */k8s-node-generator) ;; *) ln -sf /dev/null "/etc/systemd/system-generators/${file##*/}" ;; esac
done
"""
_STOP = f"""\
systemctl stop {' '.join(UNITS)} 2>/dev/null
systemctl reset-failed
rm -rf /run/standin
sysctl -qw net.ipv4.conf.default.forwarding=0
"""
_START = """\
systemctl daemon-reload
systemd-tmpfiles --create stand-base.conf
systemctl restart systemd-sysctl
systemctl start k8s-node.target
"""
# What a boot does of interest, without the rest of it.
_BOOT = """\
systemd-tmpfiles --create --prefix=/run/standin --prefix=/var/lib
systemctl restart systemd-sysctl
systemctl start --no-block k8s-node.target
"""
_OBSERVE = f"""\
for unit in {' '.join(UNITS)}; do echo "$unit $(systemctl is-active $unit)"; done
for file in /run/standin/*[!k]; do echo "--- $file"; cat "$file"; done 2>/dev/null
sysctl net.ipv4.conf.default.forwarding
"""


class NotConverged(AssertionError):
    """A fault after which the same command again was not enough."""


@dataclass
class Goal:
    """Where a scenario begins and where it ends when nothing goes wrong."""

    start: Tree
    running: bool  # the start, that is
    end: Tree
    answers: str
    calls: list[Call]
    counts_generations: bool = False


class Bench:
    """Owns one machine, which is destroyed with the session."""

    def __init__(self, session, name: str, tools: Tools):
        self._mirror = tools.mirror
        self.machine = session.create(name, disk_limits=_SMALL)
        self.machine.install_tree(tools.tree)
        self.machine.put(tools.site.configuration, "/etc/k8s-node")
        self.machine._in_tree(["sh", "-c", _OTHER_GENERATORS])
        self._injector = tools.injector
        self.boot()
        self._disk = Disk(self.machine.directory / "root")
        self._goals: dict[str, Goal] = {}
        self._bare = self._disk.take()

    def boot(self) -> None:
        """Also after every process was killed at once: /run is new then."""
        self.machine.power_cut()
        self.machine.put(self._injector, "/run/injector")

    def goal(self, scenario: Scenario) -> Goal:
        if scenario.name not in self._goals:
            self._goals[scenario.name] = self._rehearse(scenario)
        return self._goals[scenario.name]

    @property
    def _run(self) -> Path:
        """The machine's /run, which is not on its disk."""
        return Path(f"/proc/{self.machine.leader}/root/run")

    def calls(self, scenario: Scenario) -> list[Call]:
        return self.goal(scenario).calls

    def run(self, scenario: Scenario, fault: Fault) -> str:
        """Injects it and converges. Returns how the program ended; "" if it was not hit.

        Throws NotConverged.
        """
        goal = self.goal(scenario)
        self.reset(goal)
        broken, hit = self.inject(scenario, fault)
        if not hit:
            return ""
        if fault.action in ("kill", "torn"):
            if broken.rc not in KILLED:
                raise NotConverged(f"it should have been killed and ended with {broken.rc}")
        else:
            self._judge_failure(broken, goal)
        self.converge(scenario, goal)
        return f"exit status {broken.rc}"

    def lose_power(self, scenario: Scenario, left: Tree) -> None:
        """Boots what a power cut has left on the disk, and converges."""
        goal = self.goal(scenario)
        self.reset(Goal(with_recorded_times(left), False, goal.end, goal.answers, []))
        self.machine.run(["sh", "-c", _BOOT], check=False)
        self.converge(scenario, goal)

    def catch_starting(self, scenario: Scenario, slow: str) -> None:
        """Gives the command while a service runs that does not answer yet, as right after a boot.

        Those that come after it have a job, and have not begun.
        """
        goal = self.goal(scenario)
        self.reset(replace(goal, running=False))
        self.machine.write(f"/run/systemd/system/{slow}.service.d/slow.conf",
                           "[Service]\nExecStartPost=/bin/sleep 3\n")
        self.machine.run(["sh", "-c", "systemctl daemon-reload\n" + _BOOT])
        Deadline(30).wait_until(lambda: self._run.joinpath("standin", slow).exists(), f"{slow} to begin")
        shown = self.machine.run(["systemctl", "show", "--property=ActiveState,Job", f"{slow}.service",
                                  "gamma.service"]).stdout
        starting, queued = shown.strip().split("\n\n")
        assert "ActiveState=activating" in starting and "ActiveState=inactive" in queued, shown
        assert re.search("^Job=[1-9]", queued, re.MULTILINE), shown
        try:
            self.converge(scenario, goal)
        finally:
            self.machine.run(["rm", "-r", f"/run/systemd/system/{slow}.service.d"])

    def go_back(self, scenario: Scenario, configuration: str) -> Result:
        """Gives the command with a configuration that cannot work; the node must be as it was."""
        goal = self.goal(scenario)
        self.reset(goal)
        before = self._observe()
        self.machine.write("/etc/k8s-node/node.yaml", configuration)
        result = self.command([PROGRAM, *INSTALL])
        if self._observe() != before:
            raise NotConverged(f"services answer\n{self._observe()}instead of\n{before}")
        return result

    def disturb(self, scenario: Scenario, *, trouble=nullcontext(), words=(), run=None) -> Result:
        """Runs the command while there is `trouble`, then converges without.

        `run` runs it in another way than to its end.
        """
        goal = self.goal(scenario)
        self.reset(goal)
        command = [PROGRAM, *scenario.command, *words]
        with trouble:
            result = (run or self.command)(command)
        if result.rc not in KILLED:
            self._judge_failure(result, goal)
        self.converge(scenario, goal)
        return result

    @contextmanager
    def room(self, place: str, *, kilobytes: int | None = None, inodes: int | None = None):
        """No more than this is left on the machine's disk at `place`; at least one page."""
        space = os.statvfs(self.machine.directory / "root" / place.strip("/"))
        used = (space.f_blocks - space.f_bfree) * space.f_frsize // 1024
        self.machine.resize_disk(place, _SMALL[place] if kilobytes is None else f"{max(used + kilobytes, 4)}k",
                                 inodes=None if inodes is None else space.f_files - space.f_ffree + inodes)
        try:
            yield
        finally:
            self.machine.resize_disk(place, _SMALL[place], inodes=space.f_files)

    def inject(self, scenario: Scenario, fault: Fault) -> tuple[Result, bool]:
        result = self.command(["/run/injector", "--trace", "/run/hit", "--at", fault.at, "--do",
                                fault.action, "--", PROGRAM, *scenario.command])
        return result, bool((self._run / "hit").read_text())

    def reset(self, goal: Goal) -> None:
        self.machine.run(["sh", "-c", _STOP], check=False)
        self._disk.put_back(goal.start)
        self.machine.run(["sh", "-c", _START if goal.running else "systemctl daemon-reload"])

    def converge(self, scenario: Scenario, goal: Goal) -> None:
        again = self.command([PROGRAM, *scenario.command])
        if again.rc != 0 and not _is_content(scenario, again):
            raise NotConverged(f"the same command again failed:\n{again.stdout}{again.stderr}")
        self._compare(goal)
        third = self.command([PROGRAM, *scenario.command])
        if not _is_content(scenario, third):
            raise NotConverged(f"a third run still found something to do:\n{third.stdout}{third.stderr}")

    # --- how it is when nothing goes wrong ---------------------------------

    def _rehearse(self, scenario: Scenario) -> Goal:
        goal = Goal(self._bare, False, {}, "", [], scenario.counts_generations)
        self.reset(goal)
        self._wish(scenario.wish)
        self.machine.run(["sh", "-c", scenario.found])
        found = self._disk.take()
        for wish in scenario.before:
            self._wish(wish)
            self.machine.run([PROGRAM, *INSTALL, *(["--force"] if scenario.found else [])])
            goal.running = True
        self._wish(scenario.wish)
        self.machine.run(["sh", "-c", scenario.damage])
        goal.start = self._disk.take()
        self.reset(goal)
        self.machine.run(["/run/injector", "--trace", "/run/trace", "--data", "/run/data", "--", PROGRAM,
                          *scenario.command], timeout=PATIENCE)
        goal.calls = self._fetch_trace()
        goal.end = self._disk.take()
        goal.answers = self._observe()
        self._compare(goal)
        if scenario.command[0] == "reset":
            changed = differences(_comparable(found), _comparable(goal.end))
            assert not changed, changed
        return goal

    def _wish(self, wish) -> None:
        self.machine.write("/etc/k8s-node/node.yaml", wish.text(self._mirror))

    def _fetch_trace(self) -> list[Call]:
        return read_trace(self._run / "trace", self._run / "data")

    # --- judging -----------------------------------------------------------

    def command(self, argv: list[str]) -> Result:
        try:
            return self.machine.run(argv, check=False, timeout=PATIENCE)
        except TimedOut as error:
            raise NotConverged(str(error)) from None

    def _observe(self) -> str:
        return self.machine.run(["sh", "-c", _OBSERVE], check=False).stdout

    def _judge_failure(self, result: Result, goal: Goal) -> None:
        """A call that fails may be survived; otherwise the user is told plainly."""
        if result.rc == 0:
            self._compare(goal, may_remain=_UNPUBLISHED)
            return
        said = result.stderr
        # Reset goes on where it can, and says at the end what is left.
        is_plain = "error: " in said or result.rc == RESIDUE and said
        if result.rc not in (1, 3, 5, 6, 7, 8, 9, RESIDUE, NOT_YET) or not is_plain:
            raise NotConverged(f"exit status {result.rc} after a failed call:\n{said}")
        if "this is a bug" in said:
            raise NotConverged(f"a failed call is called a bug:\n{said}")
        tree = self._disk.take()
        current = tree.get("etc/k8s-node/current")
        if current:
            numbered = _below(tree, "etc/k8s-node/" + current.content.decode())
            whole = [_below(goal.start, _GENERATIONS + number) for number in _numbers(goal.start)]
            if numbered not in [*whole, _generation(goal.end)]:
                raise NotConverged("current points at a generation that is not whole")

    def _compare(self, goal: Goal, may_remain=re.compile(r"(?!)")) -> None:
        end = {path: node for path, node in self._disk.take().items() if not may_remain.match(path)}
        found = differences(_comparable(goal.end), _comparable(end))
        found += [f"generation {number} is not whole" for number in _torn_generations(end, goal)]
        found += _record_faults(end)
        if goal.counts_generations and _numbers(end) != _numbers(goal.end):
            found.append(f"generations {_numbers(end)} are left, not {_numbers(goal.end)}")
        answers = self._observe()
        if _blurred(answers, end) != _blurred(goal.answers, goal.end):
            found.append(f"services answer\n{answers}instead of\n{goal.answers}")
        if found:
            raise NotConverged("the machine is not as it is after an undisturbed run:\n  " +
                               "\n  ".join(found))


def _is_content(scenario: Scenario, result: Result) -> bool:
    said = result.stdout + result.stderr
    return result.rc == scenario.content_status and (scenario.content in said if scenario.content else not said)


def _below(tree: Tree, directory: str) -> Tree:
    return {path.removeprefix(directory + "/"): node for path, node in tree.items()
            if path.startswith(directory + "/")}


def _generation(tree: Tree) -> Tree:
    current = tree.get("etc/k8s-node/current")
    return _below(tree, "etc/k8s-node/" + current.content.decode()) if current else {}


# What could not be removed is of no harm until the next run removes it.
_UNPUBLISHED = re.compile(r"opt/k8s-node/store/\.staging-|etc/k8s-node/generations/\.staging")
_NUMBERED = re.compile(r"etc/k8s-node/(generations|state/generations)/\d+")
_RECORDS = "etc/k8s-node/state/generations/"
_GENERATIONS = "etc/k8s-node/generations/"
_SECRETS = "etc/kubernetes/"
_TIMES = "etc/k8s-node/state/last-run.json"


def _comparable(tree: Tree) -> Tree:
    """Without what may differ: numbers of generations, bytes of keys, how long it took."""
    out: Tree = {}
    for path, node in tree.items():
        if path in ("etc/k8s-node/current", _TIMES) or _NUMBERED.match(path):
            continue
        if path.startswith(_SECRETS) and node.kind == "file":
            node = Node(node.kind, node.mode, node.uid, node.gid, b"" if node.content == b"" else b"any")
        if path.endswith("/.entry.json"):
            content = re.sub(rb'"modified_ns": \d+', b"", node.content)
            node = Node(node.kind, node.mode, node.uid, node.gid, content)
        if path.endswith(("passwd-", "group-", "shadow-", "gshadow-")):
            continue
        out[path] = node
    out.update({f"etc/k8s-node/current/{path}": node for path, node in _generation(tree).items()})
    return out


def with_recorded_times(tree: Tree) -> Tree:
    """A model of a disk knows no times; the store remembers those of its files."""
    out = dict(tree)
    for path, node in tree.items():
        if path.endswith("/.entry.json") and node.content:
            for file in json.loads(node.content)["files"]:
                place = path.removesuffix(".entry.json") + file["path"]
                if place in out:
                    out[place] = replace(out[place], modified_ns=file["modified_ns"])
    return out


def _numbers(tree: Tree) -> list[str]:
    return sorted({path.removeprefix(_GENERATIONS).split("/")[0] for path in tree
                   if path.startswith(_GENERATIONS)})


def _torn_generations(tree: Tree, goal: Goal) -> list[str]:
    """Those that are none of the ones before and not the one wanted."""
    whole = [_below(goal.start, _GENERATIONS + number) for number in _numbers(goal.start)]
    whole.append(_generation(goal.end))
    return [number for number in _numbers(tree) if _below(tree, _GENERATIONS + number) not in whole]


def _record_faults(tree: Tree) -> list[str]:
    """Generations without a record, the other way round, and a current one that is not known as good."""
    records = {path.removeprefix(_RECORDS).removesuffix(".json"): json.loads(node.content)
               for path, node in tree.items() if path.startswith(_RECORDS)}
    faults = [f"generation {number} has no record" for number in _numbers(tree) if number not in records]
    faults += [f"there is a record of generation {number}, but no generation" for number in records
               if number not in _numbers(tree)]
    link = tree.get("etc/k8s-node/current")
    current = link.content.decode().rpartition("/")[2] if link else ""
    if link and records.get(current, {}).get("outcome") != "good":
        faults.append(f"generation {current}, which is current, is not recorded as good")
    return faults


def _blurred(answers: str, tree: Tree) -> str:
    """The certificate that a service holds is right if it is the one on disk."""
    certificate = tree.get("etc/kubernetes/pki/server.crt")
    return answers.replace(certificate.content.decode(), "the certificate\n") if certificate else answers


def differences(wanted: Tree, found: Tree) -> list[str]:
    lines = []
    for path in sorted(wanted.keys() | found.keys()):
        a, b = wanted.get(path), found.get(path)
        if a != b:
            lines.append(f"/{path}: {b.shown() if b else 'is missing'}" +
                         (f", not {a.shown()}" if a else ", which should not be there"))
    return lines
