"""The command: measure, write ``benchmarks/results/budget.json`` and ``docs/benchmarks-budget.md``."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from benchmarks import peers
from benchmarks.budget.data import elections
from benchmarks.budget.page import ORDER, merged, render
from benchmarks.budget.speed import city, first, parse, speed
from benchmarks.child import ROOT, MeasureError
from benchmarks.opinion.__main__ import machine
from benchmarks.progress import say

PEER = ("budget", "pabutools", "1.2.3")
RESULTS = ROOT / "benchmarks" / "results" / "budget.json"
PAGE = ROOT / "docs" / "benchmarks-budget.md"


def main() -> None:
    """Parse, measure part by part, write after each, so that an interruption loses little."""
    asked = arguments()
    paired = {"speed", "parse"} & set(asked.only or ORDER) and not asked.without_peer
    python = peers.python(*PEER) if paired else None
    measures: dict[str, Callable[[], dict[str, Any]]] = {
        "speed": lambda: speed(elections(), python=python, seconds=asked.seconds),
        "parse": lambda: parse(elections(), python=python),
        "city": city,
        "first": lambda: first(elections()),
    }
    for name in asked.only or ORDER:
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
            "command": " ".join(["python -m benchmarks.budget", *sys.argv[1:]]),
        }
        write({name: told})
    say(f"written: {PAGE.relative_to(ROOT)} and {RESULTS.relative_to(ROOT)}")


@contextmanager
def byte_code() -> Iterator[None]:
    """A folder for byte code, whatever this machine has set: measured processes start quickly."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="baithak-bench-") as folder:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.budget", description=__doc__)
    parser.add_argument("--only", choices=ORDER, action="append", help="measure this part only")
    parser.add_argument(
        "--seconds", type=float, default=30, help="CPU seconds for a count of the peer"
    )
    parser.add_argument("--without-peer", action="store_true", help="leave pabutools out")
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
