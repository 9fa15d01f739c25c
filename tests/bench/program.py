#!/usr/bin/python3
"""The program itself, beside what one would otherwise run: printed in the form of docs/benchmarks.md.

    tests/bench/program.py [ROUNDS]

Sides take turns, so that what else the host does falls on both; every figure is a median of ROUNDS (9) rounds. Times
are of the machine's own clock, without the way into it.
"""

import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "cluster"))

from lab import Lab, Session, fixtures, install  # noqa: E402

PROGRAM = "/usr/bin/k8s-node-install"
GENERATORS = "/usr/lib/systemd/system-generators"
RUNS_OF_A_GENERATOR = 100

# Its release names upstream's archives, and no single programs.
WITH_ARCHIVES = "1.37"

# Microseconds of a command.
STOPWATCH = 'a=$(date +%s%N); "$@" >/dev/null 2>&1 || exit; b=$(date +%s%N); echo $(( (b - a) / 1000 ))'
# The user and system time of so many runs of a generator, as a shell's `times` prints it.
GENERATE = """set -e; mkdir -p /run/bench
for i in $(seq "$1"); do rm -rf /run/bench/*; mkdir /run/bench/n /run/bench/e /run/bench/l
"$2" /run/bench/n /run/bench/e /run/bench/l; done; times"""
# Whether a generator gets along with so many KiB of address space.
WITHIN = 'rm -rf /run/bench; mkdir -p /run/bench/n /run/bench/e /run/bench/l; ulimit -v "$1"; exec "$2" ' \
    '/run/bench/n /run/bench/e /run/bench/l 2>/dev/null'

ONLY_SERVER = "profile: only-server\ncomponents: [kubectl]\nartifacts: {kubectl: kubernetes-server}\n"
CURL = 'curl -sS --cacert /etc/k8s-node/mirror-ca.crt -o server.tar.gz "$1"'
SHA512SUM = 'echo "$2  server.tar.gz" | sha512sum -c'
TAR = "tar xzf server.tar.gz " + " ".join(
    f"kubernetes/server/bin/{name}" for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler",
                                                 "kubelet", "kube-proxy", "kubectl"))
# The peak of a program's resident memory, in KiB.
PEAK = """"$@" >/dev/null 2>&1 & pid=$!
while kill -0 $pid 2>/dev/null; do sed -n 's/VmHWM:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$pid/status 2>/dev/null; sleep 0.02
done | sort -n | tail -n 1; wait $pid"""


def shell(machine, script, *words):
    return machine.run(["sh", "-c", script, "sh", *map(str, words)], timeout=120).stdout


def stopwatch(machine, *argv):
    """Seconds."""
    return int(shell(machine, STOPWATCH, *argv)) / 1e6


def in_turns(rounds, **sides):
    """The median of what each side returns."""
    taken = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            taken[name].append(side())
    return {name: statistics.median(values) for name, values in taken.items()}


def table(title, head, rows):
    print(f"\n## {title}\n")
    for row in (head, ["---"] * len(head), *rows):
        print("| " + " | ".join(row) + " |")
    sys.stdout.flush()


def loads(machine):
    """Changes when systemd reads its units again."""
    return machine.run(["systemctl", "show", "--property=UnitsLoadStartTimestampMonotonic"]).stdout


def program(machine, rounds):
    before = loads(machine)
    took = in_turns(rounds, again=lambda: stopwatch(machine, PROGRAM, "--profile", "single"),
                    doctor=lambda: stopwatch(machine, PROGRAM, "doctor"),
                    usage=lambda: stopwatch(machine, PROGRAM, "--help"),
                    probe=lambda: stopwatch(machine, PROGRAM, "probe", "unix:///run/containerd/containerd.sock"),
                    nothing=lambda: stopwatch(machine, "true"))
    reloads = "0 reloads" if loads(machine) == before else "WITH A RELOAD"
    size = int(machine.run(["stat", "-c", "%s", PROGRAM]).stdout)
    table("The program itself", ["what", "goal", f"measured (median of {rounds})"], [
        ["a second run with nothing to do", "< 100 ms, 0 reloads", f"{took['again'] * 1e3:.0f} ms, {reloads}"],
        ["`doctor`", "< 2 s", f"{took['doctor']:.2f} s"],
        ["`--help`", "< 15 ms", f"{took['usage'] * 1e3:.1f} ms"],
        ["`probe` of a socket", "", f"{took['probe'] * 1e3:.1f} ms"],
        ["an empty process, for comparison", "", f"{took['nothing'] * 1e3:.1f} ms"],
        ["the program, stripped", "< 5 MB", f"{size / 1e6:.2f} MB"]])


