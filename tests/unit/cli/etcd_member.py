#!/usr/bin/env python3
"""`etcd-member`, as etcd.service runs it, before there is anybody to ask: it says what it waits for, until it is ended.

    etcd_member.py K8S-NODE-INSTALL SOURCE
"""

import json
import subprocess
import tempfile
from pathlib import Path

from machine import PROGRAM


def first_words(directory: Path, step: str, *more: str) -> str:
    for name in ("ca", "certificate", "key"):
        (directory / name).write_text("")
    with subprocess.Popen([PROGRAM, "etcd-member", step, "n3", "--peer-url=https://192.0.2.13:2380",
                           "--client-url=https://192.0.2.13:2379", f"--data={directory}/etcd",
                           f"--environment={directory}/run/environment", f"--note={directory}/note.json",
                           f"--ca={directory}/ca", f"--certificate={directory}/certificate",
                           f"--key={directory}/key", *more], stdout=subprocess.PIPE, text=True) as process:
        said = process.stdout.readline()
        process.terminate()
        process.wait(timeout=10)
    return said


with tempfile.TemporaryDirectory(prefix="k8s-node-cli.") as scratch:
    directory = Path(scratch)
    # As the unit has it where the setting etcd.peers is empty.
    said = first_words(directory, "enter", "--peers=", f"--kubeconfig={directory}/admin.conf")
    assert said.startswith("waiting to join etcd: ") and f"{directory}/admin.conf" in said, said

    said = first_words(directory, "enter", "--peers=https://192.0.2.13:2379/")
    assert said == "waiting to join etcd: no other member of etcd is known: etcd.peers names this machine alone\n", said

    said = first_words(directory, "promote", "--endpoint=https://127.0.0.1:1")
    assert said.startswith("waiting for a vote in etcd: no member of etcd answers: cannot talk to etcd at"), said
    assert not (directory / "run").exists() and not (directory / "note.json").exists(), "nothing was done"

    # A machine begins its cluster once.
    said = first_words(directory, "enter", "--join=false")
    assert said == "", said
    assert (directory / "run/environment").read_text() == (
        'ETCD_INITIAL_CLUSTER="n3=https://192.0.2.13:2380"\nETCD_INITIAL_CLUSTER_STATE=new\n')
    (directory / "run/environment").unlink()
    note = {"id": "1", "entering": False, "peers": []}
    (directory / "note.json").write_text(json.dumps(note))
    said = first_words(directory, "enter", "--join=false")
    assert said == "", said
    assert not (directory / "run/environment").exists(), "alone and without its data it does not begin again"
    (directory / "note.json").write_text(json.dumps(note | {"peers": ["https://127.0.0.1:1"]}))
    said = first_words(directory, "enter", "--join=false", "--peers=")
    assert "are gone: this machine joins the others" in said, said
