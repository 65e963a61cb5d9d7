"""Equal shares with bounded overspending: a project may be bought when its supporters hold a part of it.

**Experimental.** Equal shares leaves a project out when its supporters lack a little, and then spends
on much weaker ones. Here, in each round, a share alpha (at most 1) of a project is priced: rho such that
its supporters, each paying alpha * rho * utility or all they hold, raise alpha times the cost. The
project and share with the smallest rho / alpha are taken, among projects that fit what is left of the
budget; the project is bought whole, and its supporters pay rho * utility or all they hold. So they may
pay less than its cost: the rest is the overspending, which the factor 1 / alpha makes dear.

With level = alpha * rho the value is level * (cost / raised)**2, and between two voters' limits that
has no minimum: only the levels at which a voter runs out and the one that raises the whole cost count.

Amounts are quotients of quotients, and exact ones double in length with every round. So this rule
alone is not decided by fractions: what voters hold is kept in whole numbers of ``2**-400`` of the
smallest amount, and values that agree to 10**-80 are a tie. Equal values of one project: the smaller
level.

Paper: G. Papasotiropoulos, S. Z. Pishbin, O. Skibski, P. Skowron, T. Wąs (2024), Method of Equal
Shares with Bounded Overspending, https://arxiv.org/abs/2409.15005. We are not sure of every detail: the
definition above was put together from the paper's summary and an independent implementation of it,
not checked line by line against the paper; how equal levels are decided is ours.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from baithak.engine.budget.results import Tie
from baithak.engine.budget.utilities import Support

__all__ = ["BoundedOverspending"]

_NEAR = 1e-9
_FINE = 400  # binary digits after the point
_DUST = 1 << (_FINE - 300)  # what rounding may leave of nothing
_SAME = Fraction(1, 10**80)


class BoundedOverspending:
    """Run the rule.

    Parameters
    ----------
    support : Support
    place : int64 (m)
        Of each project in the order of ties, called ``ties``.
    start : Fraction
        Money of every voter, in whole-number units.

    Attributes
    ----------
    order : list of int
        Projects in order of purchase.
    rhos : list of Fraction
        What each took from its supporters per utility, in the currency, to 400 binary digits.
    payers : list of int
        How many voters paid for each.
    money : float64 (groups)
        What one voter of each group holds in the end.
    tied : list of Tie

    Examples
    --------
    >>> from baithak.engine.budget.count import example
    >>> from baithak.engine.budget.ties import ranks
    >>> from baithak.engine.budget.utilities import support
    >>> told = support(example())
    >>> rule = BoundedOverspending(told, ranks(told, "votes"), "votes", Fraction(20))
    >>> [told.ids[c] for c in rule.order]
    ['lamps', 'bench']
    """

    def __init__(
        self, support: Support, place: NDArray[np.int64], ties: str, start: Fraction
    ) -> None:
        self.support = support
        self.place = place
        self.ties = ties
        self.order: list[int] = []
        self.rhos: list[Fraction] = []
        self.payers: list[int] = []
        self.tied: list[Tie] = []
        self.money = np.full(len(support.sizes), float(start))
        self._held = [_fine(start)] * len(support.sizes)
        self._run()

    def _run(self) -> None:
        support = self.support
        waiting = dict.fromkeys(range(support.m), 0.0)
        left = support.budget
        while True:
            waiting = {c: low for c, low in waiting.items() if support.costs[c] <= left}
            exact = {c: self._exact(c) for c in self._close(waiting)}
            exact = {c: told for c, told in exact.items() if told[0]}
            if not exact:
                return
            least = min(value for value, _ in exact.values())
            equal = [c for c, (value, _) in exact.items() if value - least <= least * _SAME]
            equal.sort(key=self.place.__getitem__)
            c = equal[0]
            if len(equal) > 1:
                ids = tuple(support.ids[one] for one in equal)
                self.tied.append(Tie(len(self.order) + 1, ids, ids[0], self.ties))
            self._pay(c, exact[c][1])
            left -= support.costs[c]
            del waiting[c]

    def _close(self, waiting: dict[int, float]) -> list[int]:
        """Projects that may be best; ``waiting`` keeps their values, which only grow as money goes."""
        looked = []
        best = np.inf
        for c in sorted(waiting, key=waiting.__getitem__):
            if waiting[c] > best * (1 + _NEAR) or waiting[c] == np.inf:
                break
            waiting[c] = self._value(c)
            looked.append(c)
            best = min(best, waiting[c])
        return [c for c in looked if waiting[c] <= best * (1 + _NEAR) and best < np.inf]

    def _value(self, c: int) -> float:
        """The smallest rho / alpha, in float64; infinite where nobody holds anything."""
        support, cost = self.support, float(self.support.costs[c])
        span = slice(support.first[c], support.first[c + 1])
        held, weights = self.money[support.groups[span]], support.weights[span]
        units = np.ones(len(held)) if support.units is None else support.units[span]
        has = held > 0
        held, weights, units = held[has], weights[has], units[has]
        if not len(held):
            return np.inf
        order = np.argsort(held / units)
        held, weights, units = held[order], weights[order], units[order]
        levels = held / units
        paid = np.cumsum(weights * held)
        rich = (weights * units).sum() - np.cumsum(weights * units)
        raised = paid + levels * rich
        enough = np.flatnonzero(raised >= cost)
        values = levels * (cost / raised) ** 2
        if len(enough):
            k = enough[0]
            before, pull = (paid[k - 1], rich[k - 1]) if k else (0.0, (weights * units).sum())
            values = np.append(values[:k], (cost - before) / pull)
        best = float(values.min())
        return best / cost if support.per_cost else best

    def _classes(self, c: int) -> list[tuple[Fraction, int, int, int]]:
        """Supporters with the same money and units: level, money, units, how many; poorest first."""
        support = self.support
        span = slice(support.first[c], support.first[c + 1])
        groups, sizes = support.groups[span].tolist(), support.weights[span].tolist()
        units = [1.0] * len(groups) if support.units is None else support.units[span].tolist()
        counts: dict[tuple[int, int], int] = {}
        for g, size, unit in zip(groups, sizes, units, strict=True):
            if self._held[g]:
                key = self._held[g], int(unit)
                counts[key] = counts.get(key, 0) + int(size)
        return sorted((Fraction(h, u), h, u, size) for (h, u), size in counts.items())

    def _exact(self, c: int) -> tuple[Fraction, int]:
        """The smallest rho / alpha, and the price of one unit at it; zeros where nobody holds a thing."""
        support, cost = self.support, self.support.costs[c] << _FINE
        classes = self._classes(c)
        paid, pull = 0, sum(unit * size for _, _, unit, size in classes)
        best: tuple[Fraction, Fraction] | None = None
        price = Fraction(0)
        for level, held, unit, size in classes:
            raised = paid + level * pull
            at = level if raised < cost else Fraction(cost - paid, pull)
            alpha = min(raised / cost, Fraction(1))
            found = at / alpha**2, at
            if best is None or found < best:
                best, price = found, at / alpha
            if raised >= cost:
                break
            paid += size * held
            pull -= size * unit
        if best is None:
            return Fraction(0), 0
        value = best[0] / support.costs[c] if support.per_cost else best[0]
        return value, round(price)

    def _pay(self, c: int, price: int) -> None:
        support = self.support
        span = slice(support.first[c], support.first[c + 1])
        groups = support.groups[span].tolist()
        units = [1.0] * len(groups) if support.units is None else support.units[span].tolist()
        payers = 0.0
        for g, unit, size in zip(groups, units, support.weights[span].tolist(), strict=True):
            if self._held[g]:
                payers += size
                rest = self._held[g] - price * int(unit)
                self._held[g] = rest if rest > _DUST else 0
                self.money[g] = self._held[g] / (1 << _FINE)
        self.payers.append(int(payers))
        self.order.append(c)
        rho = Fraction(price, 1 << _FINE)
        if support.per_cost:
            self.rhos.append(rho / support.costs[c])
        else:
            self.rhos.append(support.amount(rho) * support.points_scale)


def _fine(amount: Fraction) -> int:
    return round(amount * (1 << _FINE))
