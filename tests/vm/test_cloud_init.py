"""Debian's cloud-init, with user-data as in docs/boot."""

import pytest
from hall import DOCS, boot_into_node
from machines import commands

META_DATA = "instance-id: vm-b-1\nlocal-hostname: vm-b\n"


@pytest.fixture
def seed(tmp_path):
    """The drive by which a hypervisor hands cloud-init its data (NoCloud)."""
    (tmp_path / "meta-data").write_text(META_DATA)
    (tmp_path / "user-data").write_text((DOCS / "user-data").read_text())
    commands.run(["genisoimage", "-quiet", "-output", tmp_path / "seed.iso", "-volid", "cidata", "-joliet", "-rock",
                  tmp_path / "user-data", tmp_path / "meta-data"])
    return tmp_path / "seed.iso"


def test_cloud_init_makes_a_node(hall, virtual_machines, seed, record_testsuite_property):
    vm = virtual_machines(drives=[seed])
    hall.bake(vm)
    vm.write("/etc/default/locale", "LANG=C.UTF-8\n")  # as Debian's own images for clouds have it
    boot_into_node(vm, "vm-b", record_testsuite_property)
    assert vm.run(["cloud-init", "status"]).stdout.strip() == "status: done"
