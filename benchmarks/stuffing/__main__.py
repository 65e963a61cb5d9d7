"""The command: attack, write ``benchmarks/results/stuffing.json`` and ``docs/benchmarks-stuffing.md``."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import date
from typing import Any

from baithak.engine.opinion.readers import read
from benchmarks.child import ROOT
from benchmarks.opinion.__main__ import machine
from benchmarks.opinion.data import BIGGEST, SMALLEST, conversations
from benchmarks.progress import say
from benchmarks.stuffing.attack import KINDS, WAYS, bootstrap, run
from benchmarks.stuffing.page import render

RESULTS = ROOT / "benchmarks" / "results" / "stuffing.json"
PAGE = ROOT / "docs" / "benchmarks-stuffing.md"
SHARES = (0.02, 0.05, 0.1, 0.2, 0.3)
HONEST = 20


def main() -> None:
    """Attack every conversation but the smallest and the biggest, which takes long."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stuffing", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2, help="seeds 0 to N-1")
    parser.add_argument("--biggest", action="store_true", help="also the biggest conversation")
    asked = parser.parse_args()
    found = {
        name: read(folder)
        for name, folder in conversations().items()
        if name != SMALLEST and (asked.biggest or name != BIGGEST)
    }
    found = dict(sorted(found.items(), key=lambda one: one[1].n))
    ways: dict[str, Any] = {way: {} for way in WAYS}
    honest: dict[str, dict[str, int]] = {}
    for name, votes in found.items():
        honest[name] = {
            way: sum(bootstrap(votes, way, seed) for seed in range(HONEST)) for way in WAYS
        }
        for way in WAYS:
            ways[way][name] = {
                kind: {
                    str(share): [
                        asdict(run(votes, kind, way, share, seed)) for seed in range(asked.seeds)
                    ]
                    for share in SHARES
                }
                for kind in KINDS
            }
        say(f"stuffing, {name}")
        write(ways, honest, asked.seeds)  # after each, so that an interruption loses little
    say(f"written: {PAGE.relative_to(ROOT)} and {RESULTS.relative_to(ROOT)}")


def write(ways: dict[str, Any], honest: dict[str, dict[str, int]], seeds: int) -> None:
    """The results so far and the page of them."""
    results = {
        "ways": ways,
        "shares": [str(share) for share in SHARES],
        "honest": honest,
        "honest_runs": HONEST,
        "seeds": list(range(seeds)),
        "date": date.today().isoformat(),
        "machine": machine(),
        "command": " ".join(["python -m benchmarks.stuffing", *sys.argv[1:]]),
    }
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    PAGE.write_text(render(results), encoding="utf-8")


if __name__ == "__main__":
    main()
