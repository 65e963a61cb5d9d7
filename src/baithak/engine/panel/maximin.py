"""Maximin: the lowest chance as high as it goes, everything else as even as that allows.

Many lotteries share the highest lowest chance. Of these the one with the least sum of squares is
taken, so that the answer is one and the same on every machine.

Paper: B. Flanigan, P. Gölz, A. Gupta, A. Procaccia (2020), Neutralizing self-selection bias in
sampling for sortition, NeurIPS 33, for the setting.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from baithak.engine.panel.interior import evenest, smooth
from baithak.engine.panel.kinds import Kinds
from baithak.engine.panel.leximin import Leximin

__all__ = ["maximin"]


def maximin(
    kinds: Kinds,
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    size: int,
    best: Leximin,
) -> NDArray[np.float64]:
    """Chances float64 [T] of each person of a kind.

    Parameters
    ----------
    kinds, low, high, size
        Pool, quotas (int64 [F]), members of a panel.
    best : Leximin
        At least its lowest level.
    """
    least = np.where(best.shut_out, 0.0, min(best.lowest.z, 1.0))
    most = np.where(best.shut_out, 0.0, 1.0)
    mean = size / float(kinds.size.sum())
    chance = smooth(evenest(mean), kinds, low, high, size, least=least, most=most)
    return np.maximum(chance, least)
