"""The old way: again and again, a random person of the feature that is most in need.

The need of a feature is what its minimum still lacks per person left. Whoever is chosen leaves the
pool with all who share a household, and with everybody of a feature that is full. Where a feature
cannot be filled any more, the panel is started anew. Nobody chose the chances that come out: M
such panels only show them.

It is the method of the Sortition Foundation's stratification tool, described in B. Flanigan et al.
(2021), Nature 596, supplementary information 12.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from baithak.engine.errors import EngineError
from baithak.engine.panel.peeling import below
from baithak.engine.panel.pool import Pool, Quotas

__all__ = ["legacy"]

WORK = 2_000_000_000  # people looked at before it is given up: some ten seconds


def legacy(
    pool: Pool,
    quotas: Quotas,
    size: int,
    panels: int,
    state: NDArray[np.uint64],
    *,
    household: bool = False,
) -> NDArray[np.int32]:
    """Panels of the old way: int32 [M, size], positions in the pool, each row ascending.

    Parameters
    ----------
    pool, quotas, size, household
        As for ``lottery``.
    panels : int
        M.
    state : uint64 [1]
        Of the generator; moves on.

    Raises
    ------
    EngineError
        ``panel.legacy_stuck`` (params ``made``, ``panels``) if nearly every start comes to nothing.
    """
    by_id = np.array(sorted(range(pool.n), key=pool.ids.__getitem__), dtype=np.int64)
    home = np.arange(pool.n, dtype=np.int32)
    if household and pool.household is not None:
        home = pool.household[by_id].astype(np.int32)
    people = np.zeros((panels, size), dtype=np.int32)
    done = _legacy(
        people, np.ascontiguousarray(pool.features[by_id]), home, quotas.low, quotas.high,
        WORK, state,
    )  # fmt: skip
    if done < panels:
        raise EngineError("panel.legacy_stuck", made=int(done), panels=panels)
    found = by_id[people].astype(np.int32)
    found.sort(axis=1)
    return found


@njit(cache=True, nogil=True)
def _legacy(people, features, home, low, high, most, state):  # type: ignore[no-untyped-def]
    """How many panels were made within so much work."""
    n, categories = features.shape
    F, size = len(low), people.shape[1]
    there = np.empty(n, dtype=np.int64)
    chosen, left = np.zeros(F, dtype=np.int64), np.zeros(F, dtype=np.int64)
    done, work = 0, 0
    while done < len(people) and work < most:
        chosen[:] = 0
        left[:] = 0
        many = 0
        work += n
        for i in range(n):
            wanted = True
            for c in range(categories):
                if high[features[i, c]] == 0:
                    wanted = False
            if wanted:
                there[many] = i
                many += 1
                for c in range(categories):
                    left[features[i, c]] += 1
        fine = True
        for seat in range(size):
            need, numerator, denominator = -1, 0, 1
            for f in range(F):
                lacking = low[f] - chosen[f]
                if lacking > left[f]:
                    fine = False
                    break
                # lacking / left > numerator / denominator, without division
                if left[f] > 0 and (need < 0 or lacking * denominator > numerator * left[f]):
                    need, numerator, denominator = f, lacking, left[f]
            if not fine or need < 0:
                fine = False
                break
            skip = below(state, left[need])
            work += many
            who = -1
            for at in range(many):
                i = there[at]
                member = False
                for c in range(categories):
                    if features[i, c] == need:
                        member = True
                if member:
                    if skip == 0:
                        who = i
                        break
                    skip -= 1
            people[done, seat] = who
            for c in range(categories):
                chosen[features[who, c]] += 1
            kept = 0
            for at in range(many):
                i = there[at]
                gone = home[i] == home[who]
                for c in range(categories):
                    f = features[i, c]
                    if chosen[f] >= high[f]:
                        gone = True
                if gone:
                    for c in range(categories):
                        left[features[i, c]] -= 1
                else:
                    there[kept] = i
                    kept += 1
            many = kept
        if fine:
            for f in range(F):
                if chosen[f] < low[f]:
                    fine = False
        if fine:
            done += 1
    return done
