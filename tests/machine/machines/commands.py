"""Run commands with a deadline, and say plainly what failed."""

import os
import shlex
import signal
import subprocess
import time
from typing import NamedTuple

# What a login on a fresh machine has; nothing of the caller's environment
# (proxies, locale, CA bundles) may leak into a test.
CLEAN_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "TERM": "dumb",
    "LANG": "C.UTF-8",
}


class Result(NamedTuple):
    rc: int
    stdout: str
    stderr: str


class TimedOut(Exception):
    """A bounded wait ended without the thing waited for."""


class CommandFailed(Exception):
    def __init__(self, argv, result):
        self.argv, self.result = argv, result
        super().__init__(
            f"{shlex.join(argv)}: exit status {result.rc}\n"
            f"--- stdout\n{result.stdout}--- stderr\n{result.stderr}"
        )


class Deadline:
    """A point in time shared by all the steps of one wait."""

    def __init__(self, seconds):
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def remaining(self):
        return max(0.0, self._end - time.monotonic())

    def passed(self):
        return self.remaining() == 0.0

    def wait_until(self, condition, what, every=0.01):
        """For conditions that offer nothing to wait on; `every` where asking is dear."""
        while not (value := condition()):
            if self.passed():
                raise TimedOut(f"{what}: not within {self.seconds} s")
            time.sleep(every)
        return value


def kill_group(process):
    """End a process started with start_new_session, and all its children."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def run(argv, *, shown_as=None, check=True, timeout=60, input=None, env=None):
    """Run argv on the host. Past the timeout the whole process group dies."""
    argv = [str(word) for word in argv]
    process = subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL if input is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
        start_new_session=True,
    )
    shown = [str(word) for word in shown_as or argv]
    if isinstance(input, str):
        input = input.encode()
    try:
        stdout, stderr = process.communicate(input, timeout)
    except subprocess.TimeoutExpired:
        kill_group(process)
        stdout, stderr = process.communicate()
        raise TimedOut(
            f"{shlex.join(shown)}: still running after {timeout} s\n"
            f"--- stdout\n{_text(stdout)}--- stderr\n{_text(stderr)}"
        ) from None
    except BaseException:
        kill_group(process)
        raise
    result = Result(process.returncode, _text(stdout), _text(stderr))
    if check and result.rc != 0:
        raise CommandFailed(shown, result)
    return result


def _text(output):
    return output.decode(errors="replace")
