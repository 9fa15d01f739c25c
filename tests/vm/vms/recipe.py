"""What is on the disk of a virtual machine before a site prepares it: a plain
Debian that boots by itself, with what the README says the program needs."""

from collections.abc import Sequence
from pathlib import Path

from machines import debian
from machines import recipe as machine_recipe

_PACKAGES = [
    "ca-certificates", "dbus", "e2fsprogs", "initramfs-tools", "iproute2",
    "iptables", "kmod", "linux-image-cloud-amd64", "mount", "nftables", "procps",
    "systemd", "systemd-sysv", "udev",
    # how tests run commands inside
    "qemu-guest-agent",
]

# Ways to set a machine up; without their sign at boot they do nothing.
_WAYS = {
    debian.BOOKWORM: [
        "cloud-init", "live-boot",
        # cloud-init needs it under a virtual name, which debootstrap does not know
        "python3-cffi-backend",
    ],
    debian.TRIXIE: [],
}

_FILES = {
    "etc/hostname": "debian\n",
    "etc/hosts": "127.0.0.1 localhost\n127.0.1.1 debian\n",
    "etc/fstab": "/dev/vda / ext4 errors=remount-ro 0 1\n",
    # made at the first boot
    "etc/machine-id": "",
    # the emulator's; nothing answers behind it
    "etc/resolv.conf": "nameserver 10.0.2.3\n",
    "etc/systemd/network/80-wired.network":
        "[Match]\nType=ether\nName=en* eth*\n[Network]\nDHCP=ipv4\n",
}


def ensure(suite: str) -> Path:
    """The tree, never to be written to."""
    packages = [*_PACKAGES, *_WAYS[suite], *machine_recipe.LIBRARIES[suite]]
    return debian.Tree("vm-root", suite, packages, [Path(__file__)],
                       finish=_turn_into_machine).ensure()


def kernel_and_initrd(tree: Path) -> tuple[Path, Path]:
    return _only(tree, "boot/vmlinuz-*"), _only(tree, "boot/initrd.img-*")


def _only(tree: Path, pattern: str) -> Path:
    found: Sequence[Path] = list(tree.glob(pattern))
    if len(found) != 1:
        raise FileNotFoundError(f"{pattern} in {tree}: {len(found)} files, not one")
    return found[0]


def _turn_into_machine(root: Path) -> None:
    for path, text in _FILES.items():
        (root / path).write_text(text)
    wants = root / "etc/systemd/system/multi-user.target.wants"
    wants.mkdir(parents=True, exist_ok=True)
    (wants / "systemd-networkd.service").symlink_to(
        "/usr/lib/systemd/system/systemd-networkd.service")
    online = root / "etc/systemd/system/network-online.target.wants"
    online.mkdir(parents=True, exist_ok=True)
    (online / "systemd-networkd-wait-online.service").symlink_to(
        "/usr/lib/systemd/system/systemd-networkd-wait-online.service")
    debian.remove_ballast(root)
