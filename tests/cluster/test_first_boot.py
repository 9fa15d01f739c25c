"""Machines that nobody logs in to: what the kernel command line, a credential or the image say is enough."""

import hashlib
import subprocess
import sys
from contextlib import contextmanager

from cluster_of_two import nodes_of
from lab import Deadline, install, kubectl

NODE_YAML = "/etc/k8s-node/node.yaml"
PORT = 8080
VERIFICATION = 6


@contextmanager
def served(switch, directory):
    """The files of a directory, by HTTP, at the address of the site."""
    command = switch.argv([sys.executable, "-m", "http.server", "--bind", switch.address, "--directory", directory, PORT])
    server = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://{switch.address}:{PORT}"
    finally:
        server.terminate()
        server.wait()


def property_of(machine, name, unit="k8s-node-install") -> str:
    return machine.run(["systemctl", "show", "-P", name, unit], check=False).stdout.strip()


def wait_until_installed(machine, seconds=240):
    """Nobody starts anything: the boot does."""
    Deadline(seconds).wait_until(lambda: property_of(machine, "ActiveState") == "inactive"
                                 and property_of(machine, "Result") == "success", "the first boot to be done", every=0.2)
    assert "Healthy." in machine.run(["k8s-node-install", "status"]).stdout


def bare_image(machines, lab, name="node"):
    """An image of the site: the program, the mirror's CA and the release, and no configuration."""
    machine = machines(name, start=False)
    lab.prepare(machine)
    configuration = machine.read(NODE_YAML)
    machine.run_in_image(["rm", NODE_YAML])
    return machine, configuration


def test_configuration_release_and_mirror_come_from_the_kernel_command_line(machines, lab, machine_session, tmp_path):
    machine, configuration = bare_image(machines, lab)
    site = tmp_path / "site"
    site.mkdir()
    text = "mirror_ca: /etc/k8s-node/mirror-ca.crt\ncomponents: [image-archives]\nsettings: {kubelet: {max_pods: 42}}\n"
    assert lab.mirror.url in configuration and "mirrors" not in text
    (site / "node.yaml").write_text(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    with served(machine_session.switch, site) as url:
        said = ["k8s_node.profile=single", f"k8s_node.release={lab.release}", f"k8s_node.mirror={lab.mirror.url}"]
        # Other bytes than the pinned ones are not used, and no later attempt would change that.
        machine.options.cmdline = [*said, f"k8s_node.config={url}/node.yaml#sha256:{'0' * 64}"]
        machine.start()
        Deadline(60).wait_until(lambda: property_of(machine, "ActiveState") == "failed", "the refusal")
        assert property_of(machine, "ExecMainStatus") == str(VERIFICATION)
        assert f"digest mismatch: pinned is sha256:{'0' * 64}" in property_of(machine, "StatusText")
        assert f"sha256:{digest}" in property_of(machine, "StatusText")
        assert not machine.exists(NODE_YAML) and not machine.exists("/etc/k8s-node/generations")

        machine.options.cmdline = [*said, f"k8s_node.config={url}/node.yaml#sha256:{digest}"]
        machine.reboot()
        wait_until_installed(machine)
    assert machine.read(NODE_YAML) == text
    assert kubectl(machine, "get", "node", "-o", "jsonpath={.items[0].status.capacity.pods}") == "42"
    # The node keeps what it was given, without whoever gave it.
    assert "Nothing to do" in machine.run(["k8s-node-install"]).stdout
    machine.run(["k8s-node-install", "redeploy", "--yes", "--mirror", lab.mirror.url], timeout=240)
    assert machine.read(NODE_YAML) == text
    machine.run(["k8s-node-install", "reset", "--yes"], timeout=120)
    assert not machine.exists(NODE_YAML)


def test_a_configuration_of_the_machine_is_not_replaced(bare):
    machine = bare()
    before = machine.read(NODE_YAML)
    done = machine.run(["k8s-node-install", "--profile=single", f"--config-from=file:///etc/hostname#sha256:{'0' * 64}"],
                       check=False)
    assert done.rc == 3 and f"{NODE_YAML} is there already" in done.stderr
    assert "remove the file, or k8s_node.config=" in done.stderr
    assert machine.read(NODE_YAML) == before
    done = machine.run(["k8s-node-install", "--profile=single", "--config-from=file:///etc/hostname"], check=False)
    assert done.rc == 2 and "the digest of the file is missing" in done.stderr


def test_a_worker_joins_by_an_encrypted_credential(bare_together, lab):
    master, worker = bare_together("m1", "w1")
    install(master, "--set", "cluster.network=flannel", profile="master")
    master.run(["k8s-node-install", "token", "create", "--write", "/root/join.yaml"])
    secret = master.read("/root/join.yaml").split("token:")[1].split()[0].split(".")[1]
    worker.run(["mkdir", "-p", "/etc/credstore.encrypted"])
    worker.run(["systemd-creds", "encrypt", "--with-key=host", "--name=k8s_node.join", "-",
                "/etc/credstore.encrypted/k8s_node.join"], input=master.read("/root/join.yaml"))
    assert secret not in worker.read("/etc/credstore.encrypted/k8s_node.join")
    worker.options.cmdline = ["k8s_node.profile=worker"]
    worker.reboot()
    Deadline(180).wait_until(lambda: nodes_of(master) == {"m1": "True", "w1": "True"}, "both nodes to be Ready")
    wait_until_installed(worker)
    assert secret not in worker.journal()


def test_an_image_with_all_that_is_needed_downloads_nothing(machines, lab):
    machine = machines("node", start=False)
    lab.prepare(machine)
    machine.run_in_image(["k8s-node-install", "fetch", "--profile=single"], timeout=300)
    # Its keys and its generation are made by each machine for itself.
    assert not machine.exists("/etc/kubernetes/pki") and not machine.exists("/etc/k8s-node/generations")

    lab.mirror.stop()  # so whatever were missing would fail
    try:
        machine.options.cmdline = ["k8s_node.profile=single"]
        machine.start()
        wait_until_installed(machine)
        first = machine.read("/etc/kubernetes/pki/ca.crt")

        # A node becomes an image again: its copies are other machines, with keys of their own.
        machine.run(["k8s-node-install", "reset", "--yes", "--keep-store"], timeout=120)
        assert not machine.exists("/etc/kubernetes/pki/ca.crt")
        machine.reboot()
        wait_until_installed(machine)
        assert machine.read("/etc/kubernetes/pki/ca.crt") != first
    finally:
        lab.mirror.start()
    assert kubectl(machine, "get", "nodes", "-o", "name") == "node/node\n"
