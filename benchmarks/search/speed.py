"""Time and memory at many documents: every contender in a process of its own, on the same documents."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any

from benchmarks.child import measure
from benchmarks.progress import say
from benchmarks.search.data import columns, generated, queries
from benchmarks.search.postgres import reachable
from benchmarks.search.sqlite import TOKENISERS

__all__ = ["OWN", "POSTGRES", "speed", "summed"]

OWN = "baithak"
POSTGRES = "postgres"


def speed(count: int, *, seed: int = 0) -> dict[str, Any]:
    """Every contender answers every labelled query over ``count`` made-up documents."""
    asked = [query.text for query in queries()]
    told: dict[str, Any] = {}
    say(f"speed: {OWN}, {count} documents")
    told[OWN] = summed(measure("search.own", {"count": count, "seed": seed, "queries": asked}))
    with tempfile.TemporaryDirectory(prefix="baithak-bench-") as folder:
        path = Path(folder) / "rows.jsonl"
        with path.open("w", encoding="utf-8") as stream:
            for row in columns(generated(count, seed)):
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        job = {"rows": str(path), "queries": asked}
        for name in TOKENISERS:
            say(f"speed: {name}")
            told[name] = summed(measure("search.sqlite", {**job, "ranker": name}))
        if reachable():
            say(f"speed: {POSTGRES}")
            told[POSTGRES] = summed(measure("search.postgres", job))
    return {"count": count, "seed": seed, "queries": len(asked), "contenders": told}


def summed(report: dict[str, Any]) -> dict[str, Any]:
    """Milliseconds of CPU and on the clock: middle, one in twenty, slowest; the rest as it is."""
    told = {"build_cpu": report["build_cpu"], "peak_mb": report["peak_mb"]}
    for name in ("cpu", "wall"):
        each = [1000 * value for value in report[f"{name}_each"]]
        told[name] = {
            "median": median(each),
            "p95": quantiles(each, n=20)[-1],
            "most": max(each),
            "mean": mean(each),
        }
    server = report.get("server_cpu")
    if server:
        told["server_mean"] = 1000 * server / len(report["cpu_each"])
    for name in ("slowest_first", "changed_cpu"):
        if name in report:
            told[name] = 1000 * report[name]
    return told
