"""A machine that nobody has prepared: the site's data lie elsewhere, and there is no /etc/k8s-node."""

import pytest
from fault.tools import Tools, build_directory
from machines import Deadline

DATA = "/srv/site"

INTERRUPT = """\
mkdir -p /run/systemd/system/beta.service.d
printf '[Service]\\nExecStartPost=/bin/sleep 1000\\n' > /run/systemd/system/beta.service.d/slow.conf
"$@" & pid=$!
until [ "$(systemctl is-active beta.service)" = activating ]; do kill -0 $pid || exit 99; done
kill -TERM $pid
wait $pid
"""


@pytest.fixture(scope="module")
def tools(machine_session, tmp_path_factory):
    with Tools(machine_session, tmp_path_factory.mktemp("fresh"), build_directory()) as tools:
        yield tools


@pytest.fixture
def words(machine, tools):
    """The words that make `machine` a node of the stand-in site."""
    machine.install_tree(tools.tree)
    machine.put(tools.site.configuration, DATA)
    # As the program's own data lie: profiles at the top.
    machine.run(["sh", "-c", f"cp -n /usr/share/k8s-node/components/* {DATA}/components/"
                             f" && mv {DATA}/profiles/* {DATA} && rm -rf /etc/k8s-node /opt/k8s-node"])
    return ["--profile", "stand", "--release", "1.1.0", "--data", DATA, "--mirror", tools.mirror]


def test_the_first_run_makes_what_a_reset_takes_away(machine, words):
    # Somebody's own mistake, and what is not ours to carry out again.
    machine.write("/etc/tmpfiles.d/theirs.conf", "this is no line\nf /run/theirs\n")
    machine.run(["k8s-node-install", *words, "--stable-for", "0"], timeout=60)
    assert not machine.exists("/run/theirs")
    assert machine.run(["stat", "-c", "%a", "/etc/k8s-node", "/etc/k8s-node/state", "/opt/k8s-node",
                        "/opt/k8s-node/store"]).stdout.split() == ["755", "700", "755", "755"]
    plan = machine.run(["k8s-node-install", "plan", *words], check=False)
    assert plan.rc == 0, plan.stdout
    machine.run(["k8s-node-install", "reset", "--yes"], timeout=60)
    assert not machine.exists("/etc/k8s-node") and not machine.exists("/opt/k8s-node")


def test_a_run_that_is_interrupted_while_a_service_starts(machine, words):
    command = ["k8s-node-install", "install", *words, "--stable-for", "0",
               "--ignore-preflight", "ForeignDropIn-beta.service"]
    result = machine.run(["sh", "-c", INTERRUPT, "sh", *command], check=False, timeout=60)
    assert result.rc == 128 + 15, result.stderr
    assert "error: interrupted by SIGTERM" in result.stderr and "run the same command again" in result.stderr
    said = machine.run(["journalctl", "--sync"]) and machine.run(
        ["journalctl", "--output=cat", "--identifier=k8s-node-install"]).stdout
    assert "install failed: interrupted by SIGTERM" in said
    machine.run(["sh", "-c", "rm -r /run/systemd/system/beta.service.d; systemctl daemon-reload;"
                             " systemctl stop beta.service"])
    machine.run(command, timeout=60)
    generations = machine.run(["k8s-node-install", "generation", "list"]).stdout
    assert "failed" not in generations and "good" in generations


DISTRIBUTION = """\
[Service]
ExecStart=/usr/bin/sleep infinity
"""


