"""Which statements split people, whoever they are.

A statement is divisive when knowing how somebody voted on the *other* statements tells how they
vote on this one: the mean over k of |share agreeing with j among those who agree with k minus the
same among those who disagree with k|. No groups and no demographics are needed.

Two ways to count: from the votes cast (``divisiveness``), where pairs that few people voted on both
of are left out, and from expected answers (``divisiveness_expected``), which also works where
everybody was shown something else.

Paper: C. Navarrete et al. (2024), Understanding political divisiveness using online participation
data from the 2022 French and Brazilian presidential elections, Nature Human Behaviour 8,
https://doi.org/10.1038/s41562-023-01755-x.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from baithak.engine.opinion.votes import VoteMatrix

__all__ = ["FEWEST", "PAIRS", "divisiveness", "divisiveness_expected"]

FEWEST = 5  # people on either side of k, below which a pair says nothing
PAIRS = 60_000_000  # pairs of votes counted; above, every r-th person stands for all

Floats = NDArray[np.float64]


def divisiveness(votes: VoteMatrix, shown: NDArray[np.bool_] | None = None) -> Floats:
    """Divisiveness from the votes cast.

    Parameters
    ----------
    votes : VoteMatrix
    shown : bool [m], optional
        Statements that count; default ``votes.shown``.

    Returns
    -------
    float64 [m]
        0 to 1; NaN where no other statement has ``FEWEST`` people on both sides who voted on this
        one. Small numbers inflate it: compare statements with similar numbers of votes only.

    Examples
    --------
    >>> people = np.repeat(np.arange(20), 3)
    >>> sides = np.where(people < 10, 1, -1)
    >>> split = np.where(np.tile([True, True, False], 20), sides, 1)
    >>> votes = VoteMatrix.from_arrays(people, np.tile(np.arange(3), 20), split)
    >>> divisiveness(votes).tolist()
    [1.0, 1.0, 0.0]
    """
    used = votes.shown if shown is None else shown
    pairs = float((votes.votes_per_person.astype(np.float64) ** 2).sum())
    step = max(1, int(np.ceil(pairs / PAIRS)))
    counts = np.zeros((votes.m, votes.m, 4), dtype=np.int32)
    _count(votes.indptr, votes.columns, votes.values, step, counts)
    return _mean_gap(counts, used)


def divisiveness_expected(
    patterns: tuple[Floats, Floats, Floats], shown: NDArray[np.bool_]
) -> Floats:
    """Divisiveness from the expected answers of all people to all statements.

    Parameters
    ----------
    patterns : (G [q, q], agree [q, m], disagree [q, m])
        From ``expected``: probabilities as linear functions of q features of a person (position
        and its squares), and the mean outer product of these features over people. Sums over
        people of products of probabilities are then small matrix products, never n x m x m.
    shown : bool [m]

    Returns
    -------
    float64 [m]
        0 to 1; NaN for statements not shown and where there is no other.
    """
    G, agree, disagree = patterns
    m = agree.shape[1]
    out = np.full(m, np.nan)
    chosen = np.flatnonzero(shown)
    if len(chosen) < 2:
        return out
    agree, disagree = agree[:, chosen], disagree[:, chosen]
    left = (G @ agree).astype(np.float32)
    yes, no = agree.T @ G[0], disagree.T @ G[0]  # mean probabilities: the first feature is 1
    for_yes = agree.astype(np.float32).T / np.maximum(yes, 1e-3)[:, None].astype(np.float32)
    for_no = disagree.astype(np.float32).T / np.maximum(no, 1e-3)[:, None].astype(np.float32)
    # One product: rows k, columns j, share of j given yes to k minus given no to k.
    gap = np.abs((for_yes - for_no) @ left)
    usable = (yes > 1e-3) & (no > 1e-3)
    np.fill_diagonal(gap, 0.0)
    gap[~usable] = 0.0
    among = usable.sum() - usable
    total = gap.sum(axis=0, dtype=np.float64)
    out[chosen] = np.where(among > 0, total / np.maximum(among, 1), np.nan)
    return np.clip(out, 0.0, 1.0)


@njit(cache=True, nogil=True)
def _count(indptr, columns, values, step, counts):  # type: ignore[no-untyped-def]
    """counts[k, j] = people who voted on j and (agreed, disagreed with k); agreed with j of these."""
    for i in range(0, indptr.size - 1, step):
        for a in range(indptr[i], indptr[i + 1]):
            if values[a] == 0:
                continue
            side = 0 if values[a] > 0 else 1
            k = np.int64(columns[a])
            for b in range(indptr[i], indptr[i + 1]):
                j = np.int64(columns[b])
                counts[k, j, side] += 1
                if values[b] > 0:
                    counts[k, j, 2 + side] += 1


@njit(cache=True, nogil=True)
def _mean_gap(counts, used):  # type: ignore[no-untyped-def]
    m = len(used)
    out = np.full(m, np.nan)
    for j in range(m):
        if not used[j]:
            continue
        total = 0.0
        among = 0
        for k in range(m):
            if k == j or not used[k]:
                continue
            yes, no = counts[k, j, 0], counts[k, j, 1]
            if yes >= FEWEST and no >= FEWEST:
                total += abs(counts[k, j, 2] / yes - counts[k, j, 3] / no)
                among += 1
        if among > 0:
            out[j] = total / among
    return out
