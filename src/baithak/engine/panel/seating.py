"""From kinds to people: within a kind everybody takes a seat in turn.

The order of turns is drawn, so chance decides who sits once more than others of the same kind, and
nobody sits twice on a panel because a kind never holds more seats there than it has people.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from baithak.engine.panel.kinds import Kinds
from baithak.engine.panel.peeling import below

__all__ = ["seat_people"]


def seat_people(
    panels: NDArray[np.int32], kinds: Kinds, state: NDArray[np.uint64]
) -> NDArray[np.int32]:
    """Give the seats of each kind to its people in turn.

    Parameters
    ----------
    panels : int32 [M, size]
        Kinds.
    kinds : Kinds
    state : uint64 [1]
        Of the generator; moves on.

    Returns
    -------
    int32 [M, size]
        Positions in the pool, each row ascending. Two people of a kind differ by at most one panel.
    """
    turns = kinds.members.copy()
    _shuffle(turns, kinds.starts, state)
    people = _seat(panels, turns, kinds.starts)
    people.sort(axis=1)
    return people


@njit(cache=True, nogil=True)
def _shuffle(members, starts, state):  # type: ignore[no-untyped-def]
    """A drawn order within each kind (Fisher and Yates)."""
    for t in range(len(starts) - 1):
        for last in range(starts[t + 1] - 1, starts[t], -1):
            other = starts[t] + below(state, last - starts[t] + 1)
            members[last], members[other] = members[other], members[last]


@njit(cache=True, nogil=True)
def _seat(panels, members, starts):  # type: ignore[no-untyped-def]
    people = np.empty_like(panels)
    turn = np.zeros(len(starts) - 1, dtype=np.int64)
    for s in range(panels.shape[0]):
        for seat in range(panels.shape[1]):
            t = panels[s, seat]
            people[s, seat] = members[starts[t] + turn[t]]
            turn[t] += 1
            if starts[t] + turn[t] == starts[t + 1]:
                turn[t] = 0
    return people
