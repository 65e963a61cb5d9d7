"""The best chances that whole panels can give, where averages of panels promise too much.

A lottery is a weight for each panel. A linear programme finds the best weights of the panels known
so far; its dual prices every kind, and an integer programme finds the panel worth most at these
prices. While one is worth more than the optimum it joins the known panels, otherwise no panel can
help, which is the proof. Levels are settled from the lowest up, as in ``leximin``.

Only small or very tight pools come here.

Paper: B. Flanigan, P. Gölz, A. Gupta, B. Hennig, A. Procaccia (2021), Fair algorithms for selecting
citizens' assemblies, Nature 596, supplementary information 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from baithak.engine.panel.kinds import Kinds
from baithak.engine.panel.relaxation import INFINITE, SolverError, linear, solver
from baithak.engine.panel.whole_panel import Model, distinct

__all__ = ["Hull", "listed", "over_panels", "towards"]

ZERO = 1e-8
#: Integer programmes at most, and less in large pools; then the levels above stay as they are.
PRICINGS = 1_500
WORK = 300_000  # kinds times integer programmes

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Hull:
    """A lottery over panels: ``panels`` int64 [P, T] of seats per kind, ``weights`` float64 [P].

    ``chance`` float64 [T] of each person of a kind; ``bound``: no lottery has a higher lowest
    chance among kinds that are in any panel; ``outside`` bool [T] are kinds that are in none;
    ``steps``: levels settled; ``whole``: every level was proven.
    """

    panels: Whole
    weights: Floats
    chance: Floats
    bound: float
    outside: NDArray[np.bool_]
    steps: int
    whole: bool


class _Master:
    """Weights of known panels: raise ``z`` below the chances of free kinds above their targets."""

    def __init__(self, panels: list[Whole], kinds: Kinds, target: Floats) -> None:
        self.kinds, self.target = kinds, target
        self.panels: list[Whole] = []
        self.free = np.ones(kinds.count, dtype=bool)
        T = kinds.count
        self._highs = solver()
        # Row t: sum of weights x_t / m_t - z >= target; the last row: weights add up to one.
        empty = linear(
            np.array([-1.0]),
            (np.array([-INFINITE]), np.array([INFINITE])),
            (np.append(target, 1.0), np.append(np.full(T, INFINITE), 1.0)),
            (np.array([0, T]), np.arange(T, dtype=np.int32), np.full(T, -1.0)),
        )
        self._highs.passModel(empty)
        for panel in panels:
            self.add(panel)

    def add(self, panel: Whole) -> None:
        rows = np.flatnonzero(panel)
        index = np.append(rows, self.kinds.count).astype(np.int32)
        value = np.append(panel[rows] / self.kinds.size[rows], 1.0)
        self._highs.addCol(0.0, 0.0, INFINITE, len(index), index, value)
        self.panels.append(panel)

    def settle(self, held: NDArray[np.bool_], z: float | None) -> None:
        """These kinds keep ``target + z`` (nothing, for None) and no longer hold z down."""
        for row in np.flatnonzero(held).tolist():
            level = 0.0 if z is None else self.target[row] + z - 1e-9
            self._highs.changeCoeff(row, 0, 0.0)
            self._highs.changeRowBounds(row, level, INFINITE)
        self.free &= ~held

    def solve(self) -> tuple[float, Floats, float, Floats]:
        """z, price of each kind's row, worth of the panels in use at these prices, their weights."""
        for clear in (False, True):
            if clear:
                self._highs.clearSolver()
            self._highs.run()
            if self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal:
                break
        else:
            raise SolverError(self._highs.modelStatusToString(self._highs.getModelStatus()))
        told = self._highs.getSolution()
        value, dual = np.array(told.col_value), np.array(told.row_dual)
        return float(value[0]), np.maximum(dual[:-1], 0.0), -float(dual[-1]), value[1:]


