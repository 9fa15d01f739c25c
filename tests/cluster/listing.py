"""A machine as text, to be compared: what is where, what is mounted, what runs."""

import difflib

# Written by the system itself while it lives, whoever uses it; and what the
# tests' own commands leave (kubectl's cache, the archive of an image).
NOISE = ["/proc", "/sys", "/dev", "/tmp", "/var/tmp", "/run/systemd", "/run/log", "/run/udev", "/run/credentials",
         "/run/host", "/var/log/journal", "/var/lib/systemd", "/root/.kube", "/root/web.tar", "/mirror",
         # userdel and systemd-sysusers keep copies of what they change
         "/etc/passwd-", "/etc/group-", "/etc/shadow-", "/etc/gshadow-", "/etc/.pwd.lock",
         # locks and caches of iptables and the journal
         "/run/xtables.lock", "/run/ebtables.lock", "/run/blkid", "/run/mount"]

SCRIPTS = {
    "paths": "find / /run /opt /var/lib -xdev \\( {prune} \\) -prune -o -printf '%p %y %m %u:%g %l\\n' | sort -u",
    "mounts": "findmnt -rno TARGET,FSTYPE | grep -v -e ' autofs' -e /run/credentials -e /run/systemd | sort",
    "interfaces": "ip -o link | cut -d: -f2 | cut -d@ -f1 | sort",
    "network namespaces": "ls /run/netns 2>/dev/null; true",
    # A built-in chain without rules is the kernel's or iptables' own.
    "firewall": "for v in iptables-legacy iptables-nft ip6tables-legacy ip6tables-nft; do"
                " $v-save 2>/dev/null | grep -e '^-A' -e '^:.* - ' -e '^:.* DROP' | sed \"s/ \\[.*//; s/^/$v /\"; done",
    # Tables of the second kind are what iptables-nft makes and leaves empty.
    "nftables": "nft list tables | grep -v -e ' filter$' -e ' nat$' -e ' mangle$' -e ' raw$' -e ' security$'; true",
    "users": "getent passwd; getent group",
    "cgroups": "find /sys/fs/cgroup -type d | grep -v -e /init.scope -e /user.slice -e '\\.mount$' -e 'systemd-' | sort",
    "processes": "ps -eo args= | grep -v -e '^ps ' -e '^sh -c ps' -e '^sort' -e '^grep' -e nsenter | sort",
    # Not those of mounts: they follow the kernel's table, which "mounts" shows, a little later.
    "units": "systemctl list-units --all --plain --no-legend --type=service,slice,scope,target,socket"
             " | cut -d' ' -f1 | grep -v -e 'systemd-' -e '^run-' | sort",
    "kernel parameters": "sysctl -a 2>/dev/null | grep -e ip_forward -e 'all.route_localnet' -e 'default.forwarding'",
}


def listing(machine) -> dict[str, list[str]]:
    prune = " -o ".join(f"-path '{path}'" for path in NOISE)
    return {name: machine.run(["sh", "-c", script.replace("{prune}", prune)], timeout=60,
                              check=False).stdout.splitlines()
            for name, script in SCRIPTS.items()}


def differences(before, after) -> str:
    lines = []
    for name, old in before.items():
        changed = [line for line in difflib.unified_diff(old, after[name], "before", "after", lineterm="", n=0)
                   if not line.startswith(("---", "+++", "@@"))]
        lines += [f"{name}:"] + changed if changed else []
    return "\n".join(lines)
