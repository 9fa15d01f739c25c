"""A machine without any network and without a mirror: the program and one file make it a node that serves a page."""

import json
import subprocess
import tarfile

import pytest
from lab import PROJECT, WEB, Deadline, build_directory, fetch_page, kubectl

BUNDLE = "/root/node.bundle"
VERIFICATION = 6


@pytest.fixture(scope="module")
def bundle(lab, tmp_path_factory):
    """What an operator makes where there is a network, of a mirror: programs, release and images."""
    path = tmp_path_factory.mktemp("bundle") / "node.bundle"
    program = build_directory() / "src/cli/k8s-node-install"
    images = [word for name in ("pause", "web") for word in ("--image", lab.fixture.images[name])]
    subprocess.run([program, "bundle", "create", "--profile", "single", "--release", lab.fixture.release(lab.release),
                    "--mirror", f"file://{lab.fixture.mirror_dir}", "--data", PROJECT / "profiles",
                    "--out", path, *images], check=True)
    return path


@pytest.fixture
def alone(machines, lab, bundle):
    """A machine with the program and the bundle, whose cable is pulled."""
    machine = machines("alone")
    machine.install_tree(lab.tree)
    machine.put(bundle, BUNDLE)
    machine.set_link("down")
    return machine


def install(machine, *words, bundle=BUNDLE, check=True):
    return machine.run(["k8s-node-install", "--profile", "single", "--bundle", bundle, *words], check=check, timeout=240)


def store(machine):
    return machine.run(["sh", "-c", "ls -A /opt/k8s-node/store 2>/dev/null || true"]).stdout.split()


def flip(machine, bundle, name, back=False):
    """Change one byte in the middle of an entry of the machine's bundle, or change it back."""
    with tarfile.open(bundle) as tar:
        (entry,) = (entry for entry in tar if name in entry.name)
    at = entry.offset_data + entry.size // 2
    with open(bundle, "rb") as file:
        file.seek(at)
        byte = file.read(1)[0]
    written = byte if back else byte ^ 1
    machine.run(["sh", "-c", f"printf '\\{written:03o}' | dd of={BUNDLE} bs=1 seek={at} conv=notrunc status=none"])


def refuse_bad_ones(machine, bundle):
    machine.run(["sh", "-c", f"head -c 30000000 {BUNDLE} > /root/cut.bundle; head -c 3000 /dev/urandom > /root/noise.bundle"])
    for bad, told in {"/root/cut.bundle": "cut short", "/root/noise.bundle": "not a bundle"}.items():
        refused = install(machine, bundle=bad, check=False)
        assert refused.rc == VERIFICATION and told in refused.stderr and bad in refused.stderr, refused
        assert store(machine) == []
    flip(machine, bundle, "containerd")
    refused = install(machine, check=False)
    assert refused.rc == VERIFICATION and "digest mismatch" in refused.stderr, refused
    assert not any("containerd" in name for name in store(machine)), "what is damaged is not published"
    assert "containerd" in machine.run(["k8s-node-install", "bundle", "verify", BUNDLE], check=False).stdout
    flip(machine, bundle, "containerd", back=True)


def test_a_machine_without_a_network_becomes_a_node_from_one_file(alone, lab, bundle):
    refuse_bad_ones(alone, bundle)
    installed = install(alone)
    assert f"Done: profile single, Kubernetes {lab.release}, node {alone.name}." in installed.stdout
    assert "importing the image" in installed.stderr
    assert "Ready" in kubectl(alone, "get", "nodes", "--no-headers").split()
    # The release is kept with the node, so the bundle is not needed any more.
    assert "Nothing to do" in alone.run(["k8s-node-install"]).stdout
    assert "Nothing to do" in install(alone).stdout

    alone.put(lab.fixture.bin / "crictl", "/root/crictl")
    images = json.loads(alone.run(["/root/crictl", "--runtime-endpoint=unix:///run/containerd/containerd.sock", "images",
                                   "-o", "json"]).stdout)
    pinned = {tag for image in images["images"] if image["pinned"] for tag in image["repoTags"]}
    assert "localhost/web:1" in pinned and len(pinned) == 2, images

    Deadline(60).wait_until(
        lambda: "default" in kubectl(alone, "get", "serviceaccounts", "-o", "name", check=False),
        "the default service account")
    kubectl(alone, "apply", "-f", "-", input=WEB)
    kubectl(alone, "rollout", "status", "deployment/web", "--timeout=120s", timeout=130)
    assert "html" in fetch_page(alone)

    listed = json.loads(alone.run(["k8s-node-install", "sbom"]).stdout)
    assert listed["specVersion"] == "1.5"
    kubelet = next(item for item in listed["components"]
                   if "bin/kubelet" in {file["name"] for file in item.get("components", ())})
    assert kubelet["version"] == lab.release and kubelet["externalReferences"][0]["hashes"]
