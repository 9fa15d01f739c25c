#!/usr/bin/env python3
"""A stand-in for the API server that has Node objects, its own endpoints and those of the DNS servers.

usage: slices_stand_in.py DIRECTORY

Like tests/unit/approver/requests_stand_in.py; slices can be created, updated and deleted as in the API,
with the version that was seen.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "approver"))

import requests_stand_in as base  # noqa: E402
from requests_stand_in import State, change  # noqa: E402

API = "/apis/discovery.k8s.io/v1/namespaces"
SLICES = f"{API}/kube-system/endpointslices"
base.PATHS.update({SLICES: "slices", f"{API}/default/endpointslices": "servers"})
State.reset()


class Handler(base.Handler):
    def do_POST(self):
        value = self.body()
        name = value["metadata"]["name"]
        with State.changed:
            if self.is_refused():
                return
            if name in State.objects["slices"]:
                self.answer(409, {"kind": "Status", "message": "already exists"})
            else:
                change("slices", name, value)
                self.answer(201, value)

    def do_PUT(self):
        if not self.path.startswith(SLICES):
            super().do_PUT()
            return
        value = self.body()
        name = value["metadata"]["name"]
        with State.changed:
            held = State.objects["slices"].get(name)
            if self.is_refused():
                return
            if held is None:
                self.answer(404, {"kind": "Status", "message": "not found"})
            elif held["metadata"]["resourceVersion"] != value["metadata"]["resourceVersion"]:
                self.answer(409, {"kind": "Status", "message": "has been modified"})
            else:
                change("slices", name, value)
                self.answer(200, value)

    def do_DELETE(self):
        if not self.path.startswith(SLICES):
            super().do_DELETE()
            return
        self.body()
        name = self.path.split("/")[-1]
        with State.changed:
            if name in State.objects["slices"]:
                change("slices", name, None)
                self.answer(200, {"kind": "Status"})
            else:
                self.answer(404, {"kind": "Status", "message": "not found"})

    def is_refused(self):
        if State.behaviour.get("fail"):
            self.answer(500, {"kind": "Status", "message": "etcd is slow"})
        return "fail" in State.behaviour


if __name__ == "__main__":
    base.main(Handler)
