"""An installer that dies at any moment, and two of them at once: the same command again is all it takes."""

import subprocess

import pytest
from lab import Deadline, install, kubectl


class Running:
    """A run under way, an install unless it is told, its messages read line by line."""

    def __init__(self, machine, *words, command=("--profile", "single")):
        self._machine = machine
        self._process = machine.popen(
            ["sh", "-c", 'echo $$; exec k8s-node-install "$@" --verbose 2>&1', "sh", *command, *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self._pid = self._process.stdout.readline().strip()
        self.said = ""

    def until(self, text):
        for line in self._process.stdout:
            self.said += line
            if text in line:
                return
        raise AssertionError(f"it ended without saying {text!r}:\n{self.said}")

    def kill(self):
        self._machine.run(["kill", "-KILL", self._pid])
        self.said += self._process.stdout.read()
        self._process.wait()

    def end(self):
        self.said += self._process.stdout.read()
        return self._process.wait()


def assert_ready(node):
    # A kubelet that was just restarted may say NotReady once while its first
    # look at the pods is under way, after it had been Ready.
    Deadline(30).wait_until(lambda: node.run(["k8s-node-install", "status"], check=False).rc == 0,
                            "a healthy node")
    assert "Ready" in kubectl(node, "get", "nodes", "--no-headers").split()


@pytest.fixture(scope="module")
def node(machine_session, lab):
    machine = machine_session.machine("killed")
    lab.prepare(machine)
    yield machine
    machine_session.destroy_machine("killed")


def test_killed_again_and_again_it_still_arrives(node):
    for moment in ("fetching kube", "generation 1 is current"):
        running = Running(node)
        running.until(moment)
        running.kill()
        assert "Done:" not in running.said
    install(node)
    assert_ready(node)
    Deadline(30).wait_until(lambda: install(node).stdout.startswith("Nothing to do:"), "an empty plan")
    unfinished = node.run(["find", "/opt/k8s-node", "/etc/k8s-node", "-name", ".*", "-not", "-name",
                           ".entry.json"]).stdout
    assert unfinished == ""
    # What a killed run was writing, keys among it, is gone with the next one.
    node.write("/etc/kubernetes/pki/.ca.key.k8s-node.4711", "half a key")
    install(node)
    assert node.run(["find", "/etc/kubernetes", "-name", ".*"]).stdout == ""


def test_killed_in_a_change_the_restart_is_still_pending(node):
    change = ["--set", "kubelet.max_pods=40"]
    running = Running(node, *change)
    running.until("generation 2 is current")
    running.kill()
    install(node, *change)
    assert_ready(node)
    assert kubectl(node, "get", "node", node.name, "-o", "jsonpath={.status.capacity.pods}") == "40"
    assert install(node, *change).stdout.startswith("Nothing to do:")


API_FLAG = "/etc/k8s-node/node.d/60-apiserver.yaml"


def second_api_servers(node):
    units = node.run(["systemctl", "list-units", "--no-legend", "kube-apiserver-handover.service"]).stdout
    return units + node.run(["find", "/run/systemd/system", "-name", "kube-apiserver*"]).stdout


def killed_in_a_hand_over(node, verbosity):
    node.write(API_FLAG, "settings: {kubelet: {max_pods: 40}}\n"
               f"override: {{kube-apiserver: {{services: {{kube-apiserver: {{flags: {{v: {verbosity}}}}}}}}}}}\n")
    running = Running(node)
    running.until("kube-apiserver-handover.service: start done")
    running.kill()
    assert "kube-apiserver-handover.service" in second_api_servers(node)


def test_killed_while_the_api_server_is_handed_over_the_second_one_goes_with_the_next_run(node):
    killed_in_a_hand_over(node, 1)
    install(node)
    assert_ready(node)
    assert second_api_servers(node) == ""
    node.run(["rm", API_FLAG])


SITE_TEAM = """\
component: site-team
description: Whose node this is.
needs: [node]
settings:
  team: {type: text, default: red, doc: the team of this node}
ready:
  labels:
    example.org/team: ${site-team.team}
objects:
  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: site-team, namespace: default}
    data: {team: "${site-team.team}"}
"""


def team_of(node):
    return kubectl(node, "get", "node", node.name, "-o", r"jsonpath={.metadata.labels.example\.org/team}")


def config_maps(node):
    return kubectl(node, "get", "configmaps", "--output=name").split()


def planned_objects(node):
    shown = node.run(["k8s-node-install", "plan"], check=False).stdout
    return [line.split()[:2] for line in shown.splitlines() if line.startswith(("  update", "  delete", "  apply"))]


def test_labels_and_objects_converge_whenever_a_run_is_killed(node, lab):
    node.write("/etc/k8s-node/components/site-team.yaml", SITE_TEAM)
    plain = lab.node_yaml()
    with_team = plain.replace("[image-archives]", "[image-archives, site-team]")
    node.write("/etc/k8s-node/node.yaml", with_team)
    install(node)
    assert team_of(node) == "red" and "configmap/site-team" in config_maps(node)
    # By hand, by the configuration, and by a run that is killed before it gets to it.
    kubectl(node, "label", "--overwrite", "node", node.name, "example.org/team=green", "example.org/mine=kept")
    status = node.run(["k8s-node-install", "status"], check=False)
    assert status.rc != 0 and 'its label example.org/team shall be "red"' in status.stdout
    assert planned_objects(node) == [["update", "node"]]
    change = ["--set", "site-team.team=blue"]
    running = Running(node, *change)
    running.until("is current")
    running.kill()
    install(node, *change)
    assert team_of(node) == "blue"
    # A component that is dropped takes along what it had, even if the first attempt is killed.
    node.write("/etc/k8s-node/node.yaml", plain)
    assert planned_objects(node) == [["delete", "v1"], ["update", "node"]]
    running = Running(node)
    running.until("is current")
    running.kill()
    install(node)
    assert team_of(node) == "" and "configmap/site-team" not in config_maps(node)
    assert kubectl(node, "get", "node", node.name, "-o", r"jsonpath={.metadata.labels.example\.org/mine}") == "kept"
    assert_ready(node)
    assert install(node).stdout.startswith("Nothing to do:")


def test_an_object_that_somebody_else_applies_stays(node, lab):
    node.write("/etc/k8s-node/node.yaml", lab.node_yaml().replace("[image-archives]", "[image-archives, site-team]"))
    install(node)
    kubectl(node, "delete", "configmap", "site-team")
    kubectl(node, "create", "configmap", "site-team", "--from-literal=team=theirs")
    node.write("/etc/k8s-node/node.yaml", lab.node_yaml())
    install(node)
    assert "configmap/site-team" in config_maps(node)
    assert install(node).stdout.startswith("Nothing to do:")


def test_two_at_once_take_turns(node):
    change = ["--set", "kubelet.max_pods=60"]
    first = Running(node, *change)
    first.until("is current")
    second = Running(node, *change)
    second.until("waiting for ")
    assert "install" in second.said.splitlines()[-1]
    assert first.end() == 0 and "Done:" in first.said
    assert second.end() == 0 and "Nothing to do:" in second.said


def test_a_reset_takes_along_the_second_api_server_of_a_killed_run(node):
    killed_in_a_hand_over(node, 2)
    assert node.run(["k8s-node-install", "reset", "--yes"], timeout=120).rc == 0
    assert second_api_servers(node) == ""
    assert node.run(["pgrep", "-x", "kube-apiserver"], check=False).stdout == ""
