"""What a group is about: statements on which it differs from everybody else.

For each group and statement the log-odds of agreeing (or of disagreeing) in the group against the
rest, from expected answers, with a posterior interval. Ranked by the end of the interval nearer to
zero, so that a difference has to be both large and known.

Paper: B. Monroe, M. Colaresi, K. Quinn (2008), Fightin' words, Political Analysis 16(4),
https://doi.org/10.1093/pan/mpn018, for log-odds with posterior variance as measure of distinction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from baithak.engine.opinion.draws import Draws, intervals
from baithak.engine.opinion.expected import Expected

__all__ = ["LISTED", "Distinctive", "distinctive"]

LISTED = 5

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Distinctive:
    """A statement that stands for a group.

    ``column``: its position; ``side``: ``agree`` or ``disagree``; ``log_odds`` of the group
    against the rest, ``low`` and ``high`` its 80 % interval; ``share`` of the group on that side.
    """

    column: int
    side: str
    log_odds: float
    low: float
    high: float
    share: float


def distinctive(
    told: Expected,
    drawn: Draws,
    group: int,
    rest: int,
    shown: NDArray[np.bool_],
    *,
    listed: int = LISTED,
) -> tuple[Distinctive, ...]:
    """The statements most particular to one group.

    Parameters
    ----------
    told, drawn : Expected, Draws
        With a column for the group and one for everybody else.
    group, rest : int
        Those columns.
    shown : bool [m]
        Statements that may be listed.
    listed : int
        How many at most.

    Returns
    -------
    tuple of Distinctive
        Most distinctive first. Only statements on which more of the group take that side than of
        the rest, with the whole interval above 0, and on which it is the group's more frequent
        side. May be empty.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> rates = dict(agree=np.array([[0.9, 0.5], [0.2, 0.5]]), disagree=np.array([[0.1, 0.5], [0.7, 0.5]]))
    >>> told, drawn = SimpleNamespace(**rates), SimpleNamespace(**{k: v[None] for k, v in rates.items()})
    >>> [(d.column, d.side) for d in distinctive(told, drawn, 0, 1, np.ones(2, dtype=bool))]
    [(0, 'agree')]
    """
    found = []
    for side, other in (("agree", "disagree"), ("disagree", "agree")):
        value = _log_odds(getattr(told, side)[group]) - _log_odds(getattr(told, side)[rest])
        moves = getattr(drawn, side)
        low, high = intervals(value, _log_odds(moves[:, group]) - _log_odds(moves[:, rest]))
        share = getattr(told, side)[group]
        stands = shown & (low > 0.0) & (share > getattr(told, other)[group])
        found += [
            Distinctive(
                int(j), side, float(value[j]), float(low[j]), float(high[j]), float(share[j])
            )
            for j in np.flatnonzero(stands)
        ]
    found.sort(key=lambda d: (-round(d.low, 9), d.column, d.side))
    return tuple(found[:listed])


def _log_odds(share: Floats) -> Floats:
    held = np.clip(share, 1e-4, 1.0 - 1e-4)
    return np.asarray(np.log(held / (1.0 - held)))
