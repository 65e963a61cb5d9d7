"""The command: measure, write ``benchmarks/results/cluster.json`` and ``docs/benchmarks-cluster.md``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import date
from importlib.metadata import version

from benchmarks.child import ROOT
from benchmarks.cluster.page import ORDER, merged, render
from benchmarks.cluster.scale import ENGINES, scale
from benchmarks.opinion.__main__ import machine
from benchmarks.progress import say

RESULTS = ROOT / "benchmarks" / "results" / "cluster.json"
PAGE = ROOT / "docs" / "benchmarks-cluster.md"


def main() -> None:
    """Parse, measure size by size, write after each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=__doc__)
    parser.add_argument("--votes", choices=ORDER, action="append", help="this size only")
    parser.add_argument("--only", choices=list(ENGINES), action="append", help="this engine only")
    parser.add_argument("--runs", type=int, default=2, help="timed runs of each")
    asked = parser.parse_args()
    for label in asked.votes or ORDER:
        before = os.getloadavg()[0]
        told = scale(label, tuple(asked.only or ENGINES), runs=asked.runs)
        told |= {
            "date": date.today().isoformat(),
            "machine": f"{machine()}, distributed {version('distributed')}",
            "load": [before, os.getloadavg()[0]],
            "command": " ".join(["python -m benchmarks.cluster", *sys.argv[1:]]),
        }
        results = merged(
            json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}, {label: told}
        )
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
        PAGE.write_text(render(results))
    say(f"written: {PAGE.relative_to(ROOT)} and {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
