"""How deep and how wide people are divided: the measures a city may ask for.

Depth is how far apart, breadth is over how much. No single figure tells both, and measures that
rest on groups cannot see a division where no groups were drawn, so several stand side by side.

Papers: J.-M. Esteban, D. Ray (1994), Econometrica 62(4); J.-Y. Duclos, J.-M. Esteban, D. Ray
(2004), Econometrica 72(6), https://doi.org/10.1111/j.1468-0262.2004.00552.x; C. van der Eijk
(2001), Quality & Quantity 35(3), https://doi.org/10.1023/A:1010374114305; R. Pfister et al.
(2013), Frontiers in Psychology 4:700, for the bimodality coefficient; T. Tang et al. (2021),
https://doi.org/10.1007/s11135-021-01271-y, for group-based measures.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from baithak.engine.opinion.groups import expectation_maximisation

__all__ = [
    "between_group_share",
    "bimodality",
    "breadth",
    "camps_bic",
    "disagreement",
    "duclos_esteban_ray",
    "esteban_ray",
    "van_der_eijk",
]

Floats = NDArray[np.float64]

WIDE = 0.3  # two groups differ when their shares are this far apart ...
SURE = 0.9  # ... with at least this probability
GRID = 161  # points on which densities are laid out, over mean +- 4 standard deviations
PLACED = 2_000  # people whose positions are laid out; every k-th above


def between_group_share(shares: ArrayLike, sizes: ArrayLike) -> Floats:
    """Share of the variance of an answer that lies between groups (eta squared), per statement.

    Parameters
    ----------
    shares : float [..., K, m]
        Share of each group that agrees.
    sizes : float [..., K]
        Weights of the groups.

    Returns
    -------
    float64 [..., m]
        0 where all groups agree equally, 1 where groups are unanimous and opposed:
        ``sum_g pi_g (p_g - p)^2 / (p (1 - p))``. 0 where everybody answers the same.

    Examples
    --------
    >>> between_group_share([[1.0, 0.6], [0.0, 0.6]], [1, 1]).tolist()
    [1.0, 0.0]
    """
    p = np.asarray(shares, dtype=np.float64)
    size = np.asarray(sizes, dtype=np.float64)
    size = (size / np.maximum(size.sum(axis=-1, keepdims=True), 1e-300))[..., None]
    mean = (size * p).sum(axis=-2)
    total = mean * (1.0 - mean)
    between = (size * (p - mean[..., None, :]) ** 2).sum(axis=-2)
    safe = np.where(total > 1e-12, total, 1.0)
    return np.asarray(np.clip(np.where(total > 1e-12, between / safe, 0.0), 0.0, 1.0))


def breadth(drawn: Floats, shown: NDArray[np.bool_]) -> float:
    """Share of statements on which two groups surely differ by more than 30 points.

    Parameters
    ----------
    drawn : float64 [draws, K, m]
        Plausible shares of each group.
    shown : bool [m]
        Statements that count.

    Examples
    --------
    >>> far, near = [[0.9, 0.5], [0.2, 0.4]], [[0.8, 0.9], [0.1, 0.1]]
    >>> breadth(np.array([far, near]), np.ones(2, dtype=bool))  # the second differs in one draw of two
    0.5
    """
    if not shown.any():
        return 0.0
    apart = drawn.max(axis=1) - drawn.min(axis=1) > WIDE
    return float((apart.mean(axis=0) > SURE)[shown].mean())


def esteban_ray(sizes: ArrayLike, positions: ArrayLike, alpha: float = 1.0) -> float:
    """Esteban and Ray's polarisation of groups on one axis.

    ``sum_g sum_h pi_g^(1+alpha) pi_h |mu_g - mu_h|`` with shares pi: large where few groups of
    similar size stand far apart. In units of the axis.

    Parameters
    ----------
    sizes, positions : float [K]
    alpha : float
        Weight of identification, above 0 and at most 1.6.

    Examples
    --------
    >>> esteban_ray([1, 1], [0.0, 2.0])  # 2 x (1/4) x (1/2) x 2
    0.5
    """
    pi = np.asarray(sizes, dtype=np.float64)
    pi = pi / pi.sum()
    mu = np.asarray(positions, dtype=np.float64)
    return float(((pi ** (1.0 + alpha))[:, None] * pi * np.abs(mu[:, None] - mu)).sum())


def duclos_esteban_ray(
    positions: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    spreads: ArrayLike | None = None,
    alpha: float = 0.5,
) -> float:
    """Polarisation of a density, without groups: ``integral f(x)^(1+alpha) f(y) |x - y|``.

    Parameters
    ----------
    positions : float [n]
        On one axis; scaled to standard deviation 1, so the figure has no unit.
    weights : float [n], optional
    spreads : float [n], optional
        Standard deviation of each position; by default Silverman's bandwidth for all.
    alpha : float
        0.25 to 1.

    Returns
    -------
    float
        0 where everybody stands on one spot. A normal crowd scores 0.53 at alpha = 0.5.

    Examples
    --------
    >>> from scipy.stats import norm
    >>> crowd = norm.ppf((np.arange(2000) + 0.5) / 2000)
    >>> round(duclos_esteban_ray(crowd, spreads=np.full(2000, 0.05)), 2)
    0.53
    """
    x = np.asarray(positions, dtype=np.float64)
    own = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=np.float64)
    if own.sum() <= 0.0:
        return 0.0
    step = -(-len(x) // PLACED)
    x, own = x[::step], own[::step]
    own = own / max(own.sum(), 1e-300)
    mean = float(own @ x)
    variance = float(own @ (x - mean) ** 2)
    if spreads is None:
        effective = 1.0 / float((own**2).sum())
        wide = np.full(len(x), 1.06 * np.sqrt(variance) * effective**-0.2)
    else:
        wide = np.asarray(spreads, dtype=np.float64)[::step]
    total = np.sqrt(variance + float(own @ wide**2))
    if total <= 1e-9 or variance <= 1e-12:
        return 0.0
    grid = np.linspace(-4.0, 4.0, GRID)
    gap = grid[1] - grid[0]
    place = (x - mean) / total
    width = np.maximum(wide / total, gap)[:, None]
    kernel = np.exp(-0.5 * ((grid - place[:, None]) / width) ** 2) / width
    density = own @ kernel
    density /= density.sum() * gap
    away = np.abs(grid[:, None] - grid)
    return float(density ** (1.0 + alpha) @ away @ density * gap * gap)


def van_der_eijk(counts: ArrayLike) -> float:
    """Van der Eijk's agreement A of one ordered scale.

    Parameters
    ----------
    counts : float [K]
        Frequencies of K >= 2 ordered categories.

    Returns
    -------
    float
        1 all in one category, 0 evenly spread, -1 half and half at the two ends. The counts are
        peeled into layers of equal height; each is scored by how unimodal its pattern of filled
        categories is and how many it fills, and layers are averaged by their share of the counts.
        0 without counts.

    Examples
    --------
    >>> van_der_eijk([5, 0, 5]), van_der_eijk([0, 8, 0]), van_der_eijk([2, 2, 2])
    (-1.0, 1.0, 0.0)
    """
    left = np.asarray(counts, dtype=np.float64).copy()
    K = len(left)
    total = left.sum()
    if total <= 0.0:
        return 0.0
    agreement = 0.0
    while left.max() > 1e-12 * total:
        filled = left > 1e-12 * total
        height = left[filled].min()
        used = int(filled.sum())
        agreement += height * used * _unimodality(filled) * (1.0 - (used - 1) / (K - 1))
        left = np.where(filled, left - height, 0.0)
    return float(agreement / total)


def _unimodality(filled: NDArray[np.bool_]) -> float:
    """Van der Eijk's U of a pattern of filled and empty categories."""
    K = len(filled)
    if K == 2:
        return 1.0
    fine = bad = 0
    for a, b, c in combinations(filled.tolist(), 3):
        fine += (a and b and not c) or (b and c and not a)
        bad += a and c and not b
    if fine + bad == 0:
        return 1.0
    return ((K - 2) * fine - (K - 1) * bad) / ((K - 2) * (fine + bad))


