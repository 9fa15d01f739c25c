"""Which of upstream's conformance tests are run here, and why the others are not."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import yaml

GROUPS = ("sig-network", "sig-node")

# A part of the test's name → why it is not in the sample.
EXCLUDED = {
    "[sig-node] ImageVolume": "pulls its image from a registry, always",
    "read only busybox container should not write to root filesystem": "expects the words of another shell",
}
# Parts of the names of tests that take four minutes or more, in which they only wait for one pod.
WAITING = (("Probing container should *not* be restarted",),
           ("podspec updates and verify generation",
            "Probing container should have monotonically increasing restart count",
            "verify that a failing subpath expansion can be modified"))
# It taints the nodes on which the others run.
ALONE = "[sig-node] NoExecuteTaintManager"


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


def _any_of(parts: Iterable[str]) -> str:
    return "|".join(re.escape(part) for part in parts)


def shares() -> list[list[str]]:
    """The words of the processes of e2e.test that run the sample, but what runs alone, between them, all at once."""
    lent = rf"\[sig-node\] ({_LENT})"
    others = _any_of([*EXCLUDED, ALONE, *(part for parts in WAITING for part in parts)])
    return [[rf"--ginkgo.focus=(\[sig-network\]|{lent}).*\[Conformance\]", f"--ginkgo.skip={others}"],
            [r"--ginkgo.focus=\[sig-node\].*\[Conformance\]", f"--ginkgo.skip={others}|{lent}"],
            *([rf"--ginkgo.focus=\[sig-node\].*({_any_of(parts)}).*\[Conformance\]"] for parts in WAITING)]


def alone() -> list[str]:
    return [rf"--ginkgo.focus={re.escape(ALONE)}.*\[Conformance\]"]
