"""Lift kinds that sit too seldom: exchanges inside finished panels that break nothing.

Used where a list of panels could not be dealt exactly as planned: the seats of some kinds are
short. Another kind that has seats to spare hands one over, on a panel where the quotas stay met.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from baithak.engine.panel.kinds import Kinds
from baithak.engine.panel.peeling import below

__all__ = ["lift"]

SWEEPS = 40

Whole = NDArray[np.int64]


def lift(
    panels: NDArray[np.int32],
    due: Whole,
    kinds: Kinds,
    low: Whole,
    high: Whole,
    state: NDArray[np.uint64],
) -> int:
    """Change ``panels`` (int32 [M, size], of kinds) in place until each kind has its due seats.

    Parameters
    ----------
    panels : int32 [M, size]
        All of them meet the quotas, and will.
    due : int64 [T]
        Fewest seats of each kind.
    kinds, low, high
        Pool and quotas.
    state : uint64 [1]
        Of the generator; moves on.

    Returns
    -------
    int
        Seats still short in total.
    """
    seats = np.bincount(panels.ravel(), minlength=kinds.count).astype(np.int64)
    short = _lift(
        panels,
        seats,
        due,
        kinds.features,
        kinds.group,
        kinds.size,
        kinds.cap,
        low,
        high,
        SWEEPS,
        state,
    )  # fmt: skip
    return int(short)


@njit(cache=True, nogil=True)
def _lift(panels, seats, due, features, group, kind_size, cap, low, high, sweeps, state):  # type: ignore[no-untyped-def]
    M, size = panels.shape
    T, categories = features.shape
    F = len(low)
    X = np.zeros(F, dtype=np.int64)
    x, xg = np.zeros(T, dtype=np.int64), np.zeros(len(cap), dtype=np.int64)
    short = np.empty(T, dtype=np.int64)
    for sweep in range(sweeps):
        shorts, missing = 0, 0
        for t in range(T):
            if seats[t] < due[t]:
                short[shorts] = t
                shorts += 1
                missing += due[t] - seats[t]
        if missing == 0:
            return 0
        first = below(state, M)
        for turn in range(M):
            panel = panels[(first + turn) % M]
            for seat in range(size):
                x[panel[seat]] += 1
                xg[group[panel[seat]]] += 1
                for c in range(categories):
                    X[features[panel[seat], c]] += 1
            start = below(state, size)
            for step in range(size):
                seat = (start + step) % size
                a = panel[seat]
                # In odd sweeps a kind exactly at its due may give too: a walk out of dead ends.
                spare = seats[a] - due[a] > 0 or (sweep % 2 == 1 and below(state, 50) == 0)
                if not spare:
                    continue
                turn_b = below(state, shorts)
                for other in range(shorts):
                    b = short[(turn_b + other) % shorts]
                    if seats[b] >= due[b] or a == b or x[b] >= kind_size[b]:
                        continue
                    if group[a] != group[b] and xg[group[b]] >= cap[group[b]]:
                        continue
                    fits = True
                    for c in range(categories):
                        old, new = features[a, c], features[b, c]
                        if old != new and (X[old] <= low[old] or X[new] >= high[new]):
                            fits = False
                            break
                    if fits:
                        panel[seat] = b
                        x[a] -= 1
                        x[b] += 1
                        xg[group[a]] -= 1
                        xg[group[b]] += 1
                        seats[a] -= 1
                        seats[b] += 1
                        for c in range(categories):
                            X[features[a, c]] -= 1
                            X[features[b, c]] += 1
                        break
            for seat in range(size):
                x[panel[seat]] = 0
                xg[group[panel[seat]]] = 0
            X[:] = 0
    missing = 0
    for t in range(T):
        missing += max(due[t] - seats[t], 0)
    return missing
