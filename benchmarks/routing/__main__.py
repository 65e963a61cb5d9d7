"""The command: measure, write ``benchmarks/results/routing.json`` and ``docs/benchmarks-routing.md``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

from benchmarks.child import ROOT
from benchmarks.opinion.__main__ import machine
from benchmarks.opinion.data import conversations
from benchmarks.progress import say
from benchmarks.routing.fairness import fairness
from benchmarks.routing.page import ORDER, merged, render
from benchmarks.routing.replay import replay

RESULTS = ROOT / "benchmarks" / "results" / "routing.json"
PAGE = ROOT / "docs" / "benchmarks-routing.md"


def main() -> None:
    """Measure part by part, write after each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.routing", description=__doc__)
    parser.add_argument("--only", choices=ORDER, action="append", help="measure this part only")
    parser.add_argument("--seeds", type=int, default=5, help="seeds 0 to N-1")
    asked = parser.parse_args()
    measures: dict[str, Callable[[], dict[str, Any]]] = {
        "replay": lambda: replay(conversations(), seeds=range(asked.seeds)),
        "fairness": lambda: fairness(conversations(), seeds=range(asked.seeds)),
    }
    for name in asked.only or ORDER:
        told = measures[name]() | {
            "date": date.today().isoformat(),
            "machine": machine(),
            "command": " ".join(["python -m benchmarks.routing", *sys.argv[1:]]),
        }
        write({name: told})
    say(f"written: {PAGE.relative_to(ROOT)} and {RESULTS.relative_to(ROOT)}")


def write(fresh: dict[str, Any]) -> None:
    """Put the fresh parts in the place of the old ones and write the page anew."""
    before = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    results = merged(before, fresh)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    PAGE.write_text(render(results), encoding="utf-8")


if __name__ == "__main__":
    main()
