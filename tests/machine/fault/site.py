"""The stand-in site: small services in small archives, served by a small server.

What is in it is in site/; this builds the archives and the releases that name
them. Two releases differ in the version that is compiled into the services.
"""

import gzip
import hashlib
import io
import subprocess
import tarfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
RELEASES = ("1.1.0", "1.2.0")
HOST = "standin.example"

_RELEASE = """\
release: {version}
artifacts:
  pair:
    version: {version}
    url: https://{host}/pair-{version}.tar.gz
    digest: {pair}
    members:
      pair/alpha: bin/alpha
      pair/gamma: bin/gamma
  single:
    version: {version}
    url: https://{host}/single-{version}
    digest: {single}
    file: bin/beta
    mode: "0755"
  extra:
    version: {version}
    url: https://{host}/extra-{version}.tar.gz
    digest: {extra}
    members:
      extra/delta: bin/delta
"""


def compile_c(source: Path, target: Path, *words: str) -> Path:
    subprocess.run(["gcc", "-Os", "-s", "-static", "-Wall", "-Wextra", "-Werror", *words,
                    "-o", target, source], check=True)
    return target


def archive(members: dict[str, bytes]) -> bytes:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(content), 0o755
            tar.addfile(info, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), 1, mtime=0)


def digest(content: bytes) -> str:
    value = "sha256:" + hashlib.sha256(content).hexdigest()
    return f"{{amd64: '{value}', arm64: '{value}'}}"


def _build_release(version: str, served: Path, releases: Path, scratch: Path) -> None:
    binary = compile_c(HERE / "standin.c", scratch / version, f'-DVERSION="{version}"').read_bytes()
    files = {
        f"pair-{version}.tar.gz": archive({"pair/alpha": binary, "pair/gamma": binary}),
        f"single-{version}": binary,
        f"extra-{version}.tar.gz": archive({"extra/delta": binary}),
    }
    for name, content in files.items():
        (served / name).write_bytes(content)
    pair, single, extra = map(digest, files.values())
    (releases / f"{version}.yaml").write_text(_RELEASE.format(
        version=version, host=HOST, pair=pair, single=single, extra=extra))


class Site:
    """`served` is for the server, `configuration` for /etc/k8s-node."""

    def __init__(self, directory: Path):
        self.served = directory / "served"
        self.configuration = directory / "configuration"
        served = self.served / HOST
        for path in (served, self.configuration / "releases", self.configuration / "profiles",
                     directory / "scratch"):
            path.mkdir(parents=True)
        for version in RELEASES:
            _build_release(version, served, self.configuration / "releases", directory / "scratch")
        components = self.configuration / "components"
        components.mkdir()
        for source in (HERE / "site/components").iterdir():
            (components / source.name).write_text(source.read_text())
        (self.configuration / "profiles/stand.yaml").write_text((HERE / "site/stand.yaml").read_text())
