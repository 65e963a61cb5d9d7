"""CPU time and memory of lotteries, the small ones paired with sortition-algorithms."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Any

from benchmarks.child import MeasureError, Worker, measure
from benchmarks.opinion.sums import geometric_mean, ratio
from benchmarks.progress import say

__all__ = ["infeasible", "paired", "scale", "summary"]

PANELS = 1000
PAIRED = (
    {"n": 200, "k": 20, "c": 5},
    {"n": 200, "k": 30, "c": 7},
    {"n": 300, "k": 35, "c": 6},
    {"n": 400, "k": 40, "c": 6},
)
SCALE: tuple[dict[str, Any], ...] = (
    {"n": 2_000, "k": 150, "c": 8},
    {"n": 2_000, "k": 150, "c": 8, "household": True},
    {"n": 20_000, "k": 200, "c": 8},
    {"n": 100_000, "k": 300, "c": 8},
)
SEED = 1
AGAIN = 2  # more runs of Baithak's, after the peer's only one


def paired(*, python: Path | None, seconds: float) -> dict[str, Any]:
    """Whole leximin of both; ``python`` is the peer's interpreter (None: without it)."""
    rows = [_pair({**one, "seed": SEED}, python, seconds) for one in PAIRED]
    told: dict[str, Any] = {"rows": rows, "seconds": seconds, "seed": SEED}
    both = [row for row in rows if row.get("peer")]
    if both:
        told["summary"] = summary(rows)
        least = min(both, key=lambda row: ratio(row["peer"], row["own"]))
        told["profile"] = _profile(least)
    return told


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Ratios peer / own of the lotteries that the peer finished."""
    ratios = [ratio(row["peer"], row["own"]) for row in rows if row.get("peer")]
    return {"mean": geometric_mean(ratios), "least": min(ratios), "count": len(ratios)}


def scale() -> dict[str, Any]:
    """Baithak alone on larger pools."""
    rows = []
    for one in SCALE:
        asked = {**one, "seed": SEED}
        say(f"lottery of {name(asked)}")
        told = measure("panel.own", {"task": "leximin", "panels": PANELS, **asked}, runs=1)
        rows.append({**asked, "cpu": told["cpu"][0], "peak_mb": told["peak_mb"], **_result(told)})
    largest = [row for row in rows if row["n"] >= 20_000]
    return {"rows": rows, "seed": SEED, "profiles": [_profile(row) for row in largest]}


def infeasible() -> dict[str, Any]:
    """A pool of 2,000 spoilt in two ways."""
    rows = []
    for how in ("scarce", "crossed"):
        asked = {**SCALE[0], "seed": SEED, "how": how}
        say(f"no panel: {how}")
        told = measure("panel.own", {"task": "infeasible", "panels": PANELS, **asked}, runs=1)
        if told["feasible"] or not told["relax"]:
            raise MeasureError(f"{how}: this pool should have no panel and a way out")
        keys = ("people", "relax", "conflict")
        rows.append({**asked, "cpu": told["cpu"][0], **{key: told[key] for key in keys}})
    return {"rows": rows, "seed": SEED}


def name(asked: dict[str, Any]) -> str:
    """A pool in words."""
    homes = ", households" if asked.get("household") else ""
    return f"n {asked['n']:,}, k {asked['k']}, {asked['c']} categories{homes}"


def _pair(asked: dict[str, Any], python: Path | None, seconds: float) -> dict[str, Any]:
    """One pool: Baithak before and after the peer, which runs once."""
    say(f"both: {name(asked)}" if python else name(asked))
    own = Worker("panel.own", {"task": "leximin", "panels": PANELS, **asked})
    own.ask()
    row: dict[str, Any] = dict(asked)
    fingerprint = None
    if python:
        peer = Worker("panel.sortition_peer", {**asked, "seconds": seconds}, python=python)
        peer.ask()
        told = peer.finish()
        fingerprint = told["fingerprint"]
        row["finished"] = told["finished"]
        if told["finished"]:
            row |= {"peer": told["cpu"][0], "peer_lowest": told["lowest"]}
            row["peer_panels"] = told["panels"]
    for _ in range(AGAIN):
        own.ask()
    told = own.finish()
    if fingerprint not in (None, told["fingerprint"]):
        raise MeasureError(f"{name(asked)}: the two programs did not get the same pool")
    return {**row, "own": statistics.median(told["cpu"]), "runs": told["cpu"], **_result(told)}


def _result(told: dict[str, Any]) -> dict[str, Any]:
    keys = ("kinds", "steps", "bound", "lowest", "excluded", "gap", "certified", "hull")
    return {key: told[key] for key in keys}


def _profile(row: dict[str, Any]) -> dict[str, Any]:
    asked = {key: row[key] for key in ("n", "k", "c", "seed", "household") if key in row}
    say(f"profile of {name(asked)}")
    return {**asked, **measure("panel.own", {"task": "profile", "panels": PANELS, **asked})}
