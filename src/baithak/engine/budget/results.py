"""What a count gives: who won, in which order, who paid, what the others lacked, which ties decided."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from baithak.engine.budget.election import Notice

__all__ = ["Count", "Round", "Tie"]


@dataclass(frozen=True, slots=True)
class Round:
    """One purchase.

    ``rho`` is the price of one unit of utility, exactly (equal shares: what everybody paid who did not
    pay all they held; bounded overspending: what it took from them, to 400 binary digits; Phragmén:
    the moment of purchase; bought greedily or with others' money: None). ``supporters`` counts the
    voters who support the project, ``payers`` those who paid (0 where it was bought greedily),
    ``left`` is what remains of the budget after it. ``phase`` is ``rule`` or the completion that
    bought it, ``greedy`` or ``epsilon``.
    """

    project: str
    cost: Fraction
    rho: Fraction | None
    supporters: int
    payers: int
    left: Fraction
    phase: str = "rule"


@dataclass(frozen=True, slots=True)
class Tie:
    """Several projects were exactly equal: who stood there, who was taken, by which order of ties.

    Only where it may have decided something: not where all of them were bought at the same price.
    ``projects`` stand in that order; ``round`` counts from 1.
    """

    round: int
    projects: tuple[str, ...]
    taken: str
    by: str


@dataclass(frozen=True, slots=True, eq=False)
class Count:
    """The outcome of one rule on one election, with all that is needed to explain and replay it.

    ``selected`` holds project ids in order of purchase. ``steps`` says how often Add1 raised the
    start money, a last time that would have cost too much included (None where it did not run);
    ``start`` is what every voter held at the start of the run that counts (None for greedy and
    Phragmén). ``held`` is what one voter of each ballot group still holds after that run (and after
    paying for others' projects under ``epsilon``), before a completion by greedy (float64, for
    explanations; winners never depend on it); ``spent`` what that voter paid. ``options`` holds
    what else was asked for, as text, and under ``lot`` the line the order of ties was drawn from.
    """

    rule: str
    utility: str
    completion: str
    ties: str
    seed: int
    budget: Fraction
    cost: Fraction
    selected: tuple[str, ...]
    rounds: tuple[Round, ...]
    steps: int | None
    start: Fraction | None
    decided_by_tie: tuple[Tie, ...]
    left_out: tuple[Notice, ...]
    held: NDArray[np.float64] | None
    spent: NDArray[np.float64] | None
    options: dict[str, str]