def over_panels(kinds: Kinds, model: Model, known: Sequence[Whole]) -> Hull | None:
    """The leximin optimum over lotteries of whole panels.

    Parameters
    ----------
    kinds : Kinds
    model : Model
        One panel as an integer programme.
    known : sequence of int64 [T]
        Panels to start from, as seats per kind; may be empty.

    Returns
    -------
    Hull or None
        None where there is no panel at all.
    """
    return _generate(kinds, model, known, np.zeros(kinds.count), every=True)


def towards(target: Floats, kinds: Kinds, model: Model, known: Sequence[Whole]) -> Hull | None:
    """The lottery whose chances fall short of ``target`` (float64 [T]) by as little as possible.

    ``bound`` is that of the shortfall: minus the least possible.
    """
    return _generate(kinds, model, known, target, every=False)


def _generate(
    kinds: Kinds,
    model: Model,
    known: Sequence[Whole],
    target: Floats,
    *,
    every: bool,
) -> Hull | None:
    pricings = min(PRICINGS, max(WORK // kinds.count, 10))
    panels, outside = _covering(kinds, model, known)
    if not panels:
        return None
    master = _Master(panels, kinds, target)
    master.settle(outside, None)
    bound, steps, proven = np.inf, 0, True
    weights = np.zeros(len(panels))
    while master.free.any():
        best = np.inf
        while True:
            z, price, base, weights = master.solve()
            if pricings <= 0:
                proven = False
                break
            pricings -= 1
            found = model.best(price / kinds.size)
            assert found is not None
            # z is what the panels in use are worth (base) less the prices of what is due anyway.
            # No panel is worth more than found.bound, so z cannot rise by more than the difference.
            best = min(best, z + found.bound - base)
            if found.value <= base + ZERO:
                break
            master.add(found.seats)
        steps += 1
        if steps == 1:
            bound = best
        held = master.free & (price > ZERO)
        if not proven or not every or not held.any():
            break
        master.settle(held, z)
    stack = np.array(master.panels)
    chance = (weights @ stack) / kinds.size
    return Hull(
        stack, weights, chance, float(max(bound, 0.0) if every else bound), outside, steps, proven
    )


def _covering(
    kinds: Kinds, model: Model, known: Sequence[Whole]
) -> tuple[list[Whole], NDArray[np.bool_]]:
    """The known panels and one for every kind that is on none; kinds for which there is none."""
    panels = distinct(known)
    covered = np.zeros(kinds.count, dtype=bool)
    for panel in panels:
        covered |= panel > 0
    outside = np.zeros(kinds.count, dtype=bool)
    for t in range(kinds.count):
        if covered[t]:
            continue
        found = model.best(with_kind=t)
        if found is None:
            outside[t] = True
        else:
            panels.append(found.seats)
            covered |= found.seats > 0
    return panels, outside


def listed(hull: Hull, kinds: Kinds, number: int) -> tuple[Whole, Whole]:
    """``number`` equally likely panels for a lottery.

    Parameters
    ----------
    hull : Hull
    kinds : Kinds
    number : int
        M.

    Returns
    -------
    times : int64 [P]
        How often each panel stands in the list.
    due : int64 [T]
        Fewest seats each kind should have: every person floor of M times their chance.
    """
    wanted = hull.weights * number / hull.weights.sum()
    near = np.round(wanted)
    wanted = np.where(np.abs(wanted - near) < 1e-6, near, wanted)
    times = np.floor(wanted).astype(np.int64)
    order = np.lexsort((np.arange(len(wanted)), -np.round(wanted - times, 9)))
    times[order[: number - int(times.sum())]] += 1
    due = kinds.size * np.floor(number * hull.chance + 1e-6).astype(np.int64)
    for _ in range(4 * len(times)):
        seats = times @ hull.panels
        short = np.maximum(due - seats, 0)
        if not short.any():
            break
        best = int(np.argmax(np.minimum(hull.panels, short).sum(axis=1)))
        after = seats + hull.panels[best]
        loss = np.maximum(due - (after - hull.panels), 0).sum(axis=1)
        loss[(times == 0) | (np.arange(len(times)) == best)] = np.iinfo(np.int64).max
        least = int(np.argmin(loss))
        if loss[least] >= short.sum():
            break
        times[best] += 1
        times[least] -= 1
    return times, due
