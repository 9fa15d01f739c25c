"""A machine without a disk: the network card's firmware (iPXE), Debian's live-boot, and docs/boot/boot.ipxe."""

import shutil

import pytest
from hall import DOCS, boot_into_node, serve_files
from machines import commands, debian
from vms import NetworkBoot
from vms.recipe import kernel_and_initrd

# In a root that is an overlay of memory and image, containerd needs a place
# that is none: docs/boot/README.md.
IN_MEMORY = (DOCS / "var-lib-containerd.mount").read_text()


@pytest.fixture
def served(hall, virtual_machines, tmp_path):
    """What a site's boot server has; the image is that of a machine which is never switched on."""
    image = virtual_machines("image", suite=debian.BOOKWORM)
    hall.bake(image)
    image.write("/etc/systemd/system/var-lib-containerd.mount", IN_MEMORY)
    image.run(["systemctl", "enable", "var-lib-containerd.mount"])
    files = tmp_path / "k8s-node"
    files.mkdir()
    kernel, initrd = kernel_and_initrd(image.tree)
    shutil.copy(kernel, files / "vmlinuz")
    shutil.copy(initrd, files / "initrd.img")
    commands.run(["mksquashfs", image.tree, files / "filesystem.squashfs", "-quiet", "-no-progress",
                  "-comp", "zstd", "-Xcompression-level", "3"], timeout=600)
    (tmp_path / "boot.ipxe").write_text((DOCS / "boot.ipxe").read_text())
    server = serve_files(hall.session, tmp_path)
    yield tmp_path
    server.kill()
    server.wait()


def test_a_network_boot_makes_a_node(virtual_machines, served, record_testsuite_property):
    vm = virtual_machines("vm-c", network_boot=NetworkBoot(served, "boot.ipxe"), memory="6G")
    boot_into_node(vm, "node-52-54-00-12-34-56", record_testsuite_property)  # QEMU's first network card
    assert vm.run(["stat", "--file-system", "--format=%T", "/"]).stdout.strip() == "overlayfs"
