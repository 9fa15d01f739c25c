#!/usr/bin/env python3
"""YAML that is strange, broken or hostile: it works, or is refused at a place.

    strange_yaml.py K8S-NODE-INSTALL SOURCE
"""

import sys

from machine import mistakes_in, run

GOOD = "good"
MAX_PODS = "profile: single\nsettings: {kubelet: {max_pods: %s}}\n"

# name, node.yaml, GOOD or (line, pieces of the message)
CASES = [
    ("nothing", "# only a comment\n", (1, ["no profile is chosen"])),
    ("byte order mark", b"\xef\xbb\xbfprofile: single\n", GOOD),
    ("byte order mark before a mistake", b"\xef\xbb\xbfprofil: single\n", (1, ["unknown key"])),
    ("line ends of DOS", "profile: single\r\nsettings:\r\n  kubelet: {max_pods: 7}\r\n", GOOD),
    ("one document with its marks", "---\nprofile: single\n...\n", GOOD),
    ("two documents", "profile: single\n---\nprofile: worker\n", (2, ["more than one YAML document"])),
    ("anchor and alias", "profile: &p single\nrelease: *p\n", (1, ["anchors (&name) are not supported"])),
    ("merge key", "profile: single\nsettings:\n  <<: {kubelet: {max_pods: 7}}\n", (3, ["unknown component '<<'"])),
    ("tag", "profile: !!str single\n", (1, ["tags (tag:yaml.org,2002:str) are not supported"])),
    ("tab as indentation", "profile: single\nsettings:\n\tkubelet: {}\n", (3, ["a tab in the indentation"])),
    ("unclosed quote", "# one\nprofile: 'single\n", (2, ["the quote is not closed"])),
    ("unclosed bracket", "profile: single\nsettings: {kubelet: {max_pods: 7}\nmirrors: []\n", (2, ["'{' is not closed"])),
    ("crooked indentation", "settings:\n    kubelet: {}\n  node: {}\n", (3, ["matches no line above"])),
    ("one enormous value", MAX_PODS % ("x" * (20 << 20)), (1, ["larger than 8 MiB"])),
    ("deep nesting", "profile: single\nsettings: " + "{a: " * 5000 + "}" * 5000 + "\n", (2, ["nested too deeply"])),
    ("deep list", "[" * 100000, (1, ["nested too deeply"])),
    ("huge number", MAX_PODS % ("9" * 400), (2, ["an integer from 1 to 1000"])),
    ("numbers of YAML 1.2", MAX_PODS % "0x10", GOOD),
    ("number of YAML 1.1", MAX_PODS % "0b101", (2, ["an integer"])),
    ("boolean of YAML 1.2", "profile: single\nsettings: {kubelet: {fail_swap_on: False}}\n", GOOD),
    ("boolean of YAML 1.1 in a tree",
     "profile: single\noverride: {kubelet: {configs: {kubelet.yaml: {tree: {failSwapOn: no}}}}}\n",
     (2, ["'no' is a string in YAML 1.2", "write true or false"])),
    ("real", MAX_PODS % "7.0", (2, ["an integer"])),
    ("not UTF-8", b"profile: single\n# caf\xe9\n", (2, ["this is not UTF-8 text"])),
    ("UTF-16", "profile: single\n".encode("utf-16"), (1, ["this is not UTF-8 text"])),
    ("NUL", b"profile: single\n\x00\n", (2, ["NUL byte"])),
    ("surrogate", 'profile: single\nsettings: {cluster: {name: "\\ud800"}}\n', (2, ["invalid Unicode character"])),
    ("escaped control character", 'profile: single\nsettings: {cluster: {name: "\\e[31m"}}\n', (2, ["control character"])),
    ("no map at all", "- profile\n", (1, ["must be a map, not a list"])),
    ("map as key", "? {a: b}\n: c\n", (1, ["a map key must be a scalar"])),
    ("characters of several bytes", "profile: single\nsettings: {cluster: {name: \"ä€\", domain: Ö}}\n", (2, ["a DNS name"])),
    ("one endless line", "profile: single\nsettings: {cluster: {name: %s, domain: Ö}}\n" % ("é" * 5000), (2, ["a DNS name"])),
]


def faults(name, text, expected) -> list[str]:
    done = run(["config", "check"], {"node.yaml": text})
    status = 0 if expected is GOOD else 3
    if done.returncode != status:
        return [f"{name}: exit status {done.returncode}, not {status}\n{done.stdout}{done.stderr}"]
    if len(done.stderr) > 20000:
        return [f"{name}: an answer of {len(done.stderr)} bytes"]
    if expected is GOOD:
        return []
    line, pieces = expected
    if "one endless line" in name:
        found = "domain" in done.stderr and pieces[0] in done.stderr and len(done.stderr) < 2000
    else:
        found = any((line is None or m.line == line) and all(p in m.text for p in pieces)
                    for m in mistakes_in(done.stderr))
    return [] if found else [f"{name}: not said at line {line}: {pieces}\n{done.stderr}"]


def main() -> int:
    wrong = [fault for case in CASES for fault in faults(*case)]
    print("\n".join(wrong) or f"{len(CASES)} strange files answered")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
