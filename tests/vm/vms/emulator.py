"""One time that a virtual machine is switched on: a QEMU process.

Processors are emulated, by QEMU itself (TCG): KVM is not to be had on every
host, nor usable where it is.
"""

import os
import select
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from machines.commands import CLEAN_ENVIRONMENT, Deadline, TimedOut

from .hardware import Hardware

# Without vector instructions: programs choose them where they are, and emulated
# they are much slower than the plain code that is used instead.
_PROCESSOR = "qemu64"
AGENT_PORT = "org.qemu.guest_agent.0"
# What the kernel is told in any case. Without the mitigations, which protect
# nobody here, the emulation has less to do; and on a busy host it needs longer
# than any machine.
_CMDLINE = ["console=ttyS0", "mitigations=off", "systemd.default_timeout_start_sec=600"]


def argv(name: str, hardware: Hardware, directory: Path, boot: Sequence[str]) -> list[str]:
    """`boot` is what it boots from, where that is not the network; see disk_boot."""
    return [
        "qemu-system-x86_64", "-name", name, "-nodefaults", "-no-user-config",
        "-machine", "q35,sata=off", "-accel", "tcg,thread=multi", "-cpu", _PROCESSOR,
        "-smp", str(hardware.processors), "-m", hardware.memory,
        "-display", "none", "-vga", "none",
        # A machine that goes down is off, also after a panic; `start` is up to the test.
        "-no-reboot",
        "-device", "virtio-rng-pci", "-device", "virtio-serial-pci",
        *_chardev("console", f"file,path={directory / 'console.log'},append=on"),
        "-serial", "chardev:console",
        *_chardev("agent", f"socket,path={directory / 'agent'},server=on,wait=off"),
        "-device", f"virtserialport,chardev=agent,name={AGENT_PORT}",
        *_network(hardware),
        # its disk before the other drives, so that it is the first: /dev/vda
        *boot,
        *(word for drive in hardware.drives for word in _drive(drive, "readonly=on")),
    ]


def disk_boot(kernel: Path, initrd: Path, disk: Path, cmdline: Sequence[str]) -> list[str]:
    """Words for a machine that boots from its disk, as a boot loader would do it."""
    return [
        # Flushes need not reach the host's disk: the host stays up, so what
        # the machine had written is there after its power was cut.
        *_drive(disk, "cache=unsafe"),
        "-kernel", str(kernel), "-initrd", str(initrd),
        "-append", " ".join(["root=/dev/vda", "rw", *_CMDLINE, *cmdline]),
    ]


def _chardev(id: str, words: str) -> list[str]:
    kind, _, rest = words.partition(",")
    return ["-chardev", f"{kind},id={id},{rest}"]


def _drive(image: Path, how: str) -> list[str]:
    return ["-drive", f"file={image},format=raw,if=virtio,{how}"]


def _network(hardware: Hardware) -> list[str]:
    """QEMU's own: DHCP, and what the emulator's network namespace reaches."""
    backend, device = "user,id=net,ipv6=off", "virtio-net-pci,netdev=net"
    if boot := hardware.network_boot:
        backend += f",tftp={boot.directory},bootfile={boot.script}"
        device += ",bootindex=0"
    else:
        device += ",romfile="
    return ["-netdev", backend, "-device", device]


class Emulator:
    def __init__(self, command: Sequence[str], output: Path):
        with open(output, "ab") as file:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=CLEAN_ENVIRONMENT,
                # not killed by the Ctrl-C that is meant for the test
                start_new_session=True)
        self._exit = os.pidfd_open(self._process.pid)

    def is_running(self) -> bool:
        return self._process.poll() is None

    def wait_exit(self, deadline: Deadline) -> None:
        """For a machine that goes down by itself."""
        if not select.select([self._exit], [], [], deadline.remaining())[0]:
            raise TimedOut(f"machine still up after {deadline.seconds} s")
        self._process.wait()

    def kill(self) -> None:
        """From one instruction to the next, as when the power goes."""
        if self.is_running():
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._exit)
