"""One panel of whole people as an integer programme: the best for given weights, or none at all.

A variable per kind (how many of it sit), a row per quota, one for the size and one per household
that could send two. HiGHS on one thread with fixed options; ends are counted in nodes, never in
seconds, so that every machine stops at the same place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from baithak.engine.panel.kinds import Kinds
from baithak.engine.panel.relaxation import INFINITE, SolverError, linear, solver

__all__ = ["Found", "Loosened", "Model"]

NODES = 20_000
#: Tie-break of a loosening: of equal totals the one at larger quotas, where it matters less.
TIE = 1e-3

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A panel ``seats`` int64 [T], what it is worth, and what no panel is worth more than."""

    seats: Whole
    value: float
    bound: float


@dataclass(frozen=True, slots=True, eq=False)
class Loosened:
    """How far each bound has to give way (int64 [F] each) and a panel that is possible then.

    ``weights`` float64 [F], of the version with parts of people: quotas that oppose each other.
    """

    low: Whole
    high: Whole
    seats: Whole
    weights: Floats


class Model:
    """The programme of one pool.

    Parameters
    ----------
    kinds : Kinds
    low, high : int64 [F]
        Quotas.
    size : int
        Members.
    """

    def __init__(self, kinds: Kinds, low: Whole, high: Whole, size: int) -> None:
        self.kinds, self.low, self.high, self.size = kinds, low, high, size
        self.tight = np.flatnonzero(kinds.cap < np.bincount(kinds.group, kinds.size))
        row_of = np.full(len(kinds.cap), -1, dtype=np.int64)
        row_of[self.tight] = kinds.quotas + 1 + np.arange(len(self.tight))
        own = row_of[kinds.group]
        wide = kinds.features.shape[1] + 1
        index = np.empty((kinds.count, wide + 1), dtype=np.int64)
        index[:, : wide - 1], index[:, wide - 1], index[:, wide] = kinds.features, kinds.quotas, own
        used = index >= 0
        self._index = index[used].astype(np.int32)
        self._starts = np.append(0, np.cumsum(used.sum(axis=1)))
        self._upper = np.minimum(kinds.size, kinds.cap[kinds.group]).astype(np.float64)

    def best(
        self,
        worth: Floats | None = None,
        *,
        with_kind: int | None = None,
        bounds: tuple[Whole, Whole] | None = None,
        whole: bool = True,
    ) -> Found | None:
        """The panel of most worth; None where there is none.

        Parameters
        ----------
        worth : float64 [T], optional
            Of one seat of each kind; by default any panel will do.
        with_kind : int, optional
            At least one of this kind has to sit.
        bounds : (low, high), optional
            Other quotas than the model's; a bound below 0 or above the size binds nobody.
        whole : bool
            Whole people; otherwise parts of people will do, which is quicker and never wrong about
            "there is none".
        """
        low, high = bounds or (self.low, self.high)
        count = self.kinds.count
        lower = np.zeros(count)
        if with_kind is not None:
            lower[with_kind] = 1.0
        cost = np.zeros(count) if worth is None else -worth
        highs = self._run(
            cost, (lower, self._upper), (low, high), (self._starts, self._index), whole=whole
        )
        status = highs.getModelStatus()
        if status in (
            highspy.HighsModelStatus.kInfeasible,
            highspy.HighsModelStatus.kUnboundedOrInfeasible,
        ):
            return None
        info = highs.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            raise SolverError(highs.modelStatusToString(status))
        value = np.array(highs.getSolution().col_value)
        bound = info.mip_dual_bound if whole else info.objective_function_value
        seats = np.round(value).astype(np.int64)
        worthy = 0.0 if worth is None else float(worth @ (seats if whole else value))
        return Found(seats, worthy, max(-float(bound), worthy))

    def loosen(
        self, least_low: Whole | None = None, most_high: Whole | None = None, *, whole: bool = True
    ) -> Loosened | None:
        """The smallest total by which quotas have to give way; None if that does not help either.

        Parameters
        ----------
        least_low, most_high : int64 [F], optional
            How far they may.
        whole : bool
            As in ``best``.
        """
        kinds, F = self.kinds, self.kinds.quotas
        down = self.low if least_low is None else self.low - least_low
        up = np.full(F, INFINITE) if most_high is None else (most_high - self.high).astype(float)
        weight = 1.0 + TIE / (1.0 + self.high)
        cost = np.concatenate((np.zeros(kinds.count), weight, weight))
        lower = np.zeros(kinds.count + 2 * F)
        upper = np.concatenate((self._upper, down, up))
        more = np.arange(F, dtype=np.int32)
        index = np.concatenate((self._index, more, more))
        last = self._starts[-1]
        starts = np.append(self._starts, last + 1 + np.arange(2 * F))
        value = np.concatenate((np.ones(len(self._index) + F), -np.ones(F)))
        highs = self._run(
            cost, (lower, upper), (self.low, self.high), (starts, index), value=value, whole=whole
        )
        told = highs.getSolution()
        if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        answer = np.round(np.array(told.col_value)).astype(np.int64)
        weights = np.zeros(F) if whole else -np.array(told.row_dual)[:F]
        seats = answer[: kinds.count]
        return Loosened(answer[kinds.count : -F], answer[-F:], seats, weights)

    def _run(
        self,
        cost: Floats,
        columns: tuple[Floats, Floats],
        quotas: tuple[Whole, Whole],
        matrix: tuple[NDArray[np.int64], NDArray[np.int32]],
        *,
        value: Floats | None = None,
        whole: bool,
    ) -> highspy.Highs:
        starts, index = matrix
        caps = self.kinds.cap[self.tight].astype(float)
        rows = (
            np.concatenate((quotas[0], [self.size], np.full(len(caps), -INFINITE))).astype(float),
            np.concatenate((quotas[1], [self.size], caps)).astype(float),
        )
        which = np.arange(len(cost)) < self.kinds.count
        highs = solver(solver="choose", presolve="on", mip_rel_gap=0.0, mip_max_nodes=NODES)
        value = np.ones(len(index)) if value is None else value
        programme = linear(
            cost, columns, rows, (starts, index, value), whole=which if whole else None
        )
        highs.passModel(programme)
        highs.run()
        return highs


def distinct(panels: Sequence[Whole]) -> list[Whole]:
    """Each panel once, in order of first mention."""
    return list({panel.tobytes(): panel for panel in panels}.values())
