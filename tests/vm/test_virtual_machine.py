"""What the other tests rely on."""

import pytest
from machines import CommandFailed, commands

# Of nobody; reserved for documentation.
OUTSIDE = "198.51.100.1"


def boot_id(vm):
    return vm.run(["cat", "/proc/sys/kernel/random/boot_id"]).stdout


def test_commands_power_and_the_way_out(virtual_machines, machine_session):
    vm = virtual_machines(cmdline=["systemd.hostname=somebody"])
    vm.write("/srv/before", "prepared\n")
    vm.start()
    assert vm.run(["tr", "a-z", "A-Z"], input="up\n").stdout == "UP\n"
    assert vm.run(["sh", "-c", "echo said >&2; exit 3"], check=False) == (3, "", "said\n")
    with pytest.raises(CommandFailed, match="exit status 1"):
        vm.run(["false"])
    assert vm.run(["hostname"]).stdout == "somebody\n" and vm.read("/srv/before") == "prepared\n"
    assert vm.run(["uname", "-r"]).stdout != commands.run(["uname", "-r"]).stdout
    assert vm.run(["systemctl", "is-system-running", "--wait"], timeout=300).stdout == "running\n"

    # All its packets are the emulator's, which has no way out.
    assert machine_session.switch.run(["ip", "route", "get", OUTSIDE], check=False).rc != 0

    vm.write("/srv/after", "kept\n")
    vm.run(["sync", "/srv/after"])
    first = boot_id(vm)
    vm.power_cut()
    assert not vm.is_running()
    vm.start()
    assert boot_id(vm) != first and vm.read("/srv/after") == "kept\n"
    vm.poweroff()
    assert not vm.is_running() and "Power down" in vm.console()
