"""Deal whole numbers of seats into panels, each of which meets every quota.

How often each kind sits is known (``seats``); M panels have to be made of it. One panel after
another is taken from the pile. Of ``r`` seats left for a kind and ``j`` panels left, a panel takes
between floor and ceil of ``r / j``, and of every feature so many that the rest can still be dealt:
from ``max(low, R - (j - 1) high)`` to ``min(high, R - (j - 1) low)`` of the ``R`` left. A systematic
sample of the pile comes close; exchanges between panel and pile mend it, first between twins (kinds
that differ in one category), then between any two. Where a panel cannot be mended, a few finished
ones go back to the pile and are dealt anew.

Everything is whole numbers and a generator of its own: the same on every machine.

Papers: Y. Tillé (2006), Sampling algorithms, for systematic and balanced samples; P. Shaw (1998),
Using constraint programming and local search methods to solve vehicle routing problems, CP-98, for
putting a part back (large-neighbourhood search).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from baithak.engine.panel.kinds import Kinds

__all__ = ["Deal", "Dealer", "below"]

ROUNDS = 400  # how often finished panels may go back
BACK = 4  # how many go back at once; in every fourth round four times as many
SAMPLES = 2  # starts for one panel
STEPS = 4  # exchanges per seat before a start is given up
PAIRS = (
    500  # exchanges looked at in one step; twice as many after each panel that could not be mended
)
MOST_PAIRS = 20_000
PART = 20  # but no more than one in so many of all exchanges
STARTS = 50  # for a panel outside the plan

Whole = NDArray[np.int64]

# The kernels pass around: now = (x per kind, xg per group, X per feature) of the panel at work;
# bounds = (least, most per kind, gleast, gmost per group); world = (features, group, shared groups);
# near = (twins, where runs of twins start, run of each kind, category of each feature).


@njit(cache=True, nogil=True)
def below(state: Any, n: Any) -> Any:
    """A number from 0 to n - 1 (xorshift64*; n far below 2**32, so that no bias can be seen)."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    high = (x * np.uint64(2685821657736338717)) >> np.uint64(32)
    return np.int64((high * np.uint64(n)) >> np.uint64(32))


@njit(cache=True, nogil=True)
def _away(x, low, high):  # type: ignore[no-untyped-def]
    return max(low - x, 0) + max(x - high, 0)


@njit(cache=True, nogil=True)
def _gains(X, low, high, out, into):  # type: ignore[no-untyped-def]
    """What one less and one more of each feature would change in the distance from the quotas."""
    for f in range(len(X)):
        now = _away(X[f], low[f], high[f])
        out[f] = _away(X[f] - 1, low[f], high[f]) - now
        into[f] = _away(X[f] + 1, low[f], high[f]) - now


@njit(cache=True, nogil=True)
def _allowed(a, b, now, bounds, group):  # type: ignore[no-untyped-def]
    """May a kind ``a`` leave the panel and a kind ``b`` enter?"""
    x, xg, _ = now
    least, most, gleast, gmost = bounds
    if x[a] <= least[a] or x[b] >= most[b]:
        return False
    ga, gb = group[a], group[b]
    return ga == gb or (xg[ga] > gleast[ga] and xg[gb] < gmost[gb])


@njit(cache=True, nogil=True)
def _exchange(seat, b, panel, now, world):  # type: ignore[no-untyped-def]
    x, xg, X = now
    features, group, _ = world
    a = panel[seat]
    panel[seat] = b
    x[a] -= 1
    x[b] += 1
    xg[group[a]] -= 1
    xg[group[b]] += 1
    for c in range(features.shape[1]):
        X[features[a, c]] -= 1
        X[features[b, c]] += 1


@njit(cache=True, nogil=True)
def _twin(wrong, panel, now, bounds, world, near, gains, state):  # type: ignore[no-untyped-def]
    """Mend category ``wrong`` by kinds that differ in nothing else; False where there are none."""
    out, into = gains
    features, group, _ = world
    twins, starts, run, _ = near
    size = len(panel)
    first = below(state, size)
    for step in range(size):
        seat = (first + step) % size
        a = panel[seat]
        gain = out[features[a, wrong]]
        if gain > 0:
            continue
        start = starts[wrong, run[wrong, a]]
        many = starts[wrong, run[wrong, a] + 1] - start
        turn = below(state, many)
        for other in range(many):
            b = twins[wrong, start + (turn + other) % many]
            if b == a or gain + into[features[b, wrong]] >= 0:
                continue
            if _allowed(a, b, now, bounds, group):
                _exchange(seat, b, panel, now, world)
                return True
    return False


