"""k8s-node-generator in a real boot: what systemd makes of its output."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from machines.debian import BOOKWORM, TRIXIE

ROOT = Path(__file__).parents[2]
GENERATOR = "/usr/lib/systemd/system-generators/k8s-node-generator"
STORE = "/opt/k8s-node/store/thing-1.0-0123456789ab"
# What another systemd could take otherwise is tried with the oldest and the newest.
every_suite = pytest.mark.parametrize("suite", [BOOKWORM, TRIXIE])
BODY = """\
[Unit]
Description={name} of generation {generation}

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/cat /etc/k8s-node/current/config/text
"""


@pytest.fixture(scope="module")
def programs():
    build = Path(os.environ.get("K8S_NODE_BUILD", ROOT / "build"))
    subprocess.run(["ninja", "-C", build, "generators/k8s-node-generator"], check=True)
    return build / "generators/k8s-node-generator", build / "units/k8s-node-install.service"


@pytest.fixture
def node(machines, programs):
    """Factory: a machine with the generator, switched off."""
    generator, install_service = programs

    def make(**options):
        machine = machines(start=False, **options)
        machine.put(generator, GENERATOR)
        machine.put(install_service, "/usr/lib/systemd/system/k8s-node-install.service")
        return machine

    return make


def entry(name, after=()):
    return {"name": name, "component": name, "source": "/usr/share/k8s-node/x.yaml",
            "wants": [], "requires": list(after), "after": list(after), "before": [],
            "in_target": True}


def write_generation(root, number):
    base = root / f"etc/k8s-node/generations/{number}"
    units = [entry("one.service"), entry("two.service", ["one.service"])]
    (base / "units").mkdir(parents=True)
    (base / "manifest.json").write_text(json.dumps({
        "format": 1, "profile": "master", "release": "r", "kubernetes_version": f"1.{number}.0",
        "architecture": "amd64", "node_name": "node", "store_entries": [STORE],
        "units": units, "host_files": []}))
    for unit in units:
        (base / "units" / unit["name"]).write_text(
            BODY.format(name=unit["name"], generation=number))
    (base / "config").mkdir()
    (base / "config/text").write_text(f"text of generation {number}\n")


def show(machine, unit, *names):
    lines = machine.run(["systemctl", "show", unit, f"--property={','.join(names)}"]).stdout
    return dict(line.split("=", 1) for line in lines.splitlines())


@pytest.fixture
def with_generations(node, tmp_path):
    """Factory: a machine, switched off, on generation 2; there is also 1."""
    write_generation(tmp_path, 1)
    write_generation(tmp_path, 2)
    (tmp_path / "usr/share/k8s-node").mkdir(parents=True)
    (tmp_path / "usr/share/k8s-node/x.yaml").write_text("component: x\n")
    (tmp_path / "etc/k8s-node/current").symlink_to("generations/2")
    (tmp_path / STORE.lstrip("/")).mkdir(parents=True)

    def make(**options):
        machine = node(**options)
        machine.install_tree(tmp_path)
        return machine

    return make


def state(machine, unit):
    return show(machine, unit, "ActiveState")["ActiveState"]


@every_suite
def test_the_graph_of_the_current_generation(with_generations, suite):
    machine = with_generations(suite=suite)
    machine.start()
    assert machine.run(["systemctl", "is-system-running"]).stdout == "running\n"
    assert state(machine, "k8s-node.target") == "active"
    unit = show(machine, "two.service", "Description", "ActiveState", "FragmentPath", "SourcePath",
                "NeedDaemonReload", "Requires", "PartOf")
    assert unit["Description"] == "two.service of generation 2"
    assert unit["ActiveState"] == "active"
    assert unit["FragmentPath"] == "/run/systemd/generator/two.service"
    assert unit["SourcePath"] == "/usr/share/k8s-node/x.yaml"
    assert unit["NeedDaemonReload"] == "no"
    assert "one.service" in unit["Requires"].split()
    assert unit["PartOf"] == "k8s-node.target"
    listed = machine.run(["systemctl", "list-dependencies", "--plain", "k8s-node.target"]).stdout
    assert listed.split() == ["k8s-node.target", "one.service", "two.service"]
    chain = machine.run(["systemd-analyze", "critical-chain", "k8s-node.target"]).stdout
    assert chain.index("two.service") < chain.index("one.service") < chain.index("basic.target")


def test_a_rollback_is_a_link_and_a_reload(with_generations):
    machine = with_generations()
    machine.start()
    machine.run(["ln", "-sfn", "generations/1", "/etc/k8s-node/current"])
    assert show(machine, "one.service", "Description") == {
        "Description": "one.service of generation 2"}
    machine.run(["systemctl", "daemon-reload"])
    assert show(machine, "one.service", "Description") == {
        "Description": "one.service of generation 1"}
    assert state(machine, "one.service") == "active", "a reload stops nothing"
    machine.run(["systemctl", "restart", "k8s-node.target"])
    assert "text of generation 1" in machine.journal("--unit=one.service")


def test_damage_at_a_reload_stops_nothing(with_generations):
    machine = with_generations()
    machine.start()
    machine.run(["rm", "-r", STORE])
    machine.run(["systemctl", "daemon-reload"])
    assert state(machine, "two.service") == "active"
    machine.run(["mkdir", STORE])
    machine.run(["systemctl", "daemon-reload"])
    assert show(machine, "two.service", "LoadState", "ActiveState") == {
        "LoadState": "loaded", "ActiveState": "active"}


@every_suite
def test_the_kernel_command_line_chooses_a_generation_for_one_boot(with_generations, suite):
    machine = with_generations(suite=suite, cmdline=["k8s_node.generation=1"])
    machine.start()
    assert "generation 1" in show(machine, "k8s-node.target", "Description")["Description"]
    assert "text of generation 1" in machine.journal("--unit=one.service")
    assert "text of generation 2" not in machine.journal("--unit=one.service")
    machine.options.cmdline.clear()
    machine.reboot()
    assert "generation 2" in show(machine, "k8s-node.target", "Description")["Description"]
    assert "text of generation 2" in machine.journal("--unit=one.service")


def test_a_rescue_boot_is_quiet_and_says_why(with_generations):
    machine = with_generations(cmdline=["k8s_node.enabled=0"])
    machine.start()
    assert machine.run(["systemctl", "is-system-running"]).stdout == "running\n"
    assert show(machine, "one.service", "LoadState") == {"LoadState": "not-found"}
    status = machine.run(["systemctl", "status", "k8s-node.target"], check=False).stdout
    assert "disabled by k8s_node.enabled=0 on the kernel command line" in status
    assert "ConditionKernelCommandLine=!k8s_node.enabled=0 was not met" in status
    machine.run(["systemctl", "start", "k8s-node.target"])
    assert state(machine, "k8s-node.target") == "inactive"


@every_suite
def test_a_missing_store_entry_is_a_target_that_fails(with_generations, suite):
    machine = with_generations(suite=suite)
    machine.start()
    machine.run(["rmdir", STORE])
    machine.reboot()
    message = f"{STORE} is missing from the store"
    assert state(machine, "k8s-node.target") == "inactive"
    assert show(machine, "one.service", "LoadState") == {"LoadState": "not-found"}
    for unit in "k8s-node.target", "k8s-node-generator-failed.service":
        status = machine.run(["systemctl", "status", "--full", unit], check=False).stdout
        assert message in status
    assert "k8s-node-generator-failed.service" in machine.run(["systemctl", "--failed"]).stdout
    logged = machine.journal("--identifier=k8s-node-generator", "--priority=err")
    assert message in logged


def test_a_store_that_is_mounted_later(with_generations):
    """The generator cannot see it yet; systemd mounts and checks it in time."""
    machine = with_generations()
    machine.start()
    machine.write("/etc/systemd/system/opt-k8s\\x2dnode.mount",
                  "[Mount]\nWhat=/var/disk\nWhere=/opt/k8s-node\nType=none\nOptions=bind\n")
    machine.run(["mv", "/opt/k8s-node", "/var/disk"])
    machine.reboot()
    assert state(machine, "k8s-node.target") == "active"
    assert state(machine, "two.service") == "active"
    machine.run(["rm", "-r", "/var/disk/store"])
    machine.reboot()
    assert state(machine, "k8s-node.target") == "inactive"
    assert state(machine, "one.service") == "inactive"
    assert STORE in machine.run(["systemctl", "status", "one.service"], check=False).stdout


INSTALLER = """\
#!/bin/sh
echo "arguments: $*"
systemctl daemon-reload
"""


@every_suite
@pytest.mark.parametrize("options, profile", [
    pytest.param({"cmdline": ["k8s_node.profile=master"]}, "master", id="command line"),
    pytest.param({"credentials": {"k8s_node.profile": "worker"}}, "worker", id="credential"),
])
def test_a_first_boot_installs(node, options, profile, suite):
    machine = node(suite=suite, **options)
    service = machine.read("/usr/lib/systemd/system/k8s-node-install.service")
    program = service.split("ExecStart=")[1].split()[0]
    machine.write(program, INSTALLER, mode=0o755)
    machine.start()
    assert machine.run(["systemctl", "is-system-running"]).stdout == "running\n"
    logged = machine.journal("--unit=k8s-node-install.service")
    assert f"arguments: install --profile={profile}" in logged
    assert machine.exists("/run/systemd/generator/k8s-node-install.service.d/10-k8s-node.conf")


def test_a_machine_that_is_no_node_gets_nothing(node):
    machine = node()
    machine.start()
    found = machine.run(["find", "/run/systemd/generator", "/run/systemd/generator.early",
                         "/run/systemd/generator.late", "-name", "*k8s*"], check=False).stdout
    assert found == ""
    assert state(machine, "k8s-node-install.service") == "inactive"
