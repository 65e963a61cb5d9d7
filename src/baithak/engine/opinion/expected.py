"""What everybody would answer: expected votes of groups of people on every statement.

People vote on what they happen to be shown. Shares of the votes cast therefore mix opinion with
routing. Here every vote that was cast counts as it is and every vote that was not is filled with
its modelled probabilities; sums over soft groups follow, with their uncertainty: that of the
statement's own parameters, which all people share, and that of the answers not yet given.

Paper: C.-E. Särndal, B. Swensson, J. Wretman (1992), Model Assisted Survey Sampling, ch. 6, for
filling unobserved answers by a model and keeping observed ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from baithak.engine.opinion.votes import VoteMatrix

__all__ = ["BLOCK", "SAMPLED", "Expected", "Model", "expected"]

BLOCK = 256  # people handled at once: bounds memory
SAMPLED = 20_000  # people who stand for all where there are more; exact below

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]


class Model(Protocol):
    """What this file needs of a fit (``model.Fit``); F = D + 1."""

    @property
    def z(self) -> NDArray[np.float32]: ...
    @property
    def z_cov(self) -> Floats: ...
    @property
    def b_v(self) -> Floats: ...
    @property
    def b_v_cov(self) -> Floats: ...
    @property
    def w(self) -> NDArray[np.float32]: ...
    @property
    def x(self) -> Floats: ...


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """Expected answers of K soft groups on m statements.

    ``agree`` and ``disagree`` float64 [K, m]: shares of the group's members, pass being the rest.
    ``agree_slope`` and ``disagree_slope`` float64 [K, m, F]: how these shares move with the
    statement's (b, v); ``agree_noise`` and ``disagree_noise`` float64 [K, m]: standard deviation
    from answers not yet given. ``weight`` float64 [K]: sum of the group's memberships.
    ``people``: how many people were looked at. ``extra`` float64 [R, m]: agree shares of the further
    columns asked for.
    """

    agree: Floats
    disagree: Floats
    agree_slope: Floats
    disagree_slope: Floats
    agree_noise: Floats
    disagree_noise: Floats
    weight: Floats
    people: int
    extra: Floats


def expected(
    model: Model,
    votes: VoteMatrix,
    groups: Floats,
    *,
    extra: Singles | None = None,
) -> Expected:
    """Average expected answers over soft groups.

    Parameters
    ----------
    model : Model
        A fit of ``votes``.
    votes : VoteMatrix
    groups : float64 [n, K]
        Weight of each person in each group (membership times population weight), >= 0.
    extra : float32 [n, R], optional
        More columns of weights for which only the agree shares are wanted (repeats): the result's
        ``extra`` is float64 [R, m].

    Returns
    -------
    Expected
        Above ``SAMPLED`` people every (n / SAMPLED)-th of them, in canonical order, stands for
        all; the sampling error of a share is then below 0.004.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> votes = VoteMatrix.from_arrays(["Amina", "Bilal"], ["s", "s"], [1, -1], people=["Chand"])
    >>> certain = SimpleNamespace(z=np.zeros((3, 2)), z_cov=np.zeros((3, 2, 2)), b_v=np.zeros((1, 2)),
    ...     b_v_cov=np.zeros((1, 2, 2)), w=np.zeros(3), x=np.full(1, -20.0))
    >>> expected(certain, votes, np.ones((3, 1))).agree.round(3).tolist()  # (1 + 0 + 1/2) / 3
    [[0.5]]
    """
    n, F = model.z.shape
    m = len(model.b_v)
    K = groups.shape[1]
    step = -(-n // SAMPLED)
    chosen = np.arange(0, n, step)
    more = np.zeros((n, 0), np.float32) if extra is None else extra
    z = np.asarray(model.z, dtype=np.float32)[chosen]
    upper = np.triu_indices(F)
    double = np.where(upper[0] == upper[1], 1.0, 2.0)
    cov = np.asarray(model.z_cov)[chosen][:, upper[0], upper[1]].astype(np.float32)
    s = model.b_v.copy()
    statement = np.ascontiguousarray(np.concatenate((np.ones((m, 1)), s[:, 1:]), axis=1))
    of_v = np.zeros((m, F, F))
    of_v[:, 1:, 1:] = model.b_v_cov[:, 1:, 1:]
    direction = statement[:, :, None] * statement[:, None, :]
    # Var(eta) = s'Cz s + tr(Q Cz) + (1,u)'Q(1,u), as one inner product of packed rows.
    left = np.concatenate((cov, _with_one(z)[:, upper[0]] * _with_one(z)[:, upper[1]]), axis=1)
    right = np.concatenate(
        (
            (direction + of_v)[:, upper[0], upper[1]] * double,
            model.b_v_cov[:, upper[0], upper[1]] * double,
        ),
        axis=1,
    ).astype(np.float32)
    first = np.ascontiguousarray(statement.T, dtype=np.float32)
    base = s[:, 0].astype(np.float32)
    own = np.exp(np.asarray(model.w, dtype=np.float32)[chosen])
    wide = np.exp(model.x).astype(np.float32)
    weights = groups[chosen].astype(np.float32)
    repeats = np.ascontiguousarray(more[chosen])
    sums = np.zeros((2, K, m))
    slopes = np.zeros((2, K * F, m))
    noise = np.zeros((2, K, m))
    further = np.zeros((repeats.shape[1], m))
    for low in range(0, len(chosen), BLOCK):
        part = slice(low, low + BLOCK)
        size = len(z[part])
        eta = z[part] @ first + base
        tame = left[part] @ right.T
        tame *= np.float32(np.pi / 8)
        tame += np.float32(1)
        np.reciprocal(np.sqrt(tame, out=tame), out=tame)
        d = np.outer(own[part], wide)
        seen, where = _cells(votes, chosen[part])
        said = votes.values[where]
        position = seen, votes.columns[where].astype(np.intp)
        share = weights[part]
        square = share * share
        tilted = (share[:, :, None] * _with_one(z[part])[:, None, :]).reshape(size, K * F)
        for side, sign in enumerate((1, -1)):
            p = eta - d if sign == 1 else -eta - d
            p *= tame
            np.exp(np.negative(np.minimum(p, 80, out=p), out=p), out=p)
            p += 1
            np.reciprocal(p, out=p)
            f = p * (1 - p)
            p[position] = said == sign
            f[position] = 0
            sums[side] += share.T @ p
            if side == 0 and repeats.shape[1]:
                further += repeats[part].T @ p
            noise[side] += square.T @ f
            f *= tame
            slopes[side] += sign * (tilted.T @ f)
    total = weights.sum(axis=0, dtype=np.float64)
    share = np.maximum(total, 1e-12)
    grow = groups.sum(axis=0) / share  # the sample stands for so many
    by_share = share[None, :, None]
    drift = (slopes.reshape(2, K, F, m) / by_share[:, :, None]).transpose(0, 1, 3, 2)
    answers = sums / by_share
    doubt = np.sqrt(np.maximum(noise, 0.0) / np.maximum(grow, 1e-12)[None, :, None]) / by_share
    extra_total = np.maximum(repeats.sum(axis=0, dtype=np.float64), 1e-12)
    return Expected(
        np.clip(answers[0], 0.0, 1.0),
        np.clip(answers[1], 0.0, 1.0),
        drift[0],
        drift[1],
        doubt[0],
        doubt[1],
        groups.sum(axis=0),
        len(chosen),
        further / extra_total[:, None],
    )


def _with_one(z: Singles) -> Singles:
    """(a, u) becomes (1, u): what multiplies (b, v)."""
    changed = z.copy()
    changed[:, 0] = 1
    return changed


def _cells(
    votes: VoteMatrix, people: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Row within ``people`` and position in the vote arrays of every vote of these people."""
    counts = votes.votes_per_person[people]
    rows = np.repeat(np.arange(len(people)), counts)
    starts = np.repeat(votes.indptr[people] - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
    return rows, (starts + np.arange(len(rows))).astype(np.intp)
