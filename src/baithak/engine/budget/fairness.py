"""How fair an outcome is: who got nothing, whose money it was, and whether a group has a claim.

The figures are for any outcome on any ballots, so greedy can stand beside equal shares. A voter's
funded share is the part of the cost of what they support that is funded. Money by group: the cost of
each funded project is split evenly among its supporters and added up by the column of the voters'
table (area, sex, age in tens), against the group's part of the voters.

A claim in the sense of EJR+ up to one project (M. Brill, J. Peters, "Robust and Verifiable
Proportionality Axioms for Multiwinner Voting", EC 2023, carried over to costs): supporters S of a project
c that is not funded could pay for it with their part of the budget, and for each i in S even
u_i(W) + u_i(c) <= (B / n) * sum over S of u_j(c) / cost(c). The best S for a bound are all supporters
below it, so a sort finds it. Equal shares that starts from B / n leaves no such claim, with or
without completion; greedy may.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baithak.engine.budget.election import Election
from baithak.engine.budget.results import Count
from baithak.engine.budget.utilities import Support, support

__all__ = ["AREAS", "Comparison", "Fairness", "Share", "claims", "compare", "fairness", "priceable"]

#: Columns of voters that tell of areas and groups of people, as Pabulib names them.
AREAS = ("district", "neighbourhood", "neighborhood", "subunit", "area")
_PEOPLE = ("sex", "age", "voting_method")
_MOST_VALUES = 60  # a column with more different values is no grouping


@dataclass(frozen=True, slots=True)
class Share:
    """One group of voters: its size, its part of all voters, the part of the money that went to
    what its voters support, how many of them have nothing funded, and their mean funded share.
    """

    column: str
    value: str
    voters: int
    voters_share: float
    money_share: float
    without: int
    mean_funded: float


@dataclass(frozen=True, slots=True)
class Fairness:
    """Figures of one outcome.

    ``active`` counts voters who support at least one project that can be counted, ``without`` those
    of them with none funded, ``exclusion`` is their ratio, ``mean_funded`` the mean part of the
    cost of supported projects that is funded, ``mean_spent`` the mean part of the start money that
    was spent (None where voters hold none), ``claims`` the projects to which a group has a claim.
    """

    active: int
    without: int
    exclusion: float
    mean_funded: float
    mean_spent: float | None
    claims: tuple[str, ...]
    groups: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Voters by the outcome in which more of their supported cost is funded."""

    prefer_first: int
    prefer_second: int
    same: int


def fairness(election: Election, count: Count) -> Fairness:
    """The figures of a count.

    Examples
    --------
    >>> from baithak.engine.budget.count import count, example
    >>> told = fairness(example(), count(example(), rule="greedy"))
    >>> told.active, told.without, round(told.mean_funded, 2), told.claims
    (5, 1, 0.71, ())
    """
    plain = support(election, "cost")
    chosen = set(count.selected)
    funded, wanted = _costs(election, chosen)
    sizes = election.weights.astype(np.float64)
    active = wanted > 0
    voters = float(sizes[active].sum())
    share = np.divide(funded, wanted, out=np.zeros(len(wanted)), where=active)
    without = active & (funded <= 0)
    spent = None
    if count.spent is not None and count.start:
        spent = float(count.spent @ sizes) / (float(count.start) * election.n)
    return Fairness(
        active=int(voters),
        without=int(sizes[without].sum()),
        exclusion=float(sizes[without].sum()) / voters if voters else 0.0,
        mean_funded=float(share @ sizes) / voters if voters else 0.0,
        mean_spent=spent,
        claims=claims(
            election,
            count.selected,
            count.utility,
            threshold=count.options.get("threshold") == "True",
        ),
        groups=tuple(_groups(election, plain, chosen, active, without, share)),
    )


def compare(election: Election, first: Collection[str], second: Collection[str]) -> Comparison:
    """How many voters have more of their supported cost funded in the one outcome or the other.

    Examples
    --------
    >>> from baithak.engine.budget.count import example
    >>> compare(example(), ["lamps", "park"], ["lamps", "bench"])
    Comparison(prefer_first=3, prefer_second=1, same=1)
    """
    one, other = (_exact_costs(election, chosen) for chosen in (first, second))
    sizes = election.weights.tolist()
    more = sum(w for w, a, b in zip(sizes, one, other, strict=True) if a > b)
    less = sum(w for w, a, b in zip(sizes, one, other, strict=True) if a < b)
    return Comparison(more, less, election.n - more - less)