@njit(cache=True, nogil=True)
def _any(panel, now, bounds, world, there, pairs, clash, lack, gains, state):  # type: ignore[no-untyped-def]
    """The first exchange that mends, else one of those that harm least; False where none may be.

    With ``clash`` a group sits there too often and only its members leave; with ``lack`` one sits
    there too seldom and only its members enter.
    """
    out, into = gains
    features, group, _ = world
    least = bounds[0]
    size, categories, kinds = len(panel), features.shape[1], len(there)
    first_seat, first_kind = below(state, size), below(state, max(kinds, 1))
    best, ties, at, who, looked = 1 << 30, 0, -1, -1, 0
    for step in range(size):
        seat = (first_seat + step) % size
        a = panel[seat]
        if now[0][a] <= least[a] or (clash >= 0 and group[a] != clash):
            continue
        for other in range(kinds):
            b = there[(first_kind + other) % kinds]
            if b == a or (lack >= 0 and group[b] != lack):
                continue
            change = 0
            for c in range(categories):
                old, new = features[a, c], features[b, c]
                if old != new:
                    change += out[old] + into[new]
            looked += 1
            if change <= best and _allowed(a, b, now, bounds, group):
                if change < best:
                    best, ties = change, 0
                ties += 1
                if below(state, ties) == 0:
                    at, who = seat, b
                if best < 0:
                    break
        if best < 0 or looked > pairs:
            break
    if at < 0:
        return False
    _exchange(at, who, panel, now, world)
    return True


@njit(cache=True, nogil=True)
def _wrong(panel, now, low, high, bounds, world, near, state):  # type: ignore[no-untyped-def]
    """A category out of bounds (any of them), a group too often there, one too seldom; -1: none."""
    _, xg, X = now
    gleast, gmost = bounds[2], bounds[3]
    _, group, shared = world
    wrong, found = -1, 0
    for f in range(len(X)):
        if X[f] < low[f] or X[f] > high[f]:
            found += 1
            if below(state, found) == 0:
                wrong = near[3][f]
    for seat in range(len(panel)):
        if xg[group[panel[seat]]] > gmost[group[panel[seat]]]:
            return wrong, group[panel[seat]], -1
    for g in shared:
        if xg[g] < gleast[g]:
            return wrong, -1, g
    return wrong, -1, -1


@njit(cache=True, nogil=True)
def _mend(panel, now, low, high, bounds, world, near, there, pairs, steps, state):  # type: ignore[no-untyped-def]
    """Exchange until the panel meets its bounds; True if it does within so many steps."""
    F = len(low)
    gains = (np.zeros(F, dtype=np.int64), np.zeros(F, dtype=np.int64))
    for _ in range(steps):
        wrong, clash, lack = _wrong(panel, now, low, high, bounds, world, near, state)
        if wrong < 0 and clash < 0 and lack < 0:
            return True
        _gains(now[2], low, high, gains[0], gains[1])
        if clash < 0 and lack < 0 and _twin(wrong, panel, now, bounds, world, near, gains, state):
            continue
        if not _any(panel, now, bounds, world, there, pairs, clash, lack, gains, state):
            return False
    return False


@njit(cache=True, nogil=True)
def _sample(left, j, panel, now, world, state):  # type: ignore[no-untyped-def]
    """A systematic sample of the pile: each kind floor or ceil of its share of one panel."""
    x = now[0]
    seen, seat = below(state, j), 0
    for t in range(len(left)):
        before = seen // j
        seen += left[t]
        x[t] = seen // j - before
        for _ in range(x[t]):
            panel[seat] = t
            seat += 1
    _count(panel, now, world)


@njit(cache=True, nogil=True)
def _count(panel, now, world):  # type: ignore[no-untyped-def]
    """Groups and features of a panel."""
    _, xg, X = now
    features, group, _ = world
    X[:] = 0
    xg[:] = 0
    for seat in range(len(panel)):
        xg[group[panel[seat]]] += 1
        for c in range(features.shape[1]):
            X[features[panel[seat], c]] += 1


