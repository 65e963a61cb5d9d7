"""Would it look the same again? Reliability of the axes and stability of the groups.

**Axes.** The people are split in two halves. The model learns its axes from the votes of one half;
everybody in the other half is then placed on these axes twice, by two disjoint halves of their own
votes. Neither placement knows the other's votes, and the axes know neither. The canonical
correlation between the two placements is the reliability of each axis: 1 is the same place again,
0 is noise, below 0.5 an axis is mostly noise.

**Groups.** In each repeat the crowd is drawn anew: every person, with all their votes, counts as
often as a Poisson number with mean 1 says (a bootstrap), and the groups are found again, their
number included. A group "looks the same" when some group of the repeat covers it with a Jaccard
overlap of at least ``SAME``: of all people in either, weighted by membership, at least three
quarters are in both (Hennig's bound for a stable cluster). "92 of 100 repeats" counts those in
which that held. Where no groups were found, a repeat looks the same when it finds none either. The
positions of the statements are held fixed: how sure those are is what the axes' reliability says.

Papers: C. Hennig (2007), Cluster-wise assessment of cluster stability, Computational Statistics &
Data Analysis 52(1), https://doi.org/10.1016/j.csda.2006.11.025; B. Efron, R. Tibshirani (1993), An
Introduction to the Bootstrap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtr

from baithak.engine.opinion.groups import (
    Mixture,
    best_number,
    by_row,
    membership,
    penalty,
    run,
)
from baithak.engine.opinion.model import Fit, fit, place
from baithak.engine.opinion.votes import VoteMatrix

__all__ = ["REPEATS", "SAME", "Repeats", "axis_reliability", "jaccard", "repeats"]

REPEATS = 100
SAME = 0.75
NEAR = 25.0  # other numbers of groups are tried again where their BIC came this close
LEARNED = 60_000  # votes from which the axes are learned again; two rounds below a third of it
STEPS, GAIN = 12, 0.2  # of EM in a repeat: it starts where the groups were found
MATCHED = 1_000  # people on whom groups are compared: every k-th above
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
    early = _coin(np.arange(votes.size), seed, 2)
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
        first, second = votes.keep_votes(early), votes.keep_votes(~early)
        both = tested & (np.minimum(first.votes_per_person, second.votes_per_person) >= FEWEST_EACH)
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
    same; ``ks`` int64 [count], number of groups found in each; ``mixtures``: weights, centres and
    spread of each repeat; ``drawn`` uint8 [count, n], how often each person was drawn.
    """

    count: int
    stability: Floats
    ks: NDArray[np.int64]
    mixtures: tuple[tuple[Floats, Floats, Floats], ...]
    drawn: NDArray[np.uint8]


def repeats(
    J: Floats,
    h: Floats,
    found: Mixture,
    *,
    weights: Floats,
    seed: int,
    count: int = REPEATS,
) -> Repeats:
    """Find the groups again in ``count`` redrawn crowds.

    Parameters
    ----------
    J, h, weights : as in ``groups.find_groups``
    found : Mixture
        Its result.
    seed : int
    count : int

    Returns
    -------
    Repeats
    """
    n = len(h)
    rng = np.random.default_rng(seed)
    # Poisson numbers through a table: the generator's own are ten times slower.
    table = np.searchsorted(pdtr(np.arange(10), 1.0), (np.arange(65_536) + 0.5) / 65_536)
    drawn = table.astype(np.uint8)[rng.integers(65_536, size=(count, n), dtype=np.uint16)]
    step = -(-n // MATCHED)
    some_J, some_h, some = J[::step], h[::step], weights[::step]
    before = found.membership[::step]
    score = dict(found.bics)
    tried = [
        k for k in found.admissible
        if k == found.k or (abs(k - found.k) == 1 and abs(score[k] - score[found.k]) < NEAR)
    ]  # fmt: skip
    data = by_row(J, h)
    same = np.zeros(found.k)
    ks = np.zeros(count, dtype=np.int64)
    kept = []
    for b in range(count):
        own = weights * drawn[b]
        people = max(float(own.sum()), 1.0)
        told = {}
        bics = []
        for k in tried:
            told[k] = run(data, own, *found.solutions[k], STEPS, GAIN)
            bics.append((k, -2.0 * told[k][3] + penalty(k, people)))
        k = best_number(bics, tuple(tried))
        ks[b] = k
        kept.append(told[k][:3])
        if found.k == 1:
            same += k == 1
            continue
        after = membership(some_J, some_h, *told[k][:3])
        same += jaccard(before, after, some).max(axis=1) >= SAME
    return Repeats(count, same / count, ks, tuple(kept), drawn)


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
