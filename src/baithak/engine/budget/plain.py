"""An election as JSON can hold it, so that a process of its own can read what a stranger uploads."""

from __future__ import annotations

from typing import Any

from baithak.engine.budget.election import Election
from baithak.engine.budget.money import written
from baithak.engine.budget.readers import read

__all__ = ["plain"]


def plain(source: bytes) -> dict[str, Any]:
    """What an importer needs of an election: no voter, no column about voters.

    Parameters
    ----------
    source : bytes
        A ``.pb`` file, a workbook or a zip of CSV (``readers.read``).

    Returns
    -------
    dict
        ``budget`` and the ``cost`` of ``projects`` (``id``, ``name``, ``cost``, ``selected``) as
        decimal text, ``vote_type``, ``meta``, ``points_scale``, ``voters`` (how many), ``notices``
        (code and parameters) and ``ballots``: ``[weight, positions, points or None]`` of every
        group of identical ballots.

    Raises
    ------
    EngineError
        As ``readers.read``.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from baithak.engine.budget.election import Election, Project
    >>> from baithak.engine.budget.pabulib import write_pb
    >>> park = Project(id="p", cost=Fraction(4), name="Park")
    >>> told = plain(
    ...     write_pb(
    ...         Election.from_ballots(
    ...             budget=10, projects=[park], vote_type="approval", ballots=[("1", ["p"]), ("2", ["p"])]
    ...         )
    ...     ).encode()
    ... )
    >>> told["projects"][0]["cost"], told["ballots"]
    ('4', [[2, [0], None]])
    """
    told = read(source)
    return {
        "budget": written(told.budget),
        "vote_type": told.vote_type,
        "meta": dict(told.meta),
        "points_scale": told.points_scale,
        "voters": told.n,
        "projects": [
            {"id": p.id, "name": p.name, "cost": written(p.cost), "selected": p.selected}
            for p in told.projects
        ],
        "notices": [[notice.code, dict(notice.params)] for notice in told.notices],
        "ballots": _ballots(told),
    }


def _ballots(told: Election) -> list[list[Any]]:
    starts, items, weights = told.starts.tolist(), told.items.tolist(), told.weights.tolist()
    points = None if told.points is None else told.points.tolist()
    return [
        [weight, items[begin:end], None if points is None else points[begin:end]]
        for weight, begin, end in zip(weights, starts, starts[1:], strict=False)
    ]
