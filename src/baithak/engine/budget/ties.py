"""Who goes first where projects are exactly equal: an order of all projects, fixed before counting.

``votes``
    More votes, then cheaper, then the smaller id. What cities usually write into their rules.
``cost``
    Cheaper, then the smaller id.
``id``
    The smaller id as text, character by character, so "10" before "9": pabutools' default.
``lot``
    An order drawn from a seed: the ids, sorted as text, are shuffled by a SHA-256 stream over the
    line that ``Count.options["lot"]`` keeps. Anybody can draw it again (TRUST.md R17).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from baithak.engine.budget.utilities import Support
from baithak.engine.chance import Stream
from baithak.engine.errors import EngineError

__all__ = ["TIES", "lot", "ranks"]

TIES = ("votes", "id", "cost", "lot")


def lot(seed: int) -> str:
    """The line from which the order is drawn.

    Examples
    --------
    >>> lot(7)
    'baithak budget ties, seed 7'
    """
    return f"baithak budget ties, seed {seed}"


def ranks(support: Support, ties: str, seed: int = 0) -> NDArray[np.int64]:
    """Place of every eligible project in the order of ties: 0 goes first.

    Parameters
    ----------
    support : Support
    ties : str
        One of ``TIES``.
    seed : int
        Of the lot.

    Returns
    -------
    int64 (m)

    Raises
    ------
    EngineError
        ``budget.ties_unknown``.

    Examples
    --------
    >>> from baithak.engine.budget.count import example
    >>> from baithak.engine.budget.utilities import support
    >>> told = support(example())
    >>> told.ids, ranks(told, "votes").tolist(), ranks(told, "id").tolist()
    (('park', 'lamps', 'bench'), [1, 0, 2], [2, 1, 0])
    """
    ids, costs, votes = support.ids, support.costs, support.votes
    everyone = range(support.m)
    if ties == "votes":
        order: Sequence[int] = sorted(everyone, key=lambda c: (-votes[c], costs[c], ids[c]))
    elif ties == "cost":
        order = sorted(everyone, key=lambda c: (costs[c], ids[c]))
    elif ties == "id":
        order = sorted(everyone, key=ids.__getitem__)
    elif ties == "lot":
        order = Stream(lot(seed).encode()).shuffled(sorted(everyone, key=ids.__getitem__))
    else:
        raise EngineError("budget.ties_unknown", value=ties, allowed=list(TIES))
    place = np.empty(support.m, dtype=np.int64)
    place[np.array(order, dtype=np.int64)] = np.arange(support.m)
    return place
