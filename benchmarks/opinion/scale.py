"""Large synthetic conversations: CPU time and memory of the engine, and of the peer while it can."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.child import MeasureError, measure
from benchmarks.opinion.speed import PEER
from benchmarks.progress import say

__all__ = ["RECORDED", "SEED", "SIZES", "available_gb", "incremental", "scale"]

#: People, statements, share of pairs with a vote, and the free memory (GB) it is safe to have.
SIZES = {
    "0.5 M": (10_000, 500, 0.1, 2.5),
    "10 M": (100_000, 1_000, 0.1, 2.5),
    "100 M": (1_000_000, 1_000, 0.1, 6.0),
}
PEER_MOST = 1_000_000  # votes: above, red-dwarf needs minutes and many gigabytes
COLUMNS_MOST = 20_000_000  # votes: above, three columns of ids are not worth their memory
#: Of red-dwarf, recorded before on two shared cores with one thread; not measured in this run.
RECORDED = {
    "10 M": {"cpu": 364.0, "peak_mb": 7_200.0},
    "100 M": {"failed": "MemoryError under a 15 GB limit at a tenth of these votes"},
}
ENGINES = ("classic", "model2", "model")
SEED = 20


def available_gb() -> float | None:
    """Memory that can be had without swapping; None where the system does not tell."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024 / 1e9
    except OSError:
        pass
    return None


def scale(labels: Sequence[str], *, python: Path | None, runs: int = 2) -> dict[str, Any]:
    """Measure the sizes of these labels, each only where there is the memory for it."""
    told: dict[str, Any] = {}
    for label in labels:
        people, statements, density, need = SIZES[label]
        free = available_gb()
        if free is not None and free < need:
            told[label] = {"left_out": f"needs {need:g} GB of free memory, {free:.1f} were free"}
        else:
            told[label] = _size(label, people, statements, density, python, runs)
        told[label] |= {"people": people, "statements": statements, "density": density}
        if label in RECORDED:
            told[label]["recorded"] = RECORDED[label]
    return {"seed": SEED, "sizes": told}


def incremental(*, portions: int = 300) -> dict[str, Any]:
    """A hundred new votes at 10 million: time until the statements are those of all votes."""
    people, statements, density, need = SIZES["10 M"]
    free = available_gb()
    if free is not None and free < need:
        return {"left_out": f"needs {need:g} GB of free memory, {free:.1f} were free"}
    with tempfile.TemporaryDirectory(prefix="baithak-bench-") as folder:
        say("incremental: drawing 10 M votes")
        drawn = {
            "task": "draw", "votes": folder, "people": people, "statements": statements,
            "density": density, "seed": SEED, "as_columns": False,
        }  # fmt: skip
        measure("opinion.own", drawn)
        say("incremental: a hundred votes at a time")
        asked = {"task": "incremental", "votes": folder, "seed": SEED, "portions": portions}
        told = measure("opinion.own", asked)
    figures = {
        f"{kind}_{name}": float(np.quantile(told[kind], at))
        for kind in ("wall", "cpu")
        for name, at in (("least", 0.0), ("median", 0.5), ("p90", 0.9))
    }
    kept = ("begun", "gap", "votes", "people", "statements", "changed", "peak_mb")
    return figures | {name: told[name] for name in kept} | {"portions": portions}


def _size(
    label: str, people: int, statements: int, density: float, python: Path | None, runs: int
) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="baithak-bench-") as folder:
        say(f"scale: drawing {label} votes")
        as_columns = people * statements * density <= COLUMNS_MOST
        drawn = {
            "task": "draw", "votes": folder, "people": people, "statements": statements,
            "density": density, "seed": SEED, "as_columns": as_columns,
        }  # fmt: skip
        size = measure("opinion.own", drawn)["size"]
        rows: dict[str, Any] = {}
        if as_columns:
            say(f"scale: {label}, the matrix")
            rows["matrix"] = _row("opinion.own", {"task": "matrix", "votes": folder}, 1)
        for engine in ENGINES:
            say(f"scale: {label}, {engine}")
            asked = {"task": "scale", "engine": engine, "votes": folder}
            rows[engine] = _row("opinion.own", asked, runs)
        if python and size <= PEER_MOST:
            say(f"scale: {label}, {PEER}")
            asked = {"votes": folder, "away": [], "warm": 0}
            rows[PEER] = _row("opinion.red_dwarf", asked, 1, python=python)
    return {"votes": size, "rows": rows}


def _row(
    part: str, job: dict[str, Any], runs: int, *, python: Path | None = None
) -> dict[str, Any]:
    try:
        told = measure(part, job, runs=runs, python=python)
    except MeasureError as error:
        return {"failed": str(error)}
    row = {"cpu": min(told["cpu"]), "peak_mb": told["peak_mb"]}
    if told.get("wall"):
        row["wall"] = min(told["wall"])
    if told.get("sweeps"):
        row["sweeps"] = told["sweeps"]
    return row
