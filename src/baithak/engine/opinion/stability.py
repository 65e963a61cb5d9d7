"""Would it look the same again? Reliability of the axes and stability of the groups.

**Axes.** The people are split in two halves. The model learns its axes from the votes of one half;
everybody in the other half is then placed on these axes twice, by two disjoint halves of their own
votes. Neither placement knows the other's votes, and the axes know neither. The canonical
correlation between the two placements is the reliability of each axis: 1 is the same place again,
0 is noise, below 0.5 an axis is mostly noise.

**Groups.** In each repeat the crowd is drawn anew: every person, with all their votes, counts as
often as a Poisson number with mean 1 says (a bootstrap); the statements' directions are drawn anew
from their posterior, which turns the axes; and the groups are found again, their number included. A
group "looks the same" when some group of the repeat covers it with a Jaccard overlap of at least
``SAME``: of all people in either, weighted by membership, at least three quarters are in both
(Hennig's bound for a stable cluster). "46 of 50 repeats" counts those in which that held. Where no
groups were found, a repeat looks the same when it finds none either.

With ``refits`` the same is done the long way: the whole model is fitted again, to a random half of
the people (which varies as much as a bootstrap, without its doubles), everybody is placed on it and
the groups are compared. That also counts what the quick repeats hold fixed, the space in which the
axes turn. Measured, quick against 30 refits: uberX 0.62, 0.62, 0.54 against 0.70, 0.70, 0.60;
Bowling Green 0.90, 1.00 against 0.83, 0.92; land bank 0.80, 0.26, 0.90, 0.48 against 0.80, 0.10,
0.47, 0.53; in small conversations the quick way is too kind: taxes 1.00, 0.76 against 0.67, 0.37;
electoral reform 1.00, 0.80, 0.88 against 0.53, 0.30, 0.53. A background worker can afford refits
and should ask for them.

Papers: C. Hennig (2007), Cluster-wise assessment of cluster stability, Computational Statistics &
Data Analysis 52(1), https://doi.org/10.1016/j.csda.2006.11.025; B. Efron, R. Tibshirani (1993), An
Introduction to the Bootstrap.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtr

from baithak.engine.opinion.groups import (
    Mixture,
    best_number,
    by_row,
    find_groups,
    membership,
    penalty,
    person_likelihood,
    run,
)
from baithak.engine.opinion.model import Fit, fit, place
from baithak.engine.opinion.votes import VoteMatrix

__all__ = ["KEPT", "REPEATS", "SAME", "Repeats", "axis_reliability", "jaccard", "refits", "repeats"]

REPEATS = 50
SAME = 0.75
NEAR = 25.0  # other numbers of groups are tried again where their BIC came this close
LEARNED = 60_000  # votes from which the axes are learned again; two rounds below a third of it
STEPS, GAIN = 25, 0.1  # of EM in a repeat: it starts where the groups were found
PEOPLE = 5_000  # people redrawn in quick repeats: every k-th above
KEPT = 32  # repeats whose crowds are handed on
FEWEST_EACH = 2  # votes a person needs in either half

Floats = NDArray[np.float64]


def axis_reliability(
    votes: VoteMatrix, model: Fit, *, seed: int, axes: int = 2
) -> tuple[float | None, ...]:
    """Reliability of the map's axes between disjoint halves of the votes.

    Parameters
    ----------
    votes : VoteMatrix
        The votes the map rests on.
    model : Fit
        The fit whose axes are in question; only its shape is used.
    seed : int
        Splits people and votes, by a hash of their canonical position.
    axes : int

    Returns
    -------
    tuple of float or None
        0 to 1 for each axis; None where fewer than 10 people voted twice in both halves.
    """
    found = []
    rounds = 2 if votes.size <= LEARNED // 3 else 1
    teaches = _coin(np.arange(votes.n), seed, 1)
    for turn in range(rounds):
        learned = teaches if turn == 0 else ~teaches
        tested = ~learned
        if votes.size > 2 * LEARNED:
            keep = LEARNED / (votes.size / 2)
            learned = learned & _chance(np.arange(votes.n), seed, 3, keep)
            tested = tested & _chance(np.arange(votes.n), seed, 4, keep)
        if not votes.votes_per_person[learned].any():
            continue
        taught = fit(votes.keep_people(learned), dimensions=model.dimensions, seed=seed)
        part = votes.keep_people(tested)
        early = _coin(np.arange(part.size), seed, 2)
        first, second = part.keep_votes(early), part.keep_votes(~early)
        both = np.minimum(first.votes_per_person, second.votes_per_person) >= FEWEST_EACH
        if both.sum() < 10:
            continue
        one = place(taught, first.keep_people(both))[0][:, 1 : 1 + axes]
        two = place(taught, second.keep_people(both))[0][:, 1 : 1 + axes]
        found.append(_canonical(one.astype(np.float64), two.astype(np.float64)))
    if not found:
        return (None,) * axes
    return tuple(float(np.clip(r, 0.0, 1.0)) for r in np.mean(found, axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class Repeats:
    """What came back when the crowd was drawn again.

    ``count`` repeats; ``stability`` float64 [k], share of repeats in which each group looked the
    same; ``ks`` int64 [count], number of groups found in each; ``crowds``: for the first ``KEPT``
    repeats (none with one group) the memberships of everybody, times how often they were drawn,
    float32 [n, groups found].
    """

    count: int
    stability: Floats
    ks: NDArray[np.int64]
    crowds: tuple[NDArray[np.float32], ...]


def repeats(
    model: Fit,
    found: Mixture,
    *,
    weights: Floats,
    seed: int,
    count: int = REPEATS,
) -> Repeats:
    """Find the groups again in ``count`` redrawn crowds.

    Parameters
    ----------
    model : Fit
    found : Mixture
        The groups found on its first two axes.
    weights : float64 [n]
        How much each person counts.
    seed : int
    count : int

    Returns
    -------
    Repeats
        Above ``PEOPLE`` people a systematic sample is redrawn, each counting for as many as it
        stands for, which errs on the side of less stability.
    """
    n = len(model.z)
    step = -(-n // PEOPLE)
    u = np.asarray(model.z, dtype=np.float64)[::step, 1:]
    cov = model.cov_of(slice(1, None), slice(None, None, step))
    own = weights[::step] * (weights.sum() / max(float(weights[::step].sum()), 1e-300))
    before = found.membership[::step]
    rng = np.random.default_rng(seed)
    # Poisson numbers through a table: the generator's own are ten times slower.
    table = np.searchsorted(pdtr(np.arange(10), 1.0), (np.arange(65_536) + 0.5) / 65_536)
    drawn = table.astype(np.uint8)[rng.integers(65_536, size=(count, len(u)), dtype=np.uint16)]
    score = dict(found.bics)
    tried = [
        k
        for k in found.admissible
        if k == found.k or (abs(k - found.k) == 1 and abs(score[k] - score[found.k]) < NEAR)
    ]
    there = {k: _under(model, found.solutions[k], step) for k in tried}
    there[found.k] = before
    v, doubt = model.b_v[:, 1:], model.b_v_cov[:, 1:, 1:]
    lower = np.linalg.cholesky(doubt + 1e-12 * np.eye(v.shape[1]))
    noise = doubt.sum(axis=0)
    same = np.zeros(found.k)
    ks = np.zeros(count, dtype=np.int64)
    crowds: list[NDArray[np.float32]] = []
    for b in range(count):
        crowd = own * drawn[b]
        if not crowd.any():
            crowd = own
        redrawn = v + np.einsum("jkl,jl->jk", lower, rng.standard_normal(v.shape))
        turn = _axes(redrawn.T @ redrawn - noise, u, cov, crowd)
        J, h, mean, spread = _turned(turn, u, cov)
        data = by_row(J, h)
        people = max(float(crowd.sum()), 1.0)
        told = {}
        bics = []
        for k in tried:
            start = _moments(there[k], mean, spread, crowd)
            told[k] = run(data, crowd, *start, STEPS, GAIN)
            bics.append((k, -2.0 * told[k][3] + penalty(k, people)))
        k = best_number(bics, tuple(tried))
        ks[b] = k
        if found.k == 1:
            same += k == 1
            continue
        after = membership(J, h, *told[k][:3])
        same += jaccard(before, after, own).max(axis=1) >= SAME
        if b < KEPT:
            everybody = np.zeros((n, k), np.float32)
            everybody[::step] = after * crowd[:, None]
            crowds.append(everybody)
    return Repeats(count, same / count, ks, tuple(crowds))


def refits(
    votes: VoteMatrix, model: Fit, found: Mixture, *, weights: Floats, seed: int, count: int
) -> Repeats:
    """Find the groups again in ``count`` models fitted to halves of the people.

    Parameters
    ----------
    votes : VoteMatrix
    model, found, weights, seed : as in ``repeats``
    count : int
        Each costs about half a fit.

    Returns
    -------
    Repeats
        ``crowds`` hold everybody once.
    """
    same = np.zeros(found.k)
    ks = np.zeros(count, dtype=np.int64)
    crowds: list[NDArray[np.float32]] = []
    active = np.flatnonzero(weights > 0)
    for b in range(count):
        order = np.argsort(_hash(active, seed, 100 + b), kind="stable")
        half = np.zeros(votes.n, dtype=bool)
        half[active[order[: max(len(active) // 2, 1)]]] = True
        taught = fit(votes.keep_people(half), dimensions=model.dimensions, seed=seed)
        J, h = _on_map(taught.z, taught.z_cov)
        again = find_groups(J, h, weights=2.0 * weights[half], smallest=None)
        ks[b] = again.k
        if found.k == 1:
            same += again.k == 1
            continue
        z, packed, _ = place(taught, votes)
        J, h = _on_map(z, replace(taught, z=z, z_packed=packed).z_cov)
        after = membership(J, h, again.weights, again.centres, again.spread)
        same += jaccard(found.membership, after, weights).max(axis=1) >= SAME
        if b < KEPT:
            crowds.append((after * weights[:, None]).astype(np.float32))
    return Repeats(count, same / max(count, 1), ks, tuple(crowds))


def _on_map(z: NDArray[np.float32], z_cov: Floats) -> tuple[Floats, Floats]:
    axes = min(2, z.shape[1] - 1)
    mean, cov = np.zeros((len(z), 2)), np.tile(np.eye(2), (len(z), 1, 1))
    mean[:, :axes] = z[:, 1 : 1 + axes]
    cov[:, :axes, :axes] = z_cov[:, 1 : 1 + axes, 1 : 1 + axes]
    return person_likelihood(mean, cov)


def _under(model: Fit, solution: tuple[Floats, Floats, Floats], step: int) -> Floats:
    """Memberships of every ``step``-th person under another solution."""
    every = slice(None, None, step)
    return membership(*_on_map(model.z[every], model.cov_of(slice(None), every)), *solution)


def _axes(loadings: Floats, u: Floats, cov: Floats, crowd: Floats) -> Floats:
    """The first two axes [2, D] of a crowd: whitened people, strongest loadings first."""
    people = crowd.sum()
    centred = u - crowd @ u / people
    size = (centred * crowd[:, None]).T @ centred + np.tensordot(crowd, cov, 1)
    root = np.linalg.cholesky(size / people + 1e-9 * np.eye(u.shape[1]))
    _, vectors = np.linalg.eigh(root.T @ loadings @ root)
    turn = np.linalg.solve(root.T, vectors[:, ::-1]).T[:2]
    if len(turn) < 2:
        turn = np.vstack((turn, np.zeros_like(turn)))
    return np.asarray(turn)


def _turned(turn: Floats, u: Floats, cov: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Likelihoods (J, h), means and covariances of people on turned axes."""
    mean = u @ turn.T
    D = u.shape[1]
    pairs = np.stack([np.outer(turn[a], turn[b]).ravel() for a, b in ((0, 0), (0, 1), (1, 1))])
    xx, xy, yy = pairs @ cov.reshape(len(u), D * D).T
    if D == 1:
        yy = np.ones(len(u))
    spread = np.stack((xx, xy, yy), 1)
    prior = turn @ turn.T if D > 1 else np.diag([float((turn[0] ** 2).sum()), 1.0])
    p = np.linalg.inv(prior)
    size = xx * yy - xy * xy
    p00, p01, p11 = yy / size, -xy / size, xx / size
    h = np.stack((p00 * mean[:, 0] + p01 * mean[:, 1], p01 * mean[:, 0] + p11 * mean[:, 1]), 1)
    j00, j11 = np.maximum(p00 - p[0, 0], 0.0), np.maximum(p11 - p[1, 1], 0.0)
    bound = np.sqrt(j00 * j11)
    return np.stack((j00, np.clip(p01 - p[0, 1], -bound, bound), j11), 1), h, mean, spread


