"""Goldilocks: neither too high chances nor too low ones.

Least ``max p / (k/n) + (k/n) / min p``: high chances invite people to misreport what makes them
rare, low ones are unfair. Of the lotteries that reach it the one with the least sum of squares.

A box from z to u holds chances that meet the quotas if and only if no weighting of the quotas says
otherwise; each such weighting is a line in the plane of z and u. Lines are gathered one by one from
the linear programme of the box that is best so far, until that box is possible.

Papers: C. Baharav, B. Flanigan (2024), Fair, manipulation-robust, and transparent sortition, EC '24,
https://arxiv.org/abs/2406.15009; B. Flanigan, J. Liang, A. Procaccia, S. Wang (2024),
Manipulation-robust selection of citizens' assemblies, AAAI 38.
"""

from __future__ import annotations

import highspy
import numpy as np
from numpy.typing import NDArray

from baithak.engine.panel.interior import evenest, smooth
from baithak.engine.panel.kinds import Kinds
from baithak.engine.panel.leximin import Leximin
from baithak.engine.panel.relaxation import INFINITE, SolverError, linear, solver

__all__ = ["box", "goldilocks"]

LINES = 200
CLOSE = 1e-8  # seats by which a box may miss the quotas

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


def goldilocks(
    kinds: Kinds, low: Whole, high: Whole, size: int, best: Leximin
) -> NDArray[np.float64]:
    """Chances float64 [T] of each person of a kind.

    Parameters
    ----------
    kinds, low, high, size
        Pool, quotas (int64 [F]), members of a panel.
    best : Leximin
        Tells who is in no panel, and the highest possible lowest chance.
    """
    z, u = box(kinds, low, high, size, best)
    least, most = np.where(best.shut_out, 0.0, z), np.where(best.shut_out, 0.0, min(u, 1.0))
    mean = size / float(kinds.size.sum())
    return np.clip(
        smooth(evenest(mean), kinds, low, high, size, least=least, most=most), least, most
    )


def box(kinds: Kinds, low: Whole, high: Whole, size: int, best: Leximin) -> tuple[float, float]:
    """The lowest and the highest chance of the optimum."""
    mean = size / float(kinds.size[~best.shut_out].sum())
    programme = _Box(kinds, low, high, size, ~best.shut_out)
    lines = [(mean, 0.0)]  # u is at least a + b z
    for _ in range(LINES):
        z, u = _best_on(lines, mean, best.lowest.z)
        line = programme.against(z, u)
        if line is None:
            return z, u
        lines.append(line)
    raise SolverError("no box after so many lines")


def _best_on(lines: list[tuple[float, float]], mean: float, highest: float) -> tuple[float, float]:
    """The best z and u above all lines: a convex sum in z alone, halved down to the last digit."""

    def u_of(z: float) -> float:
        return max(a + b * z for a, b in lines)

    left, right = 0.0, highest
    for _ in range(200):
        z = (left + right) / 2
        steepest = max((b for a, b in lines if a + b * z >= u_of(z) - 1e-15), default=0.0)
        rising = steepest / mean - mean / z**2 > 0 if z > 0 else False
        left, right = (left, z) if rising else (z, right)
    z = (left + right) / 2
    return z, u_of(z)


class _Box:
    """By how many seats the quotas are missed if every chance lies between z and u."""

    def __init__(
        self, kinds: Kinds, low: Whole, high: Whole, size: int, inside: NDArray[np.bool_]
    ) -> None:
        self.kinds, self.low, self.high, self.size, self.inside = kinds, low, high, size, inside
        F, T = kinds.quotas, kinds.count
        tight = np.flatnonzero(kinds.cap < np.bincount(kinds.group, kinds.size))
        row_of = np.full(len(kinds.cap), -1, dtype=np.int64)
        row_of[tight] = F + 1 + np.arange(len(tight))
        index = np.column_stack((kinds.features, np.full(T, F), row_of[kinds.group]))
        used = index >= 0
        rows = F + 1 + len(tight)
        # Two columns per row take what is missing and what is too much.
        away = np.repeat(np.arange(rows), 2)
        starts = np.append(0, np.cumsum(np.append(used.sum(axis=1), np.ones(2 * rows, dtype=int))))
        cap = kinds.cap[tight].astype(float)
        self.least = np.concatenate((low, [size], np.full(len(tight), -INFINITE))).astype(float)
        self.most = np.concatenate((high, [size], cap)).astype(float)
        self._index, self._used, self._rows = index, used, rows
        self._highs = solver()
        self._highs.passModel(
            linear(
                np.append(np.zeros(T), np.ones(2 * rows)),
                (
                    np.zeros(T + 2 * rows),
                    np.append(kinds.size.astype(float), np.full(2 * rows, INFINITE)),
                ),
                (self.least, self.most),
                (
                    starts,
                    np.append(index[used], away).astype(np.int32),
                    np.append(np.ones(int(used.sum())), np.tile([1.0, -1.0], rows)),
                ),
            )
        )

    def against(self, z: float, u: float) -> tuple[float, float] | None:
        """A line (a, b): every possible box has ``u >= a + b z``, this one has not. None if it fits."""
        T, m = self.kinds.count, self.kinds.size.astype(float)
        lower, upper = (
            np.where(self.inside, m * z, 0.0),
            np.where(self.inside, m * min(u, 1.0), 0.0),
        )
        self._highs.changeColsBounds(T, np.arange(T, dtype=np.int32), lower, upper)
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise SolverError(self._highs.modelStatusToString(self._highs.getModelStatus()))
        if self._highs.getInfo().objective_function_value <= CLOSE:
            return None
        y = np.array(self._highs.getSolution().row_dual)
        wide = np.append(y, 0.0)
        weight = np.where(self._used, wide[self._index], 0.0).sum(axis=1)
        due = np.where(y > 0, y * np.maximum(self.least, -1e9), y * self.most).sum()
        taken = np.where(self.inside, m * weight, 0.0)
        above, below = taken[taken > 0].sum(), taken[taken < 0].sum()
        return due / above, -below / above
