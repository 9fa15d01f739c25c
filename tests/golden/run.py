#!/usr/bin/env python3
"""Renders every profile for every shipped release and compares, byte for byte; with other settings of the cluster for the newest one.

    run.py GOLDEN_RENDER PROFILES

<profile>-<release>/ holds the generation as it must come out, <profile>-<value>-<release>/ with a setting that
has not its default.

ACCEPT=1 writes the trees instead of comparing, and then fails, so that no
check passes by accepting.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from trees import differences, tree  # noqa: E402: a module beside this folder
PROFILES = ["single", "master", "worker", "etcd"]
OTHER_SETTINGS = [("master", "network", "flannel"), ("worker", "network", "host-gw"),
                  ("master", "load_balancer", "haproxy"), ("worker", "load_balancer", "haproxy"), ("etcd", "etcd", "join"),
                  ("master", "components", "hardened"), ("worker", "components", "hardened")]


def all_cases(releases: list[Path]) -> dict[str, tuple[str, Path, list[str]]]:
    """What each case renders: profile, release, and a setting that has not its default."""
    cases = {f"{profile}-{release.stem}": (profile, release, []) for release in releases for profile in PROFILES}
    newest = releases[-1]
    return cases | {f"{profile}-{value}-{newest.stem}": (profile, newest, [f"{key}: {value}"])
                    for profile, key, value in OTHER_SETTINGS}


def main() -> int:
    program, profiles = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    accept = os.environ.get("ACCEPT") == "1"
    cases = all_cases(sorted((profiles / "releases").glob("*.yaml")))
    stored = {path.name for path in HERE.iterdir() if path.is_dir()}
    failed = accept
    for name in sorted(stored - cases.keys()):
        print(f"FAILED {name}: there is no such profile or release")
        failed = True
        if accept:
            shutil.rmtree(HERE / name)
    for name, (profile, release, setting) in cases.items():
        with tempfile.TemporaryDirectory(prefix="k8s-node-golden.") as scratch:
            done = subprocess.run([program, profiles, release, profile, scratch, *setting], check=False)
            if accept and done.returncode == 0:
                shutil.rmtree(HERE / name, ignore_errors=True)
                shutil.copytree(scratch, HERE / name)
                continue
            wrong = differences(tree(HERE / name), tree(Path(scratch)))
        print(f"{'FAILED' if wrong or done.returncode else 'ok    '} {name}")
        sys.stdout.writelines(wrong)
        failed = failed or bool(wrong) or done.returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
