"""Who supports what and how much: ballots turned into whole-number utilities, projects into whole costs.

``cost``
    A supported project gives its cost. What cities mean by "the more money for my projects".
``cardinality``
    Every supported project gives 1.
``points``
    The points of the ballot (cumulative and scoring ballots).
``borda``
    Length of the ballot - 1 - position, so that the last one named gives nothing, as pabutools
    counts it (ordinal ballots).

Under ``cost`` and ``cardinality`` a project is supported by whoever approved it, ranked it, or gave
it points above zero. Projects that cost nothing, that nobody supports or that stay below a threshold
are left out and reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from baithak.engine.budget.election import Election, Notice
from baithak.engine.errors import EngineError

__all__ = ["UTILITIES", "Support", "support"]

#: Utilities, each with the types of ballots that can tell it.
UTILITIES = {
    "cost": ("approval", "choose-1", "ordinal", "cumulative", "scoring"),
    "cardinality": ("approval", "choose-1", "ordinal", "cumulative", "scoring"),
    "points": ("cumulative", "scoring"),
    "borda": ("ordinal",),
}


@dataclass(frozen=True, slots=True, eq=False)
class Support:
    """An election as the rules see it: eligible projects only, every amount a whole number.

    Amounts are multiplied by ``scale``. Projects are numbered from 0 to m - 1 in the file's order;
    supporters of project ``c`` are the entries ``first[c]:first[c + 1]``.

    Attributes
    ----------
    ids : tuple of str
        Of the eligible projects.
    prices : tuple of Fraction
        What they cost, in the currency.
    costs, budget : int
        In units of 1 / ``scale`` of the currency.
    votes, pull : tuple of int (m)
        Voters who support a project, and the sum of their ``units``.
    first : int64 (m + 1)
    groups : uint32 (entries)
        Ballot group of each supporter.
    weights : float64 (entries)
        How many voters that group has.
    units : float64 (entries) or None
        Whole-number utility of one such voter; None where it is 1 for everybody. Under ``cost``
        the utility is ``units`` times the project's cost.
    per_cost : bool
        Whether utilities are to be multiplied by the project's cost.
    points_scale : int
        Units that make one point.
    starts, items, gains : int64 (groups + 1), int32 (entries), int64 (entries) or None
        The same by ballot: eligible project, or -1 where the entry gives nothing, and its units.
    sizes : int64 (groups)
        How many voters each group has.
    n : int
        How many voters, the silent ones included.
    left_out : tuple of Notice
        Projects that are not counted, and why.
    """

    ids: tuple[str, ...]
    prices: tuple[Fraction, ...]
    costs: tuple[int, ...]
    budget: int
    scale: int
    votes: tuple[int, ...]
    pull: tuple[int, ...]
    first: NDArray[np.int64]
    groups: NDArray[np.uint32]
    weights: NDArray[np.float64]
    units: NDArray[np.float64] | None
    per_cost: bool
    points_scale: int
    starts: NDArray[np.int64]
    items: NDArray[np.int32]
    gains: NDArray[np.int64] | None
    sizes: NDArray[np.int64]
    n: int
    left_out: tuple[Notice, ...]

    @property
    def m(self) -> int:
        """How many projects can be bought."""
        return len(self.ids)

    def amount(self, value: int | Fraction) -> Fraction:
        """An amount of whole-number units in the currency again."""
        return Fraction(value, self.scale)


def support(election: Election, utility: str = "cost", *, threshold: bool = False) -> Support:
    """Turn ballots into supports.

    Parameters
    ----------
    election : Election
    utility : str
        One of ``UTILITIES``.
    threshold : bool
        Leave out projects below META's ``min_project_score_threshold``: voters for approvals,
        points where ballots hold points, and length - position for rankings.

    Returns
    -------
    Support

    Raises
    ------
    EngineError
        ``budget.utility_unknown``, ``budget.utility_not_for_ballots``, ``budget.no_threshold``,
        ``budget.threshold_unreadable``.

    Examples
    --------
    >>> from baithak.engine.budget.count import example
    >>> told = support(example(), "cardinality")
    >>> told.ids, told.costs, told.votes
    (('park', 'lamps', 'bench'), (60, 40, 45), (3, 3, 2))
    >>> [notice.params["project"] for notice in told.left_out]
    ['tower']
    """
    if utility not in UTILITIES:
        raise EngineError("budget.utility_unknown", value=utility, allowed=list(UTILITIES))
    if election.vote_type not in UTILITIES[utility]:
        raise EngineError(
            "budget.utility_not_for_ballots",
            utility=utility,
            vote_type=election.vote_type,
            allowed=[name for name, types in UTILITIES.items() if election.vote_type in types],
        )
    starts, sizes = election.starts, election.weights
    gains = _gains(election, utility)
    alike = utility in ("cost", "cardinality")
    counted = _counted(starts, election.items, gains, sizes, len(election.projects))
    entries, votes, pull = (column.tolist() for column in counted)
    left_out = _left_out(election, votes, threshold=threshold)
    kept = [c for c in range(len(election.projects)) if c not in left_out]
    remap = np.full(len(election.projects), -1, dtype=np.int32)
    remap[kept] = np.arange(len(kept), dtype=np.int32)
    first = np.zeros(len(kept) + 1, dtype=np.int64)
    np.cumsum([entries[c] for c in kept], out=first[1:])
    groups = np.empty(first[-1], dtype=np.uint32)
    weights = np.empty(first[-1])
    units = None if alike else np.empty(first[-1])
    items = _by_project(
        starts, election.items, gains, sizes, remap, first[:-1].copy(), groups, weights, units
    )
    prices = tuple([election.projects[c].cost for c in kept])
    scale = lcm(election.budget.denominator, *[price.denominator for price in prices])
    return Support(
        ids=tuple(election.projects[c].id for c in kept),
        prices=prices,
        costs=tuple([price.numerator * (scale // price.denominator) for price in prices]),
        budget=election.budget.numerator * (scale // election.budget.denominator),
        scale=scale,
        votes=tuple(votes[c] for c in kept),
        pull=tuple((votes if alike else pull)[c] for c in kept),
        first=first,
        groups=groups,
        weights=weights,
        units=units,
        per_cost=utility == "cost",
        points_scale=election.points_scale if utility == "points" else 1,
        starts=starts,
        items=items,
        gains=None if alike else gains,
        sizes=sizes,
        n=election.n,
        left_out=tuple(left_out[c] for c in sorted(left_out)),
    )


def _gains(election: Election, utility: str) -> NDArray[np.int64] | None:
    """What each entry of each ballot gives; None where every entry gives the same."""
    if utility == "borda":
        return _borda(election.starts, len(election.items))
    return election.points


def _left_out(election: Election, votes: list[int], *, threshold: bool) -> dict[int, Notice]:
    """Position of each project that is not counted, with the reason."""
    told = {}
    for c, project in enumerate(election.projects):
        if not project.cost:
            told[c] = Notice("budget.costs_nothing", {"project": project.id})
        elif not votes[c]:
            told[c] = Notice("budget.no_support", {"project": project.id})
    if threshold:
        least, scores = _least(election), _scores(election)
        for c, project in enumerate(election.projects):
            if c not in told and scores[c] < least:
                params = {"project": project.id, "score": scores[c], "least": least}
                told[c] = Notice("budget.below_threshold", params)
    return told


def _least(election: Election) -> Fraction:
    written = election.meta.get("min_project_score_threshold", "").strip()
    if not written:
        raise EngineError("budget.no_threshold", field="min_project_score_threshold")
    try:
        return Fraction(written.replace(",", "."))
    except (ValueError, ZeroDivisionError):
        raise EngineError(
            "budget.threshold_unreadable", field="min_project_score_threshold", value=written
        ) from None


def _scores(election: Election) -> list[Fraction]:
    """What cities compare with their threshold: voters, points, or length - position."""
    count, gains = len(election.projects), election.points
    if election.vote_type == "ordinal":
        gains = _borda(election.starts, len(election.items)) + 1
    _, votes, pull = _counted(election.starts, election.items, gains, election.weights, count)
    if gains is None:
        return [Fraction(score) for score in votes.tolist()]
    return [Fraction(score, election.points_scale) for score in pull.tolist()]


@njit(cache=True, nogil=True)
def _borda(starts: Any, entries: Any) -> Any:
    """Length of the ballot - 1 - position, for every entry."""
    gains = np.empty(entries, np.int64)
    for g in range(len(starts) - 1):
        for t in range(starts[g], starts[g + 1]):
            gains[t] = starts[g + 1] - 1 - t
    return gains


@njit(cache=True, nogil=True)
def _counted(starts: Any, items: Any, gains: Any, sizes: Any, count: Any) -> Any:
    """Of every project: entries that give something, voters behind them, sum of what they give."""
    told = np.zeros((3, count), np.int64)
    for g in range(len(starts) - 1):
        size = sizes[g]
        for t in range(starts[g], starts[g + 1]):
            c = items[t]
            if gains is None:
                told[0, c] += 1
                told[1, c] += size
            elif gains[t] > 0:
                told[0, c] += 1
                told[1, c] += size
                told[2, c] += size * gains[t]
    return told


@njit(cache=True, nogil=True)
def _by_project(
    starts: Any, items: Any, gains: Any, sizes: Any, remap: Any, at: Any, groups: Any,
    weights: Any, units: Any,
) -> Any:  # fmt: skip
    """Fill the supporters of every eligible project; returns the eligible project of each entry."""
    told = np.empty(len(items), np.int32)
    for g in range(len(starts) - 1):
        for t in range(starts[g], starts[g + 1]):
            c = remap[items[t]]
            if gains is not None and gains[t] <= 0:
                c = np.int32(-1)
            told[t] = c
            if c >= 0:
                k = at[c]
                at[c] += 1
                groups[k] = g
                weights[k] = sizes[g]
                if units is not None:
                    units[k] = gains[t]
    return told
