#!/usr/bin/env python3
"""Writes small archives, honest and hostile ones: seed_archives.py TAR-DIR GZIP-DIR BUNDLE-DIR"""

import gzip
import hashlib
import io
import json
import lzma
import sys
import tarfile
from pathlib import Path


def member(name: str, content: bytes = b"", **fields) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in fields.items():
        setattr(info, key, value)
    return info, content


def archive(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as tar:
        for info, content in members:
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def oversized() -> bytes:
    """A member that says it is larger than the archive."""
    info = tarfile.TarInfo("bin/huge")
    info.size = 1 << 40
    return info.tobuf(tarfile.GNU_FORMAT)


PLAIN = archive(member("./bin/etcd", b"\x7fELF" + b"x" * 600, mode=0o755), member("README", b"hi"))
TARS = {
    "plain": PLAIN,
    "gnu-long-name": archive(member("d/" + "n" * 200, b"x"), form=tarfile.GNU_FORMAT),
    "pax-long-name": archive(member("d/ż" + "n" * 200, b"x")),
    "ustar": archive(member("a/b", b"x"), form=tarfile.USTAR_FORMAT),
    "absolute": archive(member("/etc/passwd", b"x")),
    "parent": archive(member("a/../../etc/passwd", b"x")),
    "symlink": archive(member("a", type=tarfile.SYMTYPE, linkname="/etc"), member("a/b", b"x")),
    "hardlink": archive(member("a", type=tarfile.LNKTYPE, linkname="../../etc/shadow")),
    "device": archive(member("null", type=tarfile.CHRTYPE, devmajor=1, devminor=3)),
    "pipe": archive(member("pipe", type=tarfile.FIFOTYPE)),
    "directory": archive(member("a/", type=tarfile.DIRTYPE), member("a/b", b"x")),
    "sparse": archive(member("s", b"x" * 512, pax_headers={
        "GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.map": "0,1,900000,1",
        "GNU.sparse.size": "900001"})),
    "oversized": oversized(),
    "many": archive(*(member(f"m{number}") for number in range(120))),
    "torn": PLAIN[:700],
    "gzip": gzip.compress(PLAIN, mtime=0),
    "gzip-torn": gzip.compress(PLAIN, mtime=0)[:-9],
    "xz": lzma.compress(PLAIN),
    "web-page": b"<!doctype html><title>404</title>",
}
GZIPS = {
    "text": b"some text",
    "empty": gzip.compress(b"", mtime=0),
    "two-members": gzip.compress(b"a", mtime=0) + gzip.compress(b"b" * 5000, mtime=0),
    "padded": gzip.compress(b"a", mtime=0) + b"\0" * 512,
    "stored": gzip.compress(bytes(range(256)), compresslevel=0, mtime=0),
    "named": b"\x1f\x8b\x08\x08\0\0\0\0\0\x03name\0" + gzip.compress(b"x", mtime=0)[10:],
    "wrong-sum": gzip.compress(b"abc", mtime=0)[:-8] + b"\0" * 8,
    "torn": gzip.compress(b"abc" * 100, mtime=0)[:-12],
}



def manifest(**changes) -> bytes:
    artifact = {"name": "tool", "version": "1", "architectures": ["amd64"], "url": "https://up.example/tool",
                "digest": f"sha256:{hashlib.sha256(b'x').hexdigest()}", "path": "up.example/tool", "size": 1}
    image = {"names": ["localhost/web:1"], "digest": artifact["digest"], "path": "images/web.tar", "size": 1}
    whole = {"format": "k8s-node-bundle", "version": 1, "release": {"name": "1", "text": "release: 1\n"},
             "profiles": ["master"], "artifacts": [artifact | changes], "images": [image]}
    return json.dumps(whole).encode()


def bundle(text: bytes, *names: str) -> bytes:
    sum_line = f"{hashlib.sha256(text).hexdigest()}  manifest.json\n".encode()
    return archive(member("manifest.json", text), member("manifest.json.sha256", sum_line),
                   *(member(name, b"x") for name in names), form=tarfile.USTAR_FORMAT)


BUNDLE = bundle(manifest(), "up.example/tool", "images/web.tar")
BUNDLES = {
    "whole": BUNDLE,
    "cut": BUNDLE[:3000],
    "twice": bundle(manifest(), "up.example/tool", "up.example/tool", "images/web.tar"),
    "less": bundle(manifest(), "up.example/tool"),
    "escapes": bundle(manifest(path="../tool"), "../tool", "images/web.tar"),
    "other-size": bundle(manifest(size=2), "up.example/tool", "images/web.tar"),
    "manifest": manifest(),
    "signature": b"release: 1\n# k8s-node-signature: " + b"0" * 64 + b" " + b"A" * 86 + b"==\n",
}

for directory, seeds in zip(sys.argv[1:], (TARS, GZIPS, BUNDLES), strict=True):
    Path(directory).mkdir(parents=True, exist_ok=True)
    for name, content in seeds.items():
        (Path(directory) / name).write_bytes(content)
