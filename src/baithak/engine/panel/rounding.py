"""Chances to whole numbers: on how many of M panels each kind sits, quotas kept on average.

``M m_t p_t`` seats would be due to kind t. It gets the whole number below or above, so that the
numbers add up to M panels and every feature's total lies between M times its quotas. A systematic
rounding along the order of kinds comes close, exchanges of one seat mend the rest. Whole numbers
only, so that every machine rounds alike; chances that are within a thousandth of a seat of a whole
number count as that number, because solvers on two machines may differ in the last digits.

Paper: B. Flanigan, G. Kehne, A. Procaccia (2021), Fair sortition made transparent, NeurIPS 34.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numba import njit
from numpy.typing import NDArray

from baithak.engine.panel.kinds import Kinds
from baithak.engine.panel.peeling import below

__all__ = ["whole_seats"]

NEAR = 1e-3  # of a seat
PAIRS = 20_000  # exchanges looked at in one step
STEPS = 3_000

Whole = NDArray[np.int64]


def whole_seats(
    chance: NDArray[np.float64],
    kinds: Kinds,
    low: Whole,
    high: Whole,
    size: int,
    panels: int,
    state: NDArray[np.uint64],
) -> tuple[Whole, int]:
    """Seats of each kind on all panels together.

    Parameters
    ----------
    chance : float64 [T]
        Of each person of a kind.
    kinds, low, high, size
        Pool, quotas (int64 [F]) and members of one panel.
    panels : int
        M.
    state : uint64 [1]
        Of the generator; moves on.

    Returns
    -------
    seats : int64 [T]
        Adding up to ``panels * size``.
    missed : int
        By how many seats quotas are missed in total: 0 as a rule, else no list of M panels meets
        these chances.
    """
    due = panels * kinds.size * chance
    near = np.round(due)
    due = np.where(np.abs(due - near) < NEAR, near, due)
    for least, most in _windows(due, kinds, panels):
        seats = _systematic(due, least, most, panels * size)
        missed = _settle(
            seats, least, most, kinds.features, kinds.group, panels * kinds.cap,
            panels * low, panels * high, panels * size, STEPS, state,
        )  # fmt: skip
        if missed == 0:
            break
    return seats, int(missed)


def _windows(due: NDArray[np.float64], kinds: Kinds, panels: int) -> Iterator[tuple[Whole, Whole]]:
    """Fewest and most seats of each kind, wider and wider."""
    yield np.floor(due).astype(np.int64), np.ceil(due).astype(np.int64)
    each = due / kinds.size  # every person still gets the number below or above
    least = kinds.size * np.floor(each + NEAR).astype(np.int64)
    most = kinds.size * np.ceil(each - NEAR).astype(np.int64)
    yield least, most
    wider = np.minimum(most + kinds.size, panels * kinds.cap[kinds.group])
    yield np.maximum(least - kinds.size, 0), wider


def _systematic(due: NDArray[np.float64], least: Whole, most: Whole, total: int) -> Whole:
    """Cumulated seats rounded to the nearest: every stretch of kinds gets its share within one."""
    micro = np.round(np.cumsum(due) / NEAR).astype(np.int64)
    one = round(1 / NEAR)
    ends = (micro + one // 2) // one
    ends[-1] = total
    return np.clip(np.diff(ends, prepend=0), least, most)


@njit(cache=True, nogil=True)
def _settle(seats, least, most, features, group, caps, low, high, total, steps, state):  # type: ignore[no-untyped-def]
    """Bring total, groups and features within their bounds; how far features stay away."""
    T, categories = features.shape
    F = len(low)
    X = np.zeros(F, dtype=np.int64)
    used = np.zeros(len(caps), dtype=np.int64)
    for t in range(T):
        used[group[t]] += seats[t]
    for t in range(T):
        while used[group[t]] > caps[group[t]] and seats[t] > least[t]:
            seats[t] -= 1
            used[group[t]] -= 1
    missing = total - seats.sum()
    first = below(state, T)
    for turn in range(4 * T):
        t = (first + turn) % T
        if missing == 0:
            break
        if missing > 0 and seats[t] < most[t] and used[group[t]] < caps[group[t]]:
            seats[t] += 1
            used[group[t]] += 1
            missing -= 1
        elif missing < 0 and seats[t] > least[t]:
            seats[t] -= 1
            used[group[t]] -= 1
            missing += 1
    away = 0
    for t in range(T):
        for c in range(categories):
            X[features[t, c]] += seats[t]
    for f in range(F):
        away += max(low[f] - X[f], 0) + max(X[f] - high[f], 0)
    out, into = np.zeros(F, dtype=np.int64), np.zeros(F, dtype=np.int64)
    down, up = np.empty(T, dtype=np.int64), np.empty(T, dtype=np.int64)
    for _ in range(steps):
        if away == 0:
            break
        for f in range(F):
            now = max(low[f] - X[f], 0) + max(X[f] - high[f], 0)
            out[f] = max(low[f] - X[f] + 1, 0) + max(X[f] - 1 - high[f], 0) - now
            into[f] = max(low[f] - X[f] - 1, 0) + max(X[f] + 1 - high[f], 0) - now
        downs, ups = 0, 0
        for t in range(T):
            if seats[t] > least[t]:
                down[downs] = t
                downs += 1
            if seats[t] < most[t]:
                up[ups] = t
                ups += 1
        if downs == 0 or ups == 0:
            break
        best, ties, less, more = 1, 0, -1, -1
        every = downs * ups
        start = below(state, every)
        for look in range(min(every, PAIRS)):
            if every <= PAIRS:
                pair = (start + look) % every
                a, b = down[pair // ups], up[pair % ups]
            else:
                a, b = down[below(state, downs)], up[below(state, ups)]
            if a == b:
                continue
            if group[a] != group[b] and used[group[b]] >= caps[group[b]]:
                continue
            change = 0
            for c in range(categories):
                old, new = features[a, c], features[b, c]
                if old != new:
                    change += out[old] + into[new]
            if change > best or change > 0:
                continue
            if change < best:
                best, ties = change, 0
            ties += 1
            if below(state, ties) == 0:
                less, more = a, b
            if best < 0:
                break
        if less < 0:
            continue
        seats[less] -= 1
        seats[more] += 1
        used[group[less]] -= 1
        used[group[more]] += 1
        for c in range(categories):
            X[features[less, c]] -= 1
            X[features[more, c]] += 1
        away += best
    return away + abs(total - seats.sum())
