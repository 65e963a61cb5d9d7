"""Smooth aims over averages of panels: a primal-dual interior point method for separable sums.

Least ``sum_t m_t f(p_t)`` where the average panel meets the quotas, ``p`` between bounds of its own. As
there are few rows (quotas) and many kinds, each step solves a system of the size of the quotas.
Groups (households) get a row when an answer violates one. The aims used are strictly convex, so
the answer is one and the same however it is found.

Paper: S. Mehrotra (1992), On the implementation of a primal-dual interior point method, SIAM
Journal on Optimization 2(4).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from baithak.engine.panel.kinds import Kinds
from baithak.engine.panel.relaxation import SolverError

__all__ = ["Aim", "evenest", "log_aim", "smooth"]

#: Seats and chances by which bounds give way, so that there is an inside even where all is tight.
ROOM = 1e-7
STEPS = 200
CLOSE = 1e-11

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
#: First and second derivative of f at p.
Aim = Callable[[Floats], tuple[Floats, Floats]]


def log_aim(p: Floats) -> tuple[Floats, Floats]:
    """``-log p``: the largest product of all chances."""
    return -1.0 / p, 1.0 / p**2


def evenest(mean: float) -> Aim:
    """``(p / mean - 1) ** 2 / 2``: as even as can be."""
    return lambda p: ((p / mean - 1.0) / mean, np.full_like(p, 1.0 / mean**2))


def smooth(
    aim: Aim,
    kinds: Kinds,
    low: Whole,
    high: Whole,
    size: int,
    *,
    least: Floats | float = 0.0,
    most: Floats | float = 1.0,
) -> Floats:
    """The chances that meet the quotas on average with the least sum of the aim.

    Parameters
    ----------
    aim : callable
        Derivatives of a strictly convex function.
    kinds, low, high, size
        Pool, quotas (int64 [F]), members of a panel.
    least, most : float64 [T] or float
        Bounds of each kind's chance; somewhere between them the quotas can be met. Equal bounds fix it.

    Returns
    -------
    float64 [T]
    """
    lower, upper = np.broadcast_to(least, kinds.count), np.broadcast_to(most, kinds.count)
    groups: list[int] = []
    while True:
        chance = _Interior(aim, kinds, low, high, size, lower, upper, groups).solve()
        used = np.bincount(kinds.group, kinds.size * chance, minlength=len(kinds.cap))
        over = np.flatnonzero(used > kinds.cap + 10 * ROOM * np.maximum(kinds.cap, 1))
        new = [int(group) for group in over if int(group) not in groups]
        if not new:
            return np.clip(chance, 0.0, 1.0)
        groups += new


class _Interior:
    """One programme in ``v``: the chances of the open kinds, then the totals of all rows."""

    def __init__(
        self,
        aim: Aim,
        kinds: Kinds,
        low: Whole,
        high: Whole,
        size: int,
        least: Floats,
        most: Floats,
        groups: list[int],
    ) -> None:
        self.open = least < most
        self.aim, self.m = aim, kinds.size[self.open].astype(np.float64)
        F = kinds.quotas
        self.R = F + 1 + len(groups)
        rank = np.full(len(kinds.cap), self.R, dtype=np.int64)  # row R takes what has no row
        rank[groups] = F + 1 + np.arange(len(groups))
        every = [*kinds.features.T.astype(np.int64), np.full(kinds.count, F), rank[kinds.group]]
        self.fixed: Floats = np.where(self.open, 0.0, least).astype(np.float64)
        gone = self._totals(every, self.fixed * kinds.size)
        self.rows = [row[self.open] for row in every]
        cap = kinds.cap[groups].astype(np.float64)
        rows_low = np.concatenate((low, [size], np.full(len(groups), -1.0))) - gone - ROOM
        rows_high = np.concatenate((high, [size], cap)) - gone + ROOM
        self.lower = np.append(np.maximum(least[self.open] - ROOM, 0.0), rows_low)
        self.upper = np.append(most[self.open] + ROOM, rows_high)
        self.mean = size / float(kinds.size.sum())

    def _totals(self, rows: list[NDArray[np.int64]], weights: Floats) -> Floats:
        """Row sums of a value per kind."""
        told = np.zeros(self.R + 1)
        for row in rows:
            told += np.bincount(row, weights, minlength=self.R + 1)
        return told[:-1]

    def _spread(self, y: Floats) -> Floats:
        """What a price per row makes per variable: kinds pay for what they hold, rows the reverse."""
        wide = np.append(y, 0.0)
        kinds = np.zeros(len(self.m))
        for row in self.rows:
            kinds += wide[row]
        return np.append(self.m * kinds, -y)

    def _gathered(self, v: Floats) -> Floats:
        """What the kinds hold of each row less the row's total."""
        T = len(self.m)
        return self._totals(self.rows, self.m * v[:T]) - v[T:]

    def _system(self, inverse: Floats) -> Floats:
        """Rows times ``inverse`` times rows."""
        T, wide = len(self.m), self.R + 1
        told = np.zeros(wide * wide)
        for one in self.rows:
            for other in self.rows:
                weights = self.m**2 * inverse[:T]
                told += np.bincount(one * wide + other, weights, minlength=wide * wide)
        return told.reshape(wide, wide)[:-1, :-1] + np.diag(inverse[T:])

    def solve(self) -> Floats:
        """Newton's method on the conditions of optimality, first to aim, then to correct."""
        T = len(self.m)
        start = np.minimum(self.upper[:T], np.maximum(4 * self.mean, 2 * self.lower[:T]))
        v = 0.5 * (self.lower + np.append(start, self.upper[T:]))
        y = np.zeros(self.R)
        z = np.tile(np.append(self.m / self.mean, np.ones(self.R)), (2, 1))  # of lower, of upper
        for _ in range(STEPS):
            slope, curve = self.aim(v[:T])
            gap = np.array((v - self.lower, self.upper - v))
            dual = np.append(self.m * slope, np.zeros(self.R)) - self._spread(y) - z[0] + z[1]
            primal = self._gathered(v)
            mu = float((z * gap).sum()) / (2 * len(v))
            scale = 1.0 + float(np.abs(self.m * slope).max(initial=0.0))
            if (
                mu < CLOSE * scale
                and np.abs(primal).max() < ROOM / 100
                and np.abs(dual).max() < 1e-7 * scale
            ):
                told = self.fixed.copy()
                told[self.open] = v[:T]
                return told
            inverse = 1.0 / (np.append(self.m * curve, np.zeros(self.R)) + (z / gap).sum(axis=0))
            system = self._system(inverse)
            residuals = dual, primal, gap, z
            ahead = self._direction(-z * gap, residuals, inverse, system)
            length = _longest(gap, z, ahead)
            after = float(((z + length * ahead[2]) * (gap + length * _signed(ahead[0]))).sum())
            centre = min((after / (2 * len(v) * mu)) ** 3, 0.9) * mu
            target = centre - z * gap - ahead[2] * _signed(ahead[0])
            step = self._direction(target, residuals, inverse, system)
            # One length for all keeps Newton's method honest where the aim is not quadratic.
            length = min(1.0, 0.995 * _longest(gap, z, step))
            v, y, z = v + length * step[0], y + length * step[1], z + length * step[2]
        raise SolverError("the interior point method did not settle")

    def _direction(
        self,
        target: Floats,
        residuals: tuple[Floats, Floats, Floats, Floats],
        inverse: Floats,
        system: Floats,
    ) -> tuple[Floats, Floats, Floats]:
        """The step that would bring the products of gaps and multipliers to their target."""
        dual, primal, gap, z = residuals
        push = target / gap
        right = -dual + push[0] - push[1]
        dy: Floats = np.asarray(
            np.linalg.solve(system, -primal - self._gathered(inverse * right)), dtype=np.float64
        )
        dv = inverse * (right + self._spread(dy))
        return dv, dy, push - z * _signed(dv) / gap


def _signed(dv: Floats) -> Floats:
    """How the distances from both bounds change."""
    return np.array((dv, -dv))


def _longest(gap: Floats, z: Floats, step: tuple[Floats, Floats, Floats]) -> float:
    """How long a step may be before a gap or a multiplier reaches zero."""
    value, change = np.append(gap, z), np.append(_signed(step[0]), step[2])
    falling = change < 0
    return float((-value[falling] / change[falling]).min(initial=1.0 / 0.995))
