"""From which state, with which command: the runs that faults are injected into."""

from dataclasses import dataclass, field

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


@dataclass(frozen=True)
class Scenario:
    name: str
    after: Wish | None  # what is installed and running before; None: nothing
    wish: Wish
    command: tuple[str, ...] = ("install",)
    # a shell command in the machine, between the two
    damage: str = ""
    nothing_left: tuple[str, ...] = field(default=("install",))


# A file of the store with another mode, another one gone, a host file edited, a
# certificate and a link gone.
_DAMAGE = """\
chmod 0755 /opt/k8s-node/store/single-1.1.0-*/bin/beta
chmod 0755 /opt/k8s-node/store/pair-1.1.0-*/bin; rm /opt/k8s-node/store/pair-1.1.0-*/bin/gamma
echo "word = edited" > /etc/beta.conf
rm /etc/kubernetes/pki/server.crt /usr/local/bin/alpha
"""

SCENARIOS = [
    Scenario("first", None, Wish()),
    Scenario("change", Wish(), Wish(word="second", components="")),
    Scenario("release", Wish(), Wish(release="1.2.0")),
    Scenario("repair", Wish(), Wish(), damage=_DAMAGE),
    Scenario("nothing", Wish(), Wish()),
]
