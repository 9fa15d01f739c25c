"""From which state, with which command: the runs that faults are injected into."""

from dataclasses import dataclass

NODE_YAML = """\
profile: stand
release: {release}
mirrors: [{mirror}]
components: [{components}]
settings:
  alpha: {{word: {word}}}
  beta: {{word: {word}}}
"""


@dataclass(frozen=True)
class Wish:
    """What node.yaml says."""

    release: str = "1.1.0"
    word: str = "first"
    components: str = "delta"

    def text(self, mirror: str) -> str:
        return NODE_YAML.format(mirror=mirror, **vars(self))


# The time in which a changed node is only watched has no injection points.
INSTALL = ("install", "--stable-for", "0")


@dataclass(frozen=True)
class Scenario:
    name: str
    before: tuple[Wish, ...]  # installed one after the other; the last one runs
    wish: Wish  # what node.yaml says when the command is given
    command: tuple[str, ...] = INSTALL
    found: str = ""  # a shell command in the machine before all of it; installs get --force then
    damage: str = ""  # a shell command in the machine, right before the command
    # what a run says that finds nothing to do, and its exit status
    content: str = "Nothing to do:"
    content_status: int = 0
    # whether the end is known by the generations that are left, too
    counts_generations: bool = False


# A file of the store with another mode, another one gone, a host file edited, a
# certificate and a link gone.
_DAMAGE = """\
chmod 0755 /opt/k8s-node/store/single-1.1.0-*/bin/beta
chmod 0755 /opt/k8s-node/store/pair-1.1.0-*/bin; rm /opt/k8s-node/store/pair-1.1.0-*/bin/gamma
echo "word = edited" > /etc/beta.conf
rm /etc/kubernetes/pki/server.crt /usr/local/bin/alpha
"""

# What is somebody else's, and what --force puts aside.
_THEIRS = """\
echo theirs > /etc/beta.conf; chmod 0600 /etc/beta.conf
ln -s nowhere /usr/local/bin/alpha
mkdir /etc/sysctl.d/90-stand-base.conf
"""

_ONE, _TWO, _NEWER = Wish(), Wish(word="second", components=""), Wish(release="1.2.0")

SCENARIOS = [
    Scenario("first", (), _ONE),
    Scenario("change", (_ONE,), _TWO),
    Scenario("release", (_ONE,), _NEWER),
    Scenario("repair", (_ONE,), _ONE, damage=_DAMAGE),
    Scenario("nothing", (_ONE,), _ONE),
    Scenario("rollback", (_ONE, _TWO), _TWO, ("rollback", "1", "--stable-for", "0")),
    Scenario("generation-gc", (_ONE, _TWO, _ONE), _ONE, ("generation", "gc", "--keep", "1"),
             content="", counts_generations=True),
    Scenario("forced", (), _ONE, (*INSTALL, "--force"), found=_THEIRS),
    Scenario("reset", (_ONE, _TWO), _TWO, ("reset", "--yes"), found=_THEIRS,
             content="has installed nothing on this machine", content_status=5),
]
