"""Three control planes and two workers from files that were made before any of them ran."""

import json
import subprocess
import sys
import threading
from contextlib import contextmanager

from cluster_of_two import nodes_of
from lab import Deadline, build_directory
from machines import Until, start_together

CONTROL_PLANES = ("m1", "m2", "m3")
WORKERS = ("w1", "w2")
ETCDCTL = ("$(ls /opt/k8s-node/store/etcd-*/bin/etcdctl | head -n 1) --cacert=/etc/kubernetes/pki/etcd/ca.crt"
           " --cert=/etc/kubernetes/pki/etcd/healthcheck-client.crt"
           " --key=/etc/kubernetes/pki/etcd/healthcheck-client.key ")

# Asks a URL again and again until its input ends; prints for each request when it began, how long it took, and its
# end: "ok" or why not.
ASK = """
import select, ssl, sys, time, urllib.request
context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
ended = False
while not ended:  # once more when it is to end, so that it is known how long a failure lasted
    ended = bool(select.select([sys.stdin], [], [], 0.05)[0])
    began = time.monotonic()
    try:
        with urllib.request.urlopen(sys.argv[1], timeout=5, context=context) as answer:
            answer.read()
        said = "ok"
    except Exception as error:
        said = repr(error)
    print(f"{began:.3f} {time.monotonic() - began:.3f} {said}", flush=True)
"""


class Asking:
    """A client on a machine that asks a URL all the time; afterwards `asked`, `failed`, `longest_gap` (seconds)."""

    def __init__(self, machine, url: str):
        self._process = subprocess.Popen(
            ["ip", "netns", "exec", machine.full_name, sys.executable, "-c", ASK, url],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        lines = [line.split(" ", 2) for line in self._process.communicate("end\n", timeout=30)[0].splitlines()]
        self.asked, self.failed = len(lines), [line[2] for line in lines if line[2] != "ok"]
        answered = [float(began) + float(took) for began, took, said in lines if said == "ok"]
        self.longest_gap = max((after - before for before, after in zip(answered, answered[1:])), default=float("inf"))
        if lines[-1][2] != "ok":
            self.longest_gap = float("inf")


class Five:
    def __init__(self, machines, lab, seed):
        self.machines = {machine.name: machine for machine in machines}
        self.lab = lab
        self.seed = seed

    def __getitem__(self, name):
        return self.machines[name]

    @property
    def control_planes(self):
        return [self.machines[name] for name in CONTROL_PLANES]

    @property
    def workers(self):
        return [self.machines[name] for name in WORKERS]

    def create_seed(self, *words):
        planes = [f"--control-plane={machine.name}={machine.address}" for machine in self.control_planes]
        subprocess.run([build_directory() / "src/cli/k8s-node-install", "cluster", "create-seed", self.seed,
                        "--network=flannel", "--load-balancer=haproxy", *planes, *words], check=True,
                       stdout=subprocess.DEVNULL)

    def prepare(self, machine):
        """What an image of the site has, and the file of its role: the boot does the rest."""
        self.lab.prepare(machine)
        role = "master" if machine.name in CONTROL_PLANES else "worker"
        machine.write("/etc/k8s-node/join.yaml", (self.seed / f"{role}.yaml").read_text(), mode=0o600)
        machine.options.cmdline = [f"k8s_node.profile={role}"]

    def nodes(self, asked=None) -> dict[str, str]:
        """As nodes_of() of a control plane."""
        return nodes_of(asked or self.control_planes[0])

    def members(self, asked=None) -> dict[str, bool]:
        """Name of each member of etcd → True if it has a vote."""
        machine = asked or self.control_planes[0]
        said = machine.run(["sh", "-c", ETCDCTL + "member list --write-out=json"], check=False).stdout
        return {member.get("name", member["peerURLs"][0]): not member.get("isLearner", False)
                for member in json.loads(said or '{"members": []}')["members"]}

    def wait_until_whole(self, seconds=600, asked=None):
        """Five nodes that are Ready, three members with a vote, no more; every machine healthy by its own account."""
        Deadline(seconds).wait_until(
            lambda: self.nodes(asked) == dict.fromkeys((*CONTROL_PLANES, *WORKERS), "True"),
            "five nodes to be Ready", every=1)
        Deadline(seconds).wait_until(lambda: self.members(asked) == dict.fromkeys(CONTROL_PLANES, True),
                                     "three members of etcd with a vote", every=1)
        for machine in self.machines.values():
            Deadline(seconds).wait_until(
                lambda machine=machine: machine.run(["k8s-node-install", "status"], check=False).rc == 0,
                f"{machine.name} to be healthy", every=1)


@contextmanager
def cluster_of_five(machine_session, lab, directory):
    """All are switched on at the same moment, with a file each, and nobody logs in."""
    machines = [machine_session.create(name) for name in (*CONTROL_PLANES, *WORKERS)]
    five = Five(machines, lab, directory / "seed")
    five.create_seed()
    for machine in machines:
        five.prepare(machine)
    switch_on(machines)
    five.wait_until_whole()
    yield five
    for machine in machines:
        machine_session.destroy_machine(machine.name)


def switch_on(machines):
    start_together(machines, until=Until.REACHABLE)


def beside(function, things):
    """Calls the function for all at once; the first failure is raised when all have ended."""
    failures = []

    def call(thing):
        try:
            function(thing)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=call, args=(thing,)) for thing in things]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
