"""Why a project was funded, and what the others lacked.

For every funded project: its rank, who paid how much (in number, never by name), and by which part of
the rule it was funded. For every other one, in the final run, with all else unchanged: the money its
supporters still held, the money that was missing, the highest cost at which it would have been
taken, and how many further supporters (each with the full start money, or one more vote) would have
carried it (Boehmer, Faliszewski, Janeczko, Peters, Pierczyński, Schierreich, Skowron, Szufa,
"Evaluation of Project Performance in Participatory Budgeting", IJCAI 2024).

Who wins is decided exactly, elsewhere. The money here is replayed in floating point and rounded to
hundredths on the safe side: missing money up, the winning cost down, so that a sentence made of them
is true; what the order of ties might bring is not promised. Where Add1 raised the start, a changed project could also end the raising at another step;
"in the final run" leaves that aside, as the paper does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from baithak.engine.budget.election import Election
from baithak.engine.budget.results import Count
from baithak.engine.budget.ties import ranks
from baithak.engine.budget.utilities import Support, support

__all__ = ["Explanation", "Funded", "Unfunded", "explain"]

#: Relative; sums over groups of voters in float64 are good to about 1e-12.
_MARGIN = 1e-9


@dataclass(frozen=True, slots=True)
class Funded:
    """A project that is funded.

    ``phase`` says by what: ``rule``, or the completion. ``highest`` is the most that any one voter
    paid, ``effective_votes`` the cost divided by it: as many voters paying alike would do. Both are
    None where voters do not pay, or where points make the shares differ.
    """

    project: str
    rank: int
    phase: str
    cost: Fraction
    rho: Fraction | None
    supporters: int
    payers: int
    highest: Fraction | None
    effective_votes: Fraction | None


@dataclass(frozen=True, slots=True)
class Unfunded:
    """A project that is not funded.

    ``why`` is ``costs_nothing``, ``no_support``, ``below_threshold``, ``dearer_than_budget``,
    ``supporters_lack_money`` (equal shares), ``does_not_fit`` (greedy: more than what was left at
    its turn), ``count_had_stopped`` (greedy that does not skip) or ``not_reached`` (other rules).
    ``held`` is what its supporters still had together at the end (equal shares; under ``epsilon``
    what everybody had), ``left`` what was left of the budget when greedy came to it, as the rule or
    as a completion. ``missing_money`` is what ``held`` lacks to the cost (greedy: ``left``). Numbers
    are None where the question has no answer: no cost above zero, or no number of supporters, would
    do.
    """

    project: str
    why: str
    cost: Fraction
    supporters: int
    held: Fraction | None = None
    left: Fraction | None = None
    missing_money: Fraction | None = None
    winning_cost: Fraction | None = None
    more_supporters: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Every project of the election, funded ones in order of purchase, others in the file's."""

    funded: tuple[Funded, ...]
    unfunded: tuple[Unfunded, ...]


def explain(election: Election, count: Count) -> Explanation:
    """Say why.

    Parameters
    ----------
    election : Election
    count : Count
        Of this very election.

    Returns
    -------
    Explanation

    Examples
    --------
    >>> from baithak.engine.budget.count import count, example
    >>> told = explain(example(), count(example()))
    >>> [(f.project, f.payers, str(f.highest), str(f.effective_votes)) for f in told.funded]
    [('lamps', 3, '40/3', '3')]
    >>> [(u.project, u.why, str(u.missing_money), u.more_supporters) for u in told.unfunded]
    [('park', 'supporters_lack_money', '2667/100', 1), ('bench', 'supporters_lack_money', '5', 1), ('tower', 'no_support', 'None', None)]
    """
    told = support(election, count.utility, threshold=count.options.get("threshold") == "True")
    lost = _lost(election, count, told)
    return Explanation(funded=tuple(_funded(count)), unfunded=tuple(lost))


def _funded(count: Count) -> list[Funded]:
    told = []
    for rank, bought in enumerate(count.rounds, start=1):
        paid = count.rule == "equal-shares" and bought.phase == "rule" and bought.rho is not None
        highest = None
        if paid and bought.rho is not None and count.utility in ("cost", "cardinality"):
            highest = bought.rho * (bought.cost if count.utility == "cost" else 1)
        told.append(
            Funded(
                project=bought.project,
                rank=rank,
                phase=bought.phase,
                cost=bought.cost,
                rho=bought.rho,
                supporters=bought.supporters,
                payers=bought.payers,
                highest=highest,
                effective_votes=bought.cost / highest if highest else None,
            )
        )
    return told


