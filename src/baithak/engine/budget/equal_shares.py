"""The Method of Equal Shares: everybody gets the same money, supporters pay for what they support.

Every voter starts with the same amount. A project is affordable at rho if its supporters, each
paying rho times their utility or all they still hold, raise its cost. The affordable project with the
smallest rho is bought, its supporters pay, and so on until nothing is affordable.

The winners are exact. Prices are found in float64 with a bound on their error; where a comparison
lies within that bound or within 1e-9, the two sides are worked out as fractions (``payments.py``).
A project's rho only grows as money goes, so its last value is a lower bound, and most projects need
not be looked at in most rounds.

Paper: D. Peters, G. Pierczyński, P. Skowron (2021), Proportional participatory budgeting with
additive utilities, NeurIPS, https://arxiv.org/abs/2008.13276.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from baithak.engine.budget import equal_shares_kernels as kernels
from baithak.engine.budget.payments import Payments
from baithak.engine.budget.results import Tie
from baithak.engine.budget.utilities import Support

__all__ = ["EqualShares"]

_EPS = 2.0**-53
_FITS = 1 << 62
_CAPPED, _KEEPS = 1, 2


class EqualShares:
    """Equal shares on one election, for any start money; ``run`` may be called again and again.

    Parameters
    ----------
    support : Support
    place : int64 (m)
        Of each project in the order of ties.
    ties : str
        What that order is called, for ``tied``.

    Attributes
    ----------
    order : list of int
        Projects in order of purchase, after ``run``.
    start : Fraction
        What everybody held at the start.
    money : float64 (groups)
        What one voter of each group holds.
    payments : Payments
        The exact account.
    reach : float
        By how much the start money may grow while the same projects are bought in the same order;
        only after ``run(follow=True)``, and never more than can be proved.
    tied : list of Tie
        Projects of exactly equal rho; only after ``run(record=True)``.

    Examples
    --------
    >>> from baithak.engine.budget.count import example
    >>> from baithak.engine.budget.ties import ranks
    >>> from baithak.engine.budget.utilities import support
    >>> told = support(example())
    >>> rule = EqualShares(told, ranks(told, "votes"), "votes")
    >>> rule.run(Fraction(100, 5))
    >>> [told.ids[c] for c in rule.order], rule.money.round(2).tolist()
    (['lamps'], [6.67, 6.67, 20.0, 20.0])
    """

    def __init__(self, support: Support, place: NDArray[np.int64], ties: str) -> None:
        m, groups = support.m, len(support.sizes)
        self.support = support
        self.place = place
        self.ties = ties
        self.order: list[int] = []
        self.tied: list[Tie] = []
        self.start = Fraction(0)
        self.money = np.empty(groups)
        self.payments: Payments
        self._cost = np.array(support.costs, dtype=np.float64)
        self._factor = self._cost if support.per_cost else np.ones(m)
        fits = [cost if cost < _FITS else 0 for cost in support.costs]
        self._election = (
            support.first, support.groups, support.weights, support.units, self._cost,
            self._factor, np.array(fits, dtype=np.int64), np.array(support.votes, dtype=np.int64),
            support.per_cost, place,
        )  # fmt: skip
        self._lowest = self._cost / np.array(support.pull, dtype=np.float64)
        self._by_bound = np.argsort(self._lowest / self._factor, kind="stable")
        self._state = np.empty(kernels.STATE, dtype=np.int64)
        self._active, self._order, self._close = (np.empty(m, dtype=np.int64) for _ in range(3))
        self._price, self._pull, self._blur, self._rise, self._bound, self._payers = (
            np.empty(m) for _ in range(6)
        )
        self._stamp, self._gone = (np.empty(m, dtype=np.int64) for _ in range(2))
        self._simple = np.empty(m, dtype=np.bool_)
        self._slope, self._doubt = np.empty(groups), np.empty(groups)
        self._broke = np.empty(groups, dtype=np.int32)
        self._verdict = np.zeros(groups, dtype=np.int8)
        self._most, self._limit = np.empty(1), np.empty(1)
        self._found = np.empty(int(np.diff(support.first).max(initial=0)), dtype=np.int64)

    def run(self, start: Fraction, *, follow: bool = False, record: bool = False) -> None:
        """Count once.

        Parameters
        ----------
        start : Fraction
            Money of every voter, in whole-number units of ``support``.
        follow : bool
            Find ``reach``.
        record : bool
            Note every tie.
        """
        self._begin(start)
        ask = {
            kernels.AFFORDABLE: self._settle_affordable,
            kernels.ORDER: self._settle_order,
            kernels.CAPPED: self._settle_capped,
        }
        arrays = (
            self._state, self._active, self._order, self._price, self._pull, self._blur,
            self._rise, self._bound, self._stamp, self._simple, self._gone, self._payers,
            self.money, self._slope, self._doubt, self._broke, self._verdict, self._close,
            self._most, self._limit, follow, record,
        )  # fmt: skip
        while (told := kernels.advance(*self._election, *arrays)) != kernels.DONE:
            self.payments.order = self._order[: self._state[kernels.ROUND]]
            ask[told]()
        self.order = self._order[: self._state[kernels.ROUND]].tolist()
        self.payments.order = self._order[: self._state[kernels.ROUND]]
        self.reach = float(self._limit[0]) * (1 - 1e-6)

    @property
    def payers(self) -> list[int]:
        """How many voters paid for each purchase."""
        return self._payers[self.order].astype(np.int64).tolist()

    def rhos(self) -> list[Fraction]:
        """Exact rho of each purchase, per utility and in the currency."""
        support = self.support
        if support.per_cost:
            return self.payments.prices([support.costs[c] for c in self.order])
        prices = self.payments.prices([support.scale] * len(self.order))
        if support.points_scale == 1:
            return prices
        return [price * support.points_scale for price in prices]

    @property
    def doubt(self) -> float:
        """Bound on the error of what anybody holds."""
        return float(self._most[0])

    def spend(self, members: NDArray[np.int64], turn: int, due: float) -> None:
        """These groups paid all they had in a round of a completion, others just ``due``."""
        self.money[members] = 0.0
        self._broke[members] = turn
        self._most[0] += 4 * _EPS * (due + float(self.start))

    def _begin(self, start: Fraction) -> None:
        m = self.support.m
        self.start = start
        money = float(start)
        self.tied = []
        self._state[:] = 0
        self._state[kernels.ACTIVE] = m
        self._active[:] = self._by_bound
        self._price[:] = self._lowest
        self._bound[:] = self._lowest / self._factor
        self._blur[:] = 4 * _EPS * self._lowest
        self._rise[:] = 0.0
        self._stamp[:] = -1
        self._gone[:] = -1
        self.money[:] = money
        self._slope[:] = 1.0
        self._doubt[:] = _EPS * money
        self._broke[:] = kernels.NEVER
        self._verdict[:] = 0
        self._most[0] = _EPS * money
        self._limit[0] = np.inf
        self.payments = Payments(self.support, start, self._broke)

    def _entries(self, c: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Groups that support a project, and their units."""
        support = self.support
        span = slice(support.first[c], support.first[c + 1])
        groups = support.groups[span].astype(np.int64)
        if support.units is None:
            return groups, np.ones(len(groups), dtype=np.int64)
        return groups, support.units[span].astype(np.int64)

    def _settle_affordable(self) -> None:
        """Do the supporters hold the cost? Asked where float64 cannot tell."""
        c = int(self._state[kernels.TOP])
        self._limit[0] = 0.0
        if self.payments.holding(self._entries(c)[0]) >= self.support.costs[c]:
            self._gone[c] = -2 - self._state[kernels.ROUND]
            return
        self._gone[c] = self._state[kernels.ROUND]
        rest = self._active[: self._state[kernels.ACTIVE]]
        rest = rest[rest != c]
        self._active[: len(rest)] = rest
        self._state[kernels.ACTIVE] = len(rest)

    def _settle_order(self) -> None:
        """Which of several projects has the smallest rho, exactly; ties are noted."""
        several = self._close[: self._state[kernels.SEVERAL]].tolist()
        rhos = {c: self._rho(c) for c in several}
        best = min(rhos.values())
        equal = sorted((c for c in several if rhos[c] == best), key=self.place.__getitem__)
        if not all(self._simple[several]):
            self._limit[0] = 0.0
        if len(equal) > 1:
            ids = [self.support.ids[c] for c in equal]
            turn = int(self._state[kernels.ROUND])
            self.tied.append(Tie(turn + 1, tuple(ids), ids[0], self.ties))
        self._state[kernels.WINNER] = equal[0]
        self._state[kernels.AT] = 1

    def _settle_capped(self) -> None:
        """Who of those close to the price pays all they hold? Exactly the price counts as all."""
        c = int(self._state[kernels.WINNER])
        self._limit[0] = 0.0
        unclear = self._unclear(c)
        price = self._price_of(c)
        groups, units = self._entries(c)
        wanted = dict(zip(groups.tolist(), units.tolist(), strict=True))
        for g, held in self._holdings(unclear).items():
            self._verdict[g] = _CAPPED if held <= price * wanted[g] else _KEEPS
        self._state[kernels.AT] = 2

    def _unclear(self, c: int) -> NDArray[np.int64]:
        """Groups that hold so nearly the price of a project that float64 cannot tell."""
        support = self.support
        count = kernels.unclear(
            support.first[c], support.first[c + 1], support.groups, support.units, self.money,
            self._doubt, self._price[c], self._blur[c], self._found,
        )  # fmt: skip
        return self._found[:count].copy()

    def _holdings(self, members: NDArray[np.int64]) -> dict[int, Fraction]:
        """What one voter of each group holds, exactly."""
        sizes = self.support.sizes
        return {g: self.payments.holding(np.array([g])) / int(sizes[g]) for g in members.tolist()}

    def _rho(self, c: int) -> Fraction:
        """Exact rho, in a scale that is the same for all projects."""
        if self._simple[c]:
            price = Fraction(self.support.costs[c], int(self._pull[c]))
        else:
            price = self._price_of(c)
        return price / self.support.costs[c] if self.support.per_cost else price

    def _price_of(self, c: int) -> Fraction:
        """Exact price of one unit, given who certainly pays all they hold."""
        support = self.support
        groups, units = self._entries(c)
        close = self._unclear(c)
        short = self.money[groups] < self._price[c] * units
        doubtful = np.isin(groups, close)
        pays_all, others = groups[short & ~doubtful], ~short | doubtful
        rest = support.costs[c] - self.payments.holding(pays_all)
        pull = int((support.sizes[groups[others]] * units[others]).sum())
        if not len(close):
            return rest / pull
        held = self._holdings(close)
        unit = dict(zip(groups.tolist(), units.tolist(), strict=True))
        while True:
            price = rest / pull
            more = [g for g in held if held[g] < price * unit[g]]
            if not more:
                return price
            for g in more:
                size = int(support.sizes[g])
                rest -= size * held.pop(g)
                pull -= size * unit[g]
