"""A machine as a test uses it: boot, commands, files, power, limits, network."""

import subprocess
import sys
import time

import pytest
from machines import Bind, CommandFailed, Deadline, TimedOut, Until, evidence

PROBE_UNIT = "/etc/systemd/system/probe.service"


# --- boot ------------------------------------------------------------------

def test_boot_is_complete_and_nothing_failed(machine):
    assert machine.run(["systemctl", "is-system-running"]).stdout == "running\n"
    assert machine.run(["systemctl", "--failed", "--quiet"]).stdout == ""
    assert machine.run(["hostname"]).stdout == "node\n"
    assert machine.read("/etc/machine-id").strip() == machine.machine_id


def test_boot_takes_seconds(machines):
    start = time.monotonic()
    machines("fast")
    assert time.monotonic() - start < 10


def test_kernel_command_line_credentials_and_binds(machines, tmp_path):
    (tmp_path / "hello").write_text("from the host\n")
    machine = machines(
        cmdline=["k8s_node.enabled=0", "k8s_node.generation=7"],
        credentials={"node.token": "sesame"},
        binds=[Bind(tmp_path, "/mnt/ro"), Bind(tmp_path, "/mnt/rw", False)])
    words = machine.read("/proc/1/cmdline").split("\0")
    assert words[1:3] == ["k8s_node.enabled=0", "k8s_node.generation=7"]
    assert machine.run(
        ["systemd-run", "--pipe", "--wait", "--quiet", "-pLoadCredential=node.token",
         "sh", "-c", "cat $CREDENTIALS_DIRECTORY/node.token"]).stdout == "sesame"
    assert machine.read("/mnt/ro/hello") == "from the host\n"
    assert machine.run(["touch", "/mnt/ro/x"], check=False).rc != 0
    machine.write("/mnt/rw/answer", "from the machine\n")
    assert (tmp_path / "answer").read_text() == "from the machine\n"


def test_a_boot_that_hangs_is_reachable_and_bounded(machines):
    machine = machines(start=False)
    machine.write("/etc/systemd/system/hang.service",
                  "[Service]\nType=oneshot\nTimeoutStartSec=infinity\n"
                  "ExecStart=sleep infinity\n")
    machine.write("/etc/systemd/system/multi-user.target.d/hang.conf",
                  "[Unit]\nWants=hang.service\n")
    machine.start(Until.REACHABLE)
    assert "hang.service" in machine.run(["systemctl", "list-jobs"]).stdout
    with pytest.raises(TimedOut):
        machine.power_cut(timeout=3)


# --- commands and files ----------------------------------------------------

def test_run_reports_status_output_and_time(machine):
    result = machine.run(["sh", "-c", "cat; echo oops >&2; exit 3"],
                         check=False, input="in")
    assert result == (3, "in", "oops\n")
    with pytest.raises(CommandFailed, match="exit status 1"):
        machine.run(["false"])
    with pytest.raises(TimedOut, match="sleep infinity"):
        machine.run(["sleep", "infinity"], timeout=0.5)
    # killed at once; its parent in the machine reaps it in its own time
    Deadline(5).wait_until(
        lambda: machine.run(["pgrep", "sleep"], check=False).rc == 1, "the kill")


def test_run_is_inside_with_a_clean_environment(machine, monkeypatch):
    monkeypatch.setenv("https_proxy", "http://elsewhere")
    assert "elsewhere" not in machine.run(["env"]).stdout
    groups = machine.read("/proc/self/cgroup")
    assert "kni-" not in groups and "init.scope" in groups
    assert machine.run(["systemctl", "show", "-PSubState", "dbus.service"]
                       ).stdout == "running\n"


def test_files_go_in_and_out_whether_it_runs_or_not(machines, tmp_path):
    (tmp_path / "usr/lib").mkdir(parents=True)
    (tmp_path / "usr/lib/tool").write_text("#!/bin/sh\necho works\n")
    (tmp_path / "usr/lib/tool").chmod(0o755)
    # merged-/usr: /lib is a symlink in the machine and must stay one
    (tmp_path / "lib/systemd/system").mkdir(parents=True)
    (tmp_path / "lib/systemd/system/probe.service").write_text(
        "[Service]\nExecStart=/usr/lib/tool\nType=oneshot\n")
    machine = machines(start=False)
    machine.write("/etc/deep/secret", "s", mode=0o600)
    machine.install_tree(tmp_path)
    machine.start()
    assert machine.run(["stat", "-c%a", "/etc/deep/secret", "/"]
                       ).stdout.split() == ["600", "755"]
    assert machine.run(["readlink", "/lib"]).stdout == "usr/lib\n"
    machine.run(["systemctl", "start", "probe.service"])
    assert "works" in machine.journal("--unit=probe.service")
    machine.put(tmp_path / "usr", "/srv/copy")
    machine.get("/srv/copy/lib/tool", tmp_path / "back")
    assert (tmp_path / "back").read_text() == "#!/bin/sh\necho works\n"


