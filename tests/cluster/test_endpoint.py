"""The load balancer of a node's own: a control plane and a worker with a real haproxy between them and the API."""

import json
import re

import pytest
from cluster_of_two import nodes_of
from lab import Deadline, install, kubectl
from listing import differences, listing
from test_join import complete_data, join_with, leave

# test_rollout samples it: there the API is asked through a worker's load balancer.
pytestmark = pytest.mark.long
PROXY = "https://127.0.0.1:6444"
UNITS = ["kube-apiserver-proxy", "kube-apiserver-endpoints"]
# Where no machine is.
FAKE = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
        "metadata": {"name": "another", "namespace": "default",
                     "labels": {"kubernetes.io/service-name": "kubernetes"}},
        "addressType": "IPv4", "endpoints": [{"addresses": ["10.77.0.250"]}],
        "ports": [{"name": "https", "port": 6443, "protocol": "TCP"}]}
SWITCH = "/etc/k8s-node/node.d/60-load-balancer.yaml"


def use(machine, kind) -> None:
    machine.write(SWITCH, f"settings: {{cluster: {{load_balancer: {kind}}}}}\n")


@pytest.fixture(scope="module")
def control(machine_session, lab):
    machine = machine_session.machine("control")
    lab.prepare(machine)
    machine.write("/etc/k8s-node/node.d/50-network.yaml", "settings: {cluster: {network: flannel}}\n")
    machine.run(["sh", "-c", "iptables -L >/dev/null; ip6tables -L >/dev/null"], check=False)
    machine.as_prepared = listing(machine)
    use(machine, "haproxy")
    install(machine, profile="master")
    yield machine
    machine_session.destroy_machine("control")


@pytest.fixture(scope="module")
def worker(machine_session, lab):
    machine = machine_session.machine("worker")
    lab.prepare(machine)
    machine.run(["sh", "-c", "iptables -L >/dev/null; ip6tables -L >/dev/null"], check=False)
    machine.as_prepared = listing(machine)
    yield machine
    machine_session.destroy_machine("worker")


def ask(machine, *words: str):
    """What the proxy answers: an HTTP status, or the reason of curl."""
    done = machine.run(["curl", "-sS", "--max-time", "10", "-o", "/dev/null", "-w", "%{http_code} %{time_total}",
                        "--cacert", "/etc/kubernetes/pki/ca.crt", "--resolve", "kubernetes:6444:127.0.0.1",
                        "https://kubernetes:6444/readyz", *words], check=False)
    status, took = done.stdout.split()
    return int(status), float(took), done.stderr


def serves(machine) -> bool:
    return ask(machine)[0] == 200


def until_serving(machine, within: float) -> None:
    Deadline(within).wait_until(lambda: serves(machine), "the proxy to answer", every=0.1)


def runtime(machine, command: str) -> str:
    """The answer of haproxy's runtime interface; empty while it does not run."""
    return machine.run(["socat", "-", "UNIX-CONNECT:/run/kube-apiserver-proxy/runtime"], input=command + "\n",
                       check=False).stdout


def servers(machine) -> set[str]:
    """The addresses in HAProxy's slots that are in use."""
    lines = [line.split() for line in runtime(machine, "show servers state kube-apiserver").splitlines()]
    return {f"{words[4]}:{words[18]}" for words in lines
            if len(words) > 18 and words[3].startswith("slot") and not int(words[6]) & 1}


def until_servers(machine, wanted: set[str], within: float = 30) -> None:
    Deadline(within).wait_until(lambda: servers(machine) == wanted, f"haproxy to have {sorted(wanted)}", every=0.2)


def main_pid(machine, unit: str) -> str:
    return machine.run(["systemctl", "show", "-P", "MainPID", unit]).stdout.strip()


def status_of(machine, unit: str) -> str:
    return machine.run(["systemctl", "show", "-P", "StatusText", unit]).stdout.strip()


def server_in(machine, path: str) -> str:
    text = machine.read(path)
    assert text.count("server: ") == 1
    return re.search(r"server: (\S+)", text)[1].strip('"')


def test_everything_of_a_control_plane_that_shall_goes_through_the_proxy(control):
    until_serving(control, 10)
    for file in ("kubelet.conf", "kube-proxy.conf", "admin.conf"):
        text = control.read(f"/etc/kubernetes/{file}")
        assert server_in(control, f"/etc/kubernetes/{file}") == PROXY and "tls-server-name: kubernetes" in text
    assert server_in(control, "/etc/kubernetes/scheduler.conf") == "https://127.0.0.1:6443"
    assert nodes_of(control) == {"control": "True"}
    assert "Healthy." in control.run(["k8s-node-install", "status"]).stdout
    assert "Nothing to do" in control.run(["k8s-node-install"]).stdout
    until_servers(control, {f"{control.address}:6443"})
    assert control.read("/var/lib/kube-apiserver-endpoints/servers") == f"{control.address}:6443\n"
    assert status_of(control, UNITS[1]) == f"API servers: {control.address}:6443"


def test_haproxy_accepts_its_configuration_without_a_warning(control):
    done = control.run(["sh", "-c", "CREDENTIALS_DIRECTORY=/etc/kubernetes/pki haproxy -c -f "
                        "/etc/k8s-node/current/config/haproxy.cfg -f "
                        "/etc/k8s-node/current/config/haproxy-control-plane.cfg"])
    assert "valid" in done.stdout + done.stderr and "WARNING" not in done.stdout + done.stderr


