"""Whole machines for tests: their own kernel, in an emulator.

    with Session() as session:
        vm = VirtualMachine(session, "node", Hardware(cmdline=["quiet"]))
        vm.create()
        vm.write("/etc/hostname", "node\\n")
        vm.start()
        vm.run(["systemctl", "is-system-running"])

They belong to a session of the machines in tests/machine and sit in the network
of its switch: they reach what a test serves there and nothing else.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "machine"))

from .hardware import Hardware, NetworkBoot  # noqa: E402
from .virtual_machine import VirtualMachine  # noqa: E402

__all__ = ["Hardware", "NetworkBoot", "VirtualMachine"]
