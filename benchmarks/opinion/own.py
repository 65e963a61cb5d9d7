"""Baithak's side of a measurement: one task of one job in a fresh process."""

from __future__ import annotations

import cProfile
import pstats
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from baithak.engine.opinion.readers import read
from baithak.engine.opinion.votes import Statement, VoteMatrix
from benchmarks.clock import job, report, serve


def classic(votes: VoteMatrix) -> Any:
    from baithak.engine.opinion.classic import classic

    return classic(votes)


def polis(votes: VoteMatrix) -> Any:
    from baithak.engine.opinion.map import opinion_map

    return opinion_map(votes, method="polis")


def model(votes: VoteMatrix, dimensions: int = 4) -> Any:
    from baithak.engine.opinion.model import fit

    return fit(votes, dimensions=dimensions)


def flat_model(votes: VoteMatrix) -> Any:
    return model(votes, dimensions=2)


def whole_map(votes: VoteMatrix) -> Any:
    from baithak.engine.opinion.map import opinion_map

    return opinion_map(votes)


#: What can be measured, by the name the tables use.
ENGINES: dict[str, Callable[[VoteMatrix], Any]] = {
    "classic": classic,
    "polis": polis,
    "model": model,
    "model2": flat_model,
    "map": whole_map,
}


def columns(folder: Path) -> tuple[Any, Any, Any]:
    """Person, statement and vote of each vote, as ``prepare`` and ``draw`` have left them."""
    person, subject, vote = (
        np.load(folder / f"{name}.npy") for name in ("person", "subject", "vote")
    )
    return person, subject, vote


def build(folder: Path, table: list[dict[str, Any]] | None) -> Callable[[], VoteMatrix]:
    """What makes the matrix from three columns in memory: part of every timed run."""
    person, subject, vote = columns(folder)
    statements = [Statement(**one) for one in table] if table else None
    return lambda: VoteMatrix.from_arrays(person, subject, vote, statements=statements)


def prepare(asked: dict[str, Any]) -> None:
    """An export as arrays, for all contenders alike."""
    votes = read(Path(asked["export"]))
    folder = Path(asked["votes"])
    people = np.array([int(name) for name in votes.participants], dtype=np.int64)
    subjects = np.array([int(s.id) for s in votes.statements], dtype=np.int64)
    np.save(folder / "person.npy", people[votes.rows])
    np.save(folder / "subject.npy", subjects[votes.columns])
    np.save(folder / "vote.npy", votes.values)
    away = [int(s.id) for s in votes.statements if s.moderated_out or s.meta]
    table = [
        {"id": s.id, "moderated_out": s.moderated_out, "meta": s.meta} for s in votes.statements
    ]
    report(n=votes.n, m=votes.m, size=votes.size, away=away, statements=table)


def run(asked: dict[str, Any]) -> None:
    """Matrix and engine, timed together, from arrays in memory."""
    make, engine = build(Path(asked["votes"]), asked["statements"]), ENGINES[asked["engine"]]
    for _ in range(asked["warm"]):
        engine(make())
    runs, result = serve(lambda: engine(make()))
    labels = result.labels.tolist() if asked["engine"] == "classic" else None
    report(runs, labels=labels, sweeps=getattr(result, "sweeps", None))


def whole(asked: dict[str, Any]) -> None:
    """Start of Python, imports, reading the export, result: once, the way a command runs."""
    engine = ENGINES[asked["engine"]]
    runs, _ = serve(lambda: engine(read(Path(asked["export"]))))
    report(runs)


def draw(asked: dict[str, Any]) -> None:
    """Synthetic votes into files, stripe by stripe: rows for the engine, columns for a peer."""
    from benchmarks.opinion.synthetic import stripes

    folder = Path(asked["votes"])
    counts = []
    with (folder / "columns.raw").open("wb") as where, (folder / "values.raw").open("wb") as what:
        for each, subjects, votes in stripes(
            asked["people"], asked["statements"], asked["density"], seed=asked["seed"]
        ):
            counts.append(each)
            where.write(subjects.tobytes())
            what.write(votes.tobytes())
    length = np.concatenate(counts)
    np.save(folder / "indptr.npy", np.concatenate(([0], np.cumsum(length))).astype(np.int64))
    if asked["as_columns"]:
        np.save(folder / "person.npy", np.repeat(np.arange(len(length), dtype=np.int64), length))
        np.save(
            folder / "subject.npy", np.fromfile(folder / "columns.raw", np.uint16).astype(np.int64)
        )
        np.save(folder / "vote.npy", np.fromfile(folder / "values.raw", np.int8))
    report(size=int(length.sum()))


