"""Completion by others' money: who does not support a project pays what its supporters lack.

Everybody is taken to draw a utility epsilon from projects they do not support, and epsilon goes to 0.
So first the supporters' own rho decides, as in equal shares. When nothing is affordable any more, a
project's supporters pay all they hold and all others an equal amount each (or all they hold); the
project for which that amount is smallest comes next. It ends when no project fits what is left.

Described as completion by perturbation in D. Peters, G. Pierczyński, P. Skowron (2021),
https://arxiv.org/abs/2008.13276.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from baithak.engine.budget.equal_shares import EqualShares
from baithak.engine.budget.results import Tie

__all__ = ["Levy", "epsilon"]

_NEAR = 1e-9


class Levy:
    """What the others would have to pay for one project.

    ``amount`` is a float, ``blur`` bounds its error; ``exact`` works it out.
    """

    def __init__(self, rule: EqualShares, c: int) -> None:
        support = rule.support
        self._rule = rule
        self._cost = support.costs[c]
        self.supporters = support.groups[support.first[c] : support.first[c + 1]].astype(np.int64)
        others = rule.money > 0
        others[self.supporters] = False
        self.others = np.flatnonzero(others)
        self._held = rule.money[self.others]
        self._sizes = support.sizes[self.others].astype(np.float64)
        weights = support.weights[support.first[c] : support.first[c + 1]]
        rest = self._cost - float(weights @ rule.money[self.supporters])
        self.amount, pull = 0.0, float(self._sizes.sum())
        while pull > 0:  # who cannot pay an equal share of the rest pays all: the share grows
            short = self._held < self.amount
            pull = float(self._sizes[~short].sum())
            if pull <= 0:
                break
            amount = (rest - float(self._sizes[short] @ self._held[short])) / pull
            if amount <= self.amount:
                break
            self.amount = amount
        self.blur = _NEAR * self.amount + support.n * rule.doubt / max(pull, 1.0)

    def close(self) -> NDArray[np.int64]:
        """Others who hold so nearly the amount that float64 cannot tell."""
        near = np.abs(self._held - self.amount) <= self.blur + self._rule.doubt
        return self.others[near]

    def exact(self) -> Fraction:
        """The amount as a fraction."""
        payments, sizes = self._rule.payments, self._rule.support.sizes
        close = set(self.close().tolist())
        short = np.array([g not in close for g in self.others.tolist()], dtype=np.bool_)
        short &= self._held < self.amount
        rest = self._cost - payments.holding(self.supporters)
        rest -= payments.holding(self.others[short])
        pull = int(sizes[self.others[~short]].sum())
        held = {g: payments.holding(np.array([g])) / int(sizes[g]) for g in close}
        while True:
            amount = rest / pull
            more = [g for g in held if held[g] < amount]
            if not more:
                return amount
            for g in more:
                rest -= int(sizes[g]) * held.pop(g)
                pull -= int(sizes[g])


def epsilon(rule: EqualShares) -> tuple[list[int], list[int], list[Tie]]:
    """Go on after ``rule.run`` with everybody's money; ``rule.money`` is changed.

    Parameters
    ----------
    rule : EqualShares
        After a run.

    Returns
    -------
    order : list of int
        The further projects, in order.
    payers : list of int
        How many voters paid for each.
    tied : list of Tie

    Examples
    --------
    >>> from baithak.engine.budget.count import example
    >>> from baithak.engine.budget.ties import ranks
    >>> from baithak.engine.budget.utilities import support
    >>> told = support(example())
    >>> rule = EqualShares(told, ranks(told, "votes"), "votes")
    >>> rule.run(Fraction(100, 5))
    >>> order, payers, _ = epsilon(rule)
    >>> [told.ids[c] for c in order], payers
    (['bench'], [5])
    """
    support, payments = rule.support, rule.payments
    left = support.n * rule.start - sum(support.costs[c] for c in rule.order)
    waiting = {c: 0.0 for c in range(support.m) if c not in rule.order}
    order: list[int] = []
    payers: list[int] = []
    tied: list[Tie] = []
    while True:
        found = _cheapest(rule, {c: low for c, low in waiting.items() if support.costs[c] <= left})
        if not found:
            return order, payers, tied
        waiting |= {c: levy.amount for c, levy in found.items()}
        best = min(levy.amount + levy.blur for levy in found.values())
        several = [c for c, levy in found.items() if levy.amount - levy.blur <= best]
        amounts = {c: found[c].exact() for c in several}
        least = min(amounts.values())
        equal = sorted((c for c in several if amounts[c] == least), key=rule.place.__getitem__)
        c, turn = equal[0], len(rule.order) + len(order)
        if len(equal) > 1:
            ids = tuple(support.ids[one] for one in equal)
            tied.append(Tie(turn + 1, ids, ids[0], rule.ties))
        payers.append(_pay(rule, found[c], least, turn))
        payments.levied += least
        order.append(c)
        left -= support.costs[c]
        del waiting[c]


def _cheapest(rule: EqualShares, waiting: dict[int, float]) -> dict[int, Levy]:
    """Levies of the projects that may be cheapest; what is known of one only grows."""
    found: dict[int, Levy] = {}
    best = np.inf
    for c in sorted(waiting, key=waiting.__getitem__):
        if waiting[c] * (1 - _NEAR) > best:
            break
        found[c] = Levy(rule, c)
        best = min(best, found[c].amount + 2 * found[c].blur)
    return found


def _pay(rule: EqualShares, levy: Levy, amount: Fraction, turn: int) -> int:
    """Take the money; returns how many had any."""
    sizes, money = rule.support.sizes, rule.money
    payers = int(sizes[levy.supporters[money[levy.supporters] > 0]].sum())
    payers += int(sizes[levy.others].sum())
    close = levy.close()
    due = float(amount)  # and not the float that was compared: errors must not grow by the round
    broke = levy.others[money[levy.others] < due]
    broke = np.setdiff1d(broke, close)
    for g in close.tolist():
        if rule.payments.holding(np.array([g])) <= amount * int(sizes[g]):
            broke = np.append(broke, g)
    rest = np.setdiff1d(levy.others, broke)
    money[rest] = np.maximum(money[rest] - due, 1e-300)
    rule.spend(np.concatenate((broke, levy.supporters)), turn, due)
    return payers
