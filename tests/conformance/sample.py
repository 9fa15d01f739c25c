"""Which of upstream's conformance tests are run here, and why the others are not."""

import re
from dataclasses import dataclass

import yaml

GROUPS = ("sig-network", "sig-node")

_MINUTES = "takes four minutes or more with one pod"
_ALONE = "taints the nodes on which the other tests run: it must run alone"

# A part of the test's name → why it is not in the sample.
EXCLUDED = {
    "[sig-node] ImageVolume": "pulls its image from a registry, always",
    "[sig-node] NoExecuteTaintManager": _ALONE,
    "Probing container should *not* be restarted": _MINUTES,
    "podspec updates and verify generation": _MINUTES,
    "Probing container should have monotonically increasing restart count": _MINUTES,
    "verify that a failing subpath expansion can be modified": _MINUTES,
}


@dataclass(frozen=True)
class Sample:
    wanted: frozenset[str]
    excluded: dict[str, str]


def sample(group: str, listed: str) -> Sample:
    """The tests of one group in conformance.yaml, the list that upstream keeps, by their full names."""
    names = {test["codename"] for test in yaml.load(listed, yaml.CSafeLoader)}
    names = {name for name in names if name.startswith(f"[{group}] ")}
    excluded = {name: why for name in names for part, why in EXCLUDED.items() if part in name}
    return Sample(frozenset(names - excluded.keys()), excluded)


# What of sig-node runs beside it, in the process that runs sig-network: both then take about as long.
_LENT = "Pod InPlace|RuntimeClass|Secrets|Security Context|Variable Expansion"


def halves() -> list[list[str]]:
    """The words that let two processes of e2e.test, at once, run all of the sample between them."""
    lent = rf"\[sig-node\] ({_LENT})"
    never = [re.escape(part) for part in EXCLUDED]
    return [[rf"--ginkgo.focus=(\[sig-network\]|{lent}).*\[Conformance\]", f"--ginkgo.skip={'|'.join(never)}"],
            [r"--ginkgo.focus=\[sig-node\].*\[Conformance\]", f"--ginkgo.skip={'|'.join([*never, lent])}"]]
