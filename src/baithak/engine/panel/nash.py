"""Nash: the largest product of all chances, so that doubling one weighs as much as halving another.

The optimum is unique; who is in no panel at all is left out of the product.

Paper: B. Flanigan, P. Gölz, A. Gupta, B. Hennig, A. Procaccia (2021), Nature 596, supplementary
information 9, for the objective in sortition; J. Nash (1950), The bargaining problem, Econometrica 18.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from baithak.engine.panel.interior import log_aim, smooth
from baithak.engine.panel.kinds import Kinds
from baithak.engine.panel.leximin import Leximin

__all__ = ["nash"]


def nash(
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
        Tells who is in no panel.
    """
    most = np.where(best.shut_out, 0.0, 1.0)
    return smooth(log_aim, kinds, low, high, size, most=most)