def _moments(
    member: Floats, mean: Floats, spread: Floats, crowd: Floats
) -> tuple[Floats, Floats, Floats]:
    """Shares, centres and spread of the groups people belonged to, on other axes."""
    share = member * crowd[:, None]
    size = np.maximum(share.sum(axis=0), 1e-9)
    centres = share.T @ mean / size[:, None]
    xx, xy, yy = crowd @ spread
    inner = np.array([[xx, xy], [xy, yy]]) + (mean * crowd[:, None]).T @ mean
    inner -= (centres * size[:, None]).T @ centres
    W = inner / max(float(crowd.sum()), 1e-9)
    W = (W + W.T) / 2 + 1e-6 * np.eye(2)
    return size / size.sum(), centres, W


def jaccard(one: Floats, two: Floats, weights: Floats) -> Floats:
    """Overlap of soft groups: sum of the smaller over sum of the larger memberships.

    Parameters
    ----------
    one : float64 [n, k], two : float64 [n, l], weights : float64 [n]

    Returns
    -------
    float64 [k, l]

    Examples
    --------
    >>> half = np.array([[1.0], [1.0], [0.0]])
    >>> jaccard(half, np.array([[1.0], [0.0], [0.0]]), np.ones(3)).tolist()
    [[0.5]]
    """
    out = np.zeros((one.shape[1], two.shape[1]))
    for a in range(one.shape[1]):
        for b in range(two.shape[1]):
            least = weights @ np.minimum(one[:, a], two[:, b])
            most = weights @ np.maximum(one[:, a], two[:, b])
            out[a, b] = least / most if most > 0.0 else 0.0
    return out


