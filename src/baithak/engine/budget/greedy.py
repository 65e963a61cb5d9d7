"""What most cities do: the most support per cost first, whatever still fits.

Projects are ordered by (sum of utilities) / cost, downwards. With ``cost`` utility that is the number
of votes, with ``cardinality`` votes per cost. Sums are whole numbers and compared exactly.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cmp_to_key
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from baithak.engine.budget.results import Tie
from baithak.engine.budget.utilities import Support

__all__ = ["greedy"]


def greedy(
    support: Support,
    place: NDArray[np.int64],
    ties: str,
    *,
    bought: Collection[int] = (),
    skip: bool = True,
) -> tuple[list[int], list[Tie]]:
    """Buy projects in the order of support per cost.

    Parameters
    ----------
    support : Support
    place : int64 (m)
        Of each project in the order of ties, called ``ties``.
    bought : collection of int
        What has been bought before: its cost is gone.
    skip : bool
        Go on after a project that does not fit (else stop there).

    Returns
    -------
    order : list of int
        The projects bought, in order.
    tied : list of Tie
        Equal projects, where one of them went without that would have fitted.

    Examples
    --------
    >>> from baithak.engine.budget.count import example
    >>> from baithak.engine.budget.ties import ranks
    >>> from baithak.engine.budget.utilities import support
    >>> told = support(example())
    >>> order, tied = greedy(told, ranks(told, "id"), "id")
    >>> [told.ids[c] for c in order], tied
    (['lamps', 'park'], [])
    """
    scores = support.votes if support.per_cost else support.pull
    below = [1] * support.m if support.per_cost else support.costs

    def compare(left: int, right: int) -> int:
        gap = scores[right] * below[left] - scores[left] * below[right]
        return (gap > 0) - (gap < 0)

    same = cmp_to_key(compare)
    waiting = sorted(
        sorted((c for c in range(support.m) if c not in bought), key=place.__getitem__), key=same
    )
    left = support.budget - sum(support.costs[c] for c in bought)
    order: list[int] = []
    tied: list[Tie] = []
    for _, equal in groupby(waiting, key=same):
        members = list(equal)
        before, taken = left, []
        for c in members:
            if support.costs[c] <= left:
                taken.append(c)
                left -= support.costs[c]
            elif not skip:
                break
        without = [c for c in members if c not in taken and support.costs[c] <= before]
        if taken and without:
            ids = tuple(support.ids[c] for c in members)
            turn = len(bought) + len(order) + 1
            tied.append(Tie(turn, ids, support.ids[taken[0]], ties))
        order += taken
        if not skip and len(taken) < len(members):
            break
    return order, tied
