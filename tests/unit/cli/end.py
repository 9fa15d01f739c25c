#!/usr/bin/env python3
"""`end`, as a unit's ExecStop= runs it: the main process is asked, and killed if it does not end in time.

    end.py K8S-NODE-INSTALL SOURCE
"""

import os
import signal
import subprocess

from machine import PROGRAM

DEAF = 'trap "" TERM; echo up; while :; do read line; done'


def service(script):
    process = subprocess.Popen(["sh", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"up\n"  # the trap is set
    return process


def end(pid, grace):
    return subprocess.run([PROGRAM, "end", f"--grace={grace}"], env=os.environ | {"MAINPID": str(pid)},
                          capture_output=True, text=True, check=True).stdout


# what ends by itself in time is not killed
obedient = service("exec sleep 1000 <&- & trap 'kill $!; exit 7' TERM; echo up; wait")
assert end(obedient.pid, "30s") == ""
assert obedient.wait() == 7

# what does not is, and the journal says so
deaf = service(DEAF)
assert "killing it" in end(deaf.pid, "100ms")
assert deaf.wait() == -signal.SIGKILL

# what has ended already is no error
assert end(deaf.pid, "1s") == ""
