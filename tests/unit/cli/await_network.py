#!/usr/bin/env python3
"""`await-network`, as a unit's ExecStartPre= runs it, before there is anything to ask: it says what is missing.

    await_network.py K8S-NODE-INSTALL SOURCE
"""

import subprocess
import tempfile
from pathlib import Path

from machine import PROGRAM

KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: c
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
users: [{name: u, user: {token: t}}]
"""


def wait(kubeconfig: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, "await-network", "n1", f"--kubeconfig={kubeconfig}", "--deadline=1"],
                          capture_output=True, text=True, check=False)


with tempfile.TemporaryDirectory(prefix="k8s-node-cli.") as directory:
    kubeconfig = Path(directory) / "kubelet.conf"
    done = wait(kubeconfig)
    assert done.returncode == 8, done
    assert done.stdout.startswith("waiting for the pod network of node n1: ") and str(kubeconfig) in done.stdout, done
    assert done.stdout.count("\n") == 1, "the same reason is not told again"
    assert "the pod network of node n1 is not there after" in done.stderr, done

    kubeconfig.write_text(KUBECONFIG)
    done = wait(kubeconfig)
    assert done.returncode == 8 and "the cluster 'c' has neither" in done.stdout, "what is there is told apart"