def _lost(election: Election, count: Count, told: Support) -> list[Unfunded]:
    place = {name: c for c, name in enumerate(told.ids)}
    bought = {name for name in count.selected}
    waiting = [c for c in range(told.m) if told.ids[c] not in bought]
    answers = _Answers(told, count)
    if count.rule == "equal-shares":
        _by_shares(told, count, waiting, answers)
    if count.rule == "greedy" or count.completion in ("greedy", "add1u"):
        _by_greedy(told, count, waiting, answers, place)
    reasons = {notice.params["project"]: notice.code for notice in told.left_out}
    lost = []
    for project in election.projects:
        if project.id in bought:
            continue
        if project.id in reasons:
            why = reasons[project.id].removeprefix("budget.")
            lost.append(Unfunded(project.id, why, project.cost, 0))
        else:
            c = place[project.id]
            lost.append(answers.told(c, project.id, project.cost, election.budget))
    return lost


class _Answers:
    """What is known of each unfunded project so far; amounts in the currency."""

    def __init__(self, told: Support, count: Count) -> None:
        self.support, self.count = told, count
        self.held: dict[int, float] = {}
        self.left: dict[int, float] = {}
        self.why: dict[int, str] = {}
        self.cost = np.zeros(told.m)
        self.strict = np.zeros(told.m, dtype=bool)
        self.more: dict[int, int] = {}

    def allow(self, c: int, cost: float, *, strict: bool) -> None:
        """At this cost (or just below it, where strict) the project would have been taken."""
        if cost > self.cost[c]:
            self.cost[c], self.strict[c] = cost, strict

    def carry(self, c: int, supporters: int) -> None:
        """So many further supporters would have been enough."""
        self.more[c] = min(supporters, self.more.get(c, supporters))

    def told(self, c: int, name: str, cost: Fraction, budget: Fraction) -> Unfunded:
        why = "dearer_than_budget" if cost > budget else self.why.get(c, "not_reached")
        held, left = self.held.get(c), self.left.get(c)
        has = left if held is None else held
        winning = None
        if self.cost[c] > 0:
            cents = self.cost[c] * 100
            near = round(cents)
            exact = abs(cents - near) <= _MARGIN * max(1.0, cents)
            whole = near if exact else math.floor(cents)
            whole -= bool(exact and self.strict[c])
            # Never the cost it has: at that cost it was not taken.
            winning = min(Fraction(whole, 100), cost - Fraction(1, 100))
            winning = winning if winning > 0 else None
        return Unfunded(
            project=name,
            why=why,
            cost=cost,
            supporters=self.support.votes[c],
            held=None if held is None else _cents(held, up=False),
            left=None if left is None else _cents(left, up=False),
            missing_money=None if has is None else max(Fraction(0), _cents(float(cost) - has)),
            winning_cost=winning,
            more_supporters=None if why == "dearer_than_budget" else self.more.get(c),
        )


def _cents(value: float, *, up: bool = True) -> Fraction:
    cents = value * 100
    near = round(cents)
    if abs(cents - near) <= _MARGIN * max(1.0, abs(cents)):
        return Fraction(near, 100)
    return Fraction(math.ceil(cents) if up else math.floor(cents), 100)


def _by_shares(told: Support, count: Count, waiting: Sequence[int], answers: _Answers) -> None:
    """Replay the purchases and ask, before each and at the end, what would have sufficed."""
    place = {name: c for c, name in enumerate(told.ids)}
    start = float(count.start or 0)
    money = np.full(len(told.sizes), start)
    price = np.array([float(told.amount(cost)) for cost in told.costs])
    shared = [bought for bought in count.rounds if bought.phase in ("rule", "epsilon")]
    for bought in shared:
        c = place[bought.project]
        if bought.phase == "epsilon" or bought.rho is None:
            break
        rho = float(bought.rho)
        for other in waiting:
            _before(told, answers, other, money, rho, price[other], start)
        who, units = _supporters(told, c)
        money[who] -= np.minimum(money[who], rho * units * (price[c] if told.per_cost else 1.0))
    if count.held is not None:
        money = count.held
    everybody = float(money @ told.sizes)
    for c in waiting:
        who, _ = _supporters(told, c)
        held = float(money[who] @ told.sizes[who])
        if count.completion == "epsilon":
            held = everybody
        answers.held[c], answers.why[c] = held, "supporters_lack_money"
        answers.allow(c, held, strict=False)
        if start > 0:
            answers.carry(c, max(1, math.ceil((price[c] - held) / start * (1 - _MARGIN))))


def _supporters(told: Support, c: int) -> tuple[NDArray[np.uint32], NDArray[np.float64] | float]:
    at = slice(int(told.first[c]), int(told.first[c + 1]))
    return told.groups[at], 1.0 if told.units is None else told.units[at]


