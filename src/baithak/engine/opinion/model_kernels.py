"""The compiled inner loops of the ordinal ideal-point model (``model.py`` has the mathematics).

A person is the extended vector ``p = (a, u_1..u_D, 1)``, a statement ``s = (1, v_1..v_D, b)``, so
that ``eta = p . s`` and ``E[eta^2]`` is one inner product of their second moments. A moment row
holds the upper triangle of ``E[xx']`` (padded to ``P`` numbers) and then ``E[x]`` (padded to
``Q``): 32 float32 for D = 4, two cache lines. The sizes are compile-time constants, hence
``kernels(D)``; the inner loops over them become a handful of vector instructions.

Every sum over votes runs in the canonical order of the vote matrix, so the same votes give the
same bytes, whatever order they came in.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numba import njit

__all__ = ["Kernels", "kernels", "packed_sizes"]

_FAST = {"reassoc", "contract", "nsz", "arcp"}  # not nnan: a NaN must stay visible
_f = np.float32
# tanh(x)/x as a rational function of x^2, |x| <= 9 (the float32 minimax form used by Eigen).
_N0, _N1, _N2, _N3 = (
    _f(4.89352455891786e-03),
    _f(6.37261928875436e-04),
    _f(1.48572235717979e-05),
    _f(5.12229709037114e-08),
)
_N4, _N5, _N6 = _f(-8.60467152213735e-11), _f(2.00018790482477e-13), _f(-2.76076847742355e-16)
_D0, _D1, _D2, _D3 = (
    _f(4.89352518554385e-03),
    _f(2.26843463243900e-03),
    _f(1.18534705686654e-04),
    _f(1.19825839466702e-06),
)
_CAP = _f(81.0)
_ZERO, _HALF, _ONE, _QUARTER, _EIGHTH = _f(0), _f(0.5), _f(1), _f(0.25), _f(0.125)
_TINY = _f(1e-12)
_STEP = 1.0  # largest change of a log width in one scoring step


@njit(cache=True, nogil=True, fastmath=_FAST, inline="always")
def _tanh_ratio(s: Any) -> Any:
    """tanh(x)/x at s = x^2 >= 0, relative error below 1e-6."""
    c = min(s, _CAP)
    top = _N0 + c * (_N1 + c * (_N2 + c * (_N3 + c * (_N4 + c * (_N5 + c * _N6)))))
    low = _D0 + c * (_D1 + c * (_D2 + c * _D3))
    inside = top / low
    return inside if s <= _CAP else _ONE / np.sqrt(s)


@njit(cache=True, nogil=True)
def _invert(precision, covariance, lower, size):  # type: ignore[no-untyped-def]
    """Inverse of a small positive definite matrix by Cholesky, in float64."""
    for k in range(size):
        for e in range(k + 1):
            total = precision[k, e]
            for r in range(e):
                total -= lower[k, r] * lower[e, r]
            if k == e:
                lower[k, k] = math.sqrt(max(total, 1e-12))
            else:
                lower[k, e] = total / lower[e, e]
    for k in range(size):  # inverse of the triangle, in place
        lower[k, k] = 1.0 / lower[k, k]
        for e in range(k):
            total = 0.0
            for r in range(e, k):
                total -= lower[k, r] * lower[r, e]
            lower[k, e] = total * lower[k, k]
    for k in range(size):
        for e in range(k + 1):
            total = 0.0
            for r in range(k, size):
                total += lower[r, k] * lower[r, e]
            covariance[k, e] = total
            covariance[e, k] = total


@njit(cache=True, nogil=True)
def gram(indptr, columns, values, centre, block, onto):  # type: ignore[no-untyped-def]
    """Add X'X ``block`` to ``onto`` [m, width], X the votes minus ``centre`` (0 if not cast)."""
    width = block.shape[1]
    line = np.empty(width)
    for i in range(len(indptr) - 1):
        line[:] = 0.0
        for t in range(indptr[i], indptr[i + 1]):
            j = columns[t]
            off = values[t] - centre[j]
            for k in range(width):
                line[k] += off * block[j, k]
        for t in range(indptr[i], indptr[i + 1]):
            j = columns[t]
            off = values[t] - centre[j]
            for k in range(width):
                onto[j, k] += off * line[k]


