#!/usr/bin/env python3
"""The README's component of one's own, dropped in as it stands there, and who
set what.

    own_component.py K8S-NODE-INSTALL SOURCE
"""

import json
import re
import sys

from machine import SOURCE, run


def readme_component() -> str:
    for block in re.findall(r"^```yaml\n(.*?)^```", (SOURCE / "README.md").read_text(), re.M | re.S):
        if block.startswith("component: hello\n"):
            return block
    raise SystemExit("README.md shows no component of one's own")


def faults() -> list[str]:
    files = {"node.yaml": "profile: single\ncomponents: [hello]\nsettings: {hello: {port: 8099}}\n"
                          "override:\n  kubelet:\n    services:\n      kubelet: {flags: {v: '4'},\n"
                          "        service: {OOMScoreAdjust: null}}\nwithout: [kube-proxy]\n",
             "node.d/50-drop.yaml": "settings:\n  kubelet: {max_pods: 42}\n",
             "components/hello.yaml": readme_component()}
    out = []

    def expect(text: str, *pieces: str) -> None:
        out.extend(f"missing: {piece}\n{text}" for piece in pieces if piece not in text)

    shown = run(["render"], files)
    expect(shown.stdout + shown.stderr, "ExecStart=/usr/bin/busybox httpd -f -p 8099 -h /srv/hello",
           "--contains=n1 http://127.0.0.1:8099/", "This is n1.")
    origins = run(["config", "show", "--origin"], files).stdout
    for name, place in {
            "profile": "node configuration, node.yaml:1:10",
            "hello.port": "node configuration, node.yaml:3:26",
            "kubelet.services.kubelet.service.KillMode": f"component, {SOURCE}/profiles/components/kubelet.yaml:",
            "artifacts.etcd.digest": f"release, {SOURCE}/profiles/releases/",
            "artifacts.etcd.url": f"release, {SOURCE}/profiles/releases/",
            "kubelet.services.kubelet.service.OOMScoreAdjust": "null   # node configuration, node.yaml:8:",
            "without": '"kube-proxy"   # node configuration, node.yaml:9:11',
            "kubelet.max_pods": "drop-in, node.d/50-drop.yaml:2:23",
            "node.name": "command line, --set node.name:1:17",
            "cluster.endpoint": f"profile, {SOURCE}/profiles/single.yaml:",
            "cluster.domain": f"component, {SOURCE}/profiles/components/cluster.yaml:",
            "kubelet.services.kubelet.flags.v": "node configuration, node.yaml:7:28",
            "kubelet.configs.kubelet.yaml.tree.maxPods": "drop-in, node.d/50-drop.yaml:2:23"}.items():
        line = next((line for line in origins.splitlines() if line.split()[:1] == [name]), "")
        expect(f"{name}: {line}", place)
    for line in origins.splitlines():
        if not re.search(r"   # ((site )?component|(site )?profile|release|node configuration|drop-in|command line"
                         r"|host fact), |   # declared at |   # host fact", line):
            out.append(f"without an origin: {line}")
    as_json = json.loads(run(["config", "show", "-o", "json", "--all"], files).stdout)
    if as_json["settings"]["kubelet.max_pods"]["origin"] != {
            "layer": "drop-in", "file": "node.d/50-drop.yaml", "line": 2, "column": 23}:
        out.append(f"wrong origin: {as_json['settings']['kubelet.max_pods']}")
    if "etcd.services.etcd.flags.name" not in as_json["parts"]:
        out.append("--all does not show every part")
    return out


if __name__ == "__main__":
    wrong = faults()
    print("\n".join(wrong) or "as the README says")
    sys.exit(1 if wrong else 0)
