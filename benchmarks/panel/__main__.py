"""The command: measure, write ``benchmarks/results/panel.json`` and ``docs/benchmarks-panel.md``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

from benchmarks import peers
from benchmarks.budget.__main__ import byte_code
from benchmarks.child import ROOT, MeasureError
from benchmarks.opinion.__main__ import machine
from benchmarks.panel.page import ORDER, merged, render
from benchmarks.panel.speed import infeasible, paired, scale
from benchmarks.progress import say

PEER = ("panel", "sortition-algorithms", "0.12.15")
RESULTS = ROOT / "benchmarks" / "results" / "panel.json"
PAGE = ROOT / "docs" / "benchmarks-panel.md"


def main() -> None:
    """Parse, measure part by part, write after each, so that an interruption loses little."""
    asked = arguments()
    wanted = asked.only or ORDER
    python = peers.python(*PEER) if "paired" in wanted and not asked.without_peer else None
    measures: dict[str, Callable[[], dict[str, Any]]] = {
        "paired": lambda: paired(python=python, seconds=asked.seconds),
        "scale": scale,
        "infeasible": infeasible,
    }
    for name in wanted:
        before = os.getloadavg()[0]
        try:
            with byte_code():
                told = measures[name]()
        except MeasureError as error:
            raise SystemExit(f"{name} was not measured: {error}") from None
        told |= {
            "date": date.today().isoformat(),
            "machine": machine(),
            "load": [before, os.getloadavg()[0]],
            "command": " ".join(["python -m benchmarks.panel", *sys.argv[1:]]),
        }
        write({name: told})
    say(f"written: {PAGE.relative_to(ROOT)} and {RESULTS.relative_to(ROOT)}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.panel", description=__doc__)
    parser.add_argument("--only", choices=ORDER, action="append", help="measure this part only")
    parser.add_argument(
        "--seconds", type=float, default=300, help="CPU seconds for a lottery of the peer"
    )
    parser.add_argument(
        "--without-peer", action="store_true", help="leave sortition-algorithms out"
    )
    return parser.parse_args()


def write(fresh: dict[str, Any]) -> None:
    """Put the fresh parts in the place of the old ones and write the page anew."""
    before = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    results = merged(before, fresh)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    PAGE.write_text(render(results))


if __name__ == "__main__":
    main()
