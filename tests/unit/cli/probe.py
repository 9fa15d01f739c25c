#!/usr/bin/env python3
"""`probe`, as a unit's ExecStartPost= runs it: it ends with the service.

    probe.py K8S-NODE-INSTALL SOURCE
"""

import os
import subprocess

from machine import PROGRAM

NOT_READY = 8


def probe(pid, url):
    return subprocess.Popen([PROGRAM, "probe", "--deadline=60m", url], env=os.environ | {"MAINPID": str(pid)},
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


# it waits, and gives up the moment that the service's main process ends
running = subprocess.Popen(["sleep", "1000"])
waiting = probe(running.pid, "unix:///no/such/socket")
assert "there is no socket" in waiting.stdout.readline()
running.kill()
assert f"main process ({running.pid}) has ended" in waiting.communicate()[1]
assert waiting.returncode == NOT_READY

# a process that is not there any more is no service
running.wait()
late = probe(running.pid, "unix:///no/such/socket")
assert "has ended" in late.communicate()[1]
assert late.returncode == NOT_READY