def packed_sizes(dimensions: int) -> tuple[int, int]:
    """(P, Q): padded lengths of second moments and means of an extended vector."""
    extended = dimensions + 2
    return -(-extended * (extended + 1) // 16) * 8, -(-extended // 8) * 8


class Kernels(NamedTuple):
    """Compiled loops for one number of dimensions."""

    people: Callable[..., Any]
    statements: Callable[..., Any]
    contributions: Callable[..., Any]
    predict: Callable[..., Any]
    rates: Callable[..., Any]


@cache
def kernels(dimensions: int) -> Kernels:
    """The loops for ``dimensions`` axes (compiled at first use, then read from the cache)."""
    D = dimensions
    F = dimensions + 1
    E = dimensions + 2
    P, Q = packed_sizes(dimensions)
    R = P + Q

    @njit(cache=True, nogil=True, fastmath=_FAST)
    def people(  # type: ignore[no-untyped-def]
        indptr,
        columns,
        values,
        table,
        width,
        gauge,
        shift,
        prior,
        width_precision,
        z,
        cov,
        w,
        keep_w,
        sums,
        slope,
        bend,
        moments,
        natural,
        natural_h,
    ):
        """Update every person given the statements and add what they say of the statements.

        ``table`` float32 [m, R] statement moments; ``width`` float32 [m] exp(x); the old person
        posterior is carried into the present gauge by ``gauge`` [F, F] and ``shift`` [F] first.
        Adds to ``sums`` [m, R] (precision and linear terms), ``slope`` and ``bend`` [m] (x), and
        ``moments`` [R] (sum of person moments over people with votes). With ``natural`` [n, FF]
        each person's likelihood precision and ``natural_h`` [n, F] linear term are kept.
        Returns people seen, sum of squared changes of eta over votes, sum of
        squares of w, sum of its posterior variances.
        """
        longest = 0
        for i in range(len(indptr) - 1):
            longest = max(longest, indptr[i + 1] - indptr[i])
        eta = np.empty(longest, np.float32)
        dist = np.empty(longest, np.float32)
        minus = np.empty(longest, np.float32)
        plus = np.empty(longest, np.float32)
        weight = np.empty(longest, np.float32)
        linear = np.empty(longest, np.float32)
        wide = np.empty(longest, np.float32)
        said = np.empty(longest, np.float32)
        mean = np.empty(F)
        spread = np.empty((F, F))
        work = np.empty((F, F))
        precision = np.empty((F, F))
        lower = np.empty((F, F))
        rhs = np.empty(F)
        twice = np.zeros(P, np.float32)
        row = np.zeros(R, np.float32)
        gather = np.empty(R, np.float32)
        seen = 0
        moved = 0.0
        squares = 0.0
        doubt = 0.0
        keep_natural = len(natural) > 0
        for i in range(len(indptr) - 1):
            first = indptr[i]
            count = indptr[i + 1] - first
            if count == 0:
                for k in range(F):
                    z[i, k] = _ZERO
                at = 0
                for k in range(F):
                    for e in range(k, F):
                        cov[i, at] = _f(1.0 / prior[k]) if k == e else _ZERO
                        at += 1
                w[i] = _ZERO
                continue
            seen += 1
            # The old posterior in the present gauge.
            for k in range(F):
                total = shift[k]
                for e in range(F):
                    total += gauge[k, e] * z[i, e]
                mean[k] = total
            at = 0
            for k in range(F):
                for e in range(k, F):
                    precision[k, e] = cov[i, at]
                    precision[e, k] = cov[i, at]
                    at += 1
            for k in range(F):
                for e in range(F):
                    total = 0.0
                    for r in range(F):
                        total += gauge[k, r] * precision[r, e]
                    work[k, e] = total
            at = 0
            for k in range(F):
                for e in range(k, F):
                    total = 0.0
                    for r in range(F):
                        total += work[k, r] * gauge[e, r]
                    total += mean[k] * mean[e]
                    twice[at] = _f(total if k == e else 2.0 * total)
                    at += 1
                row[P + k] = _f(mean[k])
                twice[at] = _f(2.0 * mean[k])
                at += 1
            twice[at] = _ONE
            row[P + F] = _ONE
            # Local variational parameters of every vote.
            own = _f(math.exp(w[i]))
            for t in range(count):
                j = columns[first + t]
                second = _ZERO
                for k in range(P):
                    second += twice[k] * table[j, k]
                line = _ZERO
                for k in range(Q):
                    line += row[P + k] * table[j, P + k]
                eta[t] = line
                weight[t] = second
                wide[t] = width[j]
                said[t] = _f(values[first + t])
            for t in range(count):
                d = own * wide[t]
                cross = (d + d) * eta[t]
                base = weight[t] + d * d
                low = _QUARTER * _tanh_ratio(max(base - cross, _ZERO) * _QUARTER)
                high = _QUARTER * _tanh_ratio(max(base + cross, _ZERO) * _QUARTER)
                low = low if said[t] >= _ZERO else _ZERO
                high = high if said[t] <= _ZERO else _ZERO
                minus[t] = low
                plus[t] = high
                weight[t] = low + high
                linear[t] = _HALF * said[t] + (low - high) * d
                dist[t] = low - high
            for k in range(R):
                gather[k] = _ZERO
            for t in range(count):
                j = columns[first + t]
                wt = weight[t]
                ln = linear[t]
                for k in range(P):
                    gather[k] += wt * table[j, k]
                for k in range(Q):
                    gather[P + k] += ln * table[j, P + k]
            # The person's posterior.
            at = 0
            for k in range(F):
                for e in range(k, F):
                    precision[k, e] = gather[at]
                    precision[e, k] = gather[at]
                    if keep_natural:
                        natural[i, at - k] = gather[at]
                    at += 1
                rhs[k] = gather[P + k] - gather[at]
                if keep_natural:
                    natural_h[i, k] = _f(rhs[k])
                at += 1
                precision[k, k] += prior[k]
            _invert(precision, spread, lower, F)
            for k in range(F):
                total = 0.0
                for e in range(F):
                    total += spread[k, e] * rhs[e]
                mean[k] = total
            at = 0
            into = 0
            for k in range(F):
                z[i, k] = _f(mean[k])
                for e in range(k, F):
                    cov[i, into] = _f(spread[k, e])
                    row[at] = _f(spread[k, e] + mean[k] * mean[e])
                    into += 1
                    at += 1
                row[at] = _f(mean[k])
                row[P + k] = _f(mean[k])
                at += 1
            row[at] = _ONE
            # One scoring step for the width of this person's pass.
            grade = 0.0
            curve = 0.0
            for t in range(count):
                j = columns[first + t]
                line = _ZERO
                for k in range(Q):
                    line += row[P + k] * table[j, P + k]
                shifted = line - eta[t]
                moved += shifted * shifted
                eta[t] = line
            if not keep_w:
                rise = _ZERO
                turn = _ZERO
                for t in range(count):
                    d = own * wide[t]
                    pull = dist[t] * d * eta[t]
                    inverse = _ONE / _tanh_ratio(d * d)
                    passed = said[t] == _ZERO
                    rise += pull - weight[t] * d * d + (inverse if passed else -_HALF * d)
                    turn += weight[t] * d * d + (inverse * inverse - d * d if passed else _ZERO)
                grade = rise - width_precision * w[i]
                curve = turn + width_precision
                step = grade / curve
                w[i] += _f(max(-_STEP, min(_STEP, step)))
                own = _f(math.exp(w[i]))
                doubt += 1.0 / curve
            squares += w[i] * w[i]
            # What this person says of the statements.
            for t in range(count):
                d = own * wide[t]
                pull = dist[t] * d
                linear[t] = _HALF * said[t] + pull
                inverse = _ONE / _tanh_ratio(d * d)
                passed = said[t] == _ZERO
                minus[t] = pull * eta[t] - weight[t] * d * d + (inverse if passed else -_HALF * d)
                plus[t] = weight[t] * d * d + (inverse * inverse - d * d if passed else _ZERO)
            for t in range(count):
                j = columns[first + t]
                wt = weight[t]
                ln = linear[t]
                for k in range(P):
                    sums[j, k] += wt * row[k]
                for k in range(Q):
                    sums[j, P + k] += ln * row[P + k]
                slope[j] += minus[t]
                bend[j] += plus[t]
            for k in range(R):
                moments[k] += row[k]
        return seen, moved, squares, doubt

    @njit(cache=True, nogil=True)
    def statements(sums, prior, centre, mean, cov):  # type: ignore[no-untyped-def]
        """Posterior of every statement (v_1..v_D, b) from the sums over people.

        ``prior`` [F] precisions, ``centre`` [F] prior means; fills ``mean`` [m, F] and ``cov``
        [m, F, F] (float64).
        """
        lower = np.empty((F, F))
        precision = np.empty((F, F))
        rhs = np.empty(F)
        for j in range(len(sums)):
            at = E  # past the first row of the triangle, E[a (a, u, 1)]
            for k in range(F):
                for e in range(k, F):
                    precision[k, e] = sums[j, at]
                    precision[e, k] = sums[j, at]
                    at += 1
                precision[k, k] += prior[k]
                rhs[k] = sums[j, P + 1 + k] - sums[j, 1 + k] + prior[k] * centre[k]
            _invert(precision, cov[j], lower, F)
            for k in range(F):
                total = 0.0
                for e in range(F):
                    total += cov[j, k, e] * rhs[e]
                mean[j, k] = total

    @njit(cache=True, nogil=True, fastmath=_FAST)
    def predict(rows, columns, table, z, cov, eta, second):  # type: ignore[no-untyped-def]
        """Mean and variance of eta for pairs of a person and a statement."""
        for t in range(len(rows)):
            i = rows[t]
            j = columns[t]
            at = 0
            into = 0
            line = 0.0
            square = 0.0
            for k in range(F):
                for e in range(k, F):
                    value = cov[i, into] + z[i, k] * z[i, e]
                    square += (value if k == e else 2 * value) * table[j, at]
                    into += 1
                    at += 1
                square += 2 * z[i, k] * table[j, at]
                line += z[i, k] * table[j, P + k]
                at += 1
            square += table[j, at]
            line += table[j, P + F]
            eta[t] = line
            second[t] = max(square - line * line, 0.0)

    @njit(cache=True, nogil=True, fastmath=_FAST)
    def contributions(indptr, columns, values, table, width, z, cov, w, sums, slope, bend):  # type: ignore[no-untyped-def]
        """Add what people with given posteriors say of the statements, as ``people`` does.

        A function of its arguments alone, so that the same contribution can be taken out again.
        """
        twice = np.zeros(P, np.float32)
        row = np.zeros(R, np.float32)
        for i in range(len(indptr) - 1):
            at = 0
            into = 0
            for k in range(F):
                for e in range(k, F):
                    value = cov[i, into] + z[i, k] * z[i, e]
                    row[at] = value
                    twice[at] = value if k == e else value + value
                    into += 1
                    at += 1
                row[at] = z[i, k]
                row[P + k] = z[i, k]
                twice[at] = z[i, k] + z[i, k]
                at += 1
            row[at] = _ONE
            twice[at] = _ONE
            row[P + F] = _ONE
            own = _f(math.exp(w[i]))
            for t in range(indptr[i], indptr[i + 1]):
                j = columns[t]
                second = _ZERO
                for k in range(P):
                    second += twice[k] * table[j, k]
                line = _ZERO
                for k in range(Q):
                    line += row[P + k] * table[j, P + k]
                said = _f(values[t])
                d = own * width[j]
                cross = (d + d) * line
                base = second + d * d
                low = _QUARTER * _tanh_ratio(max(base - cross, _ZERO) * _QUARTER)
                high = _QUARTER * _tanh_ratio(max(base + cross, _ZERO) * _QUARTER)
                low = low if said >= _ZERO else _ZERO
                high = high if said <= _ZERO else _ZERO
                wt = low + high
                pull = (low - high) * d
                ln = _HALF * said + pull
                inverse = _ONE / _tanh_ratio(d * d)
                passed = said == _ZERO
                for k in range(P):
                    sums[j, k] += wt * row[k]
                for k in range(Q):
                    sums[j, P + k] += ln * row[P + k]
                slope[j] += pull * line - wt * d * d + (inverse if passed else -_HALF * d)
                bend[j] += wt * d * d + (inverse * inverse - d * d if passed else _ZERO)

    @njit(cache=True, nogil=True, fastmath=_FAST)
    def rates(chosen, weights, table, z, cov, w, width, means, slopes):  # type: ignore[no-untyped-def]
        """Weighted sums over people of P(agree), P(disagree) and their slopes in (u, 1).

        ``chosen`` [c] people, ``weights`` float32 [c, k]; ``table`` float32 [R, m] (transposed);
        adds to ``means`` [k, 2, m] and ``slopes`` [k, 2, F, m] (float64). Statements go in blocks
        that stay in the first cache; people in small batches, summed in float32 and then added.
        """
        m = table.shape[1]
        groups = weights.shape[1]
        block = 256
        batch = 64
        twice = np.zeros(P, np.float32)
        line = np.empty(block, np.float32)
        second = np.empty(block, np.float32)
        yes = np.empty(block, np.float32)
        no = np.empty(block, np.float32)
        up = np.empty(block, np.float32)
        down = np.empty(block, np.float32)
        part = np.zeros((groups, 2 + 2 * F, block), np.float32)
        ratio = _f(math.pi / 8)
        for start in range(0, m, block):
            size = min(block, m - start)
            for c in range(len(chosen)):
                i = chosen[c]
                at = 0
                into = 0
                for k in range(F):
                    for e in range(k, F):
                        value = cov[i, into] + z[i, k] * z[i, e]
                        twice[at] = value if k == e else value + value
                        into += 1
                        at += 1
                    twice[at] = z[i, k] + z[i, k]
                    at += 1
                twice[at] = _ONE
                own = _f(math.exp(w[i]))
                for r in range(size):
                    line[r] = table[P + F, start + r]
                    second[r] = _ZERO
                for k in range(F):
                    value = z[i, k]
                    for r in range(size):
                        line[r] += value * table[P + k, start + r]
                for k in range(E * (E + 1) // 2):
                    value = twice[k]
                    for r in range(size):
                        second[r] += value * table[k, start + r]
                for r in range(size):
                    spread = max(second[r] - line[r] * line[r], _ZERO)
                    tame = _ONE / np.sqrt(_ONE + ratio * spread)
                    d = own * width[start + r]
                    a = (line[r] - d) * tame
                    b = (-line[r] - d) * tame
                    pa = _HALF + _QUARTER * a * _tanh_ratio(_QUARTER * a * a)
                    pb = _HALF + _QUARTER * b * _tanh_ratio(_QUARTER * b * b)
                    yes[r] = pa
                    no[r] = pb
                    up[r] = tame * pa * (_ONE - pa)
                    down[r] = -tame * pb * (_ONE - pb)
                for g in range(groups):
                    weight = weights[c, g]
                    if weight > _ZERO:
                        for r in range(size):
                            part[g, 0, r] += weight * yes[r]
                            part[g, 1, r] += weight * no[r]
                        for k in range(F):
                            tilt = weight * z[i, k + 1] if k < D else weight
                            for r in range(size):
                                part[g, 2 + k, r] += tilt * up[r]
                                part[g, 2 + F + k, r] += tilt * down[r]
                if c % batch == batch - 1 or c == len(chosen) - 1:
                    for g in range(groups):
                        for r in range(size):
                            means[g, 0, start + r] += part[g, 0, r]
                            means[g, 1, start + r] += part[g, 1, r]
                        for k in range(F):
                            for r in range(size):
                                slopes[g, 0, k, start + r] += part[g, 2 + k, r]
                                slopes[g, 1, k, start + r] += part[g, 2 + F + k, r]
                    part[:] = _ZERO

    return Kernels(people, statements, contributions, predict, rates)
