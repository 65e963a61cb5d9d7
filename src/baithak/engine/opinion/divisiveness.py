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

from baithak.engine.opinion.expected import Model
from baithak.engine.opinion.votes import VoteMatrix

__all__ = ["FEWEST", "PAIRS", "divisiveness", "divisiveness_expected"]

FEWEST = 5  # people on either side of k, below which a pair says nothing
PAIRS = 60_000_000  # pairs of votes counted; above, every r-th person stands for all

CROWD = 8192  # people drawn for expected answers ...
LEARNED = 512  # ... of whom so many teach how answers follow from positions
LEAST = 1e-3  # share below which nobody can be told by saying so

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]


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
    model: Model, weights: Floats, shown: NDArray[np.bool_], *, seed: int
) -> Floats:
    """Divisiveness from what everybody would answer to everything.

    A crowd of ``CROWD`` is drawn from the posteriors of the people (so what is uncertain about a
    person does not flatten the crowd). Their answer probabilities are written as linear functions
    of q features, positions and their squares; sums over the crowd of products of probabilities
    are then products of q x m matrices, never of n x m.

    Parameters
    ----------
    model : Model
        A fit.
    weights : float64 [n]
        How much each person counts.
    shown : bool [m]
        Statements that count.
    seed : int

    Returns
    -------
    float64 [m]
        0 to 1; NaN for statements not shown and where there is no other.
    """
    m = len(shown)
    out = np.full(m, np.nan)
    chosen = np.flatnonzero(shown)
    if len(chosen) < 2 or weights.sum() <= 0.0:
        return out
    rng = np.random.default_rng(seed)
    # Systematic sampling: everybody comes as often as their weight says, give or take one.
    ladder = np.cumsum(weights) / weights.sum()
    steps = (np.arange(CROWD) + 0.5) / CROWD
    who = np.minimum(np.searchsorted(ladder, steps), len(weights) - 1)
    lower = np.linalg.cholesky(_every(model.z_cov, who) + 1e-9 * np.eye(model.z.shape[1]))
    z = np.asarray(model.z, dtype=np.float64)[who]
    z += np.einsum("ikl,il->ik", lower, rng.standard_normal(z.shape))
    w = np.asarray(model.w, dtype=np.float64)[who]
    upper = np.triu_indices(z.shape[1])
    features = np.column_stack((np.ones(CROWD), z, w, z[:, upper[0]] * z[:, upper[1]]))
    G = features.T @ features / CROWD
    some = slice(0, None, CROWD // LEARNED)
    basis = features[some]
    eta = z[some, 1:] @ model.b_v[chosen, 1:].T + model.b_v[chosen, 0] + z[some, :1]
    d = np.outer(np.exp(w[some]), np.exp(model.x[chosen]))
    inner = basis.T @ basis + 1e-6 * len(basis) * np.eye(basis.shape[1])
    agree = np.linalg.solve(inner, basis.T @ _logistic(eta - d))
    disagree = np.linalg.solve(inner, basis.T @ _logistic(-eta - d))
    yes, no = np.maximum(G[0] @ agree, LEAST), np.maximum(G[0] @ disagree, LEAST)
    # Rows k, columns j: share agreeing with j given yes to k, minus the same given no to k.
    tilt = (agree / yes - disagree / no).T.astype(np.float32)
    gap = np.abs(tilt @ (G @ agree).astype(np.float32))
    np.fill_diagonal(gap, 0.0)
    usable = (yes > LEAST) & (no > LEAST)
    gap[~usable] = 0.0
    among = usable.sum() - usable
    total = gap.sum(axis=0, dtype=np.float64)
    out[chosen] = np.where(among > 0, total / np.maximum(among, 1), np.nan)
    return np.clip(out, 0.0, 1.0)


def _every(covariances: Floats, who: NDArray[np.intp]) -> Floats:
    return np.asarray(covariances, dtype=np.float64)[who]


def _logistic(x: Floats) -> Singles:
    return np.asarray(1.0 / (1.0 + np.exp(-np.maximum(x, -80.0).astype(np.float32))))


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
