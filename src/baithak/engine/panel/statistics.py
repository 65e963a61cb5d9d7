"""How even the chances of a lottery are, and how a panel compares with the pool it came from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from baithak.engine.panel.pool import Pool, Quotas
from baithak.engine.panel.results import Lottery

__all__ = ["FeatureRow", "Statistics", "representation", "statistics", "two_way"]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of the chances of everybody who could be drawn.

    Attributes
    ----------
    people : int
    min, max : float
    gini : float
        0 where all are alike, towards 1 where few have all.
    geometric_mean : float
        0 where anybody has none.
    """

    people: int
    min: float
    max: float
    gini: float
    geometric_mean: float


def statistics(lottery: Lottery) -> Statistics:
    """The figures by which lotteries are compared (Flanigan et al., Nature 596, 2021).

    People whose chance was 0 or 1 beforehand (``standing``, ``away``) and those who are in no panel
    at all (``excluded``) are left out.

    Examples
    --------
    >>> from baithak.engine.panel.lottery import lottery
    >>> from baithak.engine.panel.pool import Quota
    >>> quotas = Quotas((Quota("sex", "f", 1, 1), Quota("sex", "m", 1, 1)))
    >>> pool = Pool.from_people([{"sex": sex} for sex in "fmm"], quotas)
    >>> told = statistics(lottery(pool, quotas, 2, panels=10))
    >>> told.min, told.max, round(told.gini, 3), round(told.geometric_mean, 3)
    (0.5, 1.0, 0.167, 0.63)
    """
    open_to = np.ones(len(lottery.counts), dtype=bool)
    shut = [person for one in lottery.excluded for person in one.people]
    open_to[[*lottery.standing, *lottery.away, *shut]] = False
    chances = np.sort(lottery.probabilities[open_to])
    n = len(chances)
    if n == 0:
        return Statistics(0, 0.0, 0.0, 0.0, 0.0)
    ranks = 2 * np.arange(1, n + 1) - n - 1
    with np.errstate(divide="ignore"):
        mean = float(np.exp(np.log(chances).mean()))
    gini = float((ranks * chances).sum() / (n * chances.sum()))
    return Statistics(n, float(chances[0]), float(chances[-1]), gini, mean)


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """One quota: how many of the pool and of the panel, and the range of its people's chances."""

    category: str
    feature: str
    min: int
    max: int
    pool: int
    panel: int
    least_chance: float
    most_chance: float


def representation(
    lottery: Lottery, pool: Pool, quotas: Quotas, number: int
) -> tuple[FeatureRow, ...]:
    """Panel ``number`` beside the pool, quota by quota. Exact: treat it before it leaves the house.

    Examples
    --------
    >>> from baithak.engine.panel.lottery import lottery
    >>> from baithak.engine.panel.pool import Quota
    >>> quotas = Quotas((Quota("sex", "f", 1, 1), Quota("sex", "m", 1, 1)))
    >>> pool = Pool.from_people([{"sex": sex} for sex in "fmm"], quotas)
    >>> rows = representation(lottery(pool, quotas, 2, panels=10), pool, quotas, 0)
    >>> [(row.feature, row.pool, row.panel, row.least_chance) for row in rows]
    [('f', 1, 1, 1.0), ('m', 2, 1, 0.5)]
    """
    have = pool.counts(quotas)
    sit = np.bincount(pool.features[lottery.panels[number]].ravel(), minlength=len(quotas))
    chances, rows = lottery.probabilities, []
    for at, quota in enumerate(quotas.quotas):
        theirs = chances[(pool.features == at).any(axis=1)]
        least, most = (float(theirs.min()), float(theirs.max())) if len(theirs) else (0.0, 0.0)
        rows.append(
            FeatureRow(
                quota.category, quota.feature, quota.min, quota.max,
                int(have[at]), int(sit[at]), least, most,
            )
        )  # fmt: skip
    return tuple(rows)


def two_way(
    people: NDArray[np.int32], pool: Pool, quotas: Quotas, first: str, second: str
) -> NDArray[np.int64]:
    """How many of these people have each pair of features of two categories.

    Parameters
    ----------
    people : int32
        Positions in the pool: a panel, or everybody.
    first, second : str
        Names of two categories.

    Returns
    -------
    int64 [features of first, features of second]
        In the order of the quotas. Exact: treat it before it leaves the house.

    Examples
    --------
    >>> from baithak.engine.panel.pool import Quota
    >>> quotas = Quotas(
    ...     tuple(Quota(c, f, 0, 3) for c, f in (("sex", "f"), ("sex", "m"), ("age", "young"), ("age", "old")))
    ... )
    >>> pool = Pool.from_people([{"sex": "f", "age": "old"}, {"sex": "m", "age": "old"}], quotas)
    >>> two_way(np.array([0, 1]), pool, quotas, "sex", "age").tolist()
    [[0, 1], [0, 1]]
    """
    rows, columns = quotas.of(first), quotas.of(second)
    told = np.zeros((len(rows), len(columns)), dtype=np.int64)
    for features in pool.features[people].tolist():
        row = next(f for f in features if f in rows)
        column = next(f for f in features if f in columns)
        told[row - rows.start, column - columns.start] += 1
    return told