def claims(
    election: Election, selected: Collection[str], utility: str, *, threshold: bool = False
) -> tuple[str, ...]:
    """Projects that are not funded and to which a group of supporters has a claim.

    Exact: floats only choose where whole numbers are to be compared.

    Examples
    --------
    >>> from baithak.engine.budget.count import example
    >>> claims(example(), ["bench"], "cost"), claims(example(), ["lamps", "bench"], "cost")
    (('lamps',), ())
    """
    told = support(election, utility, threshold=threshold)
    chosen = set(selected)
    gains = [_whole_gains(told, c) for c in range(told.m)]
    have = np.zeros(len(told.sizes), dtype=gains[0].dtype if gains else np.int64)
    for c, name in enumerate(told.ids):
        if name in chosen:
            have[_who(told, c)] += gains[c]
    return tuple(
        name
        for c, name in enumerate(told.ids)
        if name not in chosen and told.costs[c] <= told.budget and _claimed(told, c, have, gains[c])
    )


def _who(told: Support, c: int) -> NDArray[np.uint32]:
    return told.groups[int(told.first[c]) : int(told.first[c + 1])]


def _whole_gains(told: Support, c: int) -> NDArray[Any]:
    """What the project gives to a voter of each supporting group, in whole numbers."""
    most = sum(told.costs) * told.n * (1 if told.units is None else int(told.units.max(initial=1)))
    kind: Any = np.int64 if most < 1 << 62 else object
    at = slice(int(told.first[c]), int(told.first[c + 1]))
    units = np.ones(at.stop - at.start) if told.units is None else told.units[at]
    each = told.costs[c] if told.per_cost else 1
    return units.astype(np.int64).astype(kind) * each


def _claimed(told: Support, c: int, have: NDArray[Any], gains: NDArray[Any]) -> bool:
    at = slice(int(told.first[c]), int(told.first[c + 1]))
    ends = have[_who(told, c)] + gains
    order = np.argsort(ends, kind="stable")
    ends, together = ends[order], np.cumsum((gains * told.weights[at].astype(np.int64))[order])
    last = np.flatnonzero(np.append(ends[1:] != ends[:-1], True))
    weight, budget = told.n * told.costs[c], told.budget
    left = ends[last].astype(np.float64) * float(weight)
    right = together[last].astype(np.float64) * float(budget)
    maybe = last[left <= right * (1 + 1e-9)]
    return any(int(ends[k]) * weight <= budget * int(together[k]) for k in maybe.tolist())


def priceable(election: Election, count: Count) -> bool:
    """Whether payments exist that bear out an outcome of equal shares: recomputed, in fractions.

    Everybody pays from the start money only, only for what they support, each purchase by the rule
    is paid in full, and the supporters of every other project hold no more than its cost at the end.
    Slow and exact, for tests. Purchases by a completion are not looked at.

    Examples
    --------
    >>> from baithak.engine.budget.count import count, example
    >>> priceable(example(), count(example(), completion="add1"))
    True
    """
    told = support(election, count.utility, threshold=count.options.get("threshold") == "True")
    place = {name: c for c, name in enumerate(told.ids)}
    money = [count.start or Fraction(0)] * len(told.sizes)
    own = [bought for bought in count.rounds if bought.phase == "rule"]
    for bought in own:
        c, rho = place[bought.project], bought.rho or Fraction(0)
        paid = Fraction(0)
        for group, gain in _gains(told, c):
            part = min(money[group], rho * gain)
            money[group] -= part
            paid += part * int(told.sizes[group])
        if paid != bought.cost:
            return False
    names = {bought.project for bought in own}
    rest = (c for c in range(told.m) if told.ids[c] not in names)
    return all(
        sum(money[g] * int(told.sizes[g]) for g, _ in _gains(told, c)) <= told.amount(told.costs[c])
        for c in rest
    )


