"""Opinion groups: a mixture of Gaussians over people whose positions are uncertain.

A person with three votes could stand almost anywhere, a person with two hundred stands where they
stand. So groups are not found among points: each person enters with the likelihood of their own
votes, ``exp(-u'J u / 2 + h'u)``, and one tied-covariance Gaussian mixture is fitted to all of them
by closed-form expectation-maximisation. The number of groups is chosen by BIC, and one is allowed:
then the votes show a continuum and no camps. Everybody gets membership probabilities, not a label.

Groups live on the first two axes, which are the map people look at: on the eight open conversations
groups found in four dimensions were split by axes that hardly reproduce, and were less stable.

Paper: C. Fraley, A. Raftery (2002), Model-based clustering, JASA 97(458), for the mixture and BIC;
J. Bovy, D. Hogg, S. Roweis (2011), Extreme deconvolution, Ann. Appl. Stat. 5(2B),
https://doi.org/10.1214/10-AOAS439, for mixtures over uncertain points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = [
    "LIKELY",
    "MOST_GROUPS",
    "Mixture",
    "best_number",
    "expectation_maximisation",
    "find_groups",
    "membership",
    "penalty",
    "person_likelihood",
    "smallest_group",
]

MOST_GROUPS = 5
LIKELY = 0.8  # membership probability from which a person counts as in a group, not between
EVIDENCE = 6.0  # BIC units, "strong" (Kass and Raftery 1995), that more groups must win by
HYSTERESIS = 10.0  # BIC units by which another number of groups must win over the one shown so far
SCREENED = 400  # people on whom candidate starts are compared
LOOSE, TIGHT = 0.02, 1e-5  # gain in log-likelihood below which EM stops: searching, finishing
STEPS = 300

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """Groups found.

    ``k`` groups in D dimensions, largest first: ``weights`` float64 [k], ``centres`` [k, D],
    ``spread`` [D, D] (shared), ``membership`` [n, k] (rows add to 1). ``bics``: (k, BIC) of every
    number of groups tried, smaller is better; ``admissible`` the same without solutions that hold
    a group below the smallest size. ``log_likelihood`` is of the chosen solution; ``solutions``
    holds weights, centres and spread for every admissible k.
    """

    k: int
    weights: Floats
    centres: Floats
    spread: Floats
    membership: Floats
    log_likelihood: float
    bics: tuple[tuple[int, float], ...]
    admissible: tuple[int, ...]
    solutions: dict[int, tuple[Floats, Floats, Floats]]


def penalty(k: int, people: float) -> float:
    """What BIC charges for k groups on two axes: parameters times log people.

    Examples
    --------
    >>> round(penalty(1, np.e), 6), round(penalty(2, np.e), 6)  # 2 means + 3 of the spread; + 3
    (5.0, 8.0)
    """
    return float((k - 1 + 2 * k + 3) * np.log(max(people, 1.0)))


def best_number(bics: Sequence[tuple[int, float]], admissible: Sequence[int]) -> int:
    """The fewest groups that no larger number beats by ``EVIDENCE``.

    Examples
    --------
    >>> best_number([(1, 100.0), (2, 60.0), (3, 57.0)], (1, 2, 3))
    2
    """
    score = dict(bics)
    chosen = admissible[0]
    for k in admissible[1:]:
        if score[k] < score[chosen] - EVIDENCE:
            chosen = k
    return chosen


def smallest_group(people: int) -> int:
    """Fewest people a group may have: 2 % of the voters, at least 3, at most 50.

    Examples
    --------
    >>> smallest_group(26), smallest_group(1000), smallest_group(1_000_000)
    (3, 20, 50)
    """
    return int(min(max(3, np.ceil(0.02 * people)), 50))


def person_likelihood(mean: Floats, covariance: Floats) -> tuple[Floats, Floats]:
    """What a person's own votes say of their position, the prior N(0, I) taken out.

    Parameters
    ----------
    mean : float [n, D]
        Posterior means.
    covariance : float [n, D, D]
        Posterior covariances under the prior N(0, I).

    Returns
    -------
    J : float64 [n, D(D+1)/2]
        Upper triangle, by rows, of each likelihood precision (positive semi-definite).
    h : float64 [n, D]
        Linear terms. Without votes both are zero.

    Examples
    --------
    >>> J, h = person_likelihood(np.array([[0.5, 0.0]]), np.array([[[0.5, 0.0], [0.0, 1.0]]]))
    >>> J.tolist(), h.tolist()
    ([[1.0, 0.0, 0.0]], [[1.0, 0.0]])
    """
    mean = np.asarray(mean, dtype=np.float64)
    precision = np.linalg.inv(np.asarray(covariance, dtype=np.float64))
    h = np.einsum("ikl,il->ik", precision, mean)
    precision -= np.eye(mean.shape[1])
    # Rounding and the model's own approximations may leave a direction a hair below the prior.
    values, vectors = np.linalg.eigh(precision)
    if values.size and values.min() < 0.0:
        bad = np.flatnonzero(values[:, 0] < 0.0)
        fixed = np.maximum(values[bad], 0.0)
        precision[bad] = np.einsum("ikr,ir,ilr->ikl", vectors[bad], fixed, vectors[bad])
    upper = np.triu_indices(mean.shape[1])
    return np.ascontiguousarray(precision[:, upper[0], upper[1]]), np.ascontiguousarray(h)


def find_groups(
    J: Floats,
    h: Floats,
    *,
    weights: Floats | None = None,
    most: int = MOST_GROUPS,
    smallest: int | None = None,
    previous_k: int | None = None,
) -> Mixture:
    """Find 1 to ``most`` groups.

    Parameters
    ----------
    J : float64 [n, 3], h : float64 [n, 2]
        Likelihood of each person's votes, from ``person_likelihood``, in canonical order.
    weights : float64 [n], optional
        How much each person counts (1 by default, 0 for people without votes).
    most : int
        Largest number of groups tried.
    smallest : int, optional
        Fewest people (sum of weighted memberships) a group may have; default ``smallest_group``.
    previous_k : int, optional
        The number of groups shown last time: kept unless another wins by ``HYSTERESIS``.

    Returns
    -------
    Mixture
        Largest group first. No chance is involved: starts come from splitting the solution with
        one group less along its longest axis.

    Examples
    --------
    >>> u = np.repeat([[-2.0, 0.0], [2.0, 0.0]], 30, axis=0) + 0.1 * np.sin(np.arange(120)).reshape(60, 2)
    >>> found = find_groups(np.tile([20.0, 0.0, 20.0], (60, 1)), 20.0 * u)
    >>> found.k, found.weights.round(2).tolist()
    (2, [0.5, 0.5])
    """
    own = np.ones(len(h)) if weights is None else np.asarray(weights, dtype=np.float64)
    people = float(own.sum())
    bound = smallest_group(int(people)) if smallest is None else smallest
    found: dict[int, tuple[Floats, Floats, Floats]] = {}
    bics: list[tuple[int, float]] = []
    admissible: list[int] = []
    best = np.inf
    worse = 0
    for k in range(1, most + 1):
        if k > 1 and k * bound > people:
            break
        if k == 1:
            start = np.ones(1), np.zeros((1, 2)), np.eye(2)
        else:
            start = _split(J, h, own, *found[k - 1])
        pi, mu, W, likelihood = expectation_maximisation(J, h, own, *start, STEPS, LOOSE)
        found[k] = pi, mu, W
        bic = -2.0 * likelihood + penalty(k, people)
        bics.append((k, bic))
        if k == 1 or pi.min() * people >= bound:
            admissible.append(k)
        worse = 0 if bic < best else worse + 1
        best = min(best, bic)
        if worse >= 2 and k >= (previous_k or 1):
            break  # two groups more do not help: neither will three
    score = dict(bics)
    chosen = best_number(bics, admissible)
    if previous_k in admissible and score[previous_k] < score[chosen] + HYSTERESIS:
        chosen = int(previous_k)  # type: ignore[arg-type]
    pi, mu, W, likelihood = expectation_maximisation(J, h, own, *found[chosen], STEPS, TIGHT)
    order = np.lexsort((*mu.T[::-1], -pi))
    pi, mu = pi[order], mu[order]
    solutions = {k: found[k] for k in admissible}
    solutions[chosen] = (pi, mu, W)
    return Mixture(
        chosen,
        pi,
        mu,
        W,
        membership(J, h, pi, mu, W),
        float(likelihood),
        tuple(bics),
        tuple(admissible),
        solutions,
    )


def _split(
    J: Floats, h: Floats, own: Floats, pi: Floats, mu: Floats, W: Floats
) -> tuple[Floats, Floats, Floats]:
    """The best of all solutions in which one group is split in two along its longest axis."""
    step = max(1, len(h) // SCREENED)
    few_J, few_h, few = J[::step], h[::step], own[::step]
    resp, means, covs = _positions(few_J, few_h, pi, mu, W)
    candidates = []
    for g in range(len(pi)):
        share = resp[:, g] * few
        total = share.sum()
        if total <= 0.0:
            continue
        off = means[:, g] - mu[g]
        scatter = (np.einsum("i,ik,il->kl", share, off, off) + np.tensordot(share, covs, 1)) / total
        values, vectors = np.linalg.eigh(scatter)
        for axis in range(len(W) - 1, max(len(W) - 3, -1), -1):
            direction = vectors[:, axis]
            direction = direction * np.sign(direction[np.argmax(np.abs(direction))])
            # Two equal halves one standard deviation apart keep half the variance along the axis.
            away = np.sqrt(0.5 * values[axis]) * direction
            weights = np.concatenate((np.delete(pi, g), [pi[g] / 2, pi[g] / 2]))
            centres = np.vstack((np.delete(mu, g, axis=0), mu[g] - away, mu[g] + away))
            along = direction @ W @ direction
            narrow = W - 0.5 * pi[g] * along * np.outer(direction, direction)
            told = expectation_maximisation(few_J, few_h, few, weights, centres, narrow, 6, 0.0)
            candidates.append((told[3], told[:3]))
    return max(candidates, key=lambda c: c[0])[1]


def _positions(
    J: Floats, h: Floats, pi: Floats, mu: Floats, W: Floats
) -> tuple[Floats, Floats, Floats]:
    """Memberships [n, k], positions given the group [n, k, D], covariances [n, D, D]."""
    n, D = h.shape
    P = np.linalg.inv(W)
    full = np.zeros((n, D, D))
    upper = np.triu_indices(D)
    full[:, upper[0], upper[1]] = J
    full[:, upper[1], upper[0]] = J
    C = np.linalg.inv(full + P)
    means = np.einsum("ikl,igl->igk", C, h[:, None, :] + (mu @ P)[None])
    return membership(J, h, pi, mu, W), means, C


def expectation_maximisation(
    J: Floats,
    h: Floats,
    own: Floats,
    pi: Floats,
    mu: Floats,
    W: Floats,
    steps: int,
    gain: float,
) -> tuple[Floats, Floats, Floats, float]:
    """Run EM from a start until a step gains less than ``gain`` in log-likelihood.

    Parameters
    ----------
    J, h, own : as in ``find_groups``
    pi, mu, W : float64 [k], [k, D], [D, D]
        Start.
    steps : int
        At most so many steps.
    gain : float
        In nats.

    Returns
    -------
    pi, mu, W, log_likelihood
        The likelihood is of the votes given the mixture, up to a constant of the data.
    """
    pi, mu, W = pi.copy(), np.ascontiguousarray(mu, dtype=np.float64).copy(), W.copy()
    likelihood = _em(J, h, own, pi, mu, W, steps, gain)
    return pi, mu, W, float(likelihood)


def membership(J: Floats, h: Floats, pi: Floats, mu: Floats, W: Floats) -> Floats:
    """Membership probabilities [n, k] of people under a mixture.

    Examples
    --------
    >>> someone = np.zeros((1, 3)), np.zeros((1, 2))  # no votes: the groups' own shares
    >>> membership(*someone, np.array([0.7, 0.3]), np.array([[1.0, 0.0], [-1.0, 0.0]]), np.eye(2)).round(3).tolist()
    [[0.7, 0.3]]
    """
    out = np.empty((len(h), len(pi)))
    _members(J, h, pi, np.ascontiguousarray(mu, dtype=np.float64), np.linalg.inv(W), out)
    return out


@njit(cache=True, nogil=True)
def _step(J, h, own, pi, mu, W):  # type: ignore[no-untyped-def]
    """One EM step in place; returns the log-likelihood before it."""
    k = pi.size
    determinant = W[0, 0] * W[1, 1] - W[0, 1] * W[0, 1]
    p00, p01, p11 = W[1, 1] / determinant, -W[0, 1] / determinant, W[0, 0] / determinant
    ahead = np.empty((k, 2))  # P mu
    start = np.empty(k)
    for g in range(k):
        ahead[g, 0] = p00 * mu[g, 0] + p01 * mu[g, 1]
        ahead[g, 1] = p01 * mu[g, 0] + p11 * mu[g, 1]
        quad = ahead[g, 0] * mu[g, 0] + ahead[g, 1] * mu[g, 1]
        start[g] = np.log(pi[g]) - 0.5 * quad - 0.5 * np.log(determinant)
    sums = np.zeros(k)
    first = np.zeros((k, 2))
    s00 = s01 = s11 = 0.0
    score = np.empty(k)
    mean = np.empty((k, 2))
    likelihood = people = 0.0
    for i in range(len(own)):
        if own[i] == 0.0:
            continue
        a, b, c = p00 + J[i, 0], p01 + J[i, 1], p11 + J[i, 2]
        size = a * c - b * b
        c00, c01, c11 = c / size, -b / size, a / size
        highest = -np.inf
        for g in range(k):
            x, y = ahead[g, 0] + h[i, 0], ahead[g, 1] + h[i, 1]
            mean[g, 0], mean[g, 1] = c00 * x + c01 * y, c01 * x + c11 * y
            score[g] = start[g] + 0.5 * (mean[g, 0] * x + mean[g, 1] * y)
            highest = max(highest, score[g])
        total = 0.0
        for g in range(k):
            score[g] = np.exp(score[g] - highest) if score[g] < highest else 1.0
            total += score[g]
        likelihood += own[i] * (highest + np.log(total * total / size) * 0.5)
        people += own[i]
        for g in range(k):
            share = own[i] * score[g] / total
            x, y = mean[g, 0], mean[g, 1]
            sums[g] += share
            first[g, 0] += share * x
            first[g, 1] += share * y
            s00 += share * x * x
            s01 += share * x * y
            s11 += share * y * y
        s00 += own[i] * c00
        s01 += own[i] * c01
        s11 += own[i] * c11
    for g in range(k):
        pi[g] = max(sums[g] / people, 1e-9)
        if sums[g] > 1e-9:
            mu[g, 0], mu[g, 1] = first[g, 0] / sums[g], first[g, 1] / sums[g]
        s00 -= sums[g] * mu[g, 0] * mu[g, 0]
        s01 -= sums[g] * mu[g, 0] * mu[g, 1]
        s11 -= sums[g] * mu[g, 1] * mu[g, 1]
    # A group of identical people still has a size.
    W[0, 0], W[1, 1] = s00 / people + 1e-6, s11 / people + 1e-6
    W[0, 1] = W[1, 0] = s01 / people
    return likelihood


@njit(cache=True, nogil=True)
def _em(J, h, own, pi, mu, W, steps, gain):  # type: ignore[no-untyped-def]
    before = -np.inf
    for _ in range(steps):
        likelihood = _step(J, h, own, pi, mu, W)
        if likelihood - before < gain:
            return likelihood
        before = likelihood
    return before


@njit(cache=True, nogil=True)
def _members(J, h, pi, mu, P, out):  # type: ignore[no-untyped-def]
    k = pi.size
    for i in range(len(h)):
        a, b, c = P[0, 0] + J[i, 0], P[0, 1] + J[i, 1], P[1, 1] + J[i, 2]
        size = a * c - b * b
        highest = -np.inf
        for g in range(k):
            ahead_x = P[0, 0] * mu[g, 0] + P[0, 1] * mu[g, 1]
            ahead_y = P[0, 1] * mu[g, 0] + P[1, 1] * mu[g, 1]
            x, y = ahead_x + h[i, 0], ahead_y + h[i, 1]
            quad = (c * x * x - 2.0 * b * x * y + a * y * y) / size
            quad -= ahead_x * mu[g, 0] + ahead_y * mu[g, 1]
            out[i, g] = np.log(pi[g]) + 0.5 * quad
            highest = max(highest, out[i, g])
        total = 0.0
        for g in range(k):
            out[i, g] = np.exp(out[i, g] - highest)
            total += out[i, g]
        for g in range(k):
            out[i, g] /= total
