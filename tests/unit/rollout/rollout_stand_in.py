#!/usr/bin/env python3
"""A stand-in for the API server that has Node objects, which can be patched, and ConfigMaps.

usage: rollout_stand_in.py DIRECTORY

Like tests/unit/approver/requests_stand_in.py; ConfigMaps can be updated as in the API, with the version that was
seen, and the node of a patch gets its annotations.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "approver"))

import requests_stand_in as base  # noqa: E402
from requests_stand_in import State, change  # noqa: E402

WISHES = "/api/v1/namespaces/kube-system/configmaps"
base.PATHS[WISHES] = "wishes"
State.reset()


class Handler(base.Handler):
    def do_PATCH(self):
        annotations = self.body()["metadata"]["annotations"]
        name = self.path.split("/")[-1]
        with State.changed:
            node = State.objects["nodes"].get(name)
            if node is None:
                self.answer(404, {"kind": "Status", "message": "not found"})
                return
            metadata = {**node["metadata"], "annotations": annotations}
            change("nodes", name, {**node, "metadata": metadata})
            self.answer(200, {})

    def do_PUT(self):
        if not self.path.startswith(WISHES):
            super().do_PUT()
            return
        value = self.body()
        name = value["metadata"]["name"]
        with State.changed:
            held = State.objects["wishes"].get(name)
            if held is None:
                self.answer(404, {"kind": "Status", "message": "not found"})
            elif held["metadata"]["resourceVersion"] != value["metadata"]["resourceVersion"]:
                self.answer(409, {"kind": "Status", "message": "has been modified"})
            else:
                change("wishes", name, value)
                self.answer(200, value)


if __name__ == "__main__":
    base.main(Handler)
