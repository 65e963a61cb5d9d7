"""What everybody paid, exactly: one rational price for each purchase, and whole numbers.

Whoever supports a bought project pays its price times their units or, once, all they still hold.
So what a voter holds is the start money less whole multiples of the prices so far, or nothing; what
a group of voters holds together is a whole multiple of the start money less whole multiples of the
prices. All prices are kept over one common denominator: adding up costs no fractions at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baithak.engine.budget.equal_shares_kernels import NEVER, settled, tallied
from baithak.engine.budget.utilities import Support

__all__ = ["Chain", "Payments"]


class Chain:
    """Rationals over one common denominator, each made from whole multiples of those before it.

    Examples
    --------
    >>> chain = Chain(Fraction(7, 2))
    >>> chain.divide(chain.total(10, 1, [], []), 3)  # (10 - 7/2) / 3
    >>> chain.divide(chain.total(5, 0, [0], [2]), 1)  # 5 + 2 * 13/6
    >>> chain.values([1, 1])
    [Fraction(13, 6), Fraction(28, 3)]
    """

    def __init__(self, start: Fraction) -> None:
        self.below = start.denominator
        self._start = start.numerator
        self._over: list[int] = []

    def __len__(self) -> int:
        return len(self._over)

    def total(self, amount: int, starts: int, places: Sequence[int], times: Sequence[int]) -> int:
        """``amount`` - ``starts`` * start + sum of ``times`` * value at ``places``, over ``below``."""
        told = amount * self.below - starts * self._start
        return told + sum(self._over[at] * by for at, by in zip(places, times, strict=True))

    def divide(self, over: int, below: int) -> None:
        """Append over / (``below`` of the chain * ``below``)."""
        shared = gcd(over, below)
        over, below = over // shared, below // shared
        if below > 1:
            self.below *= below
            self._start *= below
            self._over = [value * below for value in self._over]
        self._over.append(over)

    def values(self, per: Sequence[int]) -> list[Fraction]:
        """Each of them divided by a whole number."""
        return [Fraction(over, self.below * by) for over, by in zip(self._over, per, strict=True)]


class Payments:
    """The exact account of one run of equal shares.

    Parameters
    ----------
    support : Support
    start : Fraction
        What every voter holds at the start, in whole-number units.
    broke : int32 (groups)
        Round in which a group paid all it had; the run writes it, the account reads it.

    Attributes
    ----------
    order : int64 (turns)
        Projects in order of purchase so far.
    levied : Fraction
        What everybody who is not broke paid besides.
    """

    def __init__(self, support: Support, start: Fraction, broke: NDArray[np.int32]) -> None:
        self.support = support
        self.broke = broke
        self.levied = Fraction(0)
        self.order = np.empty(0, dtype=np.int64)
        self._chain = Chain(start)

    def holding(self, members: NDArray[Any]) -> Fraction:
        """What the voters of these groups hold together."""
        self._settle()
        return self._holding(members, self.broke, len(self.order))

    def prices(self, per: Sequence[int]) -> list[Fraction]:
        """Price per unit of every purchase, each divided by a whole number."""
        self._settle()
        return self._chain.values(per)

    def _turn_of(self, turns: int) -> NDArray[np.int64]:
        """Round in which each project was bought, of the first ``turns``; -1 for the others."""
        told = np.full(self.support.m, -1, dtype=np.int64)
        told[self.order[:turns]] = np.arange(turns)
        return told

    def _holding(self, members: NDArray[Any], broke: NDArray[Any], turns: int) -> Fraction:
        support = self.support
        voters, paid = tallied(
            members, support.starts, support.items, support.gains, support.sizes,
            self._turn_of(turns), broke, turns,
        )  # fmt: skip
        lacking = self._chain.total(0, int(voters), *_sparse(paid))
        return -Fraction(lacking, self._chain.below) - int(voters) * self.levied

    def _settle(self) -> None:
        """Work out the prices that are still missing."""
        known, turns, support = len(self._chain), len(self.order), self.support
        if known == turns:
            return
        pull, voters, paid = settled(
            support.starts, support.items, support.gains, support.sizes, self._turn_of(turns),
            self.broke, turns,
        )  # fmt: skip
        order, pulls, short = self.order.tolist(), pull.tolist(), voters.tolist()
        for turn in range(known, turns):
            if pulls[turn]:
                less = _sparse(paid[turn]) if short[turn] else ((), ())
                rest = self._chain.total(support.costs[order[turn]], short[turn], *less)
                self._chain.divide(rest, pulls[turn])
            else:  # everybody paid all they had: the price is what the richest of them paid
                price = self._richest(turn)
                self._chain.divide(price.numerator * self._chain.below, price.denominator)

    def _richest(self, turn: int) -> Fraction:
        """The largest share per unit among those who paid all they had in this round."""
        support, c = self.support, int(self.order[turn])
        entries = slice(support.first[c], support.first[c + 1])
        groups = support.groups[entries].astype(np.int64)
        mine = self.broke[groups] == turn
        units = np.ones(len(groups)) if support.units is None else support.units[entries]
        before = np.where(self.broke >= turn, NEVER, self.broke).astype(np.int32)
        shares = (
            self._holding(np.array([g]), before, turn) / int(support.sizes[g]) / int(unit)
            for g, unit in zip(groups[mine].tolist(), units[mine].tolist(), strict=True)
        )
        return max(shares)


def _sparse(times: NDArray[np.int64]) -> tuple[list[int], list[int]]:
    """Places and values of what is not zero."""
    places = np.flatnonzero(times)
    return places.tolist(), times[places].tolist()
