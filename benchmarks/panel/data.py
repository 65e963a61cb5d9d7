"""Made-up pools of volunteers: who comes forward depends on two hidden traits, quotas do not.

Only numpy: the peer's process makes the same pool from the same seed, and both tell its fingerprint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["CATEGORIES", "Made", "made"]

#: Features of each category with their share of the population.
CATEGORIES: Mapping[str, Mapping[str, float]] = {
    "gender": {"female": 0.51, "male": 0.48, "other": 0.01},
    "age": {"16-29": 0.225, "30-44": 0.25, "45-59": 0.24, "60-74": 0.19, "75+": 0.095},
    "education": {"none": 0.13, "school": 0.32, "vocational": 0.23, "degree": 0.32},
    "region": {
        "centre": 0.2, "north": 0.185, "east": 0.165, "south": 0.18, "west": 0.16, "rural": 0.11,
    },
    "origin": {"majority": 0.8, "minority a": 0.1, "minority b": 0.06, "mixed": 0.04},
    "tenure": {"owner": 0.62, "private rent": 0.2, "social rent": 0.18},
    "concern": {"very": 0.35, "fairly": 0.4, "little": 0.17, "none": 0.08},
    "disability": {"yes": 0.18, "no": 0.82},
}  # fmt: skip
SHARED = 0.15  # of the people live with another person of the pool


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A pool and its quotas, in plain numbers.

    ``names`` are pairs (category, feature), one per quota; ``features`` int32 [n, categories] are
    positions among them; ``low`` and ``high`` int64 [quotas]; ``household`` int32 [n].
    """

    names: tuple[tuple[str, str], ...]
    features: NDArray[np.int32]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    household: NDArray[np.int32]
    size: int

    @property
    def fingerprint(self) -> str:
        """The same in two processes that made the same."""
        told = hashlib.sha256(repr((self.names, self.size)).encode())
        for part in (self.features, self.low, self.high, self.household):
            told.update(np.ascontiguousarray(part, dtype="<i8").tobytes())
        return told.hexdigest()


def made(asked: Mapping[str, Any]) -> Made:
    """The pool of a job: ``n`` people, panels of ``k``, the first ``c`` categories, ``seed``.

    A feature's quota is the whole number below its share of the panel and the one above. What makes
    people come forward pulls on all features at once, so the pool is far from the population.
    """
    n, size, seed = asked["n"], asked["k"], asked["seed"]
    chosen = list(CATEGORIES.items())[: asked["c"]]
    random = np.random.default_rng([seed, n, size, len(chosen)])
    traits = random.normal(size=(n, 2))
    names: list[tuple[str, str]] = []
    columns, shares = [], []
    for category, features in chosen:
        share = np.array(list(features.values()))
        load = random.normal(scale=0.7, size=(len(share), 2))
        pull = random.normal(scale=0.5, size=len(share))
        keen = np.log(share) + traits @ load.T + pull + random.gumbel(size=(n, len(share)))
        columns.append(keen.argmax(axis=1) + len(names))
        shares.append(share)
        names += [(category, feature) for feature in features]
    low = np.floor(np.concatenate(shares) * size + 1e-9).astype(np.int64)
    pairs = int(n * SHARED / 2)
    household = np.arange(n, dtype=np.int32)
    people = random.permutation(n)[: 2 * pairs]
    household[people[1::2]] = household[people[::2]]
    table = np.stack(columns, axis=1).astype(np.int32)
    return Made(tuple(names), table, low, low + 1, household, size)
