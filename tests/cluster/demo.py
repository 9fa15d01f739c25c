#!/usr/bin/python3
"""A fresh machine becomes a Ready node and serves a page, for a person to watch."""

import subprocess
import sys
import tempfile
from pathlib import Path

import lab


def show(machine, *words: str) -> None:
    print(f"\n# {' '.join(words)}", flush=True)
    process = machine.popen(list(words), stdout=sys.stdout, stderr=subprocess.STDOUT)
    if process.wait() != 0:
        sys.exit(f"{words[0]} failed with {process.returncode}")


def main() -> None:
    print("Preparing real binaries (the first time builds Kubernetes: about 20 minutes on 2 cores) ...",
          flush=True)
    with tempfile.TemporaryDirectory() as directory, lab.Session() as session, \
            lab.Lab(session, Path(directory)) as site:
        machine = session.machine("node1")
        site.prepare(machine)
        print(f"A machine has booted: {machine.name}, {machine.address}, systemd as PID 1.")
        show(machine, "k8s-node-install", "--profile", "single", "--release", site.release)
        show(machine, "k8s-node-install", "status")
        show(machine, "systemctl", "--no-pager", "list-dependencies", "k8s-node.target")
        page = lab.serve_page(machine, site.fixture)
        show(machine, *lab.KUBECTL, "get", "nodes,pods,services", "-o", "wide")
        print(f"\n# curl http://<Service address>/\n{page}")
        print("# kubectl get nodes")
        print(lab.kubectl(machine, "get", "nodes"), end="")


main()
