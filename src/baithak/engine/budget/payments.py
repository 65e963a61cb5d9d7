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

__all__ = ["Payments"]


class Payments:
    """The exact account of one run of equal shares.

    Parameters
    ----------
    support : Support
    start : Fraction
        What every voter holds at the start, in whole-number units.
    broke : int32 (groups)
        Round in which a group paid all it had; the run writes it, the account reads it.
    """

    def __init__(self, support: Support, start: Fraction, broke: NDArray[np.int32]) -> None:
        self.support = support
        self.start = start
        self.broke = broke
        self.turn_of = np.full(support.m, -1, dtype=np.int64)
        self._bought: list[int] = []
        self._below = start.denominator
        self._start = start.numerator
        self._prices: list[int] = []  # times ``_below``

    def bought(self, order: Sequence[int]) -> None:
        """Note the purchases so far, in their order."""
        for turn in range(len(self._bought), len(order)):
            self.turn_of[order[turn]] = turn
            self._bought.append(int(order[turn]))

    def holding(self, members: NDArray[Any]) -> Fraction:
        """What the voters of these groups hold together."""
        count = len(self._bought)
        voters, paid = self._tallied(members, self.turn_of, self.broke, count)
        self._settle()
        return Fraction(self._total(voters, paid), self._below)

    def prices(self) -> list[Fraction]:
        """Exact price per unit of every purchase, in their order."""
        self._settle()
        return [Fraction(price, self._below) for price in self._prices]

    def _tallied(
        self, members: NDArray[Any], turn_of: NDArray[Any], broke: NDArray[Any], count: int
    ) -> tuple[int, NDArray[np.int64]]:
        support = self.support
        voters, paid = tallied(
            members, support.starts, support.items, support.gains, support.sizes, turn_of, broke,
            count,
        )  # fmt: skip
        return int(voters), paid

    def _total(self, voters: int, paid: NDArray[np.int64]) -> int:
        spent = sum(int(paid[turn]) * self._prices[turn] for turn in np.flatnonzero(paid).tolist())
        return voters * self._start - spent

    def _settle(self) -> None:
        """Work out the prices that are still missing."""
        known, count = len(self._prices), len(self._bought)
        if known == count:
            return
        support = self.support
        pull, voters, paid = settled(
            support.starts, support.items, support.gains, support.sizes, self.turn_of, self.broke,
            count,
        )  # fmt: skip
        for turn in range(known, count):
            cost = self.support.costs[self._bought[turn]] * self._below
            rest = cost - self._total(int(voters[turn]), paid[turn, :turn])
            if pull[turn]:
                self._add(rest, int(pull[turn]))
            else:  # everybody paid all they had: the price is what the richest of them paid
                price = self._richest(turn)
                self._add(price.numerator * self._below, price.denominator)

    def _add(self, over: int, below: int) -> None:
        """Append over / (below * _below) with the common denominator kept."""
        shared = gcd(over, below)
        over, below = over // shared, below // shared
        if below > 1:
            self._below *= below
            self._start *= below
            self._prices = [price * below for price in self._prices]
        self._prices.append(over)

    def _richest(self, turn: int) -> Fraction:
        """The largest share per unit among those who paid all they had in this round."""
        support, c = self.support, self._bought[turn]
        entries = slice(support.first[c], support.first[c + 1])
        groups = support.groups[entries].astype(np.int64)
        mine = self.broke[groups] == turn
        units = np.ones(len(groups)) if support.units is None else support.units[entries]
        before = np.where(self.broke == turn, NEVER, self.broke).astype(np.int32)
        turn_of = np.where(self.turn_of >= turn, -1, self.turn_of)
        best = Fraction(0)
        for g, unit in zip(groups[mine].tolist(), units[mine].tolist(), strict=True):
            voters, paid = self._tallied(np.array([g]), turn_of, before, turn)
            held = Fraction(self._total(voters, paid), self._below * int(voters))
            best = max(best, held / int(unit))
        return best
