"""Every rule of budgets once more, as its definition reads: fractions, one voter at a time, no haste.

Nothing here is shared with the engine. A ballot is a mapping of project to utility; what the rules
compare is (rho, place), so ties are broken by the place in the order given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

Ballot = Mapping[str, Fraction]


@dataclass
class Small:
    """A small election: what the rules need, in the plainest form."""

    budget: Fraction
    costs: dict[str, Fraction]
    ballots: list[Ballot]
    ties: str = "id"
    place: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.costs = {
            c: cost
            for c, cost in self.costs.items()
            if cost > 0 and any(b.get(c, 0) > 0 for b in self.ballots)
        }
        votes = {c: len(self.supporters(c)) for c in self.costs}
        keys = {
            "id": lambda c: c,
            "votes": lambda c: (-votes[c], self.costs[c], c),
            "cost": lambda c: (self.costs[c], c),
        }
        self.place = {c: k for k, c in enumerate(sorted(self.costs, key=keys[self.ties]))}

    def supporters(self, c: str) -> list[int]:
        return [i for i, ballot in enumerate(self.ballots) if ballot.get(c, 0) > 0]

    def cost(self, projects: Sequence[str]) -> Fraction:
        return sum((self.costs[c] for c in projects), Fraction(0))


def greedy(small: Small, bought: Sequence[str] = (), *, skip: bool = True) -> list[str]:
    """Most utility per cost first, whatever fits."""
    chosen, left = list(bought), small.budget - small.cost(bought)
    worth = {
        c: sum(b.get(c, Fraction(0)) for b in small.ballots) / small.costs[c] for c in small.costs
    }
    for c in sorted(small.costs, key=lambda c: (-worth[c], small.place[c])):
        if c in chosen:
            continue
        if small.costs[c] <= left:
            chosen.append(c)
            left -= small.costs[c]
        elif not skip:
            break
    return chosen


def rho(cost: Fraction, supporters: Sequence[tuple[Fraction, Fraction]]) -> Fraction | None:
    """The smallest rho at which sum of min(money, rho * utility) is the cost; None if there is none.

    The sum is piecewise linear in rho with corners where a voter runs out: try one after another.
    """
    if sum(money for money, _ in supporters) < cost:
        return None
    paid, pull = Fraction(0), sum(utility for _, utility in supporters)
    for money, utility in sorted(supporters, key=lambda one: one[0] / one[1]):
        value = (cost - paid) / pull
        if value * utility <= money:
            return value
        paid += money
        pull -= utility
    raise AssertionError("they hold the cost, so somebody can pay the rest")


def equal_shares(small: Small, start: Fraction) -> tuple[list[str], list[Fraction], list[Fraction]]:
    """Projects in order of purchase, the rho of each, and what every voter holds in the end."""
    money = [start] * len(small.ballots)
    bought: list[str] = []
    rhos: list[Fraction] = []
    while True:
        best = None
        for c in small.costs:
            if c not in bought:
                who = small.supporters(c)
                value = rho(small.costs[c], [(money[i], small.ballots[i][c]) for i in who])
                if value is not None and (best is None or (value, small.place[c]) < best[:2]):
                    best = (value, small.place[c], c)
        if best is None:
            return bought, rhos, money
        value, _, c = best
        for i in small.supporters(c):
            money[i] -= min(money[i], value * small.ballots[i][c])
        bought.append(c)
        rhos.append(value)


def fits(small: Small, bought: Sequence[str]) -> bool:
    """Is there another project that fits the rest?"""
    return any(
        small.cost(bought) + cost <= small.budget
        for c, cost in small.costs.items()
        if c not in bought
    )


def add1(
    small: Small, start: Fraction, increment: Fraction, stop: str = "exhaustive"
) -> tuple[list[str], int]:
    """Raise, count anew; the outcome, and how often money was raised."""
    steps, before = 0, []
    while True:
        bought, _, _ = equal_shares(small, start + steps * increment)
        if small.cost(bought) > small.budget:
            return before, steps
        if len(bought) == len(small.costs):
            return bought, steps
        if stop == "exhaustive" and not fits(small, bought):
            return bought, steps
        steps, before = steps + 1, bought


def epsilon(small: Small, start: Fraction) -> list[str]:
    """Equal shares; then those who do not support a project pay what its supporters lack."""
    bought, _, money = equal_shares(small, start)
    while True:
        best = None
        for c in small.costs:
            if c in bought:
                continue
            who = set(small.supporters(c))
            rest = small.costs[c] - sum(money[i] for i in who)
            others = [(money[i], Fraction(1)) for i in range(len(money)) if i not in who]
            value = rho(rest, others) if rest > 0 else Fraction(0)
            if value is not None and (best is None or (value, small.place[c]) < best[:2]):
                best = (value, small.place[c], c)
        if best is None:
            return bought
        value, _, c = best
        who = set(small.supporters(c))
        money = [Fraction(0) if i in who else m - min(m, value) for i, m in enumerate(money)]
        bought.append(c)


def phragmen(small: Small) -> list[str]:
    """Money flows in; the project whose supporters hold its cost first is bought, if it fits."""
    load = [Fraction(0)] * len(small.ballots)
    bought: list[str] = []
    waiting = {c for c, cost in small.costs.items() if cost <= small.budget}
    while waiting:
        moment = {}
        for c in waiting:
            who = small.supporters(c)
            moment[c] = (small.costs[c] + sum(load[i] for i in who)) / len(who)
        first = min(moment.values())
        equal = [c for c in waiting if moment[c] == first]
        if any(small.cost(bought) + small.costs[c] > small.budget for c in equal):
            return bought
        c = min(equal, key=small.place.__getitem__)
        for i in small.supporters(c):
            load[i] = first
        bought.append(c)
        waiting.remove(c)
    return bought


def bounded_overspending(small: Small, start: Fraction) -> list[str]:
    """The share alpha of a project that its supporters can raise cheaply decides; they pay for more."""
    money = [start] * len(small.ballots)
    bought: list[str] = []
    while True:
        best = None
        for c, cost in small.costs.items():
            if c in bought or small.cost(bought) + cost > small.budget:
                continue
            who = [(money[i], small.ballots[i][c]) for i in small.supporters(c) if money[i] > 0]
            levels = [held / utility for held, utility in who]
            whole = rho(cost, who) if who else None
            if whole is not None:
                levels.append(whole)
            for level in levels:
                raised = sum(min(held, level * utility) for held, utility in who)
                alpha = min(Fraction(1), raised / cost)
                value = level / alpha**2
                key = (value, small.place[c], level)
                if best is None or key < best[:3]:
                    best = (*key, c, level / alpha)
        if best is None:
            return bought
        c, price = best[3], best[4]
        for i in small.supporters(c):
            money[i] -= min(money[i], price * small.ballots[i][c])
        bought.append(c)
