"""Lets these tests import what those of the cluster do; importing lab adds its own."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / "cluster")]

import lab  # noqa: E402, F401