def test_symlinks_of_the_machine_do_not_lead_to_the_host(machine, tmp_path):
    outside = tmp_path / "victim"
    outside.write_text("untouched")
    machine.run(["ln", "-s", outside, "/etc/trap"])
    with pytest.raises(CommandFailed):
        machine.write("/etc/trap", "overwritten")
    assert outside.read_text() == "untouched"


# --- reboot and power ------------------------------------------------------

def test_reboot_keeps_the_disk_and_only_the_disk(machine):
    machine.write("/etc/kept", "kept")
    machine.write("/var/lib/kept", "kept")
    machine.write("/run/gone", "gone")
    machine.run(["ip", "link", "add", "gone0", "type", "bridge"])
    machine.run(["iptables", "-A", "INPUT", "-j", "DROP", "-p", "sctp"])
    before = machine.boot_id()
    machine.reboot()
    assert machine.boot_id() != before
    assert machine.read("/etc/kept") == machine.read("/var/lib/kept") == "kept"
    assert not machine.exists("/run/gone")
    assert "gone0" not in machine.run(["ip", "link"]).stdout
    assert "sctp" not in machine.run(["iptables", "-S"]).stdout
    assert machine.read("/etc/machine-id").strip() == machine.machine_id


def test_another_command_line_after_reboot(machine):
    machine.options.cmdline = ["k8s_node.generation=2"]
    machine.reboot()
    assert "k8s_node.generation=2" in machine.read("/proc/1/cmdline")


def test_power_cut_tells_nobody(machine):
    machine.write(PROBE_UNIT, "[Service]\nExecStart=sleep infinity\n"
                              "ExecStop=touch /etc/stopped-in-order\n")
    machine.run(["systemctl", "start", "probe.service"])
    inside = machine.popen(["sleep", "infinity"])
    before = machine.boot_id()
    machine.power_cut()
    assert inside.wait(timeout=5) != 0
    assert machine.boot_id() != before
    assert machine.exists(PROBE_UNIT)
    assert not machine.exists("/etc/stopped-in-order")
    machine.run(["systemctl", "start", "probe.service"])
    machine.poweroff()
    assert not machine.is_running()
    assert machine.exists("/etc/stopped-in-order")


# --- limits ----------------------------------------------------------------

def test_disk_limit_fills_up_and_can_grow(machines):
    machine = machines(disk_limits={"/opt": "4M", "/var/lib": "32M"})
    write = ["dd", "if=/dev/zero", "of=/opt/big", "bs=1M", "count=6"]
    assert "No space left" in machine.run(write, check=False).stderr
    machine.resize_disk("/opt", "8M")
    machine.run(write)
    assert machine.exists("/var/lib/dpkg/status")
    machine.power_cut()
    assert machine.exists("/opt/big")


def test_memory_limit_kills_inside_only(machines):
    machine = machines(memory="256M")
    result = machine.run(
        ["systemd-run", "--wait", "--pipe", "--quiet", "sh", "-c",
         "head -c 600M /dev/zero | tail"], check=False)
    assert result.rc != 0
    assert machine.run(["systemctl", "is-active", "dbus"]).stdout == "active\n"


# --- network ---------------------------------------------------------------

SERVER = """
import socket, sys
connection, _ = socket.create_server((sys.argv[1], 7001)).accept()
print(connection.makefile().read())
"""


def test_machines_reach_each_other_and_the_switch(machines, machine_session):
    one, two = machines("one"), machines("two")
    assert one.run(["hostname"]).stdout == "one\n"
    listener = two.popen(["socat", "-u", "TCP-LISTEN:7000,reuseaddr", "STDOUT"],
                         stdout=subprocess.PIPE, text=True)
    one.run(["socat", "-u", "STDIN", f"TCP:{two.address}:7000,retry=50,interval=0.1"],
            input="hello two")
    assert listener.communicate(timeout=10)[0] == "hello two"
    switch = machine_session.switch
    server = subprocess.Popen(switch.argv(
        [sys.executable, "-c", SERVER, switch.address]), stdout=subprocess.PIPE, text=True)
    two.run(["socat", "-u", "STDIN", f"TCP:{switch.address}:7001,retry=50,interval=0.1"],
            input="hello switch")
    assert server.communicate(timeout=10)[0] == "hello switch\n"
    assert f"via {switch.address}" in one.run(["ip", "route"]).stdout


def test_a_pulled_cable(machine):
    assert "LOWER_UP" in machine.run(["ip", "link", "show", "eth0"]).stdout
    machine.set_link("down")
    assert "NO-CARRIER" in machine.run(["ip", "link", "show", "eth0"]).stdout
    machine.set_link("up")
    assert "LOWER_UP" in machine.run(["ip", "link", "show", "eth0"]).stdout


# --- after a failure --------------------------------------------------------

def test_evidence_after_a_failure(machine, tmp_path):
    machine.write(PROBE_UNIT, "[Service]\nExecStart=sh -c 'echo ouch; exit 1'\n")
    machine.run(["systemctl", "start", "--wait", "probe.service"], check=False)
    summary = evidence.collect(machine, "a-test", tmp_path)
    assert "probe.service" in summary and "ouch" in summary
    assert "ouch" in (tmp_path / "a-test/node/journal.txt").read_text()
