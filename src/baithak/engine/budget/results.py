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

    ``rho`` is the price of one unit of utility that the supporters paid (equal shares: the largest
    share of it that anybody paid; Phragmén: the moment of purchase; greedy: None). ``supporters``
    counts the voters who support the project, ``payers`` those who paid, ``left`` what remains of
    the budget after it. ``phase`` is ``rule`` or the name of the completion that bought it.
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
    """Several projects were exactly equal: who stood there, who was taken, by which rule."""

    round: int
    projects: tuple[str, ...]
    taken: str
    by: str


@dataclass(frozen=True, slots=True, eq=False)
class Count:
    """The outcome of one rule on one election, with all that is needed to explain and replay it.

    ``selected`` holds project ids in order of purchase. ``steps`` says how often Add1 raised the
    start money (None where it did not run); ``start`` is what every voter held at the start of the
    final run (None for greedy and Phragmén). ``held`` is what one voter of each ballot group still
    holds after the rule's own purchases of the final run, before a completion by greedy (float64,
    for explanations; winners never depend on it); ``spent`` what that voter paid.
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
