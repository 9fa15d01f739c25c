"""Whole sessions: they leave nothing on the host, however they end."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from machines import Session, cgroups, leftovers, network, remove_dead_sessions
from machines.session import sessions_directory

HERE = Path(__file__).parent


def traces(session_name):
    """Everything on this host that carries the name of the session."""
    found = [f"group or namespace {name}"
             for name in leftovers.names_of(session_name)]
    found += [f"process {pid}" for name in cgroups.groups_named(session_name)
              for pid in cgroups.ControlGroup(name).processes()]
    found += [line for line in Path("/proc/self/mountinfo").read_text().splitlines()
              if session_name in line]
    found += [str(path) for path in sessions_directory().glob(f"*{session_name}*")]
    for cmdline in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = cmdline.read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        # not the test itself, whose own arguments may name the session
        if session_name in text and "systemd-nspawn" in text:
            found.append(text.replace("\0", " "))
    return found


def nameless_state():
    """What must be the same before and after and does not carry our names.

    Sessions that run beside this one come and go; theirs does.
    """
    links = subprocess.run(["ip", "-o", "link"], text=True, check=True,
                           stdout=subprocess.PIPE).stdout
    mounts = Path("/proc/self/mountinfo").read_text()
    return {
        "links and mounts": [line for line in (links + mounts).splitlines()
                             if "kni-" not in line],
        "namespaces": [name for name in network.namespaces_named("")
                       if not name.startswith("kni-")],
        "groups": [name for name in cgroups.groups_named("")
                   if not name.startswith("kni-")],
    }


def test_destroy_leaves_nothing():
    before = nameless_state()
    with Session() as session:
        machine = session.machine("gone", disk_limits={"/opt": "8M"})
        session.create("never-started")
        machine.popen(["sleep", "infinity"])
        subprocess.Popen(session.switch.argv(["sleep", "infinity"]))
        machine.run(["mount", "-t", "tmpfs", "x", "/mnt"])
        assert traces(session.name)
        machine.destroy()
        machine.destroy()
    session.destroy()
    assert traces(session.name) == []
    assert nameless_state() == before


OWNER = """
import signal, sys; sys.path.insert(0, sys.argv[1])
# a shell starts what it puts in the background with Ctrl-C ignored
signal.signal(signal.SIGINT, signal.default_int_handler)
from machines import Session
from machines.session import end_by_signals
end_by_signals()
session = Session()
session.machine("orphan")
print(session.name, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def owner():
    """Another test run, with a booted machine; (process, session name)."""
    process = subprocess.Popen([sys.executable, "-c", OWNER, str(HERE)], text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    yield process, process.stdout.readline().strip()
    process.kill()
    process.wait()
    remove_dead_sessions()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_session_in_order(owner, how):
    process, name = owner
    assert traces(name)
    process.send_signal(how)
    assert process.wait(timeout=30) != 0
    assert traces(name) == []


def test_gc_removes_killed_sessions_and_no_others(owner, machine_session):
    process, name = owner
    subprocess.run([HERE / "machine", "gc"], check=True)
    assert traces(name)
    process.kill()
    process.wait()
    shown = subprocess.run([HERE / "machine", "gc"], check=True, text=True,
                           stdout=subprocess.PIPE).stdout
    # nothing where a session that began just now has already removed it
    assert shown in (f"removed {name}\n", "")
    assert traces(name) == []
    assert machine_session.directory.exists()


def test_command_line_tool(tmp_path):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/laid-over").write_text("yes\n")
    done = subprocess.run(
        [HERE / "machine", "run", "--name", "cli", "--cmdline", "quiet.word",
         "--bind", f"{tmp_path}:/mnt", "--program", tmp_path, "--", "sh", "-c",
         "hostname; cat /etc/laid-over /mnt/etc/laid-over /proc/1/cmdline; exit 5"],
        text=True, stdout=subprocess.PIPE)
    assert done.returncode == 5
    assert done.stdout.startswith("cli\nyes\nyes\n")
    assert "quiet.word" in done.stdout


def test_shell_is_interactive_on_a_terminal():
    controller, terminal = os.openpty()
    process = subprocess.Popen([HERE / "machine", "shell", "--name", "box"],
                               stdin=terminal, stdout=terminal, stderr=terminal,
                               start_new_session=True)
    os.close(terminal)
    os.write(controller, b"echo I-am-$(hostname)\nexit 4\n")
    shown = b""
    try:
        while data := os.read(controller, 4096):
            shown += data
    except OSError:
        # the last process with the terminal open has ended
        pass
    os.close(controller)
    assert process.wait(timeout=30) == 4
    assert b"I-am-box" in shown


def test_on_a_host_with_cgroup_v2_only():
    """Pretended by a v2 mount over the v1 ones; it may lack the controllers."""
    script = """
        mount -t cgroup2 none /sys/fs/cgroup
        "$0" run --name v2-$PPID -- sh -c 'systemctl is-system-running; stat -fc %T /sys/fs/cgroup
            mkdir /sys/fs/cgroup/kubepods
            systemd-run --scope --quiet -pDelegate=yes tail -n 1 /proc/self/cgroup'
        ls -d /sys/fs/cgroup/kni-*-v2-$PPID || echo nothing left
    """
    shown = subprocess.run(["unshare", "--mount", "sh", "-ec", script, HERE / "machine"],
                           check=True, text=True, stdout=subprocess.PIPE).stdout
    state, filesystem, group, left = shown.splitlines()
    assert (state, filesystem, left) == ("running", "cgroup2fs", "nothing left")
    assert group.startswith("0::/system.slice/run-")
