"""Synthetic votes for measuring speed: drawn from the ordinal ideal-point model itself.

Person i has a tendency to agree a ~ N(0, 0.7) and a place u ~ N(0, I) in D dimensions, statement j
has a popularity b ~ N(0.3, 1) and a direction v ~ N(0, 0.8 I), each pair a width of "pass"
d = exp(w + x) with w ~ N(-0.7, 0.4), x ~ N(0, 0.3). With standard logistic noise e, the vote on
eta = a + b + u.v is agree where eta + e > d, disagree where eta + e < -d, pass between. Who votes
on what is a coin with the density as its chance, one for each pair.

Because the votes follow Baithak's own model, they say nothing about quality: only about time.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

__all__ = ["STRIPE", "draw", "stripes"]

STRIPE = 5_000  # people drawn at a time: the memory of the drawing, and part of the seed


def stripes(
    people: int, statements: int, density: float, *, seed: int, dimensions: int = 2
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint16], NDArray[np.int8]]]:
    """Votes by stripes of people: number of votes of each, statement positions, votes.

    Statement positions ascend within a person. The same arguments give the same votes.
    """
    shared = np.random.default_rng([seed, 0])
    b = shared.normal(0.3, 1.0, statements).astype(np.float32)
    v = shared.normal(0.0, 0.8, (statements, dimensions)).astype(np.float32)
    x = shared.normal(0.0, 0.3, statements).astype(np.float32)
    for number, first in enumerate(range(0, people, STRIPE), start=1):
        chance = np.random.default_rng([seed, number])
        n = min(STRIPE, people - first)
        a = chance.normal(0.0, 0.7, n).astype(np.float32)
        u = chance.normal(0.0, 1.0, (n, dimensions)).astype(np.float32)
        w = chance.normal(-0.7, 0.4, n).astype(np.float32)
        cast = chance.random((n, statements), dtype=np.float32) < density
        rows, columns = np.nonzero(cast)
        counts = cast.sum(axis=1).astype(np.int64)
        eta = a[rows] + b[columns]
        for axis in range(dimensions):
            eta += u[rows, axis] * v[columns, axis]
        luck = chance.random(len(rows), dtype=np.float32)
        luck = np.clip(luck, 1e-7, 1.0 - 1e-7)  # a float32 may be drawn as 0
        eta += np.log(luck / (1.0 - luck))
        width = np.exp(w[rows] + x[columns])
        votes = (eta > width).astype(np.int8) - (eta < -width).astype(np.int8)
        yield counts, columns.astype(np.uint16), votes


def draw(
    people: int, statements: int, density: float, *, seed: int, dimensions: int = 2
) -> tuple[NDArray[np.int64], NDArray[np.uint16], NDArray[np.int8]]:
    """All votes row-wise: ``indptr`` int64 [people + 1], ``columns`` uint16, ``values`` int8."""
    parts = list(stripes(people, statements, density, seed=seed, dimensions=dimensions))
    counts = np.concatenate([part[0] for part in parts])
    indptr = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return (
        indptr,
        np.concatenate([part[1] for part in parts]),
        np.concatenate([part[2] for part in parts]),
    )
