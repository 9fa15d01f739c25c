#!/usr/bin/env python3
"""Wrong configurations and what the real program says to them.

    wrong_configurations.py K8S-NODE-INSTALL SOURCE

Each case gives files and words of the command line, and every mistake that must
be named: file, line, the word below which the caret stands, and what must be
said. No other mistake may be named.
"""

import sys

from machine import mistakes_in, run

# name, files below /etc/k8s-node, words, [(file, line, word at the caret, pieces of the message)]
CASES = [
    ("misspelt key", {"node.yaml": "profile: single\nsetings:\n  kubelet: {max_pods: 5}\n"}, [],
     [("node.yaml", 2, "setings", ["unknown key 'setings'", "did you mean 'settings'?"])]),
    ("misspelt setting", {"node.yaml": "profile: single\nsettings:\n  kubelet:\n    max_pod: 5\n"}, [],
     [("node.yaml", 4, "max_pod:", ["no setting 'max_pod'", "did you mean 'max_pods'?"])]),
    ("misspelt --set", {"node.yaml": "profile: single\n"}, ["--set", "kubelet.max_pds=1"],
     [("--set kubelet.max_pds", 1, "max_pds=1", ["did you mean 'max_pods'?"])]),
    ("wrong value of --set", {"node.yaml": "profile: single\n"}, ["--set", "kubelet.max_pods=lots"],
     [("--set kubelet.max_pods", 1, "lots", ["a whole number from 1 to 1000, not 'lots'"])]),
    ("wrong type", {"node.yaml": "profile: single\nsettings: {kubelet: {fail_swap_on: no}}\n"}, [],
     [("node.yaml", 2, "no}", ["must be true or false, not 'no'"])]),
    ("out of range", {"node.yaml": "profile: single\nsettings: {kube-apiserver: {secure_port: 66000}}\n"}, [],
     [("node.yaml", 2, "66000", ["a port from 1 to 65535, not '66000'"])]),
    ("duplicate key", {"node.yaml": "profile: single\nrelease: 1.36.5\nprofile: worker\n"}, [],
     [("node.yaml", 3, "profile", ["duplicate key 'profile'"])]),
    ("unknown profile", {"node.yaml": "profile: mastr\n"}, [],
     [("node.yaml", 1, "mastr", ["unknown profile", "did you mean 'master'?"])]),
    ("unknown release", {"node.yaml": "profile: single\nrelease: 1.36.55\n"}, [],
     [("node.yaml", 2, "1.36.55", ["there is no release", "did you mean '1.36.5'?"])]),
    ("no profile", {"node.yaml": "# nothing yet\nsettings: {}\n"}, [],
     [("node.yaml", 1, "# nothing yet", ["no profile is chosen", "--profile NAME", "master"])]),
    ("missing component", {"node.yaml": "profile: single\nwithout: [containerd]\n"}, [],
     [("shipped:components/bridge-network.yaml", 5, "containerd", ["needs 'containerd'"]),
      ("shipped:components/kubelet.yaml", 3, "containerd", ["needs 'containerd'"])]),
    ("cycle of components",
     {"node.yaml": "profile: single\ncomponents: [a, b]\n",
      "components/a.yaml": "component: a\nneeds: [b]\n",
      "components/b.yaml": "component: b\nneeds: [node, a]\n"}, [],
     [("components/b.yaml", 2, "a]", ["need each other: a -> b -> a"])]),
    ("cycle of settings",
     {"node.yaml": "profile: single\nsettings:\n  cluster:\n    name: ${cluster.domain}\n"
                   "    domain: ${cluster.name}\n"}, [],
     [("node.yaml", 5, "${cluster.name}",
       ["refers to itself", "cluster.domain -> cluster.name -> cluster.domain"])]),
    ("cycle of services",
     {"node.yaml": "profile: single\noverride:\n  etcd:\n    services:\n      etcd:\n"
                   "        after: [kube-scheduler]\n"}, [],
     [("node.yaml", 6, "kube-scheduler", ["wait for each other", "etcd.service"])]),
    ("what a worker must be told", {"node.yaml": "profile: worker\n"}, [],
     [("shipped:worker.yaml", 7, "cluster",
       ["'cluster.endpoint' must be set to a URL", "URL under which nodes", "--set cluster.endpoint=",
        "components/cluster.yaml:12:3"]),
      ("shipped:worker.yaml", 12, "bridge-network",
       ["'bridge-network.node_cidr' must be set to a network", "this node's pods"])]),
    ("references that no one knows",
     {"node.yaml": """profile: single
components: [hello]
""",
      "components/hello.yaml": """component: hello
configs: {page.txt: {content: x}}
files:
  /srv/a:
    content: |
      first line
      ${config.pag.txt} and ${node.adress}
  /srv/b: {content: "${credential.ca.crt}"}
  /srv/c: {when: "${has.kubelett}", content: x}
  /srv/d: {content: "${artifact.etdc.path} ${host.nam}"}
services:
  hello:
    description: x
    exec: /bin/hello
    credentials: {key.pem: /etc/key.pem}
    arguments: ["--key=${credential.kye.pem}"]
"""}, [],
     [("components/hello.yaml", 7, "${config.pag.txt}", ["did you mean ${config.page.txt}?"]),
      ("components/hello.yaml", 7, "${node.adress}", ["did you mean ${node.address}?"]),
      ("components/hello.yaml", 8, "${credential.ca.crt}", ["inside of its service only"]),
      ("components/hello.yaml", 9, "${has.kubelett}", ["did you mean ${has.kubelet}?"]),
      ("components/hello.yaml", 10, "${artifact.etdc.path}", ["did you mean ${artifact.etcd.path}?"]),
      ("components/hello.yaml", 10, "${host.nam}", ["did you mean ${host.name}?"]),
      ("components/hello.yaml", 16, "${credential.kye.pem}", ["did you mean ${credential.key.pem}?"])]),
    ("a release without a pause image", {"node.yaml": "profile: single\ncomponents: [image-archives]\n"}, [],
     [("shipped:components/image-archives.yaml", 15, "${artifact.pause-image.path}",
       ["artifacts of this release: "])]),
    ("what a unit file cannot hold",
     {"node.yaml": 'profile: single\noverride:\n  kubelet:\n    services:\n      kubelet:\n'
                   '        description: "two\\nlines"\n'
                   '        environment: {BAD-NAME: x}\n'
                   '        service: {CPUWeight: "1\\n2", "No Key": x}\n'
                   '        after: ["a b"]\n'}, [],
     [("node.yaml", 6, '"two', ["more than one line"]),
      ("node.yaml", 7, "BAD-NAME", ["not the name of an environment variable"]),
      ("node.yaml", 8, '"1', ["more than one line"]),
      ("node.yaml", 8, "x}", ["No Key"]),
      ("node.yaml", 9, '"a b"', ["a b.service"])]),
    ("many at once, in three files and on the command line",
     {"node.yaml": "profile: single\nsettings:\n  kubelet: {max_pods: 0}\nmirors: []\n",
      "node.d/10-a.yaml": "override: {kubelet: {services: {kubelet: {flgs: {v: 2}}}}}\n",
      "components/hello.yaml": "component: hello\nport: [80]\n"},
     ["--set", "etcd.quota=1"],
     [("node.yaml", 3, "0}", ["'kubelet.max_pods' must be a whole number"]),
      ("node.yaml", 4, "mirors", ["did you mean 'mirrors'?"]),
      ("node.d/10-a.yaml", 1, "flgs", ["did you mean 'flags'?"]),
      ("components/hello.yaml", 2, "port", ["did you mean 'ports'?"]),
      ("--set etcd.quota", 1, "quota=1", ["no setting 'quota'"])]),
]


def faults(name, files, words, expected) -> list[str]:
    done = run(["config", "check"], files, *words)
    out = [] if done.returncode == 3 else [f"exit status {done.returncode}, not 3"]
    left = mistakes_in(done.stderr)
    for file, line, word, pieces in expected:
        fitting = [m for m in left if (m.file, m.line) == (file, line) and m.word.startswith(word)
                   and all(piece in m.text for piece in pieces)]
        if not fitting:
            out.append(f"not said: {file}:{line} at {word!r}: {pieces}")
        left = [m for m in left if m not in fitting]
    out += [f"said too: {m}" for m in left]
    return [f"{name}: {fault}" for fault in out] + ([done.stderr] if out else [])


def main() -> int:
    wrong = [fault for case in CASES for fault in faults(*case)]
    print("\n".join(wrong) or f"{len(CASES)} wrong configurations explained")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