def _before(
    told: Support,
    answers: _Answers,
    c: int,
    money: NDArray[np.float64],
    rho: float,
    price: float,
    start: float,
) -> None:
    """What would have taken project ``c`` instead of the one that was bought at ``rho``."""
    who, units = _supporters(told, c)
    held, sizes = money[who], told.sizes[who]
    if not told.per_cost:
        most = rho * units
        paid = float(np.minimum(held, most) @ sizes)
        answers.allow(c, paid, strict=bool((held >= most).any()))
        if told.units is None:
            _count_more(answers, c, price - paid, start, rho, held)
        return
    paid = float(np.minimum(held, rho * price) @ sizes)
    _count_more(answers, c, price - paid, start, rho * price, held)
    # A cheaper project also gives less: the cost x has to satisfy sum(min(held, rho x)) >= x.
    # The left side is concave in x, so what fails at the best known cost fails above it too.
    # Where it touches x all along (a tie), the order of ties has already said no.
    known = answers.cost[c]
    if rho * float(sizes[held > 0].sum()) <= 1 + _MARGIN:
        return
    if float(np.minimum(held, rho * known) @ sizes) > known * (1 + _MARGIN) or not known:
        cost = _fixed(held, sizes, rho)
        answers.allow(c, cost, strict=bool((held >= rho * cost).any()))


def _fixed(held: NDArray[np.float64], sizes: NDArray[np.int64], rho: float) -> float:
    """The largest x with sum(sizes * min(held, rho x)) >= x; 0 where there is none."""
    order = np.argsort(held)
    held, sizes = held[order], sizes[order]
    spent = np.concatenate(([0.0], np.cumsum(held * sizes)))
    rest = np.concatenate((np.cumsum(sizes[::-1])[::-1], [0]))
    # With the k poorest paying all they have, x = spent / (1 - rho rest).
    below = 1 - rho * rest
    with np.errstate(divide="ignore", invalid="ignore"):
        costs = np.where(below > _MARGIN, spent / below, np.inf)
    reach = np.concatenate(([0.0], held))
    fine = np.isfinite(costs) & (costs > 0) & (rho * costs >= reach * (1 - _MARGIN))
    return float(costs[fine].min()) if fine.any() else 0.0


def _count_more(
    answers: _Answers,
    c: int,
    missing: float,
    start: float,
    most: float,
    held: NDArray[np.float64],
) -> None:
    """How many would bring what is missing if nobody paid more than ``most``."""
    each = min(start, most)
    if each <= 0:
        return
    parts = max(0.0, missing) / each
    if max(start, float(held.max(initial=0.0))) >= most:
        # Somebody would pay the most: where the sum comes out even, a tie would decide.
        answers.carry(c, math.floor(parts * (1 + _MARGIN)) + 1)
    else:
        answers.carry(c, max(1, math.ceil(parts * (1 - _MARGIN))))


def _by_greedy(
    told: Support,
    count: Count,
    waiting: Sequence[int],
    answers: _Answers,
    place: dict[str, int],
) -> None:
    """Go through the order of greedy and ask what would have fitted, and where."""
    before = [place[r.project] for r in count.rounds if r.phase != "greedy"]
    if count.rule == "greedy":
        before = []
    skip = count.options.get("skip", "True") == "True" or count.rule != "greedy"
    tie = ranks(told, count.ties, count.seed)
    scores = told.votes if told.per_cost else told.pull
    rate = [Fraction(scores[c], 1 if told.per_cost else told.costs[c]) for c in range(told.m)]
    taken = set(before)
    order = sorted((c for c in range(told.m) if c not in taken), key=lambda c: (-rate[c], tie[c]))
    left = told.budget - sum(told.costs[c] for c in before)
    rest, after = [], left
    for c in order:
        rest.append(after)
        if told.costs[c] <= after:
            after -= told.costs[c]
        elif not skip:
            break
    reached = len(rest)
    at = {c: position for position, c in enumerate(order)}
    for c in waiting:
        position = at[c]
        if position < reached:
            turn = rest[position]
            answers.why.setdefault(c, "does_not_fit")
            answers.left[c] = float(told.amount(turn))
            answers.allow(c, float(told.amount(turn)), strict=False)
        elif count.rule == "greedy":
            answers.why[c] = "count_had_stopped"
        for ahead in range(min(position, reached)):
            other = order[ahead]
            if not told.per_cost:
                # A cheaper project moves up: it has to come before the other, and fit there.
                even = Fraction(scores[c]) / rate[other]
                cost = min(Fraction(rest[ahead]), even)
                answers.allow(c, float(told.amount(cost)), strict=cost == even)
            if told.costs[c] <= rest[ahead] and told.units is None:
                needed = rate[other] * (1 if told.per_cost else told.costs[c])
                answers.carry(c, max(1, math.floor(needed) + 1 - told.votes[c]))
