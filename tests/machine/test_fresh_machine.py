"""A machine that nobody has prepared: the site's data lie elsewhere, and there is no /etc/k8s-node."""

import pytest
from fault.tools import Tools, build_directory

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