def _gains(told: Support, c: int) -> list[tuple[int, Fraction]]:
    """Supporting groups of a project and what it gives to one voter, in the currency or in points."""
    at = slice(int(told.first[c]), int(told.first[c + 1]))
    each = told.amount(told.costs[c]) if told.per_cost else Fraction(1)
    units = [1.0] * len(told.groups[at]) if told.units is None else told.units[at].tolist()
    return [(g, int(u) * each) for g, u in zip(told.groups[at].tolist(), units, strict=True)]


def _costs(
    election: Election, chosen: Collection[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Per ballot group: cost of supported projects that are funded, and of all that cost anything."""
    cost = np.array([float(project.cost) for project in election.projects])
    # What costs more than there is could never be funded: nobody misses it.
    cost[cost > float(election.budget)] = 0.0
    yes = np.array([project.id in chosen for project in election.projects])
    sums = np.zeros((2, len(election.items) + 1))
    np.cumsum(np.where(yes, cost, 0.0)[election.items], out=sums[0, 1:])
    np.cumsum(cost[election.items], out=sums[1, 1:])
    told = sums[:, election.starts[1:]] - sums[:, election.starts[:-1]]
    return np.where(told[0] < 1e-6, 0.0, told[0]), np.where(told[1] < 1e-6, 0.0, told[1])


def _exact_costs(election: Election, chosen: Collection[str]) -> list[Fraction]:
    """Per ballot group: cost of supported projects that are funded, exactly."""
    cost = [p.cost if p.id in chosen else Fraction(0) for p in election.projects]
    items, starts = election.items.tolist(), election.starts.tolist()
    return [
        sum((cost[item] for item in items[start:end] if cost[item]), Fraction(0))
        for start, end in pairwise(starts)
    ]


def _groups(
    election: Election,
    told: Support,
    chosen: Collection[str],
    active: NDArray[np.bool_],
    without: NDArray[np.bool_],
    share: NDArray[np.float64],
) -> list[Share]:
    """Figures by every column that groups the voters."""
    money = np.zeros(len(election.weights))
    for c, name in enumerate(told.ids):
        if name in chosen:
            at = slice(int(told.first[c]), int(told.first[c + 1]))
            money[told.groups[at]] += float(told.amount(told.costs[c])) / told.votes[c]
    whole = float(money @ election.weights)
    of, found = election.group_of, []
    for column, cells in _columns(election):
        values, number = np.unique(np.array(cells, dtype=object).astype(str), return_inverse=True)
        count = len(values)
        voters = np.bincount(number, minlength=count)
        took_part = np.bincount(number, weights=active[of], minlength=count)
        nothing = np.bincount(number, weights=without[of], minlength=count)
        went = np.bincount(number, weights=money[of], minlength=count)
        funded = np.bincount(number, weights=share[of], minlength=count)
        for k, value in enumerate(values.tolist()):
            if value:
                found.append(
                    Share(
                        column=column,
                        value=value,
                        voters=int(voters[k]),
                        voters_share=float(voters[k]) / election.n,
                        money_share=float(went[k]) / whole if whole else 0.0,
                        without=int(nothing[k]),
                        mean_funded=float(funded[k] / took_part[k]) if took_part[k] else 0.0,
                    )
                )
    return found


def _columns(election: Election) -> list[tuple[str, Sequence[str]]]:
    """The columns of voters that say where they live or who they are, ages in tens."""
    found: list[tuple[str, Sequence[str]]] = []
    for column, cells in election.voters.items():
        name = column.lower()
        if name not in (*AREAS, *_PEOPLE):
            continue
        told = [_decade(cell) for cell in cells] if name == "age" else [c.strip() for c in cells]
        if 1 < len({cell for cell in told if cell}) <= _MOST_VALUES:
            found.append((column, told))
    return found


def _decade(cell: str) -> str:
    """``34`` is in ``30-39``; what is no age is nothing."""
    if not re.fullmatch(r"[0-9]{1,3}", cell.strip()):
        return ""
    low = int(cell) // 10 * 10
    return f"{low}-{low + 9}"
