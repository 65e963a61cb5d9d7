"""What to do with the money that equal shares leaves over: raise everybody's start and recount.

``add1`` raises the start money by an increment and counts from nothing, again and again, until the
outcome is exhaustive (no supported project that is not funded fits the rest) or just before it
would cost more than the budget. Most steps buy the same projects in the same order. A run tells how
far the start may grow with every comparison still going the same way (all amounts are linear in the
start as long as they do), so those steps are skipped with proof.

Described in D. Peters, G. Pierczyński, P. Skowron (2021), https://arxiv.org/abs/2008.13276, and on
https://equalshares.net.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from baithak.engine.budget.equal_shares import EqualShares

__all__ = ["STOPS", "Raised", "add1"]

#: ``exhaustive``: as above. ``overspend``: only the second condition.
STOPS = ("exhaustive", "overspend")


@dataclass(frozen=True, slots=True)
class Raised:
    """Where raising the start money ended.

    ``steps`` is how often it was raised, a last raise that would have cost too much included; ``start``
    is what everybody holds in the run that counts, in whole-number units;
    ``runs`` how many of the steps had to be counted in full.
    """

    steps: int
    start: Fraction
    runs: int


def add1(
    rule: EqualShares, start: Fraction, increment: Fraction, *, stop: str = "exhaustive"
) -> Raised:
    """Find the start money at which raising stops; ``rule`` still has to be run there.

    Parameters
    ----------
    rule : EqualShares
    start : Fraction
        What everybody holds at first, in whole-number units.
    increment : Fraction
        Above zero, in the same units.
    stop : str
        One of ``STOPS``. Where every supported project is funded raising ends in either case.

    Returns
    -------
    Raised

    Examples
    --------
    >>> from baithak.engine.budget.count import example
    >>> from baithak.engine.budget.ties import ranks
    >>> from baithak.engine.budget.utilities import support
    >>> told = support(example())
    >>> rule = EqualShares(told, ranks(told, "votes"), "votes")
    >>> raised = add1(rule, Fraction(20), Fraction(1))
    >>> raised.steps, raised.start
    (3, Fraction(23, 1))
    """
    support = rule.support
    cheap = sorted(range(support.m), key=support.costs.__getitem__)
    steps = runs = 0
    while True:
        rule.run(start + steps * increment, follow=True)
        runs += 1
        cost = sum([support.costs[c] for c in rule.order])
        if cost > support.budget:
            return Raised(steps, start + (steps - 1) * increment, runs)
        everything = len(rule.order) == support.m
        if everything or (stop == "exhaustive" and not _fits(rule, support.budget - cost, cheap)):
            return Raised(steps, start + steps * increment, runs)
        if rule.reach > 0:
            steps += int(min(rule.reach / float(increment), 1e18))
        steps += 1


def _fits(rule: EqualShares, rest: int, cheap: list[int]) -> bool:
    """Does the cheapest project that is not funded fit the rest of the budget?"""
    funded = set(rule.order)
    return next(rule.support.costs[c] for c in cheap if c not in funded) <= rest
