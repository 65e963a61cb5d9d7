"""A budget election: projects with costs, a budget, and ballots of which equal ones are merged.

Costs, the budget and points are exact. Ballots lie in compressed rows: group ``g`` of identical
ballots holds ``items[starts[g]:starts[g + 1]]``, was cast by ``weights[g]`` voters and names projects
by their position in ``projects``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baithak.engine.budget.ballots import Heap, canonical
from baithak.engine.budget.money import Amount, amount
from baithak.engine.errors import EngineError

__all__ = ["POINT_TYPES", "VOTE_TYPES", "Election", "Notice", "Project"]

VOTE_TYPES = ("approval", "choose-1", "ordinal", "cumulative", "scoring")
#: Those whose ballots give points to each project.
POINT_TYPES = frozenset({"cumulative", "scoring"})

#: What a voter gives: project ids, or pairs of project id and points.
Given = Sequence[str] | Sequence[tuple[str, Amount]]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a reader noticed and went on: a code with its parameters, the words come later."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Project:
    """What money is asked for. ``extra`` keeps columns that Baithak does not know, to write back.

    ``selected`` is what the file says the city decided: 0 no, 1 by the rule, others by further
    rules of the city; ``None`` where the file does not say. ``votes`` and ``score`` likewise.
    """

    id: str
    cost: Fraction
    name: str = ""
    categories: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    votes: int | None = None
    score: Fraction | None = None
    selected: int | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Election:
    """Everything a count needs.

    Parameters
    ----------
    budget : Fraction
        In the currency's unit, exact.
    projects : tuple of Project
        In the order of the file.
    vote_type : str
        One of ``VOTE_TYPES``.
    starts, items : int64 (groups + 1), int32 (entries)
        The ballots, see above. Approval ballots are sorted by position; ordinal ones keep the
        voter's order, best first.
    points : int64 (entries) or None
        Points of cumulative and scoring ballots, times ``points_scale``, all above zero (a project
        that was given zero points has left the ballot); None for other types.
    points_scale : int
        1 where all points are whole numbers.
    weights : int64 (groups)
        How many voters cast this very ballot. Empty ballots count as voters: they hold money.
    group_of : int32 (voters)
        Of every voter, in the order of the file.
    voter_ids : tuple of str
    voters : mapping
        Further columns about voters (age, sex, voting_method, neighbourhood …) as written.
    meta : mapping
        META as written, unknown keys kept.
    notices : tuple of Notice
        What the reader noticed: counts that differ, a project named twice in a ballot …
    sha256 : str
        Of the file's bytes; empty where it was not read from one.
    """

    budget: Fraction
    projects: tuple[Project, ...]
    vote_type: str
    starts: NDArray[np.int64]
    items: NDArray[np.int32]
    points: NDArray[np.int64] | None
    points_scale: int
    weights: NDArray[np.int64]
    group_of: NDArray[np.int32]
    voter_ids: tuple[str, ...]
    voters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    meta: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    sha256: str = ""

    @property
    def n(self) -> int:
        """How many voters, those with an empty ballot included."""
        return len(self.group_of)

    @property
    def currency(self) -> str:
        """As META tells it; empty where it does not."""
        return self.meta.get("currency", "")

    @classmethod
    def from_ballots(
        cls,
        *,
        budget: Amount,
        projects: Iterable[Project],
        vote_type: str,
        ballots: Iterable[tuple[str, Given]],
        voters: Mapping[str, Sequence[str]] | None = None,
        meta: Mapping[str, str] | None = None,
    ) -> Election:
        """An election from ballots at hand; identical ones are merged.

        Parameters
        ----------
        budget : Fraction, Decimal, int or str
            Above zero.
        projects : iterable of Project
        vote_type : str
            One of ``VOTE_TYPES``.
        ballots : iterable of (voter id, project ids) or (voter id, (project id, points) pairs)
            Pairs for cumulative and scoring. A project twice in a ballot counts once, of its points
            the last hold.
        voters : mapping, optional
            Column name to one value per ballot, in their order.
        meta : mapping, optional
            As in a file's META.

        Raises
        ------
        EngineError
            ``budget.unknown_vote_type``, ``budget.no_money``, ``budget.no_projects``,
            ``budget.no_ballots``, ``budget.duplicate_project``, ``budget.duplicate_voter``,
            ``budget.unknown_project``, ``budget.not_points``, ``budget.points_too_large``.

        Examples
        --------
        >>> park, road = Project("park", Fraction(60)), Project("road", Fraction(40))
        >>> told = Election.from_ballots(
        ...     budget=100, projects=[park, road], vote_type="approval",
        ...     ballots=[("Amina", ["road", "park"]), ("Bilal", ["park", "road"]), ("Chanda", [])],
        ... )
        >>> told.weights.tolist(), told.items.tolist(), told.n
        ([2, 1], [0, 1], 3)
        """
        if vote_type not in VOTE_TYPES:
            raise EngineError("budget.unknown_vote_type", value=vote_type)
        money = amount(budget)
        if not money:
            raise EngineError("budget.no_money", value=str(budget))
        known = tuple(projects)
        if not known:
            raise EngineError("budget.no_projects")
        place: dict[str, int] = {}
        for at, project in enumerate(known):
            if place.setdefault(project.id, at) != at:
                raise EngineError("budget.duplicate_project", value=project.id)
        heap, group_of = Heap(), dict[str, int]()
        for voter, given in ballots:
            if voter in group_of:
                raise EngineError("budget.duplicate_voter", value=voter)
            places, points = _taken(given, place, vote_type)
            group_of[voter] = heap.put(canonical(places, points, ordered=vote_type == "ordinal"))
        if not group_of:
            raise EngineError("budget.no_ballots")
        groups = heap.groups(group_of.values(), with_points=vote_type in POINT_TYPES)
        return cls(
            budget=money,
            projects=known,
            vote_type=vote_type,
            starts=groups.starts,
            items=groups.items,
            points=groups.points,
            points_scale=groups.points_scale,
            weights=groups.weights,
            group_of=groups.group_of,
            voter_ids=tuple(group_of),
            voters={name: tuple(column) for name, column in (voters or {}).items()},
            meta=dict(meta or {}),
        )


def _taken(
    given: Given, place: Mapping[str, int], vote_type: str
) -> tuple[list[int], list[Fraction] | None]:
    """Positions and points of one voter's ballot."""
    with_points = vote_type in POINT_TYPES
    places, points = [], []
    for entry in given:
        name, value = (entry, 0) if isinstance(entry, str) else entry
        if name not in place:
            raise EngineError("budget.unknown_project", value=name)
        exact = amount(value)
        if exact is None or with_points == isinstance(entry, str):
            raise EngineError("budget.not_points", value=str(value))
        places.append(place[name])
        points.append(exact)
    return places, points if with_points else None
