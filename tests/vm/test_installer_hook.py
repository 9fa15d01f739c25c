"""Debian's installer calls a machine into service, by the hooks in docs/boot/preseed.cfg.

The installer itself is not run: under emulation that would take longer than all
the other tests. Its late_command is, by its own shell and tools, in a target as
it leaves it, and the machine that comes of it boots with the words that the
preseed file gives the boot loader.
"""

import re
import shutil

import pytest
from hall import DOCS, boot_into_node, serve_files
from machines import commands
from machines.debian import BOOKWORM

# of the switch, that no machine has
PORT = 90

# What the installer's environment has: busybox, and in-target.
INSTALLER = """\
set -e
mount -t tmpfs none /mnt
mkdir /mnt/bin /mnt/etc /mnt/target /mnt/dev /mnt/proc
cp "$BUSYBOX" /mnt/bin/busybox
chroot /mnt /bin/busybox --install -s /bin
echo "$SERVER boot.example" > /mnt/etc/hosts
printf '#!/bin/sh\\nexec chroot /target "$@"\\n' > /mnt/bin/in-target
chmod +x /mnt/bin/in-target
mount --rbind /dev /mnt/dev
mount --bind "$TARGET" /mnt/target
mount -t proc proc /mnt/target/proc
mount --rbind /dev /mnt/target/dev
exec chroot /mnt /bin/sh -c "$COMMAND"
"""


def preseeded(question: str) -> str:
    """An answer of the preseed file, as the installer reads it: with its lines joined."""
    text = (DOCS / "preseed.cfg").read_text().replace("\\\n", "")
    return re.search(rf"^d-i {question} string (.*)$", text, re.M)[1].strip()


@pytest.fixture
def served(hall, tmp_path, virtual_machines):
    """install.tar.gz, as a site makes it: docs/boot/README.md."""
    site = virtual_machines("site")
    hall.bake(site)
    files = tmp_path / "k8s-node"
    files.mkdir()
    shutil.copytree(hall.tree, files / "tree")
    shutil.copytree(site.tree / "etc/k8s-node", files / "tree/etc/k8s-node")
    # as by somebody who is not root, and is careless
    commands.run(["chown", "-R", "1000:1000", files / "tree"])
    commands.run(["chmod", "-R", "g+w", files / "tree"])
    pack = re.search(r"^    (tar .* install.tar.gz .*)$", (DOCS / "README.md").read_text(), re.M)[1]
    commands.run(["sh", "-c", f"cd {files} && {pack}"])
    server = serve_files(hall.session, tmp_path)
    yield tmp_path
    server.kill()
    server.wait()


def run_late_command(session, vm) -> None:
    """In a network as the installer's: with an address and a default route."""
    switch, namespace = session.switch, f"{session.name}-installer"
    switch.plug(namespace, PORT)
    environment = [f"TARGET={vm.tree}", f"COMMAND={preseeded('preseed/late_command')}", "BUSYBOX=/bin/busybox",
                   f"SERVER={switch.address}"]
    try:
        switch.run(["ip", "netns", "exec", namespace, "env", *environment,
                    "unshare", "--mount", "sh", "-c", INSTALLER], timeout=300)
    finally:
        switch.unplug(namespace, PORT)


def test_the_installers_hooks_make_a_node(hall, virtual_machines, served, record_testsuite_property):
    words = preseeded("debian-installer/add-kernel-opts").split()
    vm = virtual_machines("vm-d", suite=BOOKWORM, cmdline=words)
    vm.write("/etc/hostname", "vm-d\n")
    run_late_command(hall.session, vm)
    owner = vm.run(["stat", "--format=%U:%G %a", "/usr", "/usr/bin", "/etc", "/usr/bin/k8s-node-install"]).stdout
    assert set(owner.splitlines()) == {"root:root 755"}
    hall.mirror.stop()
    try:
        boot_into_node(vm, "vm-d", record_testsuite_property)
    finally:
        hall.mirror.start()
