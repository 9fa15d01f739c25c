#!/usr/bin/python3
"""One machine to a Ready node: k8s-node-install beside kubeadm, the same programs, the same kind of machine.

    tests/bench/kubeadm.py [ROUNDS]

Rounds alternate, so that what else the host does falls on both. kubeadm gets a head start: its containerd, its
programs and its images are on the machine's disk already, and its preflight checks are skipped; k8s-node-install
downloads, verifies and unpacks everything over HTTPS within its time.
"""

import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "cluster"))

from lab import Lab, Session, fixtures, install  # noqa: E402

KUBELET_UNIT = """\
[Unit]
Description=kubelet: The Kubernetes Node Agent
Wants=network-online.target
After=network-online.target
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf \
--kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS
Restart=always
StartLimitInterval=0
RestartSec=10
[Install]
WantedBy=multi-user.target
"""

CONTAINERD_UNIT = """\
[Unit]
Description=containerd
[Service]
Type=notify
ExecStart=/usr/bin/containerd
Delegate=yes
KillMode=process
[Install]
WantedBy=multi-user.target
"""

CONTAINERD = """\
version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.k8s.io/pause:3.10.2"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/opt/cni/bin"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = true
"""

NETWORK = """\
{"cniVersion": "0.4.0", "name": "bench", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.244.0.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
"""

KUBEADM = """\
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
nodeRegistration:
  criSocket: unix:///run/containerd/containerd.sock
  taints: []
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v{version}
networking: {{podSubnet: 10.244.0.0/16}}
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: systemd
failCgroupV1: false
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
conntrack: {{maxPerCore: 0}}
"""

SYSCTL = "net.ipv4.ip_forward = 1\nnet.bridge.bridge-nf-call-iptables = 1\n"
PROGRAMS = ["kubeadm", "kubelet", "kubectl", "containerd", "containerd-shim-runc-v2", "ctr", "crictl", "runc"]


class Phases:
    """Named stretches of time, one after another."""

    def __init__(self):
        self.seconds = {}
        self._last = time.monotonic()

    def end(self, name):
        now = time.monotonic()
        self.seconds[name], self._last = now - self._last, now

    def total(self):
        return sum(self.seconds.values())


def ours(lab, machine):
    lab.prepare(machine)
    phases = Phases()
    said = install(machine).stderr
    phases.end("install")
    stamps = {name: float(match[1]) for name, pattern in (
        ("generation written", r"([\d.]+)s generation \d+ is current"),
        ("API server fetched", r"([\d.]+)s fetched and verified kube(?:-api|rnetes-)server"),
        ("API server answers", r"([\d.]+)s kube-apiserver.service: start done"),
        ("node Ready", r"([\d.]+)s node \S+: ready"))
        if (match := re.search(pattern, said))}
    return phases.total(), {f"at {at:.1f} s": name for name, at in stamps.items()}


def prepare_kubeadm(lab, machine):
    for program in PROGRAMS:
        machine.put(lab.fixture.bin / program, f"/usr/bin/{program}")
    machine.run(["mkdir", "-p", "/opt/cni/bin"])
    plugins = next((lab.fixture.mirror_dir / "github.com/containernetworking").rglob("*.tgz"))
    machine.put(plugins, "/root/cni.tgz")
    machine.run(["tar", "xzf", "/root/cni.tgz", "-C", "/opt/cni/bin"])
    machine.put(fixtures.kubeadm_images(lab.release), "/root/images.tar")
    for path, text in (("/etc/systemd/system/kubelet.service", KUBELET_UNIT),
                       ("/etc/systemd/system/containerd.service", CONTAINERD_UNIT),
                       ("/etc/containerd/config.toml", CONTAINERD), ("/etc/cni/net.d/10-bench.conflist", NETWORK),
                       ("/etc/sysctl.d/90-bench.conf", SYSCTL),
                       ("/root/kubeadm.yaml", KUBEADM.format(version=lab.release))):
        machine.write(path, text)
    machine.run(["systemctl", "daemon-reload"])
    machine.run(["systemctl", "restart", "systemd-sysctl"])
    machine.run(["systemctl", "enable", "--now", "containerd"])
    machine.run(["systemctl", "enable", "kubelet"])


def init_kubeadm(machine):
    phases = Phases()
    machine.run(["ctr", "-n", "k8s.io", "images", "import", "/root/images.tar"], timeout=120)
    phases.end("import of images")
    machine.run(["kubeadm", "init", "--config=/root/kubeadm.yaml", "--skip-phases=preflight,addon/coredns"], timeout=400)
    phases.end("kubeadm init")
    machine.run(["kubectl", "--kubeconfig=/etc/kubernetes/admin.conf", "wait", "--for=condition=Ready",
                 f"node/{machine.name}", "--timeout=120s"], timeout=130)
    phases.end("until the node is Ready")
    return phases


def kubeadm(lab, machine):
    prepare_kubeadm(lab, machine)
    phases = init_kubeadm(machine)
    return phases.total(), {f"{seconds:.1f} s": name for name, seconds in phases.seconds.items()}


def one(lab, session, how, name):
    machine = session.machine(name)
    try:
        seconds, phases = how(lab, machine)
        print(f"{how.__name__:<8} {seconds:6.1f} s   " + ", ".join(f"{name} {at}" for at, name in phases.items()),
              flush=True)
        return seconds
    finally:
        session.destroy_machine(name)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    with Session() as session, tempfile.TemporaryDirectory() as directory, Lab(session, Path(directory)) as lab:
        mine, theirs = [], []
        for number in range(rounds):
            mine.append(one(lab, session, ours, f"ours{number}"))
            theirs.append(one(lab, session, kubeadm, f"kubeadm{number}"))
        a, b = statistics.median(mine), statistics.median(theirs)
        print(f"medians of {rounds}: k8s-node-install {a:.1f} s, kubeadm {b:.1f} s: ratio {a / b:.2f}")
    print(f"load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
