"""Draws from what is still uncertain about expected answers, and intervals from them.

Two things are uncertain about a group's share on a statement: the statement's own parameters,
shared by all groups, and the answers of members who have not voted on it, separate for each group.
Both are taken as normal on the log-odds scale. The posterior of the model is known to be too
narrow (its 90 % intervals cover 0.81 to 0.93), so deviations are stretched by ``INFLATION``.

Paper: A. Gelman et al. (2013), Bayesian Data Analysis, ch. 4, for normal approximations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from baithak.engine.opinion.expected import Expected
from baithak.engine.opinion.results import Interval

__all__ = ["COVERAGE", "DRAWS", "INFLATION", "Z_80", "Draws", "draw", "interval", "intervals"]

DRAWS = 64
COVERAGE = 0.8
Z_80 = 1.2815515655446004
INFLATION = 1.25  # measured on held-out halves of eight conversations: docs/methods/opinion-maps.md

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Plausible answers: ``agree`` and ``disagree`` float64 [draws, K, m].

    ``agree_sd`` and ``disagree_sd`` float64 [K, m] are the standard deviations of the shares.
    """

    agree: Floats
    disagree: Floats
    agree_sd: Floats
    disagree_sd: Floats


def draw(told: Expected, b_v_cov: Floats, *, seed: int, count: int = DRAWS) -> Draws:
    """Draw plausible answers of every group on every statement.

    Parameters
    ----------
    told : Expected
    b_v_cov : float64 [m, F, F]
        Posterior covariance of the statements' (b, v).
    seed : int
        The same deviations serve every statement, so draws are comparable between groups but not
        independent between statements.
    count : int
        Even: the second half mirrors the first.

    Returns
    -------
    Draws
    """
    K = len(told.agree)
    F = b_v_cov.shape[1]
    rng = np.random.default_rng(seed)
    half = rng.standard_normal((count // 2, F + K))
    deviates = np.concatenate((half, -half))
    deviates /= deviates.std(axis=0)  # mirrored, so the means are 0 already; now variances are 1
    lower = np.linalg.cholesky(b_v_cov + 1e-12 * np.eye(F))
    shown = []
    for rate, slope, noise in (
        (told.agree, told.agree_slope, told.agree_noise),
        (told.disagree, told.disagree_slope, told.disagree_noise),
    ):
        shared = np.einsum("kjf,jfg->gkj", slope, lower)
        spread = INFLATION * np.sqrt((shared**2).sum(axis=0) + noise**2)
        # No share is known to be exactly 0 or 1: half an answer of doubt remains.
        floor = 0.5 / (told.weight[:, None] + 1.0)
        centre = np.clip(rate, floor, 1.0 - floor)
        scale = 1.0 / (centre * (1.0 - centre))
        moved = np.tensordot(deviates[:, :F], INFLATION * shared, 1)
        moved += deviates[:, F:, None] * (INFLATION * noise)[None]
        logit = np.log(centre / (1.0 - centre))
        shown += [expit(logit + np.clip(moved * scale, -8.0, 8.0)), spread]
    return Draws(shown[0], shown[2], shown[1], shown[3])


def intervals(values: Floats, drawn: Floats) -> tuple[Floats, Floats]:
    """Central 80 % intervals along the first axis of ``drawn``, made to hold ``values``.

    Examples
    --------
    >>> low, high = intervals(np.array([0.5]), np.linspace(0, 1, 11)[:, None])
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([0.1], [0.9])
    """
    count = len(drawn)
    ordered = np.sort(drawn, axis=0)
    edge = (1.0 - COVERAGE) / 2 * (count - 1)
    whole = int(edge)
    part = edge - whole
    low = ordered[whole] * (1 - part) + ordered[min(whole + 1, count - 1)] * part
    high = ordered[-1 - whole] * (1 - part) + ordered[max(-2 - whole, -count)] * part
    return np.minimum(low, values), np.maximum(high, values)


def interval(value: float, low: float, high: float) -> Interval:
    """An ``Interval`` of plain floats."""
    return Interval(float(value), float(low), float(high))
