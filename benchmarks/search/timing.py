"""Inside a measured process: read the documents, build, then answer every query and tell the times."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.clock import job, report

__all__ = ["run", "timed"]

Rank = Callable[[str, int], Any]


def rows(path: str) -> Iterator[dict[str, str]]:
    """Rows of a full-text table, one JSON object per line."""
    with Path(path).open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def timed(rank: Rank, asked: list[str], limit: int = 10) -> dict[str, list[float]]:
    """CPU and wall seconds of each query in this process."""
    cpu, wall = [], []
    for query in asked:
        began, clock = time.process_time(), time.perf_counter()
        rank(query, limit)
        cpu.append(time.process_time() - began)
        wall.append(time.perf_counter() - clock)
    return {"cpu_each": cpu, "wall_each": wall}


def run(make: Callable[[dict[str, Any], Iterator[dict[str, str]]], Any]) -> None:
    """Build a peer from the rows in the job's file, time the job's queries twice, report the second."""
    told = job()
    began = time.process_time()
    made = make(told, rows(told["rows"]))
    built = time.process_time() - began
    rank = made if callable(made) else made.rank
    timed(rank, told["queries"])
    server = getattr(made, "server_cpu", float)
    before = server()
    times = timed(rank, told["queries"])
    spent = server() - before
    close = getattr(made, "close", None)
    if close is not None:
        close()
    report(build_cpu=built, server_cpu=spent, **times)
