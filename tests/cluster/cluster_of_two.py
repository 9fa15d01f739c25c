"""A worker that joins as README says, and pods on every node that ask each other."""

import json

from lab import WEB, kubectl
from machines import Deadline

PAGE = "served by k8s-node-install's web image"

# One on every node.
PODS = (WEB.replace("kind: Deployment", "kind: DaemonSet").replace("{name: web}", "{name: page}")
        .replace("app: web", "app: page"))


def add_network(machine, network: str) -> None:
    machine.write("/etc/k8s-node/node.d/50-network.yaml", f"settings: {{cluster: {{network: {network}}}}}\n")


def join(worker, control_plane) -> None:
    """The two commands of README's "Add nodes"."""
    line = control_plane.run(["k8s-node-install", "token", "create"]).stdout
    worker.run(["sh", "-c", line], timeout=300)


def nodes_of(control_plane) -> dict[str, str]:
    """Name → "True" if it is Ready; none while no API server answers."""
    text = kubectl(control_plane, "get", "nodes", "--output=json", check=False)
    return {node["metadata"]["name"]: condition["status"] for node in json.loads(text or '{"items": []}')["items"]
            for condition in node["status"]["conditions"] if condition["type"] == "Ready"}


def start_pods(control_plane, nodes, fixture) -> dict[str, dict]:
    """One pod on every node; node -> pod."""
    for node in nodes:
        node.put(fixture.images["web"], "/root/web.tar")
        node.run(["sh", "-c", "/opt/k8s-node/store/containerd-*/bin/ctr -n k8s.io images import /root/web.tar"],
                 timeout=120)
    Deadline(60).wait_until(
        lambda: "default" in kubectl(control_plane, "get", "serviceaccounts", "-o", "name", check=False),
        "the default service account")
    kubectl(control_plane, "apply", "-f", "-", input=PODS)
    kubectl(control_plane, "rollout", "status", "daemonset/page", "--timeout=120s", timeout=130)
    pods = pods_by_node(control_plane)
    assert pods.keys() == {node.name for node in nodes}
    return pods


def pods_by_node(control_plane) -> dict[str, dict]:
    listed = json.loads(kubectl(control_plane, "get", "pods", "--selector=app=page", "--output=json"))["items"]
    return {pod["spec"]["nodeName"]: pod for pod in listed}


def in_pod(control_plane, pod, *words: str) -> str:
    """What a command in the pod prints, its errors included, and the pod's state if it cannot be reached."""
    done = control_plane.run(["/usr/local/bin/kubectl", "--kubeconfig=/etc/kubernetes/admin.conf", "exec",
                              pod["metadata"]["name"], "--", *words], check=False, timeout=60)
    if "unable to upgrade connection" in done.stderr:
        return done.stderr + kubectl(control_plane, "describe", "pod", pod["metadata"]["name"], check=False)
    return done.stdout + done.stderr


def page_at(node, pod, address: str) -> str:
    """What a client in the pod's network gets; `node` is the machine that runs the pod."""
    own = pod["status"]["podIP"]
    done = node.run(["sh", "-c", f"for n in /run/netns/cni-*; do nsenter --net=$n ip -brief address | grep -q ' {own}/' &&"
                     f" exec nsenter --net=$n curl -sS --max-time 5 http://{address}/; done; echo no pod {own} here"],
                    check=False)
    return done.stdout + done.stderr


def wait_for_page(node, pod, address: str) -> None:
    """A Service answers once kube-proxy of the node knows the pods that have just become ready."""
    said: list[str] = []

    def answers() -> bool:
        said.append(page_at(node, pod, address))
        return PAGE in said[-1]

    Deadline(60).wait_until(answers, f"the page at {address} from the pod on {node.name}", every=0.2)


def name_in(control_plane, pod, name: str) -> str:
    """What the pod's name server says about a name."""
    return in_pod(control_plane, pod, "nslookup", name)
