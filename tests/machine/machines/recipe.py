"""What is in the root image, and what makes a Debian tree a test machine."""

import gzip
import platform
import shutil
from pathlib import Path

from . import commands, debian

_PACKAGES = [
    # the system
    "dbus", "kmod", "libnss-systemd", "mount", "procps", "systemd",
    "systemd-sysv", "util-linux",
    # what a Kubernetes node calls
    "ca-certificates", "conntrack", "curl", "ebtables", "ethtool", "iproute2",
    "iptables", "nftables", "socat",
    "libseccomp2",
    # its load balancer, if it has one
    "haproxy",
]

# The libraries that the program is linked with, as each release calls them.
LIBRARIES = {
    debian.BOOKWORM: [
        "libarchive13", "libcurl4", "libfmt9", "libisal2", "libssl3",
        "libsystemd0", "libyaml-cpp0.7",
    ],
    debian.TRIXIE: [
        "libarchive13t64", "libcurl4t64", "libfmt10", "libisal2", "libssl3t64",
        "libsystemd0", "libyaml-cpp0.8",
    ],
}

# They have nothing to do in a machine that lives for a test: no console to log
# in at, no clock to keep, no network manager, nothing to clean up later.
MASKED_UNITS = [
    "apt-daily-upgrade.timer", "apt-daily.timer", "console-getty.service",
    "dpkg-db-backup.timer", "e2scrub_all.timer", "e2scrub_reap.service",
    "fstrim.timer", "getty.target",
    # Nodes run it under a unit of their own.
    "haproxy.service",
    "sys-kernel-debug.mount",
    "sys-kernel-tracing.mount", "systemd-ask-password-console.path",
    "systemd-ask-password-wall.path", "systemd-networkd-wait-online.service",
    "systemd-firstboot.service", "systemd-pstore.service",
    "systemd-timesyncd.service", "systemd-tmpfiles-clean.timer",
]

# Modules that node set-ups load. On a kernel that has them built in and ships
# no list of its modules, modprobe would say that they do not exist.
KERNEL_MODULES = {
    "br_netfilter": "BRIDGE_NETFILTER",
    "nf_conntrack": "NF_CONNTRACK",
    "nf_tables": "NF_TABLES",
    "overlay": "OVERLAY_FS",
    "vxlan": "VXLAN",
}

INIT = "/usr/local/sbin/machine-init"
_INIT_SOURCE = Path(__file__).with_name("machine-init")

_FILES = {
    "etc/fstab": "",
    "etc/hostname": "",
    # filled in when systemd first boots, or by the machine
    "etc/machine-id": "",
    # nothing listens there: names fail at once instead of after a timeout
    "etc/resolv.conf": "nameserver 10.77.0.1\n",
    # The journal of a machine is read while it lives. The kernel's log belongs
    # to the host and would drown it (see Machine.kernel_log).
    "etc/systemd/journald.conf.d/machine.conf":
        "[Journal]\nStorage=volatile\nReadKMsg=no\nRateLimitBurst=0\n",
}


def packages(suite):
    return _PACKAGES + LIBRARIES[suite]


def sources():
    """The files that decide what is in the image."""
    return [Path(__file__), _INIT_SOURCE]


def turn_into_machine(root):
    for path, text in _FILES.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    units = root / "etc/systemd/system"
    for unit in MASKED_UNITS:
        (units / unit).unlink(missing_ok=True)
        (units / unit).symlink_to("/dev/null")
    init = root / INIT.lstrip("/")
    shutil.copy(_INIT_SOURCE, init)
    init.chmod(0o755)
    _list_built_in_modules(root)
    debian.remove_ballast(root)
    _move_package_database(root)


def _list_built_in_modules(root):
    """Let modprobe find what is built into a kernel without a module list."""
    if Path("/lib/modules", platform.release()).exists():
        return
    config = Path("/proc/config.gz")
    options = gzip.decompress(config.read_bytes()).decode().splitlines() \
        if config.exists() else []
    built_in = [name for name, option in KERNEL_MODULES.items()
                if f"CONFIG_{option}=y" in options]
    modules = root / "usr/lib/modules" / platform.release()
    modules.mkdir(parents=True)
    (modules / "modules.order").touch()
    (modules / "modules.builtin").write_text(
        "".join(f"kernel/{name}.ko\n" for name in built_in))
    commands.run(["chroot", root, "depmod", platform.release()])


def _move_package_database(root):
    """Its thousand files would be copied for every machine, as /var/lib is."""
    (root / "var/lib/dpkg").rename(root / "usr/lib/dpkg-database")
    (root / "var/lib/dpkg").symlink_to("/usr/lib/dpkg-database")