def disagreement(agree: ArrayLike, disagree: ArrayLike) -> Floats:
    """(1 - A) / 2 of van der Eijk over disagree, pass, agree: 0 united, 1 split in two halves.

    Parameters
    ----------
    agree, disagree : float [m]
        Shares; passing is the rest.

    Examples
    --------
    >>> disagreement([0.5, 1.0, 1 / 3], [0.5, 0.0, 1 / 3]).round(6).tolist()
    [1.0, 0.0, 0.5]
    """
    up, down = np.asarray(agree, dtype=np.float64), np.asarray(disagree, dtype=np.float64)
    parts = np.stack((down, np.clip(1.0 - up - down, 0.0, 1.0), up))
    parts = parts / np.maximum(parts.sum(axis=0), 1e-300)
    low, middle, high = np.sort(parts, axis=0)
    # Three layers: all filled (0), two filled (-1 if they are the two ends, else 1/2), one (1).
    ends = parts[1] <= np.minimum(parts[0], parts[2])
    agreement = 2.0 * (middle - low) * np.where(ends, -1.0, 0.5) + (high - middle)
    return np.asarray(np.clip((1.0 - agreement) / 2.0, 0.0, 1.0))


def bimodality(positions: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Bimodality coefficient; above 0.555 (the uniform) it suggests two modes.

    ``(skew^2 + 1) / (excess kurtosis + 3 (n-1)^2 / ((n-2)(n-3)))`` with bias-corrected moments;
    with weights n is Kish's effective number. Skewed crowds score high too: read it next to
    ``camps_bic``. 0 below 4 people or where all stand on one spot.

    Examples
    --------
    >>> bimodality([-1, 1] * 500) > 0.99, bimodality(np.linspace(-1, 1, 10_001)).__round__(2)
    (True, 0.56)
    """
    x = np.asarray(positions, dtype=np.float64)
    own = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=np.float64)
    if own.sum() <= 0.0:
        return 0.0
    n = float(own.sum() ** 2 / (own**2).sum())
    own = own / own.sum()
    off = x - own @ x
    variance = float(own @ off**2)
    if n < 3.5 or variance <= 1e-12:
        return 0.0
    skew = float(own @ off**3) / variance**1.5 * np.sqrt(n * (n - 1)) / (n - 2)
    excess = float(own @ off**4) / variance**2 - 3.0
    excess = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6.0)
    return float(np.clip((skew**2 + 1) / (excess + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))), 0, 1))


def camps_bic(J: Floats, h: Floats, weights: Floats | None = None) -> float:
    """BIC of one crowd minus BIC of two camps on one axis: above 10 speaks strongly for camps.

    Parameters
    ----------
    J, h : float64 [n]
        Likelihood precision and linear term of each person's position on the axis, the prior
        taken out (``groups.person_likelihood`` of that axis).
    weights : float64 [n], optional

    Examples
    --------
    >>> sides = np.repeat([-1.5, 1.5], 50)
    >>> camps_bic(np.full(100, 20.0), 20.0 * sides) > 10
    True
    """
    own = np.ones(len(h)) if weights is None else np.asarray(weights, dtype=np.float64)
    people = float(own.sum())
    if people < 4:
        return 0.0
    # One axis in the two-axis routine: the second says nothing of anybody and cancels out.
    none = np.zeros(len(h))
    J2, h2 = np.stack((J, none, none), 1), np.stack((h, none), 1)
    scores = []
    for k in (1, 2):
        centres = np.zeros((k, 2))
        centres[:, 0] = [0.0] if k == 1 else [-0.8, 0.8]
        spread = np.diag([1.0 if k == 1 else 0.4, 1.0])
        start = np.full(k, 1.0 / k), centres, spread
        told = expectation_maximisation(J2, h2, own, *start, 200, 0.01)
        scores.append(-2.0 * told[3] + 2 * k * np.log(people))
    return float(scores[0] - scores[1])