def _canonical(one: Floats, two: Floats) -> Floats:
    """Canonical correlations of two sets of columns, largest first; 0 for empty directions."""
    bases = []
    for side in (one, two):
        centred = side - side.mean(axis=0)
        left, size, _ = np.linalg.svd(centred, full_matrices=False)
        bases.append(left * (size > 1e-9 * max(size[0], 1e-300)))
    return np.linalg.svd(bases[0].T @ bases[1], compute_uv=False)


def _hash(position: NDArray[np.int64], seed: int, stream: int) -> NDArray[np.uint64]:
    """SplitMix64 of a position: a fair coin that does not depend on anything else in the data."""
    with np.errstate(over="ignore"):
        x = position.astype(np.uint64) + np.uint64(seed * 1_000_003 + stream * 7_919 + 1)
        x = x * np.uint64(0x9E3779B97F4A7C15)
        x ^= x >> np.uint64(30)
        x *= np.uint64(0xBF58476D1CE4E5B9)
        x ^= x >> np.uint64(27)
        x *= np.uint64(0x94D049BB133111EB)
        return np.asarray(x ^ (x >> np.uint64(31)), dtype=np.uint64)


def _coin(position: NDArray[np.int64], seed: int, stream: int) -> NDArray[np.bool_]:
    return np.asarray(_hash(position, seed, stream) & np.uint64(1), dtype=bool)


def _chance(position: NDArray[np.int64], seed: int, stream: int, share: float) -> NDArray[np.bool_]:
    return _hash(position, seed, stream) < np.uint64(int(share * 2**63) * 2)
