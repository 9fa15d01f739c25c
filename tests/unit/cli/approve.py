#!/usr/bin/env python3
"""`approve-serving-certificates` as a service, while no API server answers: what it tells systemd, and how it ends.

    approve.py K8S-NODE-INSTALL SOURCE
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from machine import PROGRAM, SOURCE

sys.path.insert(0, str(SOURCE / "tests/unit/cluster"))

from api_stand_in import make_authority, make_certificate, write_kubeconfig  # noqa: E402

VERB = [PROGRAM, "approve-serving-certificates"]


def until(notices, word):
    """What systemd is told, up to this word."""
    told = []
    while not told or word not in told[-1]:
        told.append(notices.recv(65536).decode())
    return told


with tempfile.TemporaryDirectory(prefix="k8s-node-cli.") as name:
    directory = Path(name)
    make_authority(directory, "cluster")
    make_certificate(directory, "apiserver", "cluster", "subjectAltName=IP:127.0.0.1")
    make_certificate(directory, "approver", "cluster", "extendedKeyUsage=clientAuth")
    closed = socket.socket()
    closed.bind(("127.0.0.1", 0))  # and does not listen
    write_kubeconfig(directory, "approver.conf", closed.getsockname()[1], "cluster", "approver")
    files = [f"--kubeconfig={directory}/approver.conf", f"--api-server-certificate={directory}/apiserver.crt"]

    notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notices.bind(f"{directory}/notify")
    notices.settimeout(60)
    service = subprocess.Popen([*VERB, *files], stderr=subprocess.PIPE, text=True,
                               env=os.environ | {"NOTIFY_SOCKET": f"{directory}/notify"})
    # It says what it waits for, is not ready, and does not give up.
    told = until(notices, "Connection refused")
    assert all(line.startswith("STATUS=waits for requests: ") for line in told), told
    # A signal is an ordinary end.
    service.send_signal(signal.SIGTERM)
    assert until(notices, "STOPPING=1")
    assert service.wait(60) == 0
    assert service.stderr.read().count("Connection refused") == 1  # said once

    # What is wrong with its files is an error that names them.
    for words, pieces in {
            ("--kubeconfig=/nonexistent.conf", files[1]): "/nonexistent.conf",
            (files[0], "--api-server-certificate=/nonexistent.crt"): "/nonexistent.crt",
            (files[0], f"--api-server-certificate={directory}/approver.key"): "contains no PEM certificate",
            (*files, "--cluster-networks=10.96.0.0/16,10.244"): "'10.244' is not a network"}.items():
        done = subprocess.run([*VERB, *words], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode != 0 and pieces in done.stderr and done.stdout == "", done