def stored(folder: Path) -> VoteMatrix:
    """The drawn matrix as an archive would hold it: no sorting, no repeated votes to settle."""
    indptr = np.load(folder / "indptr.npy")
    subjects = np.fromfile(folder / "columns.raw", np.uint16)
    return VoteMatrix(
        tuple(str(i) for i in range(len(indptr) - 1)),
        tuple(Statement(str(j)) for j in range(int(subjects.max()) + 1)),
        indptr,
        subjects,
        np.fromfile(folder / "values.raw", np.int8),
    )


def small() -> VoteMatrix:
    """A small drawn matrix that takes every path of a large one: kernels are loaded on it."""
    from benchmarks.opinion.synthetic import draw as drawn

    indptr, subjects, votes = drawn(6_000, 120, 0.1, seed=1)
    names = tuple(str(i) for i in range(len(indptr) - 1))
    return VoteMatrix(names, tuple(Statement(str(j)) for j in range(120)), indptr, subjects, votes)


def scale(asked: dict[str, Any]) -> None:
    """The engine alone on a large stored matrix; kernels are loaded before the clock starts."""
    engine = ENGINES[asked["engine"]]
    engine(small())
    votes = stored(Path(asked["votes"]))
    wall = []

    def run() -> Any:
        start = time.perf_counter()
        result = engine(votes)
        wall.append(time.perf_counter() - start)
        return result

    runs, result = serve(run)
    report(runs, wall=wall, sweeps=getattr(result, "sweeps", None))


def incremental(asked: dict[str, Any]) -> None:
    """A hundred votes at a time into a fit of a large stored matrix, and one batch step over all."""
    from baithak.engine.opinion import incremental, model

    random = np.random.default_rng(asked["seed"])

    def hundred(votes: VoteMatrix) -> tuple[list[str], list[str], Any]:
        people, subjects = random.integers(votes.n, size=100), random.integers(votes.m, size=100)
        said = random.integers(-1, 2, size=100)
        return [str(i) for i in people], [str(j) for j in subjects], said

    warm = incremental.Incremental(model.fit(small()))
    warm.vote(*hundred(warm.start.votes))
    start = model.fit(stored(Path(asked["votes"])))
    begun = time.perf_counter()
    running = incremental.Incremental(start)
    begun = time.perf_counter() - begun
    wall, spent, changed = [], [], set()
    for _ in range(asked["portions"]):
        given = hundred(start.votes)
        changed |= set(given[0])
        before, busy = time.perf_counter(), time.process_time()
        running.vote(*given)
        wall.append(time.perf_counter() - before)
        spent.append(time.process_time() - busy)
    told = running.fit()
    # The same from the definition: one statement step over everybody's contributions.
    base = model.replace(told, base=(start.table, start.x))
    votes = told.votes
    rows = (votes.indptr, votes.columns, votes.values)
    sums = model.said(base, rows, told.z, told.z_packed, told.w)
    whole = model.solved(start, start.x, sums)
    gap = max(
        float(np.abs(one - two).max())
        for one, two in zip((told.b_v, told.b_v_cov, told.x), whole, strict=True)
    )
    report(
        spent, wall=wall, begun=begun, gap=gap, votes=votes.size, people=votes.n,
        statements=votes.m, changed=len(changed),
    )  # fmt: skip


def matrix(asked: dict[str, Any]) -> None:
    """The matrix alone, from three columns in memory."""
    VoteMatrix.from_arrays(np.arange(9), np.arange(9), np.ones(9, dtype=np.int8))
    runs, _ = serve(build(Path(asked["votes"]), None))
    report(runs)


def quality(asked: dict[str, Any]) -> None:
    """Held-out votes: every model of ``evaluate`` for each seed."""
    from baithak.engine.opinion.evaluate import evaluate

    votes = read(Path(asked["export"]))
    report(seeds=[evaluate(votes, holdout=0.2, seed=seed).to_dict() for seed in asked["seeds"]])


