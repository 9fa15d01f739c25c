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
  sandbox_image = "k8s.gcr.io/pause:3.2"
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
apiVersion: kubeadm.k8s.io/v1beta2
kind: InitConfiguration
nodeRegistration:
  criSocket: /run/containerd/containerd.sock
  taints: []
---
apiVersion: kubeadm.k8s.io/v1beta2
kind: ClusterConfiguration
kubernetesVersion: v{version}
networking: {{podSubnet: 10.244.0.0/16}}
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: systemd
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
conntrack: {{maxPerCore: 0}}
"""

SYSCTL = "net.ipv4.ip_forward = 1\nnet.bridge.bridge-nf-call-iptables = 1\n"
PROGRAMS = ["kubeadm", "kubelet", "kubectl", "containerd", "containerd-shim-runc-v2", "ctr", "runc"]

# Milliseconds of a command, by the machine's own clock and without the way into it.
STOPWATCH = 'a=$(date +%s%N); "$@" >/dev/null 2>&1 || exit; b=$(date +%s%N); echo $(( (b - a) / 1000 ))'

ONLY_SERVER = "profile: only-server\ncomponents: [kubectl]\nartifacts: {kubernetes: kubernetes-server}\n"
BY_HAND = """set -e
curl -sS --cacert /etc/k8s-node/mirror-ca.crt -o server.tar.gz "$1"
echo "$2  server.tar.gz" | sha512sum -c
tar xzf server.tar.gz kubernetes/server/bin/kube-apiserver kubernetes/server/bin/kube-controller-manager \
  kubernetes/server/bin/kube-scheduler kubernetes/server/bin/kubelet kubernetes/server/bin/kube-proxy \
  kubernetes/server/bin/kubectl
"""
PEAK = """"$@" >/dev/null 2>&1 & pid=$!
while kill -0 $pid 2>/dev/null; do sed -n 's/VmHWM:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$pid/status 2>/dev/null; sleep 0.02
done | sort -n | tail -n 1; wait $pid"""


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
        ("everything fetched, generation written", r"([\d.]+)s generation \d+ is current"),
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
    machine.put(fixtures.kubeadm_images(), "/root/images.tar")
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


def kubeadm(lab, machine):
    prepare_kubeadm(lab, machine)
    phases = Phases()
    machine.run(["ctr", "-n", "k8s.io", "images", "import", "/root/images.tar"], timeout=120)
    phases.end("import of images")
    machine.run(["kubeadm", "init", "--config=/root/kubeadm.yaml", "--skip-phases=preflight,addon/coredns"], timeout=400)
    phases.end("kubeadm init")
    machine.run(["kubectl", "--kubeconfig=/etc/kubernetes/admin.conf", "wait", "--for=condition=Ready",
                 f"node/{machine.name}", "--timeout=120s"], timeout=130)
    phases.end("until the node is Ready")
    return phases.total(), {f"{seconds:.1f} s": name for name, seconds in phases.seconds.items()}


def stopwatch(machine, *argv, times=1):
    """The median of so many runs, in seconds."""
    return statistics.median(
        int(machine.run(["sh", "-c", STOPWATCH, "sh", *argv], timeout=120).stdout) / 1e6 for _ in range(times))


def small_figures(lab, machine):
    """On an installed node."""
    again = stopwatch(machine, "k8s-node-install", "--profile", "single", times=9)
    usage = stopwatch(machine, "k8s-node-install", "--help", times=9)
    nothing = stopwatch(machine, "true", times=9)
    size = int(machine.run(["stat", "-c", "%s", "/usr/bin/k8s-node-install"]).stdout)
    print(f"nothing to do      {again * 1000:6.1f} ms   (median of 9; an empty process: {nothing * 1000:.1f} ms)")
    print(f"--help             {usage * 1000:6.1f} ms   (median of 9)")
    print(f"program, stripped  {size / 1e6:6.2f} MB")


def fetching(lab, machine, rounds):
    """One archive of 127 MB: ours (with fsync) and by hand (without)."""
    lab.prepare(machine)
    machine.write("/etc/k8s-node/profiles/only-server.yaml", ONLY_SERVER)
    machine.write("/etc/k8s-node/node.yaml", lab.node_yaml().replace("components: [image-archives]\n", ""))
    fetch = ["k8s-node-install", "fetch", "--profile", "only-server"]
    pinned = re.search(r"sha512:([0-9a-f]+)", Path(lab.fixture.release_file).read_text())[1]
    url = f"{lab.mirror.url}/dl.k8s.io/v{lab.release}/kubernetes-server-linux-amd64.tar.gz"
    mine, theirs = [], []
    for _ in range(rounds):
        machine.run(["sh", "-c", "rm -rf /opt/k8s-node /opt/hand; mkdir /opt/hand"])
        mine.append(stopwatch(machine, *fetch))
        theirs.append(stopwatch(machine, "sh", "-c", "cd /opt/hand; " + BY_HAND, "sh", url, pinned))
    machine.run(["rm", "-rf", "/opt/k8s-node"])
    peak = int(machine.run(["sh", "-c", PEAK, "sh", *fetch], timeout=120).stdout) / 1024
    a, b = statistics.median(mine), statistics.median(theirs)
    print(f"fetch of one archive {a:.2f} s; curl, sha512sum -c and tar {b:.2f} s: ratio {a / b:.2f} "
          f"(medians of {rounds}); peak memory {peak:.1f} MiB")


def one(lab, session, how, name, after=lambda lab, machine: None):
    machine = session.machine(name)
    try:
        seconds, phases = how(lab, machine)
        print(f"{how.__name__:<8} {seconds:6.1f} s   " + ", ".join(f"{name} {at}" for at, name in phases.items()),
              flush=True)
        after(lab, machine)
        return seconds
    finally:
        session.destroy_machine(name)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    with Session() as session, tempfile.TemporaryDirectory() as directory, Lab(session, Path(directory)) as lab:
        mine, theirs = [], []
        for number in range(rounds):
            last = number == rounds - 1
            mine.append(one(lab, session, ours, f"ours{number}", *([small_figures] if last else [])))
            theirs.append(one(lab, session, kubeadm, f"kubeadm{number}"))
        a, b = statistics.median(mine), statistics.median(theirs)
        print(f"medians of {rounds}: k8s-node-install {a:.1f} s, kubeadm {b:.1f} s: ratio {a / b:.2f}")
        machine = session.machine("fetching")
        fetching(lab, machine, rounds)
    print(f"load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
