"""Baithak's side of a measurement: one task of one job in a fresh process."""

from __future__ import annotations

import cProfile
import pstats
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from baithak.engine.panel.feasibility import feasibility
from baithak.engine.panel.lottery import lottery
from baithak.engine.panel.pool import Pool, Quota, Quotas
from benchmarks.clock import job, report, serve
from benchmarks.panel.data import Made, made

#: Loads the kernels before the clock starts.
SMALL = {"n": 120, "k": 12, "c": 3, "seed": 1}


def read(pool: Made) -> tuple[Pool, Quotas]:
    """The same pool in Baithak's words."""
    quotas = Quotas(
        tuple(
            Quota(category, feature, int(low), int(high))
            for (category, feature), low, high in zip(pool.names, pool.low, pool.high, strict=True)
        )
    )
    ids = tuple(f"p{i:06}" for i in range(len(pool.features)))
    return Pool(ids, pool.features, pool.household), quotas


def drawn(asked: dict[str, Any]) -> Callable[[], Any]:
    """The lottery of a job, ready to run."""
    pool = made(asked)
    people, quotas = read(pool)
    how = {"panels": asked["panels"], "household": asked.get("household", False)}
    return lambda: lottery(people, quotas, pool.size, seed=1, **how)


def leximin(asked: dict[str, Any]) -> None:
    """The whole lottery, from the pool in memory to the checked list of panels."""
    drawn({**asked, **SMALL})()
    work = drawn(asked)
    runs, told = serve(work)
    excluded = sum(len(one.people) for one in told.excluded)
    report(
        runs,
        fingerprint=made(asked).fingerprint,
        kinds=int(told.types),
        steps=int(told.steps),
        bound=float(told.bound),
        lowest=float(np.sort(told.counts)[excluded]) / asked["panels"],
        excluded=excluded,
        gap=float(told.gap),
        certified=bool(told.certified),
        hull=bool(told.hull),
    )


def scarce(pool: Made) -> Made:
    """Too few of one feature: all but three of the oldest have left."""
    oldest = pool.names.index(("age", "75+"))
    there = np.flatnonzero((pool.features == oldest).any(axis=1))
    return replace(
        pool,
        features=np.delete(pool.features, there[3:], axis=0),
        household=np.delete(pool.household, there[3:]),
    )


def crossed(pool: Made) -> Made:
    """Two quotas that contradict each other: everybody without schooling is one of the oldest."""
    oldest, unschooled = pool.names.index(("age", "75+")), pool.names.index(("education", "none"))
    features = pool.features.copy()
    age = list(dict.fromkeys(category for category, _ in pool.names)).index("age")
    features[(features == unschooled).any(axis=1), age] = oldest
    return replace(pool, features=features)


SPOILT: dict[str, Callable[[Made], Made]] = {"scarce": scarce, "crossed": crossed}


def infeasible(asked: dict[str, Any]) -> None:
    """Why there is no panel, and the smallest loosening."""
    small = SPOILT[asked["how"]](made({**asked, **SMALL}))
    people, quotas = read(small)
    feasibility(people, quotas, small.size)
    pool = SPOILT[asked["how"]](made(asked))
    people, quotas = read(pool)
    runs, told = serve(lambda: feasibility(people, quotas, pool.size))
    report(
        runs,
        people=people.n,
        feasible=told.feasible,
        relax=[
            f"{one.category}: {one.feature}, {one.bound} {one.from_} to {one.to}"
            for one in told.relax
        ],
        conflict=[
            f"{one.category}: {one.feature}, {one.bound} {one.value}" for one in told.conflict
        ],
    )


def profile(asked: dict[str, Any]) -> None:
    """Where the time of a lottery goes: share of each function's own time."""
    drawn({**asked, **SMALL})()
    work = drawn(asked)
    watch = cProfile.Profile(time.process_time)  # CPU, as everywhere: others use this machine too
    watch.runcall(work)
    rows = []
    table = pstats.Stats(watch).stats  # type: ignore[attr-defined]
    for (file, _, name), (_, calls, alone, below, _) in table.items():
        place = f"{Path(file).stem}.{name}" if file.endswith(".py") else name
        rows.append({"name": place, "calls": calls, "alone": alone, "below": below})
    rows.sort(key=lambda row: -row["alone"])
    report(seconds=sum(row["alone"] for row in rows), rows=rows[:10])


TASKS: dict[str, Callable[[dict[str, Any]], None]] = {
    task.__name__: task for task in (leximin, infeasible, profile)
}


if __name__ == "__main__":
    asked = job()
    TASKS[asked["task"]](asked)
