"""What one needs to see after a test failed in a machine."""

import os
from pathlib import Path

from .commands import TimedOut

_PROJECT = Path(__file__).resolve().parents[3]
TAIL_LINES = 40
_QUESTIONS = {
    "journal.txt": ["journalctl", "--no-pager", "--boot"],
    "failed.txt": ["systemctl", "--failed", "--no-pager", "--full"],
    "jobs.txt": ["systemctl", "list-jobs", "--no-pager", "--full"],
    "units.txt": ["systemctl", "status", "--all", "--no-pager", "--full"],
}


def logs_directory():
    return Path(os.environ.get("K8S_NODE_LOGS", _PROJECT / "build/logs"))


def collect(machine, title, directory=None):
    """Write the evidence to files; returns a summary for the test's report."""
    target = Path(directory or logs_directory()) / title / machine.name
    target.mkdir(parents=True, exist_ok=True)
    answers = {"console.txt": machine.console()}
    if machine.is_running():
        for file, argv in _QUESTIONS.items():
            try:
                answers[file] = machine.run(argv, check=False, timeout=20).stdout
            except TimedOut as error:
                answers[file] = f"{error}\n"
    for file, text in answers.items():
        (target / file).write_text(text)
    return _summary(machine, target, answers)


def _summary(machine, target, answers):
    parts = [f"machine {machine.name}, everything in {target}"]
    for file in ("failed.txt", "jobs.txt", "journal.txt", "console.txt"):
        lines = answers.get(file, "").splitlines()[-TAIL_LINES:]
        if lines:
            parts += [f"--- {file}", *lines]
    return "\n".join(parts)
