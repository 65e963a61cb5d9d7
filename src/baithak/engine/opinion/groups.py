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
from itertools import pairwise

import numpy as np
from numba import njit
from numpy.typing import NDArray

from baithak.engine.opinion.shards import SHARDS, THREADS, Crew, Held

__all__ = [
    "LIKELY",
    "MOST_GROUPS",
    "Mixture",
    "best_number",
    "by_row",
    "expectation_maximisation",
    "find_groups",
    "membership",
    "penalty",
    "person_likelihood",
    "run",
    "smallest_group",
]

MOST_GROUPS = 5
LIKELY = 0.8  # membership probability from which a person counts as in a group, not between
EVIDENCE = 6.0  # BIC units, "strong" (Kass and Raftery 1995), that more groups must win by
HYSTERESIS = 10.0  # BIC units by which another number of groups must win over the one shown so far
SCREENED = 400  # people on whom candidate starts are compared
LOOSE, TIGHT = 0.02, 1e-5  # gain in log-likelihood below which EM stops: searching, finishing
STEPS = 300
LOT = 128  # people handled at once
SHARED = 200_000  # people from which they are gone through in stretches ...
LARGEST = 250_000  # ... of at most so many

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
    mean : float [n, 2]
        Posterior means.
    covariance : float [n, 2, 2]
        Posterior covariances under the prior N(0, I).

    Returns
    -------
    J : float64 [n, 3]
        xx, xy, yy of each likelihood precision (positive semi-definite).
    h : float64 [n, 2]
        Linear terms. Without votes both are zero.

    Examples
    --------
    >>> J, h = person_likelihood(np.array([[0.5, 0.0]]), np.array([[[0.5, 0.0], [0.0, 1.0]]]))
    >>> J.tolist(), h.tolist()
    ([[1.0, 0.0, 0.0]], [[1.0, 0.0]])
    """
    mean = np.asarray(mean, dtype=np.float64)
    cov = np.asarray(covariance, dtype=np.float64)
    xx, xy, yy = cov[:, 0, 0], cov[:, 0, 1], cov[:, 1, 1]
    size = xx * yy - xy * xy
    p00, p01, p11 = yy / size, -xy / size, xx / size
    h = np.stack((p00 * mean[:, 0] + p01 * mean[:, 1], p01 * mean[:, 0] + p11 * mean[:, 1]), 1)
    # Rounding and the model's own approximations may leave a direction a hair below the prior.
    j00, j11 = np.maximum(p00 - 1.0, 0.0), np.maximum(p11 - 1.0, 0.0)
    bound = np.sqrt(j00 * j11)
    return np.stack((j00, np.clip(p01, -bound, bound), j11), 1), h


def find_groups(
    J: Floats,
    h: Floats,
    *,
    weights: Floats | None = None,
    most: int = MOST_GROUPS,
    smallest: int | None = None,
    previous_k: int | None = None,
    crew: Crew = THREADS,
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
    crew : Crew
        Who goes through more than ``SHARED`` people.

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
    held = _held(J, h, own, crew) if len(h) >= SHARED else None
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
        pi, mu, W, likelihood = _maximised(J, h, own, start, LOOSE, held)
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
        chosen = int(previous_k)
    pi, mu, W, likelihood = _maximised(J, h, own, found[chosen], TIGHT, held)
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


def _held(J: Floats, h: Floats, own: Floats, crew: Crew) -> Held:
    """Likelihoods of people in stretches of equally many, in the hands of a crew."""
    count = max(SHARDS, -(-len(h) // LARGEST))
    ends = np.linspace(0, len(h), count + 1).astype(int).tolist()
    return crew.hold(
        [(by_row(J[low:high], h[low:high]), own[low:high]) for low, high in pairwise(ends)]
    )


def _maximised(
    J: Floats,
    h: Floats,
    own: Floats,
    start: tuple[Floats, Floats, Floats],
    gain: float,
    held: Held | None,
) -> tuple[Floats, Floats, Floats, float]:
    """``expectation_maximisation``, by a crew where it holds the people."""
    if held is None or not own.any():
        return expectation_maximisation(J, h, own, *start, STEPS, gain)
    pi, mu, W = start[0].copy(), np.array(start[1], dtype=np.float64), start[2].copy()
    before = -np.inf
    for _ in range(STEPS):
        parts = held.each(_told, pi, mu, W)
        likelihood = float(_renew(sum(parts[1:], start=parts[0]), pi, mu, W))
        if likelihood - before < gain:
            return pi, mu, W, likelihood
        before = likelihood
    return pi, mu, W, before


def _told(stretch: tuple[Floats, Floats], pi: Floats, mu: Floats, W: Floats) -> Floats:
    sums = np.zeros(3 * len(pi) + 5)
    _gather(*stretch, pi, mu, W, sums)
    return sums


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
    return run(by_row(J, h), own, pi, mu, W, steps, gain)


def by_row(J: Floats, h: Floats) -> Floats:
    """Likelihoods as ``run`` takes them: float64 [5, n], J (xx, xy, yy) and h (x, y)."""
    return np.ascontiguousarray(np.concatenate((J.T, h.T)), dtype=np.float64)


def run(
    data: Floats, own: Floats, pi: Floats, mu: Floats, W: Floats, steps: int, gain: float
) -> tuple[Floats, Floats, Floats, float]:
    """As ``expectation_maximisation``, for callers that run it many times on the same people."""
    pi, mu, W = pi.copy(), np.array(mu, dtype=np.float64), W.copy()
    if not own.any():
        return pi, mu, W, 0.0
    # One memory layout, or numba would compile the loops once for each.
    return pi, mu, W, float(_em(data, np.ascontiguousarray(own), pi, mu, W, steps, gain))


def membership(J: Floats, h: Floats, pi: Floats, mu: Floats, W: Floats) -> Floats:
    """Membership probabilities [n, k] of people under a mixture.

    Examples
    --------
    >>> someone = np.zeros((1, 3)), np.zeros((1, 2))  # no votes: the groups' own shares
    >>> membership(*someone, np.array([0.7, 0.3]), np.array([[1.0, 0.0], [-1.0, 0.0]]), np.eye(2)).round(3).tolist()
    [[0.7, 0.3]]
    """
    out = np.empty((len(h), len(pi)))
    P, centres = np.linalg.inv(W), np.ascontiguousarray(mu, dtype=np.float64)
    # One memory layout, or numba would compile the loop once for each.
    _members(np.ascontiguousarray(J), np.ascontiguousarray(h), pi, centres, P, out)
    return out


# Sums over people may be added up in lanes, which is where the vector instructions come from: the
# same bytes on one machine, and differences far below the fifth decimal between machines.
_LANES = {"reassoc", "contract", "nsz", "arcp"}


@njit(cache=True, nogil=True, fastmath=_LANES, error_model="numpy")
def _gather(data, own, pi, mu, W, told):  # type: ignore[no-untyped-def]
    """What one EM step needs of people: fills ``told`` [3 k + 5].

    ``data`` [5, n]: J (xx, xy, yy) and h (x, y). People are handled ``LOT`` at a time in loops
    without branches, which compile to vector instructions.
    """
    n, k = own.size, pi.size
    determinant = W[0, 0] * W[1, 1] - W[0, 1] * W[0, 1]
    p00, p01, p11 = W[1, 1] / determinant, -W[0, 1] / determinant, W[0, 0] / determinant
    ahead_x, ahead_y, start = np.empty(k), np.empty(k), np.empty(k)  # P mu
    for g in range(k):
        ahead_x[g] = p00 * mu[g, 0] + p01 * mu[g, 1]
        ahead_y[g] = p01 * mu[g, 0] + p11 * mu[g, 1]
        quad = ahead_x[g] * mu[g, 0] + ahead_y[g] * mu[g, 1]
        start[g] = np.log(pi[g]) - 0.5 * quad - 0.5 * np.log(determinant)
    sums, first_x, first_y = np.zeros(k), np.zeros(k), np.zeros(k)
    c00, c01, c11 = np.empty(LOT), np.empty(LOT), np.empty(LOT)
    inverse, highest, total = np.empty(LOT), np.empty(LOT), np.empty(LOT)
    means_x, means_y, scores = np.empty((k, LOT)), np.empty((k, LOT)), np.empty((k, LOT))
    power = np.empty(LOT, np.int64)
    two_to = power.view(np.float64)
    likelihood = people = s00 = s01 = s11 = 0.0
    for low in range(0, n, LOT):
        m = min(LOT, n - low)
        j00, j01, j11 = data[0, low : low + m], data[1, low : low + m], data[2, low : low + m]
        hx, hy, w = data[3, low : low + m], data[4, low : low + m], own[low : low + m]
        for i in range(m):
            a, b, c = p00 + j00[i], p01 + j01[i], p11 + j11[i]
            r = 1.0 / (a * c - b * b)
            inverse[i], c00[i], c01[i], c11[i] = r, c * r, -b * r, a * r
        for g in range(k):
            mean_x, mean_y, score = means_x[g], means_y[g], scores[g]
            of_x, of_y, base = ahead_x[g], ahead_y[g], start[g]
            for i in range(m):
                x, y = of_x + hx[i], of_y + hy[i]
                u, v = c00[i] * x + c01[i] * y, c01[i] * x + c11[i] * y
                mean_x[i], mean_y[i] = u, v
                score[i] = base + 0.5 * (u * x + v * y)
        for i in range(m):
            highest[i] = scores[0, i]
            total[i] = 0.0
        for g in range(1, k):
            score = scores[g]
            for i in range(m):
                highest[i] = max(highest[i], score[i])
        for g in range(k):
            score = scores[g]
            for i in range(m):
                # exp(z) = 2^q e^f with |f| <= ln(2) / 2, to 1e-11.
                z = max(score[i] - highest[i], -700.0) * 1.4426950408889634
                q = np.floor(z + 0.5)
                f = (z - q) * 0.6931471805599453
                e = 1.0 + f * (1 / 7 + f * (1 / 56 + f * (1 / 504 + f / 5040)))
                e = 1.0 + f * (1 / 4 + f * (1 / 20 + f * (1 / 120) * e))
                score[i] = 1.0 + f * (1.0 + f * (0.5 + f * (1 / 6) * e))
                power[i] = (np.int64(q) + 1023) << 52
            for i in range(m):
                score[i] *= two_to[i]
                total[i] += score[i]
        for i in range(m):
            people += w[i]
            likelihood += w[i] * (highest[i] + 0.5 * np.log(total[i] * total[i] * inverse[i]))
            s00 += w[i] * c00[i]
            s01 += w[i] * c01[i]
            s11 += w[i] * c11[i]
        for i in range(m):
            total[i] = w[i] / total[i]
        for g in range(k):
            mean_x, mean_y, score = means_x[g], means_y[g], scores[g]
            t = tx = ty = txx = txy = tyy = 0.0
            for i in range(m):
                share, x, y = score[i] * total[i], mean_x[i], mean_y[i]
                t += share
                tx += share * x
                ty += share * y
                txx += share * x * x
                txy += share * x * y
                tyy += share * y * y
            sums[g] += t
            first_x[g] += tx
            first_y[g] += ty
            s00 += txx
            s01 += txy
            s11 += tyy
    told[:k], told[k : 2 * k], told[2 * k : 3 * k] = sums, first_x, first_y
    told[3 * k], told[3 * k + 1], told[3 * k + 2] = s00, s01, s11
    told[3 * k + 3], told[3 * k + 4] = likelihood, people


@njit(cache=True, nogil=True, fastmath=_LANES, error_model="numpy")
def _renew(told, pi, mu, W):  # type: ignore[no-untyped-def]
    """The mixture that follows from sums over people, in place; the log-likelihood before it."""
    k = pi.size
    sums, first_x, first_y = told[:k], told[k : 2 * k], told[2 * k : 3 * k]
    s00, s01, s11 = told[3 * k], told[3 * k + 1], told[3 * k + 2]
    likelihood, people = told[3 * k + 3], told[3 * k + 4]
    for g in range(k):
        pi[g] = max(sums[g] / people, 1e-9)
        if sums[g] > 1e-9:
            mu[g, 0], mu[g, 1] = first_x[g] / sums[g], first_y[g] / sums[g]
        s00 -= sums[g] * mu[g, 0] * mu[g, 0]
        s01 -= sums[g] * mu[g, 0] * mu[g, 1]
        s11 -= sums[g] * mu[g, 1] * mu[g, 1]
    # A group of identical people still has a size.
    W[0, 0], W[1, 1] = s00 / people + 1e-6, s11 / people + 1e-6
    W[0, 1] = W[1, 0] = s01 / people
    return likelihood


@njit(cache=True, nogil=True)
def _em(data, own, pi, mu, W, steps, gain):  # type: ignore[no-untyped-def]
    before = -np.inf
    told = np.zeros(3 * pi.size + 5)
    for _ in range(steps):
        _gather(data, own, pi, mu, W, told)
        likelihood = _renew(told, pi, mu, W)
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