def halves(asked: dict[str, Any]) -> None:
    """Two disjoint halves of the votes of the same people: common ground and memberships in each."""
    from scipy.stats import spearmanr  # here, so that its memory is not counted to the others

    from baithak.engine.opinion.map import opinion_map

    votes = read(Path(asked["export"]))
    told = []
    for seed in asked["seeds"]:
        first = np.random.default_rng(3000 + seed).random(votes.size) < 0.5
        pair = [votes.keep_votes(part) for part in (first, ~first)]
        maps = [opinion_map(part, seed=seed) for part in pair]
        ranked = votes.shown & (pair[0].votes_per_statement > 0) & (pair[1].votes_per_statement > 0)
        known = [{s.id: s.common_ground.value for s in one.statements} for one in maps]
        ids = [s.id for s, used in zip(votes.statements, ranked, strict=True) if used]
        ours = [[one[name] for name in ids] for one in known]
        polis = [classic(part).common_agree[ranked] for part in pair]
        sure, same = kept_group(*pair)
        told.append(
            {
                "ours": float(spearmanr(*ours).statistic),
                "polis": float(spearmanr(*polis).statistic),
                "k": [len(one.groups) for one in maps],
                "sure": sure,
                "same": same,
            }
        )
    report(seeds=told)


def kept_group(first: VoteMatrix, second: VoteMatrix) -> tuple[list[float], list[bool]]:
    """Two groups in either half, matched: each one's certainty in the first, same in the second?

    The number of groups is fixed, because halves may choose different ones and then there is
    nothing to match; people without votes in one of the halves are left out.
    """
    there = (first.votes_per_person > 0) & (second.votes_per_person > 0)
    members = [two_groups(part)[there] for part in (first, second)]
    before, after = (table.argmax(axis=1) for table in members)
    if (before == after).mean() < 0.5:
        after = 1 - after
    return members[0].max(axis=1).tolist(), (before == after).tolist()


def two_groups(votes: VoteMatrix) -> Any:
    """Memberships [n, 2] of the engine's mixture, started to both sides of the centre."""
    from baithak.engine.opinion.groups import (
        expectation_maximisation,
        membership,
        person_likelihood,
    )
    from baithak.engine.opinion.model import fit

    told = fit(votes)
    J, h = person_likelihood(told.positions[:, :2], told.z_cov[:, 1:3, 1:3])
    weights = (votes.votes_per_person > 0).astype(np.float64)
    centres = np.array([[-0.7, 0.0], [0.7, 0.0]])
    start = np.array([0.5, 0.5]), centres, np.diag([0.5, 1.0])
    pi, mu, spread, _ = expectation_maximisation(J, h, weights, *start, 300, 1e-5)
    return membership(J, h, pi, mu, spread)


def profile(asked: dict[str, Any]) -> None:
    """Where the time goes: share of each function's own time (kernels count to their caller)."""
    engine, votes = ENGINES[asked["engine"]], read(Path(asked["export"]))
    engine(votes)
    watch = cProfile.Profile(time.process_time)  # CPU, as everywhere: others use this machine too
    watch.runcall(engine, votes)
    table = pstats.Stats(watch)
    everything = sum(entry[2] for entry in table.stats.values())  # type: ignore[attr-defined]
    rows = []
    for (file, _, name), (_, calls, alone, below, _) in table.stats.items():  # type: ignore[attr-defined]
        place = f"{Path(file).stem}.{name}" if file.endswith(".py") else name
        ours = "baithak" in file
        rows.append({"name": place, "calls": calls, "alone": alone, "below": below, "ours": ours})
    rows.sort(key=lambda row: -row["alone"])
    inside = sorted((row for row in rows if row["ours"]), key=lambda row: -row["below"])
    report(seconds=everything, alone=rows[:10], below=inside[:16])


TASKS = {
    task.__name__: task
    for task in (prepare, run, whole, draw, scale, incremental, matrix, quality, halves, profile)
}


if __name__ == "__main__":
    asked = job()
    TASKS[asked["task"]](asked)
