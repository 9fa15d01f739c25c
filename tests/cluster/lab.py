"""A small site: a mirror in the machines' network, and machines that know it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
sys.path[:0] = [str(HERE.parent / "machine"), str(HERE.parent / "fixtures")]

import fixtures  # noqa: E402
from machines import Deadline, Session  # noqa: E402,F401
from machines.debian import BOOKWORM, DEFAULT_SUITE  # noqa: E402

MIRROR_PORT = 8443
LEAST_FREE = 0.16

NODE_YAML = """\
mirrors: ["{mirror}"]
mirror_ca: /etc/k8s-node/mirror-ca.crt
components: [image-archives]
"""

# A Deployment: a pod of nobody's is over for good once its machine was shut down.
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: web
          image: localhost/web:1
          imagePullPolicy: Never
          ports: [{containerPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
"""

KUBECTL = ["/usr/local/bin/kubectl", "--kubeconfig=/etc/kubernetes/admin.conf"]


def build_directory() -> Path:
    return Path(os.environ.get("K8S_NODE_BUILD", PROJECT / "build")).resolve()


def install_tree(directory: Path) -> Path:
    """What `meson install` lays down, for machines to take over; for another
    release of Debian tests/build-on has laid it down."""
    if DEFAULT_SUITE != BOOKWORM:
        return PROJECT / f"build-{DEFAULT_SUITE}/install"
    subprocess.run(["meson", "install", "-C", build_directory(), "--no-rebuild", "--quiet", "--strip",
                    "--destdir", directory], check=True, stdout=subprocess.DEVNULL)
    return directory


def require_room(directory: Path) -> None:
    """Below 15 % (nodefs.available, imagefs.available) kubelets evict every pod, which no test would name as its cause."""
    usage = shutil.disk_usage(directory)
    if usage.free < LEAST_FREE * usage.total:
        raise RuntimeError(f"the file system of {directory} has {100 * usage.free // usage.total} % free; "
                           f"nodes need {LEAST_FREE:.0%}: free space there first")


class Lab:
    """One mirror and the machines of one session."""

    def __init__(self, session: Session, directory: Path, *versions: str,
                 unusable: fixtures.Broken | None = None, port: int = MIRROR_PORT, host: str | None = None):
        require_room(session.directory)
        self.session = session
        self.fixture = fixtures.ensure(*versions, unusable=unusable)
        self.tree = install_tree(directory / "install")
        self.mirror = fixtures.Mirror(self.fixture, listen=f"{host or session.switch.address}:{port}",
                                      netns=session.switch.name)

    def __enter__(self):
        self.mirror.__enter__()
        return self

    def __exit__(self, *error):
        return self.mirror.__exit__(*error)

    @property
    def release(self) -> str:
        return self.fixture.versions[0]

    def node_yaml(self, version: str | None = None) -> str:
        return f"release: {version or self.release}\n" + NODE_YAML.format(mirror=self.mirror.url)

    def prepare(self, machine, version: str | None = None) -> None:
        """What a site puts on a machine before it is called into service."""
        machine.install_tree(self.tree)
        self.configure(machine, version)

    def configure(self, machine, version: str | None = None) -> None:
        """The same without the program."""
        version = version or self.release
        machine.write("/etc/k8s-node/node.yaml", self.node_yaml(version))
        machine.write("/etc/k8s-node/mirror-ca.crt", Path(self.mirror.ca).read_text())
        machine.write(f"/etc/k8s-node/releases/{version}.yaml",
                      Path(self.fixture.release(version)).read_text())


def message_ids() -> dict[str, str]:
    """The ids of journal records by their names in the program."""
    text = (PROJECT / "src/support/messages.hpp").read_text()
    return dict(re.findall(r'(\w+) =\s+"([0-9a-f]{32})"', text))


def records(machine, **fields: str) -> list[dict]:
    """What the program left in this boot's journal, oldest first."""
    machine.run(["journalctl", "--sync"])
    matches = [f"{name}={value}" for name, value in fields.items()]
    lines = machine.run(["journalctl", "--boot", "--output=json", "--identifier=k8s-node-install",
                         *matches]).stdout.splitlines()
    return [json.loads(line) for line in lines]


def install(machine, *words: str, profile: str = "single", check: bool = True, timeout: float = 300):
    return machine.run(["k8s-node-install", "--profile", profile, *words], check=check, timeout=timeout)


def kubectl(machine, *words: str, check: bool = True, timeout: float = 60, **options) -> str:
    return machine.run([*KUBECTL, *words], check=check, timeout=timeout, **options).stdout


def serve_page(machine, fixture) -> str:
    """Runs the web pod and fetches its page through the Service's address."""
    machine.put(fixture.images["web"], "/root/web.tar")
    machine.run(["sh", "-c", "/opt/k8s-node/store/containerd-*/bin/ctr -n k8s.io images import /root/web.tar"],
                timeout=120)
    Deadline(60).wait_until(
        lambda: "default" in kubectl(machine, "get", "serviceaccounts", "-o", "name", check=False),
        "the default service account")
    kubectl(machine, "apply", "-f", "-", input=WEB)
    kubectl(machine, "rollout", "status", "deployment/web", "--timeout=120s", timeout=130)
    return fetch_page(machine)


def web_container(machine) -> tuple[str, str, int]:
    """What a container that was restarted or made again would change, of the one pod that is not on its way out."""
    listed = json.loads(kubectl(machine, "get", "pods", "--selector=app=web", "--output=json"))["items"]
    (pod,) = (pod for pod in listed if "deletionTimestamp" not in pod["metadata"])
    (status,) = pod["status"]["containerStatuses"]
    return status["containerID"], status["state"]["running"]["startedAt"], status["restartCount"]


def fetch_page(machine) -> str:
    address = kubectl(machine, "get", "service", "web", "-o", "jsonpath={.spec.clusterIP}").strip()
    pages: list[str] = []

    def answered() -> bool:
        result = machine.run(["curl", "-sf", "--max-time", "2", f"http://{address}/"], check=False)
        pages.append(result.stdout)
        return result.rc == 0

    Deadline(60).wait_until(answered, f"the page at Service address {address}")
    return pages[-1]
