#!/usr/bin/python3
"""What k8s-node-watch costs at rest, and how soon each service that hangs is back.

    tests/bench/watch.py SECONDS [UNIT...]

One machine of the profile single with the settings as shipped. SECONDS is how long the watch is observed at rest; then
each unit gets SIGSTOP, one after the other: those that others need last, whose restart would be an excuse for them.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "cluster")]

from lab import Deadline, Lab, Session, install  # noqa: E402
from test_watch import answers, is_active, main_process, seen, stop, told  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")


def memory(machine, pid):
    lines = machine.read(f"/proc/{pid}/status").splitlines()
    return {line.split(":")[0]: int(line.split()[1]) for line in lines if line.startswith(("VmRSS", "RssAnon", "VmHWM"))}


def processor_seconds(machine, pid):
    # In nanoseconds, where the clock ticks of stat would be as long as all of it.
    return int(machine.read(f"/proc/{pid}/schedstat").split()[0]) / 1e9


def at_rest(machine, seconds):
    pid = main_process(machine, "k8s-node-watch")
    before, begin = processor_seconds(machine, pid), time.monotonic()
    resident = []
    while time.monotonic() - begin < seconds:
        resident.append(memory(machine, pid)["VmRSS"])
        time.sleep(0.25)
    used, took = processor_seconds(machine, pid) - before, time.monotonic() - begin
    print(f"at rest for {took:.0f} s: {used * 1000:.0f} ms of one processor, {100 * used / took:.3f} %; resident: median "
          f"{statistics.median(resident):.0f} kB, at most {max(resident)} kB of {len(resident)} looks; "
          f"at the end {memory(machine, pid)}", flush=True)


def hang(machine, unit):
    known, pid, begin = len(told(machine, "unit_hung", unit)), main_process(machine, unit), time.monotonic()
    stop(machine, unit)
    Deadline(120).wait_until(lambda: len(told(machine, "unit_hung", unit)) > known, f"a record of {unit}", every=0.2)
    found = time.monotonic() - begin
    Deadline(120).wait_until(lambda: is_active(machine, unit) and main_process(machine, unit) not in (0, pid),
                             f"{unit} again", every=0.1)
    print(f"{unit}: found after {found:.1f} s, back after {time.monotonic() - begin:.1f} s", flush=True)


def rested(machine):
    """All have answered, and been up for six intervals."""
    units = seen(machine)
    return units and all(each["answered"] and each["at_us"] - each["since_us"] > 61e6 for each in units.values())


def main() -> int:
    seconds, units = int(sys.argv[1]), sys.argv[2:]
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    with Session() as session, tempfile.TemporaryDirectory() as scratch, \
            Lab(session, Path(scratch)) as lab:
        machine = session.machine("bench")
        lab.prepare(machine)
        install(machine)
        Deadline(150).wait_until(lambda: rested(machine), "a minute of answers", every=1)
        print(json.dumps({unit: each["took_ms"] for unit, each in seen(machine).items()}))
        if seconds:
            at_rest(machine, seconds)
        for unit in units:
            hang(machine, unit)
            assert answers(machine, unit) or Deadline(60).wait_until(lambda: answers(machine, unit), unit, every=0.5)
        session.destroy_machine("bench")
    print(f"load at the end {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