@njit(cache=True, nogil=True)
def _bounds(pile, j, low, high, bounds, floor, ceil, there):  # type: ignore[no-untyped-def]
    """What one of j panels takes of the pile; how many kinds may be taken or left."""
    left, gleft, totals = pile
    least, most, gleast, gmost = bounds
    many = 0
    for t in range(len(left)):
        least[t] = left[t] // j
        most[t] = -(-left[t] // j)
        if most[t] > least[t]:
            there[many] = t
            many += 1
    for g in range(len(gleft)):
        gleast[g] = gleft[g] // j
        gmost[g] = -(-gleft[g] // j)
    for f in range(len(totals)):
        floor[f] = max(low[f], totals[f] - (j - 1) * high[f])
        ceil[f] = min(high[f], totals[f] - (j - 1) * low[f])
    return many


@njit(cache=True, nogil=True)
def _move(panel, pile, sign, world):  # type: ignore[no-untyped-def]
    """A panel leaves the pile (-1) or goes back (1)."""
    left, gleft, totals = pile
    features, group, _ = world
    for seat in range(len(panel)):
        t = panel[seat]
        left[t] += sign
        gleft[group[t]] += sign
        for c in range(features.shape[1]):
            totals[features[t, c]] += sign


@njit(cache=True, nogil=True)
def _peel(seats, panels, groups, low, high, world, near, steps, rounds, state):  # type: ignore[no-untyped-def]
    """Deal all panels; which are left undone, the seats left for them, and rounds used."""
    M, T, F = len(panels), len(seats), len(low)
    features, group, _ = world
    pile = (seats.copy(), np.zeros(groups, dtype=np.int64), np.zeros(F, dtype=np.int64))
    for t in range(T):
        pile[1][group[t]] += seats[t]
        for c in range(features.shape[1]):
            pile[2][features[t, c]] += seats[t]
    now = (
        np.zeros(T, dtype=np.int64),
        np.zeros(groups, dtype=np.int64),
        np.zeros(F, dtype=np.int64),
    )
    bounds = (
        np.zeros(T, dtype=np.int64),
        np.zeros(T, dtype=np.int64),
        np.zeros(groups, dtype=np.int64),
        np.zeros(groups, dtype=np.int64),
    )
    floor, ceil = np.zeros(F, dtype=np.int64), np.zeros(F, dtype=np.int64)
    there = np.empty(T, dtype=np.int64)
    done, queue = np.empty(M, dtype=np.int64), np.arange(M)
    finished, waiting, used = 0, M, 0
    most_pairs = min(max(panels.shape[1] * T // PART, PAIRS), MOST_PAIRS)
    pairs = PAIRS
    while waiting > 0:
        panel = panels[queue[waiting - 1]]
        many = _bounds(pile, waiting, low, high, bounds, floor, ceil, there)
        fine = False
        for _ in range(SAMPLES if waiting > 1 else 1):
            _sample(pile[0], waiting, panel, now, world, state)
            fine = _mend(
                panel, now, floor, ceil, bounds, world, near, there[:many], pairs, steps, state
            )
            if fine:
                break
        if fine:
            _move(panel, pile, -1, world)
            waiting -= 1
            done[finished] = queue[waiting]
            finished += 1
            continue
        if used == rounds or finished == 0:
            break
        used += 1
        pairs = min(2 * pairs, most_pairs)
        for _ in range(min(BACK if used % 4 else 4 * BACK, finished)):
            pick = below(state, finished)
            finished -= 1
            number = done[pick]
            done[pick] = done[finished]
            _move(panels[number], pile, 1, world)
            queue[waiting] = number
            waiting += 1
    return queue[:waiting].copy(), pile[0], used


@njit(cache=True, nogil=True)
def _complete(panels, undone, seats, kind_size, cap, low, high, world, near, steps, starts, state):  # type: ignore[no-untyped-def]
    """Panels that meet the quotas, started from samples of what is left; which stay undone."""
    T, F, groups, size = len(seats), len(low), len(cap), panels.shape[1]
    left, everyone = seats.copy(), np.arange(T)
    now = (
        np.zeros(T, dtype=np.int64),
        np.zeros(groups, dtype=np.int64),
        np.zeros(F, dtype=np.int64),
    )
    most = np.minimum(kind_size, cap[world[1]])
    bounds = (np.zeros(T, dtype=np.int64), most, np.zeros(groups, dtype=np.int64), cap)
    still, failed = np.empty(len(undone), dtype=np.int64), 0
    for number in undone:
        panel = panels[number]
        fine = False
        for start in range(starts):
            # Every other start comes from the whole pool.
            pile = left if start % 2 == 0 and left.sum() >= size else most
            _start(pile, panel, now[0], state)
            _count(panel, now, world)
            fine = _mend(panel, now, low, high, bounds, world, near, everyone, PAIRS, steps, state)
            if fine:
                break
        if fine:
            for seat in range(size):
                left[panel[seat]] = max(left[panel[seat]] - 1, 0)
        else:
            still[failed] = number
            failed += 1
    return still[:failed].copy()


@njit(cache=True, nogil=True)
def _start(pile, panel, x, state):  # type: ignore[no-untyped-def]
    """Seats spread evenly over a pile; nobody's seat is given to a drawn kind."""
    size = len(panel)
    step = max(pile.sum() // size, 1)
    seen, seat = below(state, step), 0
    x[:] = 0
    for t in range(len(pile)):
        seen += pile[t]
        while seen >= step and seat < size:
            seen -= step
            panel[seat] = t
            x[t] += 1
            seat += 1
    while seat < size:
        t = below(state, len(pile))
        panel[seat] = t
        x[t] += 1
        seat += 1


@dataclass(frozen=True, slots=True, eq=False)
class Deal:
    """Panels of kinds: ``panels`` int32 [M, size], of which ``undone`` int64 [...] could not be made.

    ``left`` int64 [T]: the seats that were meant for these. ``rounds``: how often finished panels
    went back.
    """

    panels: NDArray[np.int32]
    undone: Whole
    left: Whole
    rounds: int


class Dealer:
    """Deals for one pool and one set of quotas.

    Parameters
    ----------
    kinds : Kinds
    low, high : int64 [F]
        Quotas of one panel.
    category_of : int32 [F]
    state : uint64 [1]
        Of the generator; moves on.
    """

    def __init__(
        self,
        kinds: Kinds,
        low: Whole,
        high: Whole,
        category_of: NDArray[np.int32],
        state: NDArray[np.uint64],
    ) -> None:
        self.kinds, self.low, self.high, self.state = kinds, low, high, state
        households = np.flatnonzero(kinds.cap < np.bincount(kinds.group, kinds.size))
        self._world = kinds.features, kinds.group, households
        self._near = (*_twins(kinds.features), category_of)

    def deal(self, seats: Whole, number: int, size: int, *, rounds: int = ROUNDS) -> Deal:
        """Panels that hold exactly these seats.

        Parameters
        ----------
        seats : int64 [T]
            How often each kind sits; adding up to ``number * size``.
        number, size : int
            Panels, and members of each.
        rounds : int
            How often finished panels may go back.
        """
        panels = np.zeros((number, size), dtype=np.int32)
        undone, left, used = _peel(
            seats, panels, len(self.kinds.cap), self.low, self.high, self._world, self._near,
            STEPS * size, rounds, self.state,
        )  # fmt: skip
        return Deal(panels, undone, left, used)

    def complete(self, deal: Deal) -> Whole:
        """Fill undone panels with whoever fits, near to what is left; those that stay undone."""
        kinds, size = self.kinds, deal.panels.shape[1]
        still: Whole = _complete(
            deal.panels, deal.undone, deal.left, kinds.size, kinds.cap, self.low, self.high,
            self._world, self._near, 5 * STEPS * size, STARTS, self.state,
        )  # fmt: skip
        return still


def _twins(
    features: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Per category: kinds in order of all their other features, where each run starts, whose is whose."""
    T, categories = features.shape
    twins = np.empty((categories, T), dtype=np.int32)
    starts = np.zeros((categories, T + 1), dtype=np.int32)
    run = np.empty((categories, T), dtype=np.int32)
    for c in range(categories):
        other = np.delete(features, c, axis=1)
        order = np.lexsort((features[:, c], *other.T[::-1]))
        new = np.ones(T, dtype=bool)
        new[1:] = (np.diff(other[order], axis=0) != 0).any(axis=1)
        twins[c] = order
        run[c, order] = np.cumsum(new) - 1
        first = np.append(np.flatnonzero(new), T)
        starts[c, : len(first)] = first
    return twins, starts, run
