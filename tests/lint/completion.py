#!/usr/bin/env python3
"""What bash offers after each verb is what the program takes there.

    completion.py K8S-NODE-INSTALL
"""

import re
import subprocess
import sys

COMPLETE = """
eval "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
_k8s_node_install
printf '%s\\n' "${COMPREPLY[@]}"
"""


def run(*words: str) -> str:
    return subprocess.run(words, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
                          timeout=60, check=True).stdout


def complete(script: str, *words: str) -> set[str]:
    """What is offered for the last of the words."""
    return set(run("bash", "-c", COMPLETE, "bash", script, "k8s-node-install", *words).split())


def accepted(help_text: str) -> set[str]:
    """Long options and verbs in a help text."""
    verbs = re.search(r"^(?:Subcommands|SUBCOMMANDS):\n((?:.*\n)*)", help_text, re.M)
    options = set(re.findall(r"(?<![\w-])(--[a-z][a-z-]*)", re.sub(r"(?m)^ {20,}.*$", "", help_text)))
    return options | set(re.findall(r"^  ([a-z][a-z-]*)\b", verbs[1], re.M) if verbs else [])


def main() -> int:
    program = sys.argv[1]
    script = run(program, "completion", "bash")
    faults: list[str] = []

    def expect(wanted: set[str], *words: str) -> None:
        offered = complete(script, *words)
        if not wanted or not wanted <= offered:
            faults.append(f"{words}: offers {sorted(offered)}, not {sorted(wanted - offered)}")

    top = accepted(run(program, "--help"))
    verbs = {word for word in top if not word.startswith("-")}
    expect(top | {"--profile"}, "")
    for verb in verbs:
        wanted = accepted(run(program, verb, "--help"))
        expect(wanted, verb, "")
        for inner in (word for word in wanted if not word.startswith("-")):
            expect(accepted(run(program, verb, inner, "--help")), verb, inner, "--root", "/", "")
    expect({"status", "store"}, "st")
    expect({"text", "json"}, "plan", "-o", "")
    expect({"json"}, "plan", "--output", "=", "j")
    expect({"/usr"}, "--root", "/us")
    expect({"/etc/passwd"}, "install", "--config", "=", "/etc/passw")
    expect({"--quiet"}, "plan", "--quie")
    if complete(script, "version", "--prof"):
        faults.append("version has no --profile")
    print(*faults, f"{len(verbs)} verbs, {len(faults)} faults", sep="\n")
    return 1 if faults or len(verbs) < 9 else 0


if __name__ == "__main__":
    sys.exit(main())
