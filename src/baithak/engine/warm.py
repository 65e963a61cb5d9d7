"""Compile every kernel of the engine once, so that the first real map or count does not wait for it.

``python -m baithak.engine.warm`` runs a small made-up conversation and small made-up elections
through every public computation. numba keeps the machine code beside the modules; later processes only load it. It has
to be run again after the engine's source changes (``make`` does).
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
from baithak.engine.opinion.votes import VoteMatrix

__all__ = ["small_conversation", "small_election", "warm"]


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


def warm() -> float:
    """Run everything once; returns the seconds it took."""
    start = time.perf_counter()
    _warm_budgets()
    votes = small_conversation()
    votes.transposed()
    classic(votes)
    if find_spec("baithak.engine.opinion.map"):
        opinion_map = import_module("baithak.engine.opinion.map").opinion_map
        for method in ("baithak", "polis"):
            opinion_map(votes, method=method, people=True)
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


if __name__ == "__main__":
    print(f"The engine's kernels are compiled ({warm():.1f} s).")
