"""Averages of panels: the linear relaxation in which no whole person is needed, and its levels.

With ``p_t`` the chance of each person of kind t and ``m_t`` their number, the average panel holds
``sum_t m_t p_t`` people of every feature. It meets every quota because each panel does. So no lottery
can do better than the best ``p`` that meets them on average.

``Levels`` answers one question again and again: how high can the lowest chance of all kinds whose
chance is not settled yet be raised? ``p_t = z + D_t / m_t`` for these, ``level_t + D_t / m_t`` for
the others, ``D >= 0``, z as large as possible. The programme has one row per quota; rows for groups
(households, nobody more than once on a panel) are added when an answer violates one, which is rare.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from baithak.engine.panel.kinds import Kinds

__all__ = ["Levels", "SolverError", "Stage", "linear", "solver"]

#: Reduced costs below this are zero; the programme is scaled so that they are about one.
ZERO = 1e-8
SLACK = 1e-9
#: Seats that settling a level takes off it.
SPARE = 1e-8
#: Seats by which bounds give way where a stage seems impossible all the same.
EASES = (0.0, 1e-9, 1e-8, 1e-7, 1e-6)
LOOSE = 1e-4  # how far below the last level z may come to lie, where it cannot be kept
INFINITE = highspy.kHighsInf

Floats = NDArray[np.float64]


class SolverError(RuntimeError):
    """HiGHS ended without an answer, after every way it knows was tried."""


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One answer: ``z``, the kinds that cannot rise above it, and the weights that prove it.

    ``held`` bool [T]: free kinds whose weight is positive. Weights: ``quotas`` float64 [F], ``size``
    of a seat as such, ``groups`` pairs of group and weight.
    """

    z: float
    held: NDArray[np.bool_]
    quotas: Floats
    size: float
    groups: tuple[tuple[int, float], ...]


class _Quiet(highspy.Highs):
    """HiGHS without callbacks: asking for them prints a line before anybody can forbid it."""

    def enableCallbacks(self) -> None:  # noqa: N802 - the name is HiGHS's
        """Nobody listens."""


def solver(**options: str | float | bool) -> highspy.Highs:
    """HiGHS as it is always used: one thread, silent, nothing left to chance or to the clock."""
    highs = _Quiet()
    highs.setOptionValue("output_flag", False)  # before all others, which would be printed
    fixed: dict[str, str | float | bool] = {
        "threads": 1,
        "random_seed": 0,
        "solver": "simplex",
        "primal_feasibility_tolerance": 1e-10,
        "dual_feasibility_tolerance": 1e-10,
    }
    for name, value in {**fixed, **options}.items():
        highs.setOptionValue(name, value)
    return highs


