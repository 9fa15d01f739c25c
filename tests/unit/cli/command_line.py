#!/usr/bin/env python3
"""The command line as a stranger types it: what is answered, where, and with
which exit status.

    command_line.py K8S-NODE-INSTALL SOURCE
"""

import json
import os
import pty
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from machine import PROGRAM, SOURCE, WHO, write_files

DATA = ["--data", str(SOURCE / "profiles")]
FAULTS: list[str] = []


def run(*words: str, stdout: int | None = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *words], stdout=stdout, stderr=subprocess.PIPE, text=True,
                          stdin=subprocess.DEVNULL, timeout=60, check=False)


def expect(true: bool, what: str, seen: object) -> None:
    if not true:
        FAULTS.append(f"{what}: {seen}")


def wrong_words() -> None:
    """Each names the word in question and what may have been meant."""
    for words, pieces in {
            "plna": ["unknown command 'plna'", "plan"],
            "config shwo": ["config has no command 'shwo'", "show"],
            "config": ["config needs a command: show, check"],
            "-o yaml": ["--output yaml", "-o json"],
            "plan -o yaml": ["--output yaml", "-o json"],
            "plan --forse": ["plan has no option '--forse'", "--force"],
            "version --profile x": ["version has no option '--profile'"],
            "plan --nonsense x": ["plan has no option '--nonsense'", "plan --help"],
            "-p": ["-p needs a value"],
            "plan --set": ["--set needs a value", "plan --help"],
            "generation diff 1": ["generation diff needs the argument 'after'"],
            "probe": ["probe needs the argument 'url'"],
            "end --grace=soon": ["--grace soon", "500ms"],
            "end": ["MAINPID is not set", "systemctl stop"],
            "plan what": ["plan takes no argument 'what'"],
            "plan status": ["plan takes no argument 'status'"],
            "plan -- what": ["plan takes no argument 'what'"],
            "plan -qx": ["plan has no option '-x'"],
            "probe --nonsense": ["probe has no option '--nonsense'"],
            "generation diff 1 2 3": ["generation diff takes no argument '3'"],
            "generation gc --keep=-1": ["--keep -1", "from 0 to"],
            "generation diff 1 x": ["x: a whole number"],
            "install --ignore-preflight nosuch": ["--ignore-preflight nosuch", "known checks: all, ", "Port-NUMBER"],
            "install --ignore-preflight swap": ["did you mean 'Swap'?"],
            "upgrade --ignore-preflight Prot-6443": ["did you mean 'Port-6443'?"],
            "upgrade --drain-timeout never": ["--drain-timeout never"],
            "reset -x": ["reset has no option '-x'"]}.items():
        done = run(*words.split())
        said = done.stderr
        expect(done.returncode == 2 and not done.stdout and said.startswith("error: ")
               and all(piece in said for piece in pieces), words, (done.returncode, done.stdout, said))


def words_in_any_order(root: str) -> None:
    good = run("config", "check", "--root", root, *DATA, *WHO)
    expect(good.returncode == 0 and "The configuration is valid" in good.stdout, "config check", good)
    for words in [["--root", root, *DATA, "config", *WHO, "check"], ["-v", f"--root={root}", *DATA,
                  *WHO, "config", "check"]]:
        done = run(*words)
        expect((done.returncode, done.stdout) == (0, good.stdout), " ".join(words), done)
    as_json = run("-qo", "json", "config", "check", "--root", root, *DATA, *WHO)
    expect(json.loads(as_json.stdout or "{}").get("node") == "n1", "-qo json", as_json)
    expect(run("help", "plan").stdout == run("plan", "--help").stdout != "", "help plan",
           run("help", "plan"))
    expect(run("help").stdout == run("--help").stdout != "", "help", run("help"))


def every_verb_has() -> None:
    """What each verb with an answer takes; probe and completion have none."""
    for verb in ["install", "plan", "status", "reset", "redeploy", "render", "fetch", "rollback",
                 "upgrade", "version", "config show", "config check", "generation list",
                 "generation diff", "generation gc", "store verify", "store gc"]:
        text = run(*verb.split(), "--help").stdout
        for option in ["--output", "--quiet", "--verbose"]:
            expect(option in text, f"{verb} --help has no {option}", text)


