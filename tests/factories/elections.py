"""Small random elections with many exact ties, for the engine and for the plain recount alike."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from baithak.engine.budget.election import POINT_TYPES, VOTE_TYPES, Election, Project
from baithak.engine.budget.utilities import UTILITIES
from factories.recount import Small

#: Few prices, so that many comparisons are equal; one list with cents.
PRICES = (
    (1, 2, 3),
    (10, 20, 30, 40, 50),
    (100, 120, 150, 99, 7),
    (Fraction(25, 2), 10, 5, 20),
)


@dataclass(frozen=True)
class Drawn:
    """An election in words."""

    budget: Fraction
    costs: dict[str, Fraction]
    vote_type: str
    ballots: tuple[tuple[str, tuple[Any, ...]], ...]

    @property
    def utilities(self) -> list[str]:
        return [name for name, types in UTILITIES.items() if self.vote_type in types]

    def election(self) -> Election:
        """For the engine."""
        return Election.from_ballots(
            budget=self.budget,
            projects=[Project(c, cost) for c, cost in self.costs.items()],
            vote_type=self.vote_type,
            ballots=self.ballots,
        )

    def small(self, utility: str, ties: str = "id") -> Small:
        """For the recount."""
        return Small(
            self.budget, dict(self.costs), [self._worth(b, utility) for _, b in self.ballots], ties
        )

    def _worth(self, ballot: Sequence[Any], utility: str) -> dict[str, Fraction]:
        if self.vote_type in POINT_TYPES:
            given = {c: Fraction(points) for c, points in ballot if points}
        else:
            given = {c: Fraction(len(ballot) - 1 - at) for at, c in enumerate(ballot)}
        if utility == "cost":
            return {c: self.costs[c] for c in given if self.costs[c]}
        if utility == "cardinality":
            return dict.fromkeys(given, Fraction(1))
        return {c: worth for c, worth in given.items() if worth}


def draw(seed: int) -> Drawn:
    """One to eight projects, one to fourteen voters, most of them in three camps."""
    chance = random.Random(seed)
    names = [str(number) for number in chance.sample(range(1, 120), chance.randint(1, 8))]
    prices = chance.choice(PRICES)
    costs = {c: Fraction(chance.choice(prices)) for c in names}
    if chance.random() < 0.1:
        costs[names[0]] = Fraction(0)
    budgets = (sum(prices), chance.randint(1, 3) * max(prices), chance.randint(1, 200))
    vote_type = chance.choice(["approval", *VOTE_TYPES])
    camps = [chance.sample(names, chance.randint(1, len(names))) for _ in range(3)]
    ballots = []
    for voter in range(chance.randint(1, 14)):
        if chance.random() < 0.6:
            ballot: list[Any] = list(chance.choice(camps))
        else:
            ballot = chance.sample(names, chance.randint(0, len(names)))
        if vote_type == "choose-1":
            ballot = ballot[:1]
        if vote_type in POINT_TYPES:
            ballot = [(c, chance.choice([0, 1, 1, 2, 3])) for c in ballot]
        ballots.append((f"voter {voter}", tuple(ballot)))
    return Drawn(Fraction(chance.choice(budgets)), costs, vote_type, tuple(ballots))


def cases(seeds: range) -> Iterator[tuple[Drawn, str, str]]:
    """Every drawn election with every utility it has, under one order of ties."""
    for seed in seeds:
        drawn = draw(seed)
        for utility in drawn.utilities:
            yield drawn, utility, random.Random(f"{seed} {utility}").choice(["id", "votes", "cost"])


def election(
    budget: Any,
    prices: dict[str, Any],
    ballots: Sequence[Sequence[Any]],
    vote_type: str = "approval",
    meta: dict[str, str] | None = None,
) -> Election:
    """An election as a test writes it down: price of each project, what each voter gave."""
    return Election.from_ballots(
        budget=budget,
        projects=[Project(name, Fraction(price)) for name, price in prices.items()],
        vote_type=vote_type,
        ballots=[(f"voter {at}", given) for at, given in enumerate(ballots)],
        meta=meta,
    )


def split(merged: Election) -> Election:
    """The same election with a group of its own for every voter."""
    of = merged.group_of
    span = [slice(merged.starts[g], merged.starts[g + 1]) for g in of]
    lengths = [0, *(one.stop - one.start for one in span)]
    return replace(
        merged,
        starts=np.cumsum(lengths).astype(np.int64),
        items=np.concatenate([merged.items[one] for one in span]),
        points=None
        if merged.points is None
        else np.concatenate([merged.points[one] for one in span]),
        weights=np.ones(len(of), dtype=np.int64),
        group_of=np.arange(len(of), dtype=np.int32),
    )
