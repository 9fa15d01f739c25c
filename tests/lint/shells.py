"""Three real shells that are asked what they offer at the end of a command line."""

import os
import pty
import subprocess
import threading
from pathlib import Path

ENVIRONMENT = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "dumb"}
PROGRAM = "k8s-node-install"


def run(*argv: object, **environment: str) -> str:
    """What a command writes; a completion that complains has failed, though shells do not say so in their status."""
    done = subprocess.run([str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=120, env=ENVIRONMENT | environment)
    if done.returncode != 0 or done.stderr:
        raise RuntimeError(f"{argv}: exit status {done.returncode}: {done.stderr}")
    return done.stdout


class Bash:
    """With the COMP_WORDS that readline would make: it splits at "=", so an equals sign is a word."""

    name = "bash"
    ASK = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
_k8s_node_install
printf '%s\\n' "${COMPREPLY[@]}"
"""

    def __init__(self, script: Path, _home: Path):
        self.script = script

    def offers(self, *words: str) -> set[str]:
        split: list[str] = []
        for word in words:
            split += [part for part in word.partition("=") if part] if word.startswith("--") else [word]
        return set(run("bash", "-c", self.ASK, "bash", self.script, PROGRAM, *split).split())


class Fish:
    name = "fish"
    ASK = 'source $argv[1]; complete -C "$argv[2]"'

    def __init__(self, script: Path, home: Path):
        self.script, self.home = script, home

    def offers(self, *words: str) -> set[str]:
        said = run("fish", "--no-config", "-c", self.ASK, self.script, " ".join([PROGRAM, *words]),
                   HOME=str(self.home), XDG_DATA_HOME=str(self.home))
        return {line.split("\t")[0] for line in said.splitlines()}


class Zsh:
    """Its completions exist only on a terminal: a key is pressed there, and what it would add is written to a pipe."""

    name = "zsh"
    SETUP = """
fpath=({home} $fpath)
autoload -Uz compinit && compinit -u -d {home}/dump
setopt no_auto_list no_list_beep no_auto_menu
bindkey '^U' kill-whole-line
typeset -ga hits
compadd() {{
    if [[ ${{@[1,(i)(-|--)]}} != *-(O|A|D)\\ * ]]; then
        local -a found
        builtin compadd -O found "$@"
        hits+=($found)
    fi
    builtin compadd "$@"
}}
tell() {{ print -rl -- $hits >{home}/pipe }}
# The function after a completion is used up by it.
ask() {{ hits=(); comppostfuncs=(tell); zle complete-word }}
zle -N ask
bindkey '^I' ask
print -r ready >{home}/pipe
"""

    def __init__(self, script: Path, home: Path):
        os.symlink(script, home / f"_{PROGRAM}")
        self.pipe = home / "pipe"
        os.mkfifo(self.pipe)
        (home / ".zshrc").write_text(self.SETUP.format(home=home))
        child, self.terminal = pty.fork()
        if child == 0:
            os.execvpe("zsh", ["zsh", "-d", "-i"], ENVIRONMENT | {"ZDOTDIR": str(home), "HOME": str(home)})
        threading.Thread(target=self._discard, daemon=True).start()
        assert self.pipe.read_text() == "ready\n"

    def _discard(self):
        """Nobody looks at the terminal, but a full one would stop the shell."""
        try:
            while os.read(self.terminal, 4096):
                pass
        except OSError:
            pass  # the shell is gone

    def offers(self, *words: str) -> set[str]:
        os.write(self.terminal, ("\x15" + " ".join([PROGRAM, *words]) + "\t").encode())
        return set(self.pipe.read_text().split("\n")) - {""}


SHELLS = (Bash, Zsh, Fish)
