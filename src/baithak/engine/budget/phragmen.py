"""Sequential Phragmén: money flows to everybody at the same rate until supporters can buy.

Each voter receives 1 per unit of time. A project is bought at the moment when its supporters hold its
cost; they then hold nothing. It ends when the next project to be bought does not fit the budget, also
where only one of several equal ones does not (as in pabutools). The rule knows who supports a project
and not how much, so it counts approvals only; whoever named a project on a ballot with ranks or points
supports it.

Decided in float64 (only sums of positive numbers: the error stays far below 1e-9), and by fractions
where moments are closer than that.

Papers: M. Brill, R. Freeman, S. Janson, M. Lackner (2017), Phragmén's voting methods and justified
representation, AAAI, https://arxiv.org/abs/2102.12305; for budgets M. Los, Z. Christoff, D. Grossi
(2022), Proportional budget allocations: towards a systematization, IJCAI,
https://arxiv.org/abs/2203.12324.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from baithak.engine.budget.payments import Chain
from baithak.engine.budget.results import Tie
from baithak.engine.budget.utilities import Support

__all__ = ["Phragmen"]

_NEAR = 1e-9
_BLOCK = 256


class Phragmen:
    """Run sequential Phragmén.

    Parameters
    ----------
    support : Support
    place : int64 (m)
        Of each project in the order of ties, called ``ties``.

    Attributes
    ----------
    order : list of int
        Projects in order of purchase.
    moments : list of Fraction
        When each was bought: what a supporter had received by then, in the currency.
    payers : list of int
        Supporters who had anything to pay.
    tied : list of Tie
        Projects that could be bought at exactly the same moment.

    Examples
    --------
    >>> from baithak.engine.budget.count import example
    >>> from baithak.engine.budget.ties import ranks
    >>> from baithak.engine.budget.utilities import support
    >>> told = support(example())
    >>> rule = Phragmen(told, ranks(told, "votes"), "votes")
    >>> [told.ids[c] for c in rule.order], [float(moment) for moment in rule.moments]
    (['lamps', 'bench'], [13.333333333333334, 22.5])
    """

    def __init__(self, support: Support, place: NDArray[np.int64], ties: str) -> None:
        self.support = support
        self.place = place
        self.ties = ties
        self.order: list[int] = []
        self.payers: list[int] = []
        self.tied: list[Tie] = []
        self._chain = Chain(Fraction(0))
        self._latest = np.full(len(support.sizes), -1, dtype=np.int64)
        self._run()

    @property
    def moments(self) -> list[Fraction]:
        return self._chain.values([self.support.scale] * len(self.order))

    def _run(self) -> None:
        support = self.support
        cost = np.array(support.costs, dtype=np.float64)
        votes = np.array(support.votes, dtype=np.float64)
        moment = cost / votes
        waiting = np.array([price <= support.budget for price in support.costs], dtype=np.bool_)
        load = np.zeros(len(support.sizes))
        left = support.budget
        while True:
            found = _first(
                support.first, support.groups, support.weights, load, cost, votes, moment, waiting
            )
            if not len(found):
                return
            exact = self._earliest(found.tolist())
            equal = sorted(exact, key=self.place.__getitem__)
            if not equal or any(support.costs[c] > left for c in equal):
                return
            c = equal[0]
            if len(equal) > 1:
                ids = tuple(support.ids[one] for one in equal)
                self.tied.append(Tie(len(self.order) + 1, ids, ids[0], self.ties))
            self._chain.divide(*self._moment(c))
            self.payers.append(
                int(_pay(support.first, support.groups, support.weights, load, c, moment[c]))
            )
            entries = slice(support.first[c], support.first[c + 1])
            self._latest[support.groups[entries]] = len(self.order)
            self.order.append(c)
            waiting[c] = False
            left -= support.costs[c]

    def _earliest(self, several: list[int]) -> list[int]:
        """Those of several projects that can be bought first, exactly."""
        if len(several) == 1:
            return several
        moments = {c: Fraction(*self._moment(c)) for c in several}
        first = min(moments.values())
        return [c for c in several if moments[c] == first]

    def _moment(self, c: int) -> tuple[int, int]:
        """The moment of a project: the first divided by the second and the chain's denominator."""
        support = self.support
        entries = slice(support.first[c], support.first[c + 1])
        latest, sizes = self._latest[support.groups[entries]], support.weights[entries]
        had = latest >= 0
        times = np.bincount(latest[had], weights=sizes[had], minlength=len(self._chain))
        places = np.flatnonzero(times)
        counts = times[places].astype(np.int64)
        over = self._chain.total(support.costs[c], 0, places.tolist(), counts.tolist())
        return over, support.votes[c]


@njit(cache=True, nogil=True)
def _first(
    first: Any, groups: Any, weights: Any, load: Any, cost: Any, votes: Any, moment: Any,
    waiting: Any,
) -> Any:  # fmt: skip
    """Projects that may be bought next; ``moment`` keeps what is known: it only grows."""
    m = len(cost)
    looked = np.zeros(m, np.bool_)
    best = np.inf
    while True:
        c = -1
        for j in range(m):
            if waiting[j] and not looked[j] and (c < 0 or moment[j] < moment[c]):
                c = j
        if c < 0 or moment[c] > best * (1.0 + _NEAR):
            break
        total = 0.0
        for block in range(first[c], first[c + 1], _BLOCK):
            some = 0.0
            for k in range(block, min(block + _BLOCK, first[c + 1])):
                some += weights[k] * load[groups[k]]
            total += some
        moment[c] = (cost[c] + total) / votes[c]
        looked[c] = True
        best = min(best, moment[c])
    return np.flatnonzero(waiting & looked & (moment <= best * (1.0 + _NEAR)))


@njit(cache=True, nogil=True)
def _pay(first: Any, groups: Any, weights: Any, load: Any, c: Any, moment: Any) -> Any:
    """Set the supporters' clocks to the moment; returns how many had received anything since."""
    payers = 0.0
    for k in range(first[c], first[c + 1]):
        if load[groups[k]] < moment * (1.0 - _NEAR):
            payers += weights[k]
        load[groups[k]] = moment
    return payers
