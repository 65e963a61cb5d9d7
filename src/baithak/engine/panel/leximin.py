"""Leximin of the relaxation: the lowest chance as high as it goes, then the next lowest, and so on.

Every stage is one linear programme. Kinds whose row has a positive weight in its proof cannot rise
above the stage's level and are settled there; the rest goes on. No lottery over panels beats the
result in leximin order, because the average of its panels meets the quotas too.

Paper: B. Flanigan, P. Gölz, A. Gupta, B. Hennig, A. Procaccia (2021), Fair algorithms for selecting
citizens' assemblies, Nature 596, https://doi.org/10.1038/s41586-021-03788-6.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from baithak.engine.panel.kinds import Kinds
from baithak.engine.panel.relaxation import Levels, SolverError, Stage

__all__ = ["Leximin", "leximin"]

NOBODY = 1e-6  # a chance below this is none: what is left of bounds that gave way a little


@dataclass(frozen=True, slots=True, eq=False)
class Leximin:
    """Chances float64 [T] of each person of a kind, and how they came about.

    ``lowest`` is the first stage with a level above zero: the proof of the bound. ``shut_out`` bool
    [T] are kinds whose chance is zero in every average of panels.
    """

    chance: NDArray[np.float64]
    lowest: Stage
    shut_out: NDArray[np.bool_]
    steps: int


def leximin(
    kinds: Kinds,
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    size: int,
    *,
    first_only: bool = False,
) -> Leximin | None:
    """The leximin optimum over averages of panels.

    Parameters
    ----------
    kinds : Kinds
    low, high : int64 [F]
        Quotas.
    size : int
        Members of a panel.
    first_only : bool
        Stop at the lowest chance: ``chance`` is that level for everybody who is not shut out.

    Returns
    -------
    Leximin or None
        None where not even an average of panels meets the quotas.
    """
    levels = Levels(kinds, low, high, size)
    lowest: Stage | None = None
    shut_out = np.zeros(kinds.count, dtype=bool)
    steps = 0
    while levels.free.any():
        stage = levels.raise_lowest()
        if stage is None and steps == 0:
            return None
        if stage is None:
            raise SolverError(f"no level after {steps}")
        steps += 1
        if stage.z <= NOBODY:
            shut_out |= stage.held
            levels.settle(stage.held, 0.0)
            continue
        lowest = lowest or stage
        if first_only:
            levels.settle(levels.free.copy(), stage.z)
        elif stage.z >= 1.0 - NOBODY:
            levels.settle(levels.free.copy(), 1.0)
        else:
            levels.settle(stage.held, stage.z)
    if lowest is None:
        return None
    return Leximin(levels.level, lowest, shut_out, steps)
