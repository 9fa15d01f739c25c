"""A virtual machine: prepare its disk, switch it on, run commands, cut its power."""

from pathlib import Path

from machines import Session, commands, leftovers
from machines.cgroups import ControlGroup, argv_inside
from machines.commands import Deadline, Result
from machines.files import FileAccess

from . import emulator, recipe
from .agent import Agent, AgentSilent
from .disk import Disk
from .hardware import Hardware


class PoweredOff(Exception):
    """The machine went down while something was still expected of it."""


class VirtualMachine(FileAccess):
    """Until its first start the files of its disk can be written and commands run on them, in a
    chroot; from then on the machine itself is asked."""

    def __init__(self, session: Session, name: str, hardware: Hardware):
        self.name = name
        self.hardware = hardware
        self.full_name = f"{session.name}-{name}"
        self.directory = session.directory / name
        self._switch = session.switch
        self._group = ControlGroup(self.full_name)
        self._tree = recipe.ensure(hardware.suite)
        self._disk = Disk(self.directory, self._tree, hardware.disk)
        self._agent = Agent(self.directory / "agent")
        self._emulator: emulator.Emulator | None = None
        session.adopt(self)

    @property
    def tree(self) -> Path:
        """Its files before the first boot, for who makes an image of another kind."""
        return self._disk.root

    def create(self) -> None:
        """Make the disk; `start` boots from it."""
        self.directory.mkdir()
        self._disk.create()

    # --- power -----------------------------------------------------------

    def start(self, timeout: float = 600) -> None:
        """Switch on, and wait until commands can be run."""
        deadline = Deadline(timeout)
        self.power_cut()
        words = emulator.argv(self.full_name, self.hardware, self.directory, self._boot_words())
        self._group.create()
        # in the switch's network, in a group of its own: so it ends with the session
        in_network = ["ip", "netns", "exec", self._switch.name, *words]
        self._emulator = emulator.Emulator(argv_inside(self._group.directories, in_network),
                                           self.directory / "emulator.log")
        deadline.wait_until(lambda: self._answers(deadline), f"{self.name} to run its agent", every=0.5)

    def _boot_words(self) -> list[str]:
        if self.hardware.network_boot:
            return []
        self._disk.make_image()
        return emulator.disk_boot(*recipe.kernel_and_initrd(self._tree), self._disk.image, self.hardware.cmdline)

    def power_cut(self) -> None:
        """Nothing is told and nothing is written any more; `start` boots from the same disk."""
        if self._emulator:
            self._emulator.kill()
            self._emulator = None
        self._group.remove()

    def poweroff(self, timeout: float = 180) -> None:
        """An orderly shutdown."""
        try:
            self.run(["systemctl", "--no-block", "poweroff"])
        except AgentSilent:
            pass  # it can be off before it answers
        self.wait_down(timeout)

    def wait_down(self, timeout: float = 180) -> None:
        """For a shutdown or reboot that something in the machine has asked for."""
        self._emulator.wait_exit(Deadline(timeout))
        self.power_cut()

    def is_running(self) -> bool:
        return self._emulator is not None and self._emulator.is_running()

    def destroy(self) -> None:
        """Remove every trace of the machine from the host."""
        if self.directory.exists():
            self.power_cut()
            leftovers.remove([self.full_name], self.directory)

    # --- inside ----------------------------------------------------------

    def run(self, argv, **options) -> Result:
        """Run a command as root; see Agent.run. Before the first boot, in a chroot."""
        if self._emulator is None:
            return commands.run(["chroot", self._disk.root, *argv], shown_as=argv,
                                env=commands.CLEAN_ENVIRONMENT, **options)
        if not self.is_running():
            raise PoweredOff(f"{self.name} is off; its console ends so:\n{self.console()[-3000:]}")
        return self._agent.run(argv, **options)

    def journal(self, *words: str) -> str:
        return self.run(["journalctl", "--no-pager", "--boot", *words]).stdout

    def console(self) -> str:
        logs = [self.directory / name for name in ("console.log", "emulator.log")]
        return "".join(log.read_text(errors="replace") for log in logs if log.exists())

    def _answers(self, deadline: Deadline) -> bool:
        if not self.is_running():
            raise PoweredOff(f"{self.name} went down at its start:\n{self.console()[-3000:]}")
        return self._agent.answers(deadline)

    # --- files -------------------------------------------------------------

    def _in_tree(self, argv, **options) -> Result:
        return self.run(argv, **options)

    def _argv_in_tree(self, argv) -> list[str]:
        """For copies of many files, which belong before the first boot."""
        if self._disk.image.exists():
            raise RuntimeError(f"the disk of {self.name} is made already")
        return ["chroot", str(self._disk.root), *map(str, argv)]
