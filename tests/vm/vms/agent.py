"""Runs commands in a virtual machine, through QEMU's guest agent.

It listens at a port of the machine's own, so tests need no network inside, no
keys and no login, and see nothing of this in what they look at.
"""

import base64
import json
import secrets
import socket
from pathlib import Path
from typing import Any

from machines.commands import CLEAN_ENVIRONMENT, CommandFailed, Deadline, Result, TimedOut

# Goes before guest-sync-delimited and before its answer.
_DELIMITER = b"\xff"
# A question costs the emulated processors some milliseconds.
_INTERVAL = 0.2
# A machine that has just been switched on does not answer; then ask anew.
_PATIENCE = 20


class AgentSilent(Exception):
    """The agent does not run (yet), or the machine is gone."""


class Agent:
    def __init__(self, path: Path):
        self._path = path

    def run(self, argv, *, check=True, timeout: float = 60, input: str | bytes | None = None) -> Result:
        """As machines.commands.run does it."""
        argv = [str(word) for word in argv]
        deadline = Deadline(timeout)
        arguments: dict[str, Any] = {
            "path": "/usr/bin/env", "arg": argv, "capture-output": True,
            "env": [f"{name}={value}" for name, value in CLEAN_ENVIRONMENT.items()]}
        if input is not None:
            data = input.encode() if isinstance(input, str) else input
            arguments["input-data"] = base64.b64encode(data).decode()
        pid = self.ask("guest-exec", arguments, deadline)["pid"]
        ended = deadline.wait_until(lambda: self._status_of(pid, deadline), " ".join(argv), _INTERVAL)
        result = Result(ended.get("exitcode", -ended.get("signal", 0)),
                        _text(ended, "out-data"), _text(ended, "err-data"))
        if check and result.rc != 0:
            raise CommandFailed(argv, result)
        return result

    def answers(self, deadline: Deadline) -> bool:
        try:
            self.ask("guest-ping", {}, deadline)
        except AgentSilent:
            return False
        return True

    def _status_of(self, pid: int, deadline: Deadline) -> dict[str, Any] | None:
        status = self.ask("guest-exec-status", {"pid": pid}, deadline)
        return status if status["exited"] else None

    def ask(self, question: str, arguments: dict[str, Any], deadline: Deadline) -> Any:
        """One question on a connection of its own."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) as connection:
                connection.settimeout(max(0.1, min(deadline.remaining(), _PATIENCE)))
                connection.connect(str(self._path))
                _synchronize(connection)
                return _answer(connection, question, arguments)
        except (TimeoutError, ConnectionError, FileNotFoundError) as error:
            if deadline.passed():
                raise TimedOut(f"{question}: not within {deadline.seconds} s") from error
            raise AgentSilent(f"{question}: {error}") from error


def _synchronize(connection: socket.socket) -> None:
    """Skips what is left of a conversation that was broken off."""
    id = secrets.randbits(31)
    connection.sendall(_DELIMITER + _words("guest-sync-delimited", {"id": id}))
    while True:
        _read_until(connection, _DELIMITER)
        if json.loads(_read_until(connection, b"\n")).get("return") == id:
            return


def _answer(connection: socket.socket, question: str, arguments: dict[str, Any]) -> Any:
    connection.sendall(_words(question, arguments))
    answer = json.loads(_read_until(connection, b"\n"))
    if "error" in answer:
        raise OSError(f"{question}: {answer['error']['desc']}")
    return answer["return"]


def _words(question: str, arguments: dict[str, Any]) -> bytes:
    return json.dumps({"execute": question, "arguments": arguments}).encode() + b"\n"


def _read_until(connection: socket.socket, end: bytes) -> bytes:
    data = b""
    while not data.endswith(end):
        # the delimiter has its answer behind it, a line has nothing
        more = connection.recv(1 if end == _DELIMITER else 65536)
        if not more:
            raise ConnectionError("the emulator has closed the connection")
        data += more
    return data


def _text(status: dict[str, Any], name: str) -> str:
    return base64.b64decode(status.get(name, "")).decode(errors="replace")