def quiet_and_json(root: str) -> None:
    place = ["--root", root, *DATA, *WHO]
    quiet = run("config", "check", "--quiet", *place)
    expect((quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", ""), "config check -q", quiet)
    plan = run("plan", "-q", *place)
    expect((plan.returncode, plan.stdout) == (4, ""), "plan -q", plan)
    for words in ["render", "config show", "config check", "generation list", "version", "status",
                  "plan", "store verify"]:
        where = [] if words == "version" else place[:2] if words.startswith("gener") else place
        done = run(*words.split(), "-o", "json", *where)
        try:
            json.loads(done.stdout)
        except ValueError:
            FAULTS.append(f"{words} -o json: {done}")


def json_errors(root: str) -> None:
    write_files(Path(root), {"node.yaml": "profile: single\nsettings: {kubelet: {max_pod: 4}}\n"})
    done = run("config", "check", "-o", "json", "--root", root, *DATA)
    error = json.loads(done.stdout or "{}").get("error", {})
    first = error.get("diagnostics", [{}])[0]
    expect(done.returncode == 3 == error.get("exitStatus") and first.get("line") == 2
           and "max_pods" in first.get("hint", "") and "max_pod" in done.stderr, "json error", done)
    done = run("generation", "diff", "1", "2", "-o", "json", "--root", root)
    error = json.loads(done.stdout or "{}").get("error", {})
    expect(error.get("exitStatus") == done.returncode != 0 and bool(error.get("message")),
           "json error without a place", done)


def every_check_has_a_name(root: str) -> None:
    """The names that findings are made with are those that can be ignored."""
    made = r'(?:\{\s*(?="[^;{}]{0,60}Severity::)|\berror\(\s*|name = )"([A-Z][A-Za-z]+-?)"'
    names = {name for room in ["host", "node", "plan"] for path in (SOURCE / "src" / room).glob("*.cpp")
             for name in re.findall(made, path.read_text())}
    expect({"Port-", "EtcdSkew", "DrainEmptyDir", "ForeignUnit-"} <= names, "names in the source", names)
    words = [word for name in [*names, "DiskSpace--opt-k8s-node-store", "all"]
             for word in ["--ignore-preflight", name + "1" if name.endswith("-") else name]]
    done = run("install", *words, "--config", f"{root}/none.yaml", "--root", root, *DATA, *WHO)
    expect(done.returncode == 3 and "there is no such file" in done.stderr,
           "install with every check ignored", done)


def lost_output(root: str) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        for words in [["render"], ["config", "show"], ["config", "show", "-o", "json"]]:
            done = run(*words, "--root", root, *DATA, *WHO, stdout=full.fileno())
            expect(done.returncode == 1 and "write standard output" in done.stderr,
                   f"{words} >/dev/full", done)
        done = run("--help", stdout=full.fileno())
        expect(done.returncode == 1, "--help >/dev/full", done)
    reader, writer = os.pipe()
    os.close(reader)
    done = run("config", "show", "--root", root, *DATA, *WHO, stdout=writer)
    os.close(writer)
    expect((done.returncode, done.stderr) == (0, ""), "a reader who went away", done)


def on_terminal(*words: str) -> str:
    """What a terminal is sent for standard error."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen([PROGRAM, *words], stdout=subprocess.DEVNULL, stderr=theirs,
                               stdin=subprocess.DEVNULL, env=environment)
    os.close(theirs)
    sent = b""
    try:
        while piece := os.read(ours, 4096):
            sent += piece
    except OSError:
        pass  # Linux' way to say that nobody writes there any more
    process.wait(60)
    os.close(ours)
    return sent.decode()


def colours(root: str) -> None:
    placed = on_terminal("config", "check", "--root", root, *DATA)
    expect("\033[31merror:\033[0m component" in placed and "\033[31m\033[0m" not in placed,
           "a placed error is coloured", repr(placed))
    plain = on_terminal("plna")
    expect(plain.startswith("\033[31merror:\033[0m unknown command"), "an error is coloured",
           repr(plain))
    evil = on_terminal("config", "check", "--root", root, *DATA, "--config",
                       "/nowhere/\033[2J\nerror: all is lost")
    expect("\033[2J" not in evil and "\nerror: all" not in evil.replace("\r", ""),
           "a name with control characters", repr(evil))


def main() -> int:
    wrong_words()
    every_verb_has()
    with tempfile.TemporaryDirectory(prefix="k8s-node-words.") as root:
        write_files(Path(root), {"node.yaml": "profile: single\n"})
        words_in_any_order(root)
        quiet_and_json(root)
        lost_output(root)
        every_check_has_a_name(root)
        json_errors(root)
        colours(root)
    print(*FAULTS, f"{len(FAULTS)} faults", sep="\n")
    return 1 if FAULTS else 0


if __name__ == "__main__":
    sys.exit(main())