def linear(
    cost: Floats,
    columns: tuple[Floats, Floats],
    rows: tuple[Floats, Floats],
    matrix: tuple[NDArray[np.int64], NDArray[np.int32], Floats],
    *,
    whole: NDArray[np.bool_] | None = None,
) -> highspy.HighsLp:
    """A programme for HiGHS: least ``cost``; ``matrix`` in compressed columns."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(cost), len(rows[0])
    lp.col_cost_ = cost
    lp.col_lower_, lp.col_upper_ = columns
    lp.row_lower_, lp.row_upper_ = rows
    starts, index, value = matrix
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = starts.astype(np.int32)
    lp.a_matrix_.index_ = index.astype(np.int32)
    lp.a_matrix_.value_ = value
    if whole is not None:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(one)] for one in whole]
    return lp


class Levels:
    """The programme above, kept warm from one question to the next.

    Parameters
    ----------
    kinds : Kinds
    low, high : int64 [F]
        Quotas.
    size : int
        Members of a panel.
    """

    def __init__(
        self, kinds: Kinds, low: NDArray[np.int64], high: NDArray[np.int64], size: int
    ) -> None:
        self.kinds, self.low, self.high, self.size = kinds, low, high, size
        count = kinds.count
        self.free = np.ones(count, dtype=bool)
        self.level = np.zeros(count)
        self.z = 0.0
        self.rows: list[int] = []  # groups that have a row
        self._members = np.argsort(kinds.group, kind="stable")
        self._first = np.searchsorted(kinds.group[self._members], np.arange(len(kinds.cap) + 1))
        self._highs = solver()
        self._start()

    def _start(self) -> None:
        kinds, F = self.kinds, self.kinds.quotas
        wide = kinds.features.shape[1] + 1
        index = np.empty((kinds.count, wide), dtype=np.int32)
        index[:, :-1], index[:, -1] = kinds.features, F
        every = np.append(index.ravel(), np.arange(F + 1, dtype=np.int32))
        starts = np.append(np.arange(kinds.count + 1) * wide, len(every))
        upper = np.append(kinds.size.astype(float), INFINITE)
        cost = np.zeros(kinds.count + 1)
        cost[-1] = -1.0
        rows = np.append(self.low, self.size), np.append(self.high, self.size)
        lower = np.zeros(kinds.count + 1)
        programme = linear(
            cost,
            (lower, upper),
            (rows[0].astype(float), rows[1].astype(float)),
            (starts, every, np.ones(len(every))),
        )
        self._highs.passModel(programme)

    def raise_lowest(self) -> Stage | None:
        """Raise the free kinds' lowest chance as far as it goes; None if not even 0 is possible."""
        eases = (0.0,) if self.free.all() else EASES
        for ease in eases:
            self._pose(ease)
            stage = self._raise()
            if stage is not None:
                return stage
        return None

    def _raise(self) -> Stage | None:
        while True:
            if not _solve(self._highs):
                return None
            told = self._highs.getSolution()
            value = np.array(told.col_value)
            z = value[-1] / self.scale
            taken = np.bincount(
                self.kinds.group,
                value[:-1] + self.kinds.size * np.where(self.free, z, self.level),
                minlength=len(self.kinds.cap),
            )
            over = np.flatnonzero(taken > self.kinds.cap + SLACK * self.kinds.cap)
            new = [int(group) for group in over if group not in set(self.rows)]
            if not new:
                break
            self._add(new)
        dual = -np.array(told.row_dual)
        reduced = np.array(told.col_dual)[:-1]
        F = self.kinds.quotas
        groups = tuple(
            (group, float(weight))
            for group, weight in zip(self.rows, dual[F + 1 :], strict=True)
            if weight > ZERO
        )
        held = self.free & (reduced > ZERO)
        if not held.any() and self.free.any():
            held = self.free & (reduced >= reduced[self.free].max())
        self.z = max(z, self.z)
        return Stage(z, held, dual[:F], float(dual[F]), groups)

    def settle(self, held: NDArray[np.bool_], level: float) -> None:
        """These kinds keep their level for good, and no longer hold the others down.

        They may rise above it, though it is known that they cannot by more than the hair taken off
        here: so what was possible stays possible, whatever the solver's last digits are.
        """
        self.free &= ~held
        hair = SPARE / max(int(self.kinds.size[held].sum()), 1)
        self.level[held] = min(max(level - hair, 0.0), 1.0)

    def _pose(self, ease: float) -> None:
        """Write z's column and the quotas' rows for what is free now."""
        kinds, F = self.kinds, self.kinds.quotas
        free = np.where(self.free, kinds.size, 0)
        self.scale = float(max(free.sum(), 1))
        fixed = kinds.size * np.where(self.free, 0.0, self.level)
        there = np.bincount(
            kinds.features.ravel(),
            np.repeat(free / self.scale, kinds.features.shape[1]),
            minlength=F,
        )
        gone = np.bincount(
            kinds.features.ravel(), np.repeat(fixed, kinds.features.shape[1]), minlength=F
        )
        total = float(fixed.sum())
        weight = np.append(there, free.sum() / self.scale)
        least = np.append(self.low - gone, self.size - total) - ease
        most = np.append(self.high - gone, self.size - total) + ease
        for row in range(F + 1):
            self._highs.changeCoeff(row, kinds.count, weight[row])
            self._highs.changeRowBounds(row, least[row], most[row])
        for row, group in enumerate(self.rows):
            members = self._of(group)
            self._highs.changeCoeff(F + 1 + row, kinds.count, free[members].sum() / self.scale)
            self._highs.changeRowBounds(
                F + 1 + row, -INFINITE, kinds.cap[group] - fixed[members].sum() + ease
            )
        start = max(self.z - LOOSE, 0.0)
        self._ease = ease
        self._highs.changeColBounds(kinds.count, 0.0, INFINITE)
        upper: Floats = kinds.size * (1.0 - np.where(self.free, start, self.level))
        every = np.arange(kinds.count, dtype=np.int32)
        self._highs.changeColsBounds(kinds.count, every, np.zeros(kinds.count), upper)

    def _of(self, group: int) -> NDArray[np.int64]:
        return self._members[self._first[group] : self._first[group + 1]]

    def _add(self, groups: list[int]) -> None:
        """Rows that keep groups within their caps."""
        free = np.where(self.free, self.kinds.size, 0)
        fixed = self.kinds.size * np.where(self.free, 0.0, self.level)
        for group in groups:
            members = self._of(group)
            index = np.append(members, self.kinds.count).astype(np.int32)
            value = np.append(np.ones(len(members)), free[members].sum() / self.scale)
            cap = float(self.kinds.cap[group] - fixed[members].sum()) + self._ease
            self._highs.addRow(-INFINITE, cap, len(index), index, value)
            self.rows.append(group)


def _solve(highs: highspy.Highs) -> bool:
    """Run to an optimum, by another way if one sticks; False where there is no solution at all."""
    for clear, way in ((False, "simplex"), (True, "simplex"), (True, "ipm")):
        if clear:
            highs.clearSolver()
        highs.setOptionValue("solver", way)
        highs.run()
        status = highs.getModelStatus()
        highs.setOptionValue("solver", "simplex")
        if status == highspy.HighsModelStatus.kOptimal:
            return True
        if status == highspy.HighsModelStatus.kInfeasible and clear:
            return False
    raise SolverError(highs.modelStatusToString(status))
