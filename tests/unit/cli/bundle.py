#!/usr/bin/env python3
"""From a mirror into a bundle, from the bundle into the store of a machine that has nothing else, and signatures.

    bundle.py K8S-NODE-INSTALL SOURCE
"""

import hashlib
import io
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

from machine import PROGRAM, SOURCE, WHO

DATA = ["--data", str(SOURCE / "profiles")]
VERIFICATION = 6


def run(*words: str | Path, status: int = 0) -> str:
    done = subprocess.run([PROGRAM, *(str(word) for word in words)], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == status, (words, done)
    return done.stdout if status == 0 else done.stderr


def archive(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for member in ("etcd", "etcdctl", "etcdutl"):
            info = tarfile.TarInfo(f"{name}/{member}")
            info.size, info.mode = len(content), 0o755
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def site(directory: Path, version: str) -> Path:
    """A release with etcd for two architectures on a mirror; returns the release file."""
    lines = [f"release: {version}", "pause_image: registry.k8s.io/pause:3.10", "artifacts:", "  etcd:",
             "    version: 3.6.14", "    url: https://up.example/etcd-${arch}.tar.gz", "    license: Apache-2.0", "    digest:"]
    for arch in ("amd64", "arm64"):
        content = archive(f"etcd-{arch}", f"#!/bin/sh\necho {version} {arch}\n".encode())
        place = directory / f"mirror/up.example/etcd-{arch}.tar.gz"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        lines.append(f"      {arch}: sha256:{hashlib.sha256(content).hexdigest()}")
    lines += ["    members:", *(f"      etcd-${{arch}}/{name}: bin/{name}" for name in ("etcd", "etcdctl", "etcdutl"))]
    path = directory / f"{version}.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


def image(path: Path) -> Path:
    with tarfile.open(path, "w") as tar:
        text = b'[{"Config": "c.json", "RepoTags": ["localhost/web:1"], "Layers": []}]'
        info = tarfile.TarInfo("manifest.json")
        info.size = len(text)
        tar.addfile(info, io.BytesIO(text))
    return path


def create(directory: Path, release: Path, name: str, *words: str | Path) -> Path:
    out = directory / name
    run("bundle", "create", "--profile", "etcd", "--release", release, "--out", out, *DATA,
        "--mirror", f"file://{directory}/mirror", *words)
    return out


def machine(directory: Path, name: str, **files: str) -> Path:
    root = directory / name
    (root / "etc/k8s-node/trust.d").mkdir(parents=True)
    for file, text in files.items():
        (root / "etc/k8s-node" / file.replace("_", ".")).write_text(text)
    return root


def fetch(root: Path, bundle: Path, status: int = 0) -> str:
    """On a machine with the program and the bundle, and nothing else."""
    return run("fetch", "--profile", "etcd", "--bundle", bundle, "--root", root, *DATA, *WHO, status=status)


def programs(root: Path) -> list[str]:
    return sorted(path.name for path in root.glob("opt/k8s-node/store/*/bin/*"))


def store_names(root: Path) -> list[str]:
    return sorted(path.name for path in root.glob("opt/k8s-node/store/*"))


def bundles(directory: Path) -> None:
    release = site(directory, "1.36.90")
    archive_of_image = image(directory / "web.tar")
    bundle = create(directory, release, "node.bundle", "--arch", "arm64,amd64", "--image", archive_of_image)
    again = create(directory, release, "again.bundle", "--arch", "amd64,arm64", "--image", archive_of_image)
    assert bundle.read_bytes() == again.read_bytes(), "the same parts make the same bytes"

    assert "Every file" in run("bundle", "verify", bundle)
    listed = json.loads(run("bundle", "list", bundle, "-o", "json"))
    assert {item["architectures"][0] for item in listed["artifacts"]} == {"amd64", "arm64"}
    assert listed["images"][0]["names"] == ["localhost/web:1"] and listed["release"]["text"] == release.read_text()
    assert "image localhost/web:1" in run("bundle", "list", bundle)
    with tarfile.open(bundle) as tar:
        assert tar.getnames() == ["manifest.json", "manifest.json.sha256", "images/web.tar",
                                  "up.example/etcd-amd64.tar.gz", "up.example/etcd-arm64.tar.gz"]
        assert {member.mtime for member in tar} == {0}
        tar.extractall(directory / "unpacked", filter="data")
    subprocess.run(["sha256sum", "--check", "--quiet", "manifest.json.sha256"], cwd=directory / "unpacked", check=True)

    # What a bundle is unpacked into is a mirror.
    root = machine(directory, "from-unpacked")
    run("fetch", "--profile", "etcd", "--release", release, "--mirror", f"file://{directory}/unpacked", "--root", root,
        *DATA, *WHO)
    assert programs(root) == ["etcd", "etcdctl", "etcdutl"]

    root = machine(directory, "from-bundle")
    assert "1 artifacts fetched." in fetch(root, bundle)
    assert programs(root) == ["etcd", "etcdctl", "etcdutl"] and "0 artifacts" in fetch(root, bundle)
    run("store", "verify", "--root", root, *DATA)

    other = create(directory, site(directory, "1.36.91"), "other.bundle", "--arch", "amd64")
    told = run("bundle", "diff", bundle, other).splitlines()
    assert told[:2] == ["- release 1.36.90", "+ release 1.36.91"], told
    assert any(line.startswith("- image localhost/web:1") for line in told), told
    refusals(directory, bundle, release)


def refusals(directory: Path, bundle: Path, release: Path) -> None:
    whole = bundle.read_bytes()
    bad = directory / "bad.bundle"
    at = whole.index(b"up.example/etcd-amd64.tar.gz\0") + 512 + 40
    wrong = {"cut": (whole[:-12000], "cut short"), "text": (b"not a bundle at all\n", "not a bundle"),
             "empty": (b"", "not a bundle"),
             "flipped": (whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:], "up.example/etcd-amd64.tar.gz")}
    for name, (content, told) in wrong.items():
        bad.write_bytes(content)
        root = machine(directory, name)
        said = fetch(root, bad, status=VERIFICATION)
        assert told in said and str(bad) in said, (name, said)
        assert store_names(root) == [], name
    site(directory, "1.36.90")  # its files are the mirror's again
    arm = create(directory, release, "arm.bundle", "--arch", "arm64")
    root = machine(directory, "other-architecture")
    said = fetch(root, arm, status=VERIFICATION)
    assert "only 3.6.14 for arm64" in said and store_names(root) == [], said
    assert "needs --profile and --out" in run("bundle", "create", "--profile", "etcd", status=2)
    assert "No such file" in run("bundle", "list", directory / "nothing", status=1)


def key(directory: Path, name: str) -> Path:
    path = directory / f"{name}.key"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", path], check=True)
    return path


def trust(root: Path, private: Path, name: str) -> None:
    public = subprocess.run(["openssl", "pkey", "-in", private, "-pubout"], check=True, capture_output=True)
    (root / f"etc/k8s-node/trust.d/{name}.pub").write_bytes(public.stdout)


def signatures(directory: Path) -> None:
    release = site(directory, "1.36.92")
    bundle = create(directory, release, "signed.bundle", "--arch", "amd64")
    ours, theirs = key(directory, "ours"), key(directory, "theirs")
    root = machine(directory, "strict", node_yaml="require_signatures: true\n")
    trust(root, ours, "ours")
    assert " ours" in run("trust", "list", "--root", root)

    assert "is not signed" in fetch(root, bundle, status=VERIFICATION)
    run("trust", "sign", "--key", theirs, bundle)
    said = fetch(root, bundle, status=VERIFICATION)
    assert "signed by a stranger" in said and store_names(root) == [], said
    signed = Path(f"{bundle}.sig")
    signed.write_text(signed.read_text()[:-9] + "\n")
    assert "damaged" in fetch(root, bundle, status=VERIFICATION)
    run("trust", "sign", "--key", ours, bundle)
    assert "signed by 'ours'" in run("trust", "verify", bundle, "--root", root)
    assert "1 artifacts fetched." in fetch(root, bundle)

    # A release file is verified as well, and so are components of the site.
    words = ["fetch", "--profile", "etcd", "--release", release, "--mirror", f"file://{directory}/mirror", "--root", root,
             *DATA, *WHO]
    assert "1.36.92.yaml is not signed" in run(*words, status=VERIFICATION)
    run("trust", "sign", "--key", ours, release)
    run(*words)
    component = root / "etc/k8s-node/components/own.yaml"
    component.parent.mkdir()
    component.write_text("component: own\ndescription: nothing\n")
    assert "own.yaml is not signed" in run(*words, status=VERIFICATION)
    run("trust", "sign", "--key", ours, component)
    run(*words)
    component.write_text("component: own\ndescription: something else\n")
    assert "own.yaml has a signature by 'ours' that does not fit" in run(*words, status=VERIFICATION)
    component.unlink()

    # No later layer takes the requirement back.
    drop_in = root / "etc/k8s-node/node.d/1.yaml"
    drop_in.parent.mkdir()
    drop_in.write_text("require_signatures: false\n")
    (root / "etc/k8s-node/trust.d/ours.pub").rename(root / "etc/k8s-node/trust.d/ours.pub.removed")
    assert "the key 'ours'" in run(*words, status=VERIFICATION)

    # OpenSSL alone verifies it too.
    line = Path(f"{release}.sig").read_text().split()
    raw = subprocess.run(["base64", "--decode"], input=line[2].encode(), check=True, capture_output=True).stdout
    (directory / "raw.sig").write_bytes(raw)
    subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-inkey", ours, "-in", release, "-sigfile",
                    directory / "raw.sig"], check=True, stdout=subprocess.DEVNULL)


with tempfile.TemporaryDirectory(prefix="k8s-node-cli.") as name:
    bundles(Path(name))
with tempfile.TemporaryDirectory(prefix="k8s-node-cli.") as name:
    signatures(Path(name))