def test_a_unit_of_the_distribution_is_refused_and_runs_again_after_a_reset(machine, words):
    theirs = "/usr/lib/systemd/system/alpha.service"
    machine.write(theirs, DISTRIBUTION)
    machine.run(["systemctl", "daemon-reload"])
    machine.run(["systemctl", "start", "alpha.service"])
    command = ["k8s-node-install", "install", *words, "--stable-for", "0"]
    refused = machine.run(command, check=False, timeout=60)
    assert refused.rc == 5 and f"{theirs} is not ours" in refused.stderr

    def fragment():
        return machine.run(["systemctl", "show", "--property=FragmentPath", "alpha.service"]).stdout.strip()

    machine.run([*command, "--ignore-preflight", "ForeignUnit-alpha.service"], timeout=60)
    assert fragment() == "FragmentPath=/run/systemd/generator/alpha.service"
    machine.run(["k8s-node-install", "reset", "--yes"], timeout=60)
    assert fragment().endswith("/lib/systemd/system/alpha.service")
    assert machine.run(["systemctl", "is-active", "alpha.service"]).stdout == "active\n"


UNIT = "k8s-node-install.service"
DROP_IN = f"/run/systemd/system/{UNIT}.d/site.conf"


def unit_state(machine):
    shown = machine.run(["systemctl", "show", UNIT,
                         "--property=ActiveState,SubState,StatusText,NRestarts,ExecMainStatus"]).stdout
    return dict(line.split("=", 1) for line in shown.splitlines())


def wait_for(machine, wanted, what, seconds=60):
    """The unit's state, once it is as wanted."""
    deadline = Deadline(seconds)
    deadline.wait_until(lambda: wanted(unit_state(machine)), what)
    return unit_state(machine)


def start_unit(machine, words):
    machine.write(DROP_IN, f"[Service]\nEnvironment=\"K8S_NODE_INSTALL_ARGS={' '.join(words)}\"\n")
    machine.run(["systemctl", "daemon-reload"])
    machine.run(["systemctl", "start", "--no-block", UNIT])


def test_a_first_boot_waits_for_what_comes_late_and_tells_for_what(machine, words):
    route = machine.run(["ip", "-4", "route", "show", "default"]).stdout.split()
    machine.run(["ip", "route", "delete", *route])
    machine.write("/var/lib/systemd/timesync/clock", "")
    machine.run(["touch", "--date=2100-01-01", "/var/lib/systemd/timesync/clock"])
    start_unit(machine, [*words, "--stable-for", "0"])

    late = wait_for(machine, lambda state: "no default route" in state["StatusText"], "the route to be missed")
    assert late["ActiveState"] == "activating" and "retrying in" in late["StatusText"]
    assert late["ExecMainStatus"] in ("0", "11")
    assert "no default route for IPv4" in machine.run(["systemctl", "status", UNIT], check=False).stdout

    machine.run(["ip", "route", "add", *route])
    late = wait_for(machine, lambda state: "the clock says" in state["StatusText"], "the time to be missed")
    assert "/var/lib/systemd/timesync/clock was written at 2100-01-01" in late["StatusText"]
    assert not machine.exists("/etc/kubernetes/pki/ca.crt"), "no certificate in the wrong century"

    machine.run(["rm", "/var/lib/systemd/timesync/clock"])
    wait_for(machine, lambda state: state["ActiveState"] == "inactive", "the node to be installed")
    assert "restart counter is at 2" in machine.journal(f"--unit={UNIT}")
    assert "good" in machine.run(["k8s-node-install", "generation", "list"]).stdout
    machine.run(["journalctl", "--sync"])
    told = machine.run(["journalctl", "--output=cat", f"--unit={UNIT}", "--identifier=k8s-node-install"]).stdout
    assert told.count("alpha.service: start done") == 1, "no line is in the journal twice"


def test_a_first_boot_ends_on_what_needs_somebody(machine, words):
    start_unit(machine, [*words, "--set", "alpha.nonsense=1"])
    ended = wait_for(machine, lambda state: state["ActiveState"] == "failed", "the unit to end")
    assert ended["ExecMainStatus"] == "3" and ended["NRestarts"] == "0"
    assert "gave up" in ended["StatusText"] and "nonsense" in ended["StatusText"]
    machine.run(["journalctl", "--sync"])
    told = machine.run(["journalctl", "--output=cat", f"--unit={UNIT}", "--identifier=k8s-node-install"]).stdout
    assert told.count("has no setting") == 1, told
