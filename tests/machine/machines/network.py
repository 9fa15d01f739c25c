"""The network of a session: one bridge, to which every machine is plugged.

The bridge lives in a namespace of its own, the switch: machines reach each
other and what the test serves there, and never the host's network.
"""

from pathlib import Path

from . import commands
from .cgroups import ControlGroup, argv_inside

NAMESPACES = Path("/run/netns")
SWITCH_ADDRESS = "10.77.0.1"
PREFIX_LENGTH = 24
BRIDGE = "br0"
MACHINE_LINK = "eth0"


def namespaces_named(prefix):
    if not NAMESPACES.exists():
        return []
    return sorted(path.name for path in NAMESPACES.glob(prefix + "*"))


def delete_namespace(name):
    if (NAMESPACES / name).exists():
        commands.run(["ip", "netns", "delete", name])


def _ip(namespace, *words):
    commands.run(["ip", "-netns", namespace, *words])


class Switch:
    """The namespace with the bridge; also where a test runs its servers."""

    def __init__(self, name):
        self.name = name
        self.address = SWITCH_ADDRESS
        self._group = ControlGroup(name)

    def create(self):
        self._group.create()
        commands.run(["ip", "netns", "add", self.name])
        _ip(self.name, "link", "set", "lo", "up")
        _ip(self.name, "link", "add", BRIDGE, "type", "bridge")
        _ip(self.name, "address", "add", f"{self.address}/{PREFIX_LENGTH}",
            "dev", BRIDGE)
        _ip(self.name, "link", "set", BRIDGE, "up")
        # a router without further routes says "unreachable" at once, as a
        # site's would; a silent one costs old kubelets 10 s of asking clouds
        commands.run(["ip", "netns", "exec", self.name,
                      "sysctl", "--quiet", "--write", "net.ipv4.ip_forward=1"])

    def argv(self, argv):
        """argv that runs the command on this host, in the switch's network.

        It is in the switch's control group, so it ends with the session.
        """
        return argv_inside(self._group.directories,
                           ["ip", "netns", "exec", self.name, *argv])

    def run(self, argv, **options):
        return commands.run(self.argv(argv), shown_as=argv, **options)

    def plug(self, namespace, number):
        """A fresh namespace with an address here and a default route."""
        port = f"port{number}"
        commands.run(["ip", "netns", "add", namespace])
        _ip(self.name, "link", "add", port, "type", "veth",
            "peer", "name", MACHINE_LINK, "netns", namespace)
        _ip(self.name, "link", "set", port, "master", BRIDGE, "up")
        _ip(namespace, "link", "set", "lo", "up")
        _ip(namespace, "address", "add", f"{address(number)}/{PREFIX_LENGTH}",
            "dev", MACHINE_LINK)
        _ip(namespace, "link", "set", MACHINE_LINK, "up")
        # Kubernetes takes the node's address from the default route
        _ip(namespace, "route", "add", "default", "via", self.address)

    def unplug(self, namespace, number):
        """The port by itself: the kernel removes namespaces in its own time."""
        if (NAMESPACES / namespace).exists():
            _ip(self.name, "link", "delete", f"port{number}")
            delete_namespace(namespace)

    def set_link(self, number, state):
        """Pull the cable of a machine ("down"), or put it back ("up")."""
        _ip(self.name, "link", "set", f"port{number}", state)


def address(number):
    return f"{SWITCH_ADDRESS.rsplit('.', 1)[0]}.{10 + number}"
