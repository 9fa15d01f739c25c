#!/usr/bin/env python3
"""Wrong configurations and what the real program says to them.

    wrong_configurations.py K8S-NODE-INSTALL SOURCE

Each case gives files and words of the command line, and every mistake that must
be named: file, line, the word below which the caret stands, and what must be
said. No other mistake may be named.
"""

import re
import sys

from machine import SOURCE, mistakes_in, run
from wrong_networks import NETWORKS


def old_release() -> str:
    """A release as it was before the versions that are supported."""
    text = re.sub(r"(?m)^release: .*", "release: 1.34.9", (SOURCE / "profiles/releases/1.36.5.yaml").read_text())
    for artifact, version in {"etcd": "3.5.33", "containerd": "1.7.34"}.items():
        text = re.sub(rf"(?m)^(  {artifact}:\n    version: ).*", rf"\g<1>{version}", text)
    return text


def line_of(word: str) -> int:
    return OLD[:OLD.index(word)].count("\n") + 1


OLD = old_release()

# name, files below /etc/k8s-node, words, [(file, line, word at the caret, pieces of the message)]
CASES = [
    ("misspelt key", {"node.yaml": "profile: single\nsetings:\n  kubelet: {max_pods: 5}\n"}, [],
     [("node.yaml", 2, "setings", ["unknown key 'setings'", "did you mean 'settings'?"])]),
    ("misspelt setting", {"node.yaml": "profile: single\nsettings:\n  kubelet:\n    max_pod: 5\n"}, [],
     [("node.yaml", 4, "max_pod:", ["no setting 'max_pod'", "did you mean 'max_pods'?"])]),
    ("misspelt --set", {"node.yaml": "profile: single\n"}, ["--set", "kubelet.max_pds=1"],
     [("--set kubelet.max_pds", 1, "max_pds=1", ["did you mean 'max_pods'?"])]),
    ("wrong value of --set", {"node.yaml": "profile: single\n"}, ["--set", "kubelet.max_pods=lots"],
     [("--set kubelet.max_pods", 1, "lots", ["an integer from 1 to 1000, not 'lots'"])]),
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
      ("shipped:components/flannel.yaml", 6, "containerd", ["needs 'containerd'"]),
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
       ["'cluster.endpoint' must be set to a URL", "URL of the API server", "--set cluster.endpoint=",
        "components/cluster.yaml:15:3"]),
      ("shipped:worker.yaml", 13, "bridge-network",
       ["'bridge-network.node_cidr' must be set to a network", "pod network of this node"])]),
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
      ("components/hello.yaml", 8, "${credential.ca.crt}", ["only inside its service"]),
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
      ("node.yaml", 7, "BAD-NAME", ["not a valid environment variable name"]),
      ("node.yaml", 8, '"1', ["more than one line"]),
      ("node.yaml", 8, '"No Key"', ["No Key"]),
      ("node.yaml", 9, '"a b"', ["a b.service"])]),
    ("many at once, in three files and on the command line",
     {"node.yaml": "profile: single\nsettings:\n  kubelet: {max_pods: 0}\nmirors: []\n",
      "node.d/10-a.yaml": "override: {kubelet: {services: {kubelet: {flgs: {v: 2}}}}}\n",
      "components/hello.yaml": "component: hello\nport: [80]\n"},
     ["--set", "etcd.quota=1"],
     [("node.yaml", 3, "0}", ["'kubelet.max_pods' must be an integer"]),
      ("node.yaml", 4, "mirors", ["did you mean 'mirrors'?"]),
      ("node.d/10-a.yaml", 1, "flgs", ["did you mean 'flags'?"]),
      ("components/hello.yaml", 2, "port", ["did you mean 'ports'?"]),
      ("--set etcd.quota", 1, "quota=1", ["no setting 'quota'"])]),
    ("conditions that say something else",
     {"node.yaml": """profile: single
override:
  kubelet:
    services:
      kubelet:
        flags:
          a: {when: "${kubernetes.version} >= 1.36 && ${kubernetes.version} < 1.37", value: x}
          b: {when: "${kubernetes.version} => 1.36", value: x}
          c: {when: "${kubernetes.version} == 1.36", value: x}
          d: {when: "${kubernetes.version} >= 1.x", value: x}
          e: {when: "true", value: x, other: y}
"""}, ["--release", "1.36.5"],
     [("node.yaml", 7, '"${kubernetes', ["one comparison", "list"]),
      ("node.yaml", 8, '"${kubernetes', ["did you mean '>='?"]),
      ("node.yaml", 9, '"${kubernetes', ["never equal"]),
      ("node.yaml", 10, '"${kubernetes', ["'1.x' is not a version"]),
      ("node.yaml", 11, "other", ["is next to 'when' and 'value' of 'e'"])]),
    ("overrides that hit nothing",
     {"node.yaml": """profile: worker
settings: {cluster: {endpoint: "https://a:6443"}, bridge-network: {node_cidr: 10.244.1.0/24}}
override:
  kubelet:
    configs: {kubelt.yaml: {tree: {maxPods: 5}}}
    services: {kubelett: {flags: {v: 2}}, kubelet: {flags: {nod-ip: null, v: null}}}
  etcd:
    services: {etc: {flags: {v: 2}}}
"""}, [],
     [("node.yaml", 5, "kubelt.yaml", ["did you mean 'kubelet.yaml'?"]),
      ("node.yaml", 6, "kubelett", ["no service 'kubelett'", "did you mean 'kubelet'?"]),
      ("node.yaml", 6, "nod-ip", ["could remove", "did you mean 'node-ip'?"]),
      ("node.yaml", 6, "v: null", ["could remove"]),
      ("node.yaml", 8, "etc:", ["did you mean 'etcd'?"])]),
    ("what systemd and Kubernetes would only warn about",
     {"node.yaml": """profile: single
override:
  kubelet:
    configs: {kubelet.yaml: {tree: {imageGCHighTresholdPercent: 70, failSwapOn: no, authorization: AlwaysAllow}}}
    services:
      kubelet:
        service: {CPUWieght: 500, Restart: allways, After: x}
        after: [containerdd]
"""}, [],
     [("node.yaml", 4, "imageGCHighTres", ["has no field", "did you mean 'imageGCHighThresholdPercent'?"]),
      ("node.yaml", 4, "no,", ["write true or false"]),
      ("node.yaml", 4, "AlwaysAllow", ["'authorization' is a map"]),
      ("node.yaml", 7, "CPUWieght", ["did you mean 'CPUWeight'?"]),
      ("node.yaml", 7, "allways", ["did you mean 'always'?"]),
      ("node.yaml", 7, "After", ["it belongs to 'unit'"]),
      ("node.yaml", 8, "containerdd", ["did you mean 'containerd'?"])]),
    *NETWORKS,
    ("a member of etcd that nobody tells where its cluster is",
     {"node.yaml": "profile: etcd\nsettings: {etcd: {join: true}}\n"}, [],
     [("shipped:etcd.yaml", 3, "etcd", ["'etcd.peers' must be set", "client URLs of members", "--set etcd.peers=…"])]),
    ("texts that would break the file they are put into",
     {"node.yaml": """profile: single
settings:
  containerd: {pause_image: 'a"b'}
  bridge-network: {bridge: a-name-of-sixteen}
  cluster: {endpoint: "ftp://a"}
  kube-apiserver: {etcd_servers: ["https://a:2379", foo]}
"""}, [],
     [("node.yaml", 3, "'a\"b'", ["a string matching"]),
      ("node.yaml", 4, "a-name", ["a string matching"]),
      ("node.yaml", 5, '"ftp', ["matching https://"]),
      ("node.yaml", 6, "foo", ["a list of strings matching", "not 'foo'"])]),
    ("places, keys and ports that are taken",
     {"node.yaml": "profile: single\ncomponents: [a]\nsettings: {kube-apiserver: {secure_port: 10250}}\n",
      "components/a.yaml": """component: a
files:
  /etc/k8s-node/current/extra: {content: x}
  /etc/crictl.d: {content: x}
  /etc/crictl.d/a: {content: x}
  /proc/x: {content: x}
certificates:
  ca: {common_name: x}
  b: {common_name: b, authority: nosuch, dns: ["a b"]}
"""}, [],
     [("node.yaml", 3, "10250", ["port 10250 is already used", "components/kubelet.yaml"]),
      ("components/a.yaml", 3, "/etc/k8s-node", ["cannot be used by a component"]),
      ("components/a.yaml", 5, "/etc/crictl.d/a", ["would be below a file"]),
      ("components/a.yaml", 6, "/proc/x", ["cannot be used by a component"]),
      ("components/a.yaml", 8, "ca:", ["already written", "components/pki.yaml"]),
      ("components/a.yaml", 9, "nosuch", ["no component of this node"]),
      ("components/a.yaml", 9, '"a b"', ["neither a DNS name nor an IP address"])]),
    ("wrong settings beside a profile that does not exist",
     {"node.yaml": "profile: nosuch\nsettings: {kubelet: {max_pods: \"60\"}}\n",
      "node.d/10-a.yaml": "settings: {kubelet: {max_pod: 5}, kubelt: {}}\n"}, [],
     [("node.yaml", 1, "nosuch", ["unknown profile"]),
      ("node.yaml", 2, '"60"', ["leave the quotes out"]),
      ("node.d/10-a.yaml", 1, "max_pod:", ["did you mean 'max_pods'?"]),
      ("node.d/10-a.yaml", 1, "kubelt", ["did you mean 'kubelet'?"])]),
    ("wrong settings beside a drop-in that is no YAML",
     {"node.yaml": "profile: single\nsettings: {kubelet: {max_pods: 0}}\n",
      "node.d/10-a.yaml": "settings: {kubelet: {max_pods: 5}\n"}, [],
     [("node.yaml", 2, "0}", ["an integer from 1 to 1000"]),
      ("node.d/10-a.yaml", 1, "{kubelet", ["'{' is not closed"])]),
    ("a component file that is no YAML",
     {"node.yaml": "profile: single\nsettings: {kubelet: {max_pods: 0}, hello: {a: 1}}\n",
      "components/hello.yaml": "component: hello\nsettings:\n\ta: {}\n"}, [],
     [("node.yaml", 2, "0}", ["an integer from 1 to 1000"]),
      ("components/hello.yaml", 3, "\ta", ["a tab in the indentation"])]),
    ("a release file that is not there", {"node.yaml": "profile: single\nrelease: ./r.yaml\n"}, [],
     [("node.yaml", 2, "./r.yaml", ["there is no release file"])]),
    ("a release by another name",
     {"node.yaml": "profile: etcd\nrelease: 1.36.0\n",
      "releases/1.36.0.yaml": """release: 1.36.1
artifacts:
  etcd:
    version: 3.6.0
    url: https://a/etcd
    digest: {amd64: "sha256:%(d)s", arm64: "sha256:%(d)s"}
    file: bin/etcd
""" % {"d": "0" * 64}}, [],
     [("releases/1.36.0.yaml", 1, "1.36.1", ["differs from the name of the file, '1.36.0'"])]),
    ("mirrors that are none", {"node.yaml": "profile: single\nmirrors: [\"ftp://a\"]\nmirror_ca: /nonexistent\n"},
     ["--mirror", "foo"],
     [("node.yaml", 2, '"ftp', ["is not a mirror"]),
      ("--mirror", 1, "foo", ["is not a mirror"]),
      ("node.yaml", 3, "/nonexistent", ["there is no file"])]),
    ("a part that is taken away and needed",
     {"node.yaml": "profile: single\noverride: {kubelet: {services: {kubelet: {exec: null}}}}\n"}, [],
     [("node.yaml", 2, "exec", ["needs the key 'exec'"])]),
    ("a mode that is not there any more",
     {"node.yaml": "profile: single\nsettings: {kube-proxy: {mode: ipvs}}\n"}, [],
     [("node.yaml", 2, "ipvs", ["one of nftables, iptables"])]),
    ("a release that is too old",
     {"node.yaml": "profile: single\nrelease: 1.34.9\n", "releases/1.34.9.yaml": "RELEASE"}, [],
     [("releases/1.34.9.yaml", line_of("release: 1.34.9"), "1.34.9",
       ["Kubernetes 1.34.9 is not supported", "'cluster' needs ${kubernetes.version} >= 1.35"]),
      ("releases/1.34.9.yaml", line_of("version: 3.5.33"), "3.5.33",
       ["etcd 3.5.33 is not supported", "'etcd' needs ${artifact.etcd.version} >= 3.6"]),
      ("releases/1.34.9.yaml", line_of("version: 1.7.34"), "1.7.34",
       ["containerd 1.7.34 is not supported"])]),
]

def faults(name, files, words, expected) -> list[str]:
    files = {file: OLD if text == "RELEASE" else text for file, text in files.items()}
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
