"""The kernel's log since a point in time.

It is one log for the host and all machines; generators write to it, since at
their time there is no journal.
"""

import os


class KernelLog:
    def __init__(self):
        self._text = ""
        self._fd = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        os.lseek(self._fd, 0, os.SEEK_END)

    def text(self):
        """Every line written since this object was made."""
        while True:
            try:
                record = os.read(self._fd, 8192).decode(errors="replace")
            except BlockingIOError:
                return self._text
            except BrokenPipeError:
                # records were overwritten before we came; the next read goes on
                continue
            self._text += record.partition(";")[2].splitlines()[0] + "\n"

    def close(self):
        os.close(self._fd)
