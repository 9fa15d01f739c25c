"""A run of the program in a machine, and the signal that ends it.

The time is taken on the host, whose clock and process table the machine's
processes share: from the signal until the kernel says that the process is gone.
"""

import fcntl
import os
import select
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from machines import Deadline
from machines.commands import TimedOut

PROGRAM = "k8s-node-install"
PATIENCE = 30  # seconds, for a run to get where it is to be interrupted
# of x86-64: poll, ppoll, epoll_wait, epoll_pwait and epoll_pwait2
POLLS = (7, 271, 232, 281, 441)
WRITES = (1, 20)


class Ended(NamedTuple):
    milliseconds: float
    status: int  # as a shell puts it
    said: str


class Run:
    """Under way. `until…` returns once it waits, `interrupt` ends it; a context manager that leaves none behind."""

    def __init__(self, machine, *words: str, environment: tuple[str, ...] = (), terminal: bool = False,
                 stuck: bool = False):
        """`terminal`: it talks to one, `stuck`: to a pipe that is full and that nobody reads."""
        self._words = " ".join(words)
        self._news = threading.Condition()
        self._said = ""
        self._silent = stuck
        self.reader, self.writer = os.openpty() if terminal else os.pipe()
        if stuck:
            os.write(self.writer, bytes(fcntl.fcntl(self.writer, fcntl.F_SETPIPE_SZ, 4096)))
        self._process = machine.popen(
            ["env", *environment, PROGRAM, *words],
            stdin=self.writer if terminal else subprocess.DEVNULL, stdout=self.writer, stderr=self.writer)
        try:
            self.pid = self._find()
        except BaseException:
            self._process.kill()
            raise
        self._handle = os.pidfd_open(self.pid)
        if not terminal:
            self._close_writer()
        if not stuck:
            threading.Thread(target=self._read, daemon=True).start()

    def _close_writer(self) -> None:
        if self.writer is not None:
            os.close(self.writer)
            self.writer = None

    def _find(self) -> int:
        """The program as a process of the host: the child of the one that entered the machine."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")

        def child():
            with suppress(FileNotFoundError):
                for pid in map(int, children.read_text().split()):
                    if Path(f"/proc/{pid}/comm").read_text().strip() == PROGRAM[:15]:
                        return pid
            return None

        return Deadline(PATIENCE).wait_until(child, f"{self._words} to start")

    def _read(self) -> None:
        with suppress(OSError):  # a terminal's other end is closed
            while data := os.read(self.reader, 65536):
                with self._news:
                    self._said += data.decode(errors="replace")
                    self._news.notify_all()
        with self._news:
            self._silent = True
            self._news.notify_all()

    def until(self, text: str) -> "Run":
        """Returns once it has said that."""
        with self._news:
            self._news.wait_for(lambda: text in self._said or self._silent, PATIENCE)
            if text not in self._said:
                raise TimedOut(f"{self._words} did not say {text!r}:\n{self._said}")
        return self

    def until_it(self, condition, what: str) -> "Run":
        """Returns once that holds, for a wait that shows elsewhere."""
        def reached():
            if self._process.poll() is not None:
                raise TimedOut(f"{self._words} ended before it {what}:\n{self._said}")
            return condition()

        Deadline(PATIENCE).wait_until(reached, f"{self._words}, until it {what}:\n{self._said}")
        return self

    def until_it_polls(self) -> "Run":
        """Returns once its first thread waits for descriptors."""
        return self.until_it(lambda: self.is_in(POLLS), "polls")

    def is_in(self, system_calls) -> bool:
        with suppress(ProcessLookupError, FileNotFoundError):
            return Path(f"/proc/{self.pid}/syscall").read_text().split()[0] in map(str, system_calls)
        return False

    def connects_to(self, port: int) -> bool:
        """True while its connection to this port is not answered."""
        lines = map(str.split, Path(f"/proc/{self.pid}/net/tcp").read_text().splitlines()[1:])
        return any(line[2].endswith(f":{port:04X}") and line[3] == "02" and self.has_open(f"socket:[{line[9]}]")
                   for line in lines)

    def has_open(self, name: str) -> bool:
        with suppress(FileNotFoundError):
            return any(os.readlink(entry).endswith(name) for entry in Path(f"/proc/{self.pid}/fd").iterdir())
        return False

    def interrupt(self, number: int = signal.SIGINT) -> Ended:
        began = time.monotonic()
        signal.pidfd_send_signal(self._handle, number)
        gone, _, _ = select.select([self._handle], [], [], PATIENCE)
        took = time.monotonic() - began
        if not gone:
            raise TimedOut(f"{self._words} goes on after {signal.Signals(number).name}:\n{self._said}")
        status = self._process.wait()
        self._close_writer()
        with self._news:
            self._news.wait_for(lambda: self._silent, PATIENCE)
        return Ended(took * 1000, 128 - status if status < 0 else status, self._said)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self) -> None:
        """Leaves nothing of it behind; more than once is once."""
        if self._handle is None:
            return
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        self._process.wait()
        self._close_writer()
        with self._news:
            self._news.wait_for(lambda: self._silent, PATIENCE)
        os.close(self.reader)
        os.close(self._handle)
        self._handle = None


def host_pid(machine, inside: str) -> int:
    """A process of the machine, by its id there, as a process of the host."""
    space = os.readlink(f"/proc/{machine.leader}/ns/pid")
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(FileNotFoundError, ProcessLookupError):
            ids = next(line for line in status.read_text().splitlines() if line.startswith("NSpid:")).split()
            if ids[-1] == inside and os.readlink(status.parent / "ns/pid") == space:
                return int(status.parent.name)
    raise ProcessLookupError(f"there is no process {inside} in {machine.name}")
