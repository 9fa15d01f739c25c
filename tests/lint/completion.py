#!/usr/bin/env python3
"""What bash, zsh and fish offer after each verb is what the program takes there.

    completion.py K8S-NODE-INSTALL SOURCE-ROOT
"""

import re
import sys
import tempfile
from pathlib import Path

from shells import SHELLS, run

DATA = "/usr/share/k8s-node"


def accepted(help_text: str) -> tuple[set[str], set[str]]:
    """Verbs and long options in a help text."""
    verbs = re.search(r"^(?:Subcommands|SUBCOMMANDS):\n((?:.*\n)*)", help_text, re.M)
    options = re.findall(r"(?<![\w-])(--[a-z][a-z-]*)", re.sub(r"(?m)^ {20,}.*$", "", help_text))
    return set(re.findall(r"^  ([a-z][a-z-]*)\b", verbs[1], re.M) if verbs else []), set(options)


class Check:
    def __init__(self, program: str, shell):
        self.program, self.shell = program, shell
        self.faults: list[str] = []

    def expect(self, wanted: set[str], *words: str, unwanted: str = "") -> None:
        offered = {word.rstrip("/") for word in self.shell.offers(*words)}
        if not wanted <= offered or unwanted in offered:
            self.faults.append(f"{self.shell.name} {words}: offers {sorted(offered)}, "
                               f"without {sorted(wanted - offered)}")

    def verb(self, *path: str) -> int:
        """Everything that the help of a verb lists, and that of those below it; returns how many verbs that were."""
        verbs, options = accepted(run(self.program, *path, "--help"))
        if verbs:
            self.expect(verbs, *path, "")
        self.expect(options, *path, "--")
        return 1 + sum(self.verb(*path, inner) for inner in verbs)

    def path(self, path: str) -> set[str]:
        """zsh keeps the directory, which is typed already, apart."""
        return {Path(path).name if self.shell.name == "zsh" else path}

    def values(self) -> None:
        self.expect({"single", "worker"}, "--profile", "", unwanted="etcd-1")
        self.expect({"1.36.5"}, "install", "--release", "1.3")
        self.expect({"1.36.5"}, "upgrade", "--to", "")
        self.expect({"text", "json"}, "plan", "-o", "")
        self.expect(self.path("/usr"), "--root", "/us")
        self.expect({"bash", "zsh", "fish"}, "completion", "")
        self.expect(self.path("/etc/passwd"), "etcd", "snapshot", "restore", "/etc/passw")
        self.expect({"--quiet"}, "plan", "--quie")
        self.expect({"status", "store"}, "st")
        self.expect(set(), "version", "--prof", unwanted="--profile")


def checked(program: str, shell_class, root: Path) -> tuple[int, list[str]]:
    with tempfile.TemporaryDirectory(prefix="k8s-node-completion.") as home:
        script = Path(home) / "script"
        # The program is not installed where it is tested.
        script.write_text(run(program, "completion", shell_class.name).replace(DATA, str(root / "profiles")))
        run(shell_class.name, "-n", script)
        check = Check(program, shell_class(script, Path(home)))
        check.expect({"--profile", "--force"}, "--")
        verbs = check.verb()
        check.values()
        return verbs, check.faults


def main() -> int:
    faults: list[str] = []
    verbs = 0
    for shell_class in SHELLS:
        verbs, found = checked(sys.argv[1], shell_class, Path(sys.argv[2]))
        faults += found
    print(*faults, f"{verbs} verbs, {len(faults)} faults", sep="\n")
    return 1 if faults or verbs < 40 else 0


if __name__ == "__main__":
    sys.exit(main())