def processor_time(machine, generator):
    """Milliseconds of one run, from the second line of `times`: what the children used."""
    said = shell(machine, GENERATE, RUNS_OF_A_GENERATOR, f"{GENERATORS}/{generator}")
    children = said.strip().splitlines()[-1]
    seconds = sum(60 * int(minutes) + float(rest) for minutes, rest in re.findall(r"(\d+)m([\d.]+)s", children))
    return seconds * 1e3 / RUNS_OF_A_GENERATOR


def address_space(machine, generator):
    """The least of some sizes, in MiB, that a generator gets along with."""
    for size in (2, 4, 8, 16, 32, 64, 128):
        if machine.run(["sh", "-c", WITHIN, "sh", str(size * 1024), f"{GENERATORS}/{generator}"], check=False).rc == 0:
            return f"{size} MiB"
    return "more"


def generators(machine, rounds):
    names = ("k8s-node-generator", "systemd-fstab-generator")
    took = in_turns(rounds, **{name: lambda name=name: processor_time(machine, name) for name in names},
                    nothing=lambda: processor_time(machine, "../../../bin/true"))
    nothing = took.pop("nothing")
    ours, theirs = (took[name] - nothing for name in names)
    table(f"The generator ({RUNS_OF_A_GENERATOR} runs a round; making directories for it, "
          f"{nothing:.1f} ms, is taken off)", ["", *names, "ratio"], [
              ["processor time of a run", f"{ours:.1f} ms", f"{theirs:.1f} ms", f"{ours / theirs:.2f}"],
              ["address space that it needs", *(address_space(machine, name) for name in names), ""]])


def fetching(lab, machine, rounds):
    """One archive of 127 MB: ours (with fsync) and by hand (without)."""
    lab.prepare(machine)
    machine.write("/etc/k8s-node/profiles/only-server.yaml", ONLY_SERVER)
    machine.write("/etc/k8s-node/node.yaml", lab.node_yaml().replace("components: [image-archives]\n", ""))
    pinned = re.search(r"sha512:([0-9a-f]+)", Path(lab.fixture.release_file).read_text())[1]
    url = f"{lab.mirror.url}/dl.k8s.io/v{lab.release}/kubernetes-server-linux-amd64.tar.gz"
    fetch = [PROGRAM, "fetch", "--profile", "only-server"]

    def by_hand(step):
        return stopwatch(machine, "sh", "-c", f"mkdir -p /opt/hand; cd /opt/hand; {step}", "sh", url, pinned)

    def ours():
        machine.run(["sh", "-c", "rm -rf /opt/k8s-node /opt/hand"])
        return stopwatch(machine, *fetch)

    took = in_turns(rounds, ours=ours, curl=lambda: by_hand(CURL), sha=lambda: by_hand(SHA512SUM),
                    tar=lambda: by_hand(TAR))
    machine.run(["rm", "-rf", "/opt/k8s-node", "/opt/hand"])
    peak = int(shell(machine, PEAK, *fetch)) / 1024
    theirs = took["curl"] + took["sha"] + took["tar"]
    table("One archive: fetch, verify, unpack",
          ["ours", "`curl -o`", "`sha512sum -c`", "`tar xzf`", "by hand", "ratio", "our peak memory"],
          [[f"{took['ours']:.2f} s", *(f"{took[name]:.2f} s" for name in ("curl", "sha", "tar")), f"{theirs:.2f} s",
            f"**{took['ours'] / theirs:.2f}**", f"{peak:.1f} MiB"]])


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    with Session() as session, tempfile.TemporaryDirectory() as directory, Lab(session, Path(directory)) as lab:
        machine = session.machine("program")
        lab.prepare(machine)
        install(machine)
        program(machine, rounds)
        generators(machine, rounds)
        session.destroy_machine("program")
    with Session() as session, tempfile.TemporaryDirectory() as directory, \
            Lab(session, Path(directory), fixtures.kubernetes_version(WITH_ARCHIVES)) as lab:
        fetching(lab, session.machine("fetching"), rounds)
    print(f"\nload at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
