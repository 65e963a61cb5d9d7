"""The same call on one worker and on two, each in a fresh process."""

from __future__ import annotations

import tempfile
from typing import Any

from benchmarks.child import MeasureError, measure
from benchmarks.opinion.scale import SEED, SIZES, available_gb
from benchmarks.progress import say

__all__ = ["ENGINES", "NEEDED", "scale"]

#: What is asked, with the words of the table.
ENGINES = {"model": "`fit`", "classic": "`classic`", "map": "`opinion_map`, everything"}
NEEDED = {"10 M": 2.5, "100 M": 6.0}  # GB free: the asking process, two workers, what travels
WORKERS = (1, 2)


def scale(label: str, engines: tuple[str, ...], *, runs: int) -> dict[str, Any]:
    """Measure; left out, with the reason, where the memory is not there."""
    people, statements, density, _ = SIZES[label]
    told: dict[str, Any] = {"people": people, "statements": statements, "seed": SEED}
    free = available_gb()
    if free is not None and free < NEEDED[label]:
        reason = f"needs {NEEDED[label]:g} GB of free memory, {free:.1f} were free"
        return told | {"left_out": reason}
    with tempfile.TemporaryDirectory(prefix="baithak-bench-") as folder:
        say(f"cluster: drawing {label} votes")
        drawn = {
            "task": "draw", "votes": folder, "people": people, "statements": statements,
            "density": density, "seed": SEED, "as_columns": False,
        }  # fmt: skip
        told["votes"] = measure("opinion.own", drawn)["size"]
        told["rows"] = {}
        for engine in engines:
            for workers in WORKERS:
                say(f"cluster: {label}, {engine}, {workers} worker(s)")
                asked = {
                    "engine": engine, "votes": folder, "workers": workers,
                    "compare": workers == WORKERS[-1],
                }  # fmt: skip
                told["rows"].setdefault(engine, {})[str(workers)] = _row(asked, runs)
    return told


def _row(asked: dict[str, Any], runs: int) -> dict[str, Any]:
    try:
        told = measure("cluster.own", asked, runs=runs)
    except MeasureError as error:
        return {"failed": str(error)}
    best = min(told["measures"], key=lambda one: one["wall"])
    return best | {
        "peak_mb": told["peak_mb"], "worker_peak_mb": told["worker_peak_mb"], "gap": told["gap"]
    }  # fmt: skip
