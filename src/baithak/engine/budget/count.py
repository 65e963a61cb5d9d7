"""Count a budget election by any rule: one door for the command line, the rooms and Python."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from baithak.engine.budget.bounded_overspending import BoundedOverspending
from baithak.engine.budget.completions import STOPS, add1
from baithak.engine.budget.election import Election, Project
from baithak.engine.budget.epsilon import epsilon
from baithak.engine.budget.equal_shares import EqualShares
from baithak.engine.budget.greedy import greedy
from baithak.engine.budget.phragmen import Phragmen
from baithak.engine.budget.results import Count, Round, Tie
from baithak.engine.budget.ties import lot, ranks
from baithak.engine.budget.utilities import Support, support
from baithak.engine.errors import EngineError

__all__ = ["COMPLETIONS", "RULES", "STARTS", "count", "example"]

RULES = ("equal-shares", "greedy", "phragmen", "bounded-overspending")
#: Completions, by rule.
COMPLETIONS = {
    "equal-shares": ("none", "greedy", "add1", "add1u", "epsilon"),
    "greedy": ("none",),
    "phragmen": ("none", "greedy"),
    "bounded-overspending": ("none",),
}
STARTS = ("exact", "floor")


def count(
    election: Election,
    *,
    rule: str = "equal-shares",
    utility: str = "cost",
    completion: str = "none",
    ties: str = "votes",
    seed: int = 0,
    increment: Fraction | int = Fraction(1),
    stop: str = "exhaustive",
    start: str = "exact",
    skip: bool = True,
    threshold: bool = False,
) -> Count:
    """Who is funded, and everything that is needed to see why.

    Parameters
    ----------
    election : Election
    rule : str
        One of ``RULES``.
    utility : str
        One of ``utilities.UTILITIES`` that the ballots can tell.
    completion : str
        What to do with money left over; ``COMPLETIONS`` says which a rule has.
    ties : str
        One of ``ties.TIES``.
    seed : int
        Of the lot, where ties are broken by lot.
    increment : Fraction or int
        By how much of the currency Add1 raises the start money each time.
    stop : str
        ``exhaustive`` (Add1 also ends once no further project fits) or ``overspend``.
    start : str
        ``exact`` (budget / voters) or ``floor`` (that, rounded down to whole units).
    skip : bool
        Greedy only: go on after a project that does not fit.
    threshold : bool
        Leave out projects below META's ``min_project_score_threshold``.

    Returns
    -------
    Count

    Raises
    ------
    EngineError
        ``budget.rule_unknown``, ``budget.utility_unknown``, ``budget.utility_not_for_ballots``,
        ``budget.utility_not_for_rule``, ``budget.completion_not_for_rule``,
        ``budget.ties_unknown``, ``budget.stop_unknown``, ``budget.start_unknown``,
        ``budget.increment_not_positive``, ``budget.no_threshold``, ``budget.threshold_unreadable``.

    Examples
    --------
    >>> count(example(), rule="greedy").selected, count(example(), completion="add1u").selected
    (('lamps', 'park'), ('lamps', 'bench'))
    >>> [(r.project, float(r.rho), r.payers) for r in count(example()).rounds]
    [('lamps', 0.3333333333333333, 3)]
    """
    _check(rule, utility, completion, stop, start, increment)
    told = support(election, utility, threshold=threshold)
    place = ranks(told, ties, seed)
    share = Fraction(told.budget, told.n)
    if start == "floor":
        share = Fraction(share // told.scale * told.scale)
    options = {"threshold": str(threshold)}
    if rule == "greedy":
        options["skip"] = str(skip)
        found = _Found(told, place, ties)
        found.greedily("rule", skip=skip)
    elif rule == "phragmen":
        found = _phragmen(told, place, ties)
    elif rule == "bounded-overspending":
        options["start"] = start
        found = _bounded_overspending(told, place, ties, share)
    else:
        options |= {"start": start, "increment": str(increment), "stop": stop}
        found = _equal_shares(
            told, place, ties, share, completion, Fraction(increment) * told.scale, stop
        )
    if completion in ("greedy", "add1u"):
        found.greedily("greedy")
    if ties == "lot":
        options["lot"] = lot(seed)
    return Count(
        rule=rule,
        utility=utility,
        completion=completion,
        ties=ties,
        seed=seed,
        budget=election.budget,
        cost=told.amount(sum(told.costs[c] for c in found.order)),
        selected=tuple(told.ids[c] for c in found.order),
        rounds=tuple(found.rounds),
        steps=found.steps,
        start=found.start,
        decided_by_tie=tuple(found.tied),
        left_out=told.left_out,
        held=found.held,
        spent=found.spent,
        options=options,
    )


def _check(
    rule: str, utility: str, completion: str, stop: str, start: str, increment: Fraction | int
) -> None:
    if rule not in RULES:
        raise EngineError("budget.rule_unknown", value=rule, allowed=list(RULES))
    if completion not in COMPLETIONS[rule]:
        allowed = list(COMPLETIONS[rule])
        raise EngineError(
            "budget.completion_not_for_rule", value=completion, rule=rule, allowed=allowed
        )
    if rule == "phragmen" and utility in ("points", "borda"):
        allowed = ["cost", "cardinality"]
        raise EngineError("budget.utility_not_for_rule", value=utility, rule=rule, allowed=allowed)
    if stop not in STOPS:
        raise EngineError("budget.stop_unknown", value=stop, allowed=list(STOPS))
    if start not in STARTS:
        raise EngineError("budget.start_unknown", value=start, allowed=list(STARTS))
    if increment <= 0:
        raise EngineError("budget.increment_not_positive", value=str(increment))


class _Found:
    """What the steps of a count have found so far."""

    def __init__(self, told: Support, place: NDArray[np.int64], ties: str) -> None:
        self.told, self.place, self.ties = told, place, ties
        self.order: list[int] = []
        self.rounds: list[Round] = []
        self.tied: list[Tie] = []
        self.steps: int | None = None
        self.start: Fraction | None = None
        self.held: NDArray[np.float64] | None = None
        self.spent: NDArray[np.float64] | None = None

    def add(
        self,
        phase: str,
        order: Sequence[int],
        rhos: Sequence[Fraction | None],
        payers: Sequence[int],
        tied: Sequence[Tie] = (),
    ) -> None:
        """Note further purchases."""
        told = self.told
        left = told.budget - sum(told.costs[c] for c in self.order)
        for c, rho, paying in zip(order, rhos, payers, strict=True):
            left -= told.costs[c]
            self.rounds.append(
                Round(
                    project=told.ids[c],
                    cost=told.prices[c],
                    rho=rho,
                    supporters=told.votes[c],
                    payers=paying,
                    left=told.amount(left),
                    phase=phase,
                )
            )
        self.order += order
        self.tied += tied

    def greedily(self, phase: str, *, skip: bool = True) -> None:
        """Buy by support per cost what the rest of the budget allows; nobody pays."""
        order, tied = greedy(self.told, self.place, self.ties, bought=self.order, skip=skip)
        self.add(phase, order, [None] * len(order), [0] * len(order), tied)

    def keeps(self, money: NDArray[np.float64], start: Fraction) -> None:
        """Note what voters hold in the end and what they started with."""
        self.start = self.told.amount(start)
        self.held = money / self.told.scale
        self.spent = float(self.start) - self.held


def _phragmen(told: Support, place: NDArray[np.int64], ties: str) -> _Found:
    found, rule = _Found(told, place, ties), Phragmen(told, place, ties)
    found.add("rule", rule.order, rule.moments, rule.payers, rule.tied)
    return found


def _bounded_overspending(
    told: Support, place: NDArray[np.int64], ties: str, share: Fraction
) -> _Found:
    found, rule = _Found(told, place, ties), BoundedOverspending(told, place, ties, share)
    found.add("rule", rule.order, rule.rhos, rule.payers, rule.tied)
    found.keeps(rule.money, share)
    return found


def _equal_shares(
    told: Support,
    place: NDArray[np.int64],
    ties: str,
    share: Fraction,
    completion: str,
    increment: Fraction,
    stop: str,
) -> _Found:
    found, rule = _Found(told, place, ties), EqualShares(told, place, ties)
    if completion in ("add1", "add1u"):
        raised = add1(rule, share, increment, stop=stop)
        found.steps, share = raised.steps, raised.start
    rule.run(share, record=True)
    rhos = rule.rhos()
    found.add("rule", rule.order, rhos, rule.payers, _deciding(rule, rhos))
    if completion == "epsilon":
        order, payers, tied = epsilon(rule)
        found.add("epsilon", order, [None] * len(order), payers, tied)
    found.keeps(rule.money, share)
    return found


def _deciding(rule: EqualShares, rhos: Sequence[Fraction]) -> list[Tie]:
    """Ties that may have decided something: not those of which all were bought at the same rho.

    There the order is of no matter: each supporter of two of them could pay for both.
    """
    bought = {rule.support.ids[c]: rho for c, rho in zip(rule.order, rhos, strict=True)}
    return [tie for tie in rule.tied if len({bought.get(name) for name in tie.projects}) > 1]


def example() -> Election:
    """Five voters, 100 to spend: a park (60), lamps (40), a bench (45) and a tower nobody wants.

    Examples
    --------
    >>> example().n, [project.id for project in example().projects]
    (5, ['park', 'lamps', 'bench', 'tower'])
    """
    prices = {"park": 60, "lamps": 40, "bench": 45, "tower": 90}
    return Election.from_ballots(
        budget=100,
        projects=[Project(name, Fraction(price)) for name, price in prices.items()],
        vote_type="approval",
        ballots=[
            ("Amina", ["park", "lamps"]),
            ("Bilal", ["park", "lamps"]),
            ("Chanda", ["lamps"]),
            ("Dilan", ["park", "bench"]),
            ("Ela", ["bench"]),
        ],
    )
