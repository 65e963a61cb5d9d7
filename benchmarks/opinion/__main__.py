"""The command: measure, write ``benchmarks/results/opinion.json`` and ``docs/benchmarks.md``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import peers
from benchmarks.child import ROOT, MeasureError
from benchmarks.opinion.data import BIGGEST, SMALLEST, conversations
from benchmarks.opinion.groups import groups
from benchmarks.opinion.page import ORDER, merged, render
from benchmarks.opinion.quality import quality
from benchmarks.opinion.scale import incremental, scale
from benchmarks.opinion.speed import speed
from benchmarks.progress import say

PEER = ("opinion", "red-dwarf", "0.4.0")
RESULTS = ROOT / "benchmarks" / "results" / "opinion.json"
PAGE = ROOT / "docs" / "benchmarks.md"


def main() -> None:
    """Parse, measure part by part, write after each, so that an interruption loses little."""
    asked = arguments()
    usual = [name for name in ORDER if asked.huge or name != "huge"]
    wanted = asked.only or usual
    paired = not asked.without_peer and not {"speed", "scale"}.isdisjoint(wanted)
    python = peers.python(*PEER) if paired else None
    measures: dict[str, Callable[[], dict[str, Any]]] = {
        "speed": lambda: speed(
            conversations(), python=python, rounds=asked.rounds, whole=(BIGGEST, SMALLEST)
        ),
        "scale": lambda: scale(("0.5 M", "10 M"), python=python),
        "huge": lambda: scale(("100 M",), python=None),
        "incremental": incremental,
        "quality": lambda: quality(conversations(), seeds=range(asked.seeds)),
        "groups": lambda: groups(conversations(), seeds=range(asked.seeds)),
    }
    for name in wanted:
        before = os.getloadavg()[0]
        try:
            told = measures[name]()
        except MeasureError as error:
            raise SystemExit(f"{name} was not measured: {error}") from None
        told |= {
            "date": date.today().isoformat(),
            "machine": machine(),
            "load": [before, os.getloadavg()[0]],
            "command": " ".join(["python -m benchmarks.opinion", *sys.argv[1:]]),
        }
        write({name: told})
    say(f"written: {PAGE.relative_to(ROOT)} and {RESULTS.relative_to(ROOT)}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.opinion", description=__doc__)
    parser.add_argument("--only", choices=ORDER, action="append", help="measure this part only")
    parser.add_argument("--rounds", type=int, default=5, help="timed runs of each contender")
    parser.add_argument("--seeds", type=int, default=5, help="seeds 0 to N-1 of held-out votes")
    parser.add_argument(
        "--huge",
        action="store_true",
        help="also 100 million votes, on as many threads as there are processors",
    )
    parser.add_argument("--without-peer", action="store_true", help="leave red-dwarf out")
    return parser.parse_args()


def machine() -> str:
    """The machine in words: nothing that would tell whose it is."""
    chip = platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                chip = line.partition(":")[2].strip()
                break
    except OSError:
        pass
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "numba"))
    return (
        f"{os.cpu_count()} cores ({chip}), {memory:.0f} GB, Python {platform.python_version()}, "
        f"{packages}"
    )


def write(fresh: dict[str, Any]) -> None:
    """Put the fresh parts in the place of the old ones and write the page anew."""
    before = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    results = merged(before, fresh)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    PAGE.write_text(render(results))


if __name__ == "__main__":
    main()
