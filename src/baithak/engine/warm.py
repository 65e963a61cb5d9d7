"""Compile every kernel of the engine once, so that the first map, count or draw does not wait for it.

``python -m baithak.engine.warm`` runs a small made-up conversation, small made-up elections and a
small made-up pool through every public computation. numba keeps the machine code beside the
modules; later processes only load it. It has to be run again after the engine's source changes
(``make`` does).
"""

from __future__ import annotations

import time
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec

import numpy as np

from baithak.engine.budget.count import count
from baithak.engine.budget.election import POINT_TYPES, Election, Project
from baithak.engine.opinion.classic import classic
from baithak.engine.opinion.incremental import Incremental
from baithak.engine.opinion.model import fit
from baithak.engine.opinion.votes import VoteMatrix
from baithak.engine.panel.feasibility import feasibility, first_state
from baithak.engine.panel.kinds import kinds_of
from baithak.engine.panel.lifting import lift
from baithak.engine.panel.lottery import METHODS, lottery
from baithak.engine.panel.peeling import below
from baithak.engine.panel.pool import Pool, Quota, Quotas

__all__ = ["small_conversation", "small_election", "small_pool", "warm"]


def small_conversation(seed: int = 0) -> VoteMatrix:
    """Sixty made-up people in two camps on 120 statements: enough to reach every kernel.

    More than ``pca.DIRECT`` statements, or the iterative solver would stay uncompiled.
    """
    random = np.random.default_rng(seed)
    camp, tilt = random.choice([-1.0, 1.0], 60), random.normal(size=120)
    people, subjects = np.nonzero(random.random((60, 120)) < 0.3)
    lean = camp[people] * tilt[subjects] + random.normal(scale=0.7, size=len(people))
    return VoteMatrix.from_arrays(
        people,
        subjects,
        np.where(np.abs(lean) < 0.3, 0, np.sign(lean)).astype(np.int8),
        channels={str(person): "token" for person in range(40)},
    )


def small_election(vote_type: str = "approval", seed: int = 0) -> Election:
    """Twelve made-up voters and six projects of few prices: many exact ties, so every question comes up."""
    random = np.random.default_rng(seed)
    names = [str(number) for number in range(6)]
    ballots = []
    for voter in range(12):
        chosen = random.permutation(names)[: 1 + random.integers(4)].tolist()
        given = chosen[:1] if vote_type == "choose-1" else chosen
        if vote_type in POINT_TYPES:
            given = [(name, int(random.integers(1, 4))) for name in given]
        ballots.append((str(voter), given))
    prices = random.choice([10, 20, 30], len(names)).tolist()
    projects = [Project(name, Fraction(price)) for name, price in zip(names, prices, strict=True)]
    return Election.from_ballots(budget=60, projects=projects, vote_type=vote_type, ballots=ballots)


def small_pool(*, odd: bool = False) -> tuple[Pool, Quotas]:
    """Twelve made-up people in pairs of households, for panels of four: two of either sex and age.

    With ``odd`` another pool, for panels of two: averages of panels promise what whole panels
    cannot keep, so that the ways out are taken too.
    """
    if odd:
        rows = ("xxy", "yxx", "xyx", "yyy", "xxx")
        people = [dict(zip("abc", row, strict=True)) for row in rows]
        return _pool(people, [(name, value, 1, 1) for name in "abc" for value in "xy"])
    people = [{"sex": "fm"[i % 2], "age": ("young", "old", "old")[i % 3]} for i in range(12)]
    quotas = [("sex", "f", 2, 2), ("sex", "m", 2, 2), ("age", "young", 1, 3), ("age", "old", 1, 3)]
    return _pool(people, quotas)


def _pool(
    people: list[dict[str, str]], quotas: list[tuple[str, str, int, int]]
) -> tuple[Pool, Quotas]:
    wanted = Quotas(tuple(Quota(*quota) for quota in quotas))
    homes = [str(i // 2) for i in range(len(people))]
    return Pool.from_people(people, wanted, household=homes), wanted


def warm() -> float:
    """Run everything once; returns the seconds it took."""
    start = time.perf_counter()
    _warm_budgets()
    _warm_panels()
    votes = small_conversation()
    votes.transposed()
    classic(votes)
    if find_spec("baithak.engine.opinion.map"):
        opinion_map = import_module("baithak.engine.opinion.map").opinion_map
        for method in ("baithak", "polis"):
            opinion_map(votes, method=method, people=True)
        running = Incremental(fit(votes))
        running.vote([votes.participants[0], "new"], [votes.statements[0].id, "new"], [1, -1])
    if find_spec("baithak.engine.opinion.evaluate"):
        import_module("baithak.engine.opinion.evaluate").evaluate(votes)
    return time.perf_counter() - start


def _warm_budgets() -> None:
    for seed in range(12):
        for vote_type, utility in (
            ("approval", "cost"), ("cumulative", "cost"), ("cumulative", "points"),
            ("ordinal", "borda"),
        ):  # fmt: skip
            election = small_election(vote_type, seed)
            for completion in ("add1u", "epsilon"):
                count(election, utility=utility, completion=completion)
            if utility == "cost":
                count(election, rule="phragmen")
    count(small_election("ordinal"), threshold=False, rule="bounded-overspending")


def _warm_panels() -> None:
    pool, quotas = small_pool()
    feasibility(pool, quotas, 4)
    for method in METHODS:
        for household in (False, True):
            lottery(pool, quotas, 4, method=method, panels=10, household=household)
    lottery(*small_pool(odd=True), 2, panels=10)
    # What only lists that could not be dealt as planned need.
    kinds, state = kinds_of(pool, quotas), first_state(0)
    panels = np.zeros((1 + below(state, 2), 4), dtype=np.int32)
    lift(panels, np.zeros_like(kinds.size), kinds, quotas.low, quotas.high, state)


if __name__ == "__main__":
    print(f"The engine's kernels are compiled ({warm():.1f} s).")
