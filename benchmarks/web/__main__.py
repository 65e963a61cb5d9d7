"""The command: measure the served hub, write ``benchmarks/results/web.json`` and ``docs/benchmarks-web.md``.

python -m benchmarks.web                     speed on SQLite and PostgreSQL, some five minutes
python -m benchmarks.web --check             the same, written nowhere; fails where it has become slower
python -m benchmarks.web load --minutes 10   T01 in its long form
python -m benchmarks.web hour                ten thousand residents in an hour
python -m benchmarks.web collect FILE        take over what `--out FILE` wrote elsewhere
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.child import ROOT
from benchmarks.opinion.__main__ import machine
from benchmarks.progress import say

RESULTS = ROOT / "benchmarks" / "results" / "web.json"
PAGE = ROOT / "docs" / "benchmarks-web.md"
#: Slower than the last recorded run by more than this is an error (`--check`).
SLOWER = 1.25


def _told(arguments: list[str]) -> list[str]:
    """What was asked for, without where files of this machine lie."""
    kept, skip = [], False
    for argument in arguments:
        if not skip and argument not in ("--out", "--home", "--progress"):
            kept.append(argument)
        skip = not skip and argument in ("--out", "--home", "--progress")
    return kept


def main() -> int:
    told = arguments()
    if told.what == "collect":
        write(json.loads(Path(told.file).read_text()))
        return 0
    from benchmarks.web import served

    name, load = told.what, os.getloadavg()[0]
    if name == "speed":
        from benchmarks.web.speed import compared, speed

        measured: dict[str, Any] = speed(told.db or ["sqlite", "postgres"], say=say)
        before = read().get("speed", {})
        slower = [
            line for line in compared(before, measured) if say(line.text) or line.ratio > SLOWER
        ]
        if told.check:
            return 1 if slower else 0
    else:
        db = (told.db or ["sqlite"])[0]
        name = f"{name}_{db}"
        folder = Path(told.home) if told.home else None
        statements = 40
        with served.hub(db, statements=statements, folder=folder, BAITHAK_PROXIES="1") as hub:
            hub.serve()
            if told.what == "load":
                from benchmarks.web.load import load as run

                measured = run(hub, clients=told.clients, seconds=60 * told.minutes).told()
            else:
                from benchmarks.web.hour import hour

                measured = hour(
                    hub, residents=told.residents, minutes=told.minutes, speedup=told.speedup,
                    seed=told.seed, progress=Path(told.progress) if told.progress else None,
                )  # fmt: skip
    part = {
        name: {
            **measured,
            "date": date.today().isoformat(),
            "machine": machine(),
            "load": [round(load, 1), round(os.getloadavg()[0], 1)],
            "command": " ".join(["python -m benchmarks.web", *_told(sys.argv[1:])]),
        }
    }
    if told.out:
        Path(told.out).write_text(json.dumps(part, indent=1) + "\n")
    write(part)
    say(json.dumps({k: v for k, v in measured.items() if not isinstance(v, list)}, indent=1))
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.web", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("what", nargs="?", default="speed",
                        choices=("speed", "load", "hour", "collect"))  # fmt: skip
    parser.add_argument("file", nargs="?", help="of `collect`")
    parser.add_argument("--db", choices=("sqlite", "postgres"), action="append")
    parser.add_argument("--check", action="store_true", help="write nothing, fail where slower")
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--residents", type=int, default=10_000)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--speedup", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", help="keep the hub in this folder")
    parser.add_argument("--progress", help="a file that is written every minute")
    parser.add_argument("--out", help="the result as a file of its own, too")
    told = parser.parse_args()
    if told.minutes is None:
        told.minutes = 10.0 if told.what == "load" else 60.0
    return told


def read() -> dict[str, Any]:
    """What was recorded."""
    return json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}


def write(fresh: dict[str, Any]) -> None:
    """Put the fresh parts in the place of the old ones and write the page anew."""
    from benchmarks.web.page import render

    results = {**read(), **fresh}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(dict(sorted(results.items())), indent=1) + "\n")
    PAGE.write_text(render(results))
    say(f"written: {PAGE.relative_to(ROOT)} and {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
