"""Baithak's side of a measurement: one task of one job in a fresh process."""

from __future__ import annotations

import cProfile
import pstats
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from baithak.engine.budget.count import count
from baithak.engine.budget.election import Election, Project
from baithak.engine.budget.pabulib import read_pb
from benchmarks.budget.often import often
from benchmarks.clock import job, report, serve


def counted(asked: dict[str, Any]) -> None:
    """One way of counting one file, from the election in memory."""
    election = read_pb(Path(asked["file"]))
    times, run = often(lambda: count(election, **asked["how"]))
    runs, result = serve(run)
    size = {
        "voters": election.n,
        "projects": len(election.projects),
        "entries": int(np.diff(election.starts) @ election.weights),
        "vote_type": election.vote_type,
    }
    report(
        [spent / times for spent in runs],
        selected=sorted(result.selected),
        steps=result.steps,
        left_out=[one.params["project"] for one in result.left_out],
        **size,
    )


def parsed(asked: dict[str, Any]) -> None:
    """Read a file."""
    path = Path(asked["file"])
    times, run = often(lambda: read_pb(path))
    runs, _ = serve(run)
    report([spent / times for spent in runs])


def city(asked: dict[str, Any]) -> None:
    """Count a large made-up city; kernels are loaded before the clock starts."""
    election = drawn(asked["voters"], asked["projects"], asked["seed"])
    count(drawn(2_000, 20, 1), **asked["how"])
    runs, result = serve(lambda: count(election, **asked["how"]))
    report(
        runs,
        entries=int(np.diff(election.starts) @ election.weights),
        groups=len(election.weights),
        selected=len(result.selected),
        steps=result.steps,
    )


def drawn(voters: int, projects: int, seed: int) -> Election:
    """Voters in ten districts, each approving one to nine projects, most of them at home.

    Popularity and prices vary widely, the budget pays for about a third. Groups of identical ballots
    are merged as a reader would.
    """
    random = np.random.default_rng(seed)
    districts = 10
    home = random.integers(districts, size=projects)
    fame = random.gamma(1.0, size=projects)
    length = 1 + random.binomial(8, 0.35, size=voters)
    chosen = np.full((voters, 9), -1, dtype=np.int16)
    for district in range(districts):
        mine = np.flatnonzero(np.arange(voters) % districts == district)
        odds = fame * np.where(home == district, 8.0, 1.0)
        keys = random.choice(projects, size=(len(mine), 9), p=odds / odds.sum())
        chosen[mine] = np.where(np.arange(9) < length[mine, None], keys, -1)
    chosen.sort(axis=1)
    chosen[:, 1:][chosen[:, 1:] == chosen[:, :-1]] = -1  # a project twice counts once
    chosen.sort(axis=1)
    rows, group_of, sizes = np.unique(
        chosen.view([("", chosen.dtype)] * 9).ravel(), return_inverse=True, return_counts=True
    )
    table = rows.view(chosen.dtype).reshape(len(rows), 9)
    prices = np.round(random.lognormal(13, 1, size=projects), -2).astype(int) + 1000
    return Election(
        budget=Fraction(int(prices.sum()) // 3),
        projects=tuple(Project(f"P{c:03}", Fraction(int(prices[c]))) for c in range(projects)),
        vote_type="approval",
        starts=np.concatenate(([0], np.cumsum((table >= 0).sum(axis=1)))).astype(np.int64),
        items=table[table >= 0].astype(np.int32),
        points=None,
        points_scale=1,
        weights=sizes.astype(np.int64),
        group_of=group_of.ravel().astype(np.int32),
        voter_ids=tuple(map(str, range(voters))),
    )


def profile(asked: dict[str, Any]) -> None:
    """Where the time of a count goes: share of each function's own time."""
    election = read_pb(Path(asked["file"]))
    count(election, **asked["how"])
    start = time.process_time()
    count(election, **asked["how"])
    times = max(1, int(0.2 / max(time.process_time() - start, 1e-6)))
    watch = cProfile.Profile(time.process_time)  # CPU, as everywhere: others use this machine too
    watch.runcall(lambda: [count(election, **asked["how"]) for _ in range(times)])
    rows = []
    table = pstats.Stats(watch).stats  # type: ignore[attr-defined]
    for (file, _, name), (_, calls, alone, below, _) in table.items():
        place = f"{Path(file).stem}.{name}" if file.endswith(".py") else name
        rows.append({"name": place, "calls": calls / times, "alone": alone, "below": below})
    rows.sort(key=lambda row: -row["alone"])
    report(seconds=sum(row["alone"] for row in rows), rows=rows[:10])


TASKS: dict[str, Callable[[dict[str, Any]], None]] = {
    task.__name__: task for task in (counted, parsed, city, profile)
}


if __name__ == "__main__":
    asked = job()
    TASKS[asked["task"]](asked)