def test_the_distributions_own_haproxy_runs_beside_it(control):
    control.run(["rm", "-f", "/etc/systemd/system/haproxy.service"])
    control.run(["systemctl", "daemon-reload"])
    control.run(["systemctl", "start", "haproxy"])
    assert "Nothing to do" in control.run(["k8s-node-install"]).stdout
    assert serves(control)
    control.run(["systemctl", "stop", "haproxy"])
    control.run(["rm", "-f", "/run/haproxy-master.sock", "/run/haproxy.pid", "/run/haproxy/admin.sock",
                 "/var/lib/haproxy/dev/log"])  # what it leaves, which a reset does not touch
    control.run(["ln", "-s", "/dev/null", "/etc/systemd/system/haproxy.service"])
    control.run(["systemctl", "daemon-reload"])


def test_an_api_server_comes_and_goes(control):
    pid = main_pid(control, UNITS[0])
    kubectl(control, "apply", "-f", "-", input=json.dumps(FAKE))
    until_servers(control, {f"{control.address}:6443", "10.77.0.250:6443"})
    assert serves(control), "the one that is not there is not asked"
    kubectl(control, "delete", "endpointslice", "another", "--namespace=default")
    until_servers(control, {f"{control.address}:6443"})
    assert main_pid(control, UNITS[0]) == pid, "without a restart of haproxy"


def test_an_api_server_that_dies_is_noticed_and_comes_back(control):
    control.run(["kill", "-9", main_pid(control, "kube-apiserver")])
    status, took, said = ask(control)
    assert status == 0 and took < 1, said  # closed, at once
    until_serving(control, 60)


def test_an_api_server_that_hangs_is_taken_out_and_back(control):
    pid = main_pid(control, "kube-apiserver")
    control.run(["kill", "-STOP", pid])
    Deadline(20).wait_until(lambda: (lambda answer: answer[0] == 0 and answer[1] < 1)(ask(control)),
                            "connections to be closed at once", every=0.2)
    control.run(["kill", "-CONT", pid])
    until_serving(control, 30)


def test_a_restart_while_the_api_is_away_knows_the_last_servers(control):
    kubectl(control, "apply", "-f", "-", input=json.dumps(FAKE))
    until_servers(control, {f"{control.address}:6443", "10.77.0.250:6443"})
    control.run(["systemctl", "stop", "kube-apiserver"])
    known = {"10.77.0.250:6443"}  # the other one has taken itself off the list
    until_servers(control, known)
    control.run(["systemctl", "restart", *UNITS])
    assert servers(control) == known, "when it is active, it knows them"
    control.run(["kill", "-9", main_pid(control, UNITS[0])])
    until_servers(control, known)  # systemd starts the follower with haproxy
    assert "no news" in status_of(control, UNITS[1])
    control.run(["systemctl", "start", "kube-apiserver"], timeout=120)
    until_serving(control, 30)
    kubectl(control, "delete", "endpointslice", "another", "--namespace=default")
    until_servers(control, {f"{control.address}:6443"}, within=60)


def test_a_worker_learns_it_and_joins_through_its_own(control, worker):
    worker.run(["mount", "--bind", "/etc/hostname", "/usr/sbin/haproxy"])  # which is no program
    said = join_with(worker, complete_data(control), status=5).stderr
    assert "FileExisting-haproxy" in said and "install the operating system's package" in said
    worker.run(["umount", "/usr/sbin/haproxy"])

    join_with(worker, complete_data(control))
    assert nodes_of(control)["worker"] == "True"
    assert server_in(worker, "/etc/kubernetes/kubelet.conf") == PROXY
    assert "tls-server-name: kubernetes" in worker.read("/etc/kubernetes/kubelet.conf")
    until_servers(worker, {f"{control.address}:6443"})
    assert "Nothing to do" in worker.run(["k8s-node-install"]).stdout
    assert "Healthy." in worker.run(["k8s-node-install", "status"]).stdout

    # The control plane is away: at once, and back as soon as it is.
    control.run(["kill", "-9", main_pid(control, "kube-apiserver")])
    status, took, said = ask(worker)
    assert status == 0 and took < 5, said
    until_serving(worker, 60)


def test_a_worker_changes_to_the_address_and_back(control, worker):
    direct = f"https://{control.address}:6443"
    for kind, server in (("none", direct), ("haproxy", PROXY)):
        worker.run(["k8s-node-install", "--profile", "worker", "--set", f"cluster.load_balancer={kind}"], timeout=300)
        for file in ("kubelet.conf", "kube-proxy.conf"):
            assert server_in(worker, f"/etc/kubernetes/{file}") == server
        assert worker.run(["systemctl", "is-active", UNITS[0]], check=False).stdout.strip() == (
            "active" if kind == "haproxy" else "inactive")
        assert "Healthy." in worker.run(["k8s-node-install", "status"]).stdout
        assert nodes_of(control)["worker"] == "True"
    leave(control, worker)
    assert differences(worker.as_prepared, listing(worker)) == ""


def test_a_control_plane_changes_and_a_reset_leaves_nothing(control):
    use(control, "none")
    control.run(["k8s-node-install"], timeout=300)
    assert server_in(control, "/etc/kubernetes/kubelet.conf") == f"https://{control.address}:6443"
    listed = control.run(["systemctl", "list-units", "--all", "--no-legend", "kube-apiserver-*"]).stdout
    assert listed == "", listed
    assert nodes_of(control)["control"] == "True"
    use(control, "haproxy")
    control.run(["k8s-node-install"], timeout=300)
    assert server_in(control, "/etc/kubernetes/kubelet.conf") == PROXY
    assert serves(control)
    control.run(["k8s-node-install", "reset", "--yes"], timeout=240)
    control.run(["rm", "-rf", SWITCH, "/root/join.yaml"])
    assert differences(control.as_prepared, listing(control)) == ""
