"""What the injector wrote down, and the faults that follow from it.

The list of faults is made from the calls of a recorded run, by kind of call:
nobody chooses places. A kill after a call is the kill before the next one, for
nothing in between has an effect; so there is one kill for each.
"""

import errno
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Call:
    name: str
    path: str
    nth: int
    kind: str  # "effect" or "ask"
    result: int
    other: str
    argument: int
    data: bytes = b""

    @property
    def key(self) -> str:
        """The same call in another run, whatever its threads do."""
        return f"{self.name} {self.path} {self.nth}"


@dataclass(frozen=True)
class Fault:
    scenario: str
    at: str  # the key of a call
    action: str  # as the injector understands it

    def shown(self) -> str:
        name, _, code = self.action.partition(":")
        return f"{self.scenario} '{self.at}' {name}{':' + errno.errorcode[int(code)] if code else ''}"


def read_trace(trace: Path, data: Path | None = None) -> list[Call]:
    written = data.read_bytes() if data else b""
    calls = []
    for line in trace.read_text(errors="surrogateescape").splitlines():
        name, path, nth, kind, result, other, argument, offset, length = line.split("\t")
        calls.append(Call(name, path, int(nth), kind, int(result), other, int(argument),
                          written[int(offset):int(offset) + int(length)]))
    return calls


# Errors that the kernel really gives for a call, in its manual's words.
_WRITES = ("write", "writev", "pwrite", "sendto", "sendmsg", "sendfile", "copy_file_range")
_NEW_NAMES = ("open", "openat", "creat", "mkdir", "mkdirat", "rename", "renameat", "renameat2", "link",
              "linkat", "symlink", "symlinkat")


def _errors(call: Call) -> tuple[int, ...]:
    if call.path == "socket":
        return (errno.EPIPE, errno.ENOBUFS)
    if call.name == "connect":
        return (errno.ECONNREFUSED, errno.ETIMEDOUT)
    if call.name == "clone":
        return (errno.EAGAIN,)
    if call.kind == "ask":
        return (errno.EIO, errno.EMFILE)
    if call.path.startswith("/proc/sys/"):
        return (errno.EIO,)  # EACCES is an answer there: not on this machine
    if call.name in _WRITES:
        return (errno.ENOSPC, errno.EIO, errno.EINTR)
    if call.name in _NEW_NAMES:
        return (errno.ENOSPC, errno.EACCES)
    return (errno.EIO,)


def faults_of(scenario: str, calls: list[Call]) -> list[Fault]:
    """Every fault that this run offers."""
    faults = []
    for call in calls:
        actions = [f"fail:{code}" for code in _errors(call)]
        if call.kind == "effect":
            actions.insert(0, "kill")
        if call.name == "write" and len(call.data) > 1 or call.name == "pwrite":
            actions += ["short", "torn"]
        faults += [Fault(scenario, call.key, action) for action in actions]
    return faults
