"""A budget election: projects with costs, a budget, and ballots of which equal ones are merged.

Costs, the budget and points are exact. Ballots lie in compressed rows: group ``g`` of identical
ballots holds ``items[starts[g]:starts[g + 1]]``, was cast by ``weights[g]`` voters and names projects
by their position in ``projects``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["VOTE_TYPES", "Election", "Notice", "Project"]

VOTE_TYPES = ("approval", "choose-1", "ordinal", "cumulative", "scoring")


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
        Points of cumulative and scoring ballots, times ``points_scale``; None for other types.
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
