"""Common ground: what every group would support, with how sure that is.

The score of a statement is the smallest share of agreement over the groups, counted as if every
member had seen it. A product over groups, as Polis uses, shrinks with the number of groups and
hides that 93 % agree; the minimum answers the question people ask: does the group that likes it
least still like it?

Papers: C. Small et al. (2021), Polis: scaling deliberation by mapping high dimensional opinion
spaces, Recerca 26(2), https://doi.org/10.6035/recerca.5516, for group-informed consensus.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from baithak.engine.opinion.draws import Draws, intervals
from baithak.engine.opinion.expected import Expected

__all__ = ["CommonGround", "common_ground"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CommonGround:
    """Smallest share over the groups with a veto: value and 80 % interval, each float64 [m]."""

    value: Floats
    low: Floats
    high: Floats

    def best(self, shown: NDArray[np.bool_], count: int = 10) -> NDArray[np.intp]:
        """Positions of the ``count`` statements with most common ground, best first.

        Ties go to the earlier statement; ``shown`` bool [m] says which may be listed.
        """
        order = np.lexsort((np.arange(len(self.value)), -np.round(self.value, 9)))
        return order[shown[order]][:count]


def common_ground(
    told: Expected,
    drawn: Draws,
    groups: NDArray[np.intp] | list[int],
    *,
    side: str = "agree",
) -> CommonGround:
    """Common ground over some groups.

    Parameters
    ----------
    told : Expected
    drawn : Draws
    groups : positions among the columns of ``told``
        The groups with a veto (see ``defences``), at least one.
    side : "agree" or "disagree"
        Disagreement that all groups share is common ground too.

    Returns
    -------
    CommonGround
        ``low <= value <= high``; the value is the minimum of the expected shares, so it tends to
        lie in the upper half of its interval: a minimum of uncertain numbers is lower than the
        minimum of their means.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> told = SimpleNamespace(agree=np.array([[0.9, 0.2], [0.8, 0.9]]))
    >>> sure = SimpleNamespace(agree=told.agree[None])
    >>> common_ground(told, sure, [0, 1]).value.tolist()
    [0.8, 0.2]
    """
    chosen = np.asarray(groups, dtype=np.intp)
    shares = getattr(told, side)[chosen]
    value = shares.min(axis=0)
    low, high = intervals(value, getattr(drawn, side)[:, chosen].min(axis=1))
    return CommonGround(value, low, high)
