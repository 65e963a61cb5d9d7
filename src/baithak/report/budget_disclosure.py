"""The small-cell rule for budgets: what of a count may leave the house (R6, R7).

Every figure of a report, picture or table is drawn from a ``PublishedBudget``, never from an
``Outcome``. With ``k`` = 10 people, or 20 in a tense place:

1. Who wins, costs, the order and the ties are public: they are the decision. Counts of people are
   rounded to 5 and not shown below ``k``; totals are rounded apart from their parts.
2. Percentages are rounded counts divided by rounded counts; with fewer than ``k`` people on one side
   only a bound is shown.
3. Amounts per voter, money that supporters held or lacked, and costs that would have won have two
   digits: with more, the number of people behind them could be worked out. Of a project with fewer
   than ``k`` supporters none of them is shown.
4. A group of voters is shown where it has ``k`` people. If the hidden ones of a column are fewer than
   ``k`` together, the smallest shown one is hidden with them, so that no difference tells them.
5. How many prefer which outcome is shown only if each of the three numbers is at least ``k``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from baithak.engine.budget.election import Notice, Project
from baithak.engine.budget.fairness import Comparison, Fairness
from baithak.engine.budget.money import written
from baithak.engine.budget.outcome import Outcome
from baithak.engine.opinion.results import Interval
from baithak.report.disclosure import BASE, K_TENSE, K, Share, rounded, share

__all__ = [
    "PublishedBudget",
    "PublishedFairness",
    "PublishedFunded",
    "PublishedGroup",
    "PublishedUnfunded",
    "published",
    "two_digits",
]


@dataclass(frozen=True, slots=True)
class PublishedFunded:
    """A funded project. ``highest`` is the most that a voter paid, roughly."""

    id: str
    name: str
    rank: int
    phase: str
    cost: Fraction
    left: Fraction
    supporters: int | None
    payers: int | None
    highest: Fraction | None


@dataclass(frozen=True, slots=True)
class PublishedUnfunded:
    """A project that is not funded, and what it lacked, roughly."""

    id: str
    name: str
    why: str
    cost: Fraction
    supporters: int | None
    missing_money: Fraction | None
    winning_cost: Fraction | None
    more_supporters: int | None


@dataclass(frozen=True, slots=True)
class PublishedGroup:
    """A group of voters beside the money that went to what they support."""

    column: str
    value: str
    voters: int
    voters_share: Share
    money_share: float
    without: Share
    mean_funded: float


@dataclass(frozen=True, slots=True)
class PublishedFairness:
    """Figures of one outcome; ``hidden_groups`` are columns of which some groups are too small."""

    voters: int | None
    without: Share
    mean_funded: float
    claims: tuple[str, ...]
    groups: tuple[PublishedGroup, ...]
    hidden_groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublishedBudget:
    """An outcome as it may be shown. ``result`` is the same as JSON, in the form of the contract."""

    k: int
    tense: bool
    participants: int | None
    currency: str
    budget: Fraction
    cost: Fraction
    rule: str
    utility: str
    completion: str
    ties: str
    steps: int | None
    funded: tuple[PublishedFunded, ...]
    unfunded: tuple[PublishedUnfunded, ...]
    decided_by_tie: tuple[tuple[tuple[str, ...], str], ...]
    fairness: PublishedFairness
    other_rule: str | None
    other_cost: Fraction | None
    other_selected: tuple[str, ...]
    other: PublishedFairness | None
    preferences: tuple[int, int, int] | None
    notices: tuple[Notice, ...]
    names: dict[str, str]
    costs: dict[str, Fraction]
    result: dict[str, Any]

    @property
    def too_few(self) -> bool:
        """Fewer than ``k`` people: nothing but the decision itself may be said."""
        return self.participants is None

    @property
    def selected(self) -> tuple[str, ...]:
        """Ids of the funded projects, in order of purchase."""
        return tuple(funded.id for funded in self.funded)


def published(told: Outcome, k: int = K, *, tense: bool = False) -> PublishedBudget:
    """Treat an outcome by the small-cell rule.

    Parameters
    ----------
    told : Outcome
    k : int
        The smallest number of people that may be shown; at least 10.
    tense : bool
        ``k`` becomes at least 20.

    Returns
    -------
    PublishedBudget

    Examples
    --------
    >>> from baithak.engine.budget.count import example
    >>> from baithak.engine.budget.outcome import outcome
    >>> published(outcome(example())).too_few
    True
    """
    k = max(k, K_TENSE if tense else K)
    count, projects = told.count, {p.id: p for p in told.election.projects}
    funded = tuple(
        PublishedFunded(
            id=f.project,
            name=projects[f.project].name,
            rank=f.rank,
            phase=f.phase,
            cost=f.cost,
            left=bought.left,
            supporters=rounded(f.supporters, k),
            payers=rounded(f.payers, k),
            highest=None if f.supporters < k else two_digits(f.highest),
        )
        for f, bought in zip(told.explanation.funded, count.rounds, strict=True)
    )
    unfunded = tuple(_unfunded(u, projects[u.project], k) for u in told.explanation.unfunded)
    small = {f.project for f in told.explanation.funded if f.supporters < k}
    small |= {u.project for u in told.explanation.unfunded if u.supporters < k}
    fair = _fairness(told.fairness, told.election.n, k, tense, small)
    other = None
    if told.other_fairness is not None:
        other = _fairness(told.other_fairness, told.election.n, k, tense, small)
    return PublishedBudget(
        k=k,
        tense=tense,
        participants=rounded(told.election.n, k),
        currency=told.election.currency,
        budget=count.budget,
        cost=count.cost,
        rule=count.rule,
        utility=count.utility,
        completion=count.completion,
        ties=count.ties,
        steps=count.steps,
        funded=funded,
        unfunded=unfunded,
        decided_by_tie=tuple((tie.projects, tie.taken) for tie in count.decided_by_tie),
        fairness=fair,
        other_rule=None if told.other is None else told.other.rule,
        other_cost=None if told.other is None else told.other.cost,
        other_selected=() if told.other is None else told.other.selected,
        other=other,
        preferences=_preferences(told.comparison, k),
        notices=tuple(n for n in told.notices if not _counts_people(n)),
        names={p.id: p.name for p in told.election.projects},
        costs={p.id: p.cost for p in told.election.projects},
        result=_result(told, funded, unfunded, fair, other, k),
    )


def two_digits(amount: Fraction | None, *, up: bool = True) -> Fraction | None:
    """An amount to two digits, up or down; None for none.

    Examples
    --------
    >>> two_digits(Fraction(12345)), two_digits(Fraction(12345), up=False)
    (Fraction(13000, 1), Fraction(12000, 1))
    """
    if amount is None or amount <= 0:
        return None
    power = math.floor(math.log10(amount)) - 1
    step = Fraction(10) ** power
    return (math.ceil(amount / step) if up else math.floor(amount / step)) * step


def _unfunded(told: Any, project: Project, k: int) -> PublishedUnfunded:
    shown = told.supporters >= k
    more = told.more_supporters
    return PublishedUnfunded(
        id=told.project,
        name=project.name,
        why=told.why,
        cost=told.cost,
        supporters=rounded(told.supporters, k),
        missing_money=two_digits(told.missing_money) if shown else None,
        winning_cost=two_digits(told.winning_cost, up=False) if shown else None,
        more_supporters=math.ceil(more / BASE) * BASE if shown and more is not None else None,
    )


def _part(part: int, whole: int, k: int, tense: bool) -> Share:
    value = part / whole if whole else 0.0
    return share(Interval(value, value, value), rounded(whole, k) or 0, k, tense=tense, exact=whole)


def _fairness(
    told: Fairness, voters: int, k: int, tense: bool, small: set[str]
) -> PublishedFairness:
    groups: list[PublishedGroup] = []
    hidden: list[str] = []
    for column in dict.fromkeys(group.column for group in told.groups):
        mine = [group for group in told.groups if group.column == column]
        shown = _shown([group.voters for group in mine], k)
        if len(shown) < len(mine):
            hidden.append(column)
        groups += [
            PublishedGroup(
                column=column,
                value=group.value,
                voters=rounded(group.voters, k) or 0,
                voters_share=_part(group.voters, voters, k, False),
                money_share=round(group.money_share, 2),
                without=_part(group.without, group.voters, k, tense),
                mean_funded=round(group.mean_funded, 2),
            )
            for at, group in enumerate(mine)
            if at in shown
        ]
    return PublishedFairness(
        voters=rounded(told.active, k),
        without=_part(told.without, told.active, k, tense),
        mean_funded=round(told.mean_funded, 2),
        claims=tuple(claim for claim in told.claims if claim not in small),
        groups=tuple(groups),
        hidden_groups=tuple(hidden),
    )


def _shown(sizes: Sequence[int], k: int) -> set[int]:
    """Which of these groups may be shown beside each other."""
    shown = {at for at, size in enumerate(sizes) if size >= k}
    while shown:
        hidden = sum(size for at, size in enumerate(sizes) if at not in shown)
        if not hidden or hidden >= k:
            break
        shown.remove(min(shown, key=lambda at: (sizes[at], at)))
    return shown if len(shown) > 1 else set()


def _preferences(told: Comparison | None, k: int) -> tuple[int, int, int] | None:
    if told is None or min(told.prefer_first, told.prefer_second, told.same) < k:
        return None
    one, other, same = (
        rounded(n, k) or 0 for n in (told.prefer_first, told.prefer_second, told.same)
    )
    return one, other, same


def _counts_people(notice: Notice) -> bool:
    """What the reader says of single ballots stays inside."""
    return "row" in notice.params or "count" in notice.params


def _amount(value: Fraction | None) -> int | str | None:
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else written(value)


def _figures(told: PublishedFairness) -> dict[str, Any]:
    return {
        "voters": told.voters,
        "without": _share(told.without),
        "mean_funded_share": told.mean_funded,
        "ejr_plus_claims": list(told.claims),
        "groups": [
            {
                "column": group.column,
                "value": group.value,
                "voters": group.voters,
                "voters_share": _share(group.voters_share),
                "money_share": group.money_share,
                "without": _share(group.without),
                "mean_funded_share": group.mean_funded,
            }
            for group in told.groups
        ],
    }


def _share(told: Share) -> float | str | None:
    if told.kind in {"about", "hidden"}:
        return told.value
    return told.kind if told.value is None else f"{told.kind} {round(100 * told.value)}%"


def _result(
    told: Outcome,
    funded: Sequence[PublishedFunded],
    unfunded: Sequence[PublishedUnfunded],
    fair: PublishedFairness,
    other: PublishedFairness | None,
    k: int,
) -> dict[str, Any]:
    """The contract's JSON with treated figures: winners can still be recounted from it."""
    exact = told.to_dict()
    fairness = _figures(fair)
    if other is not None:
        compared = exact["fairness"]["compared"]
        fairness["compared"] = {
            **{key: compared[key] for key in ("rule", "utility", "cost", "selected")},
            **_figures(other),
        }
    return {
        **exact,
        "smallest_cell": k,
        "rounds": [
            {
                "project": f.id,
                "rho": None,
                "supporters": f.supporters,
                "payers": f.payers,
                "highest_payment": _amount(f.highest),
                "cost": _amount(f.cost),
                "left": _amount(f.left),
                "phase": f.phase,
            }
            for f in funded
        ],
        "not_selected": [
            {
                "project": u.id,
                "why": u.why,
                "cost": _amount(u.cost),
                "supporters": u.supporters,
                "missing_money": _amount(u.missing_money),
                "winning_cost": _amount(u.winning_cost),
                "more_supporters": u.more_supporters,
            }
            for u in unfunded
        ],
        "fairness": fairness,
        "warnings": [
            {"code": n.code, "project": n.params["project"]}
            for n in told.notices
            if "project" in n.params
        ],
    }
