"""The compiled inner loops of the ordinal ideal-point model (``model.py`` has the mathematics).

A person is the extended vector ``p = (a, u_1..u_D, 1)``, a statement ``s = (1, v_1..v_D, b)``, so
that ``eta = p . s`` and ``E[eta^2]`` is one inner product of their second moments. A moment row
holds the upper triangle of ``E[xx']`` (padded to ``P`` numbers) and then ``E[x]`` (padded to
``Q``): 32 float32 for D = 4, two cache lines. The sizes are compile-time constants, hence
``kernels(D)``; the inner loops over them become a handful of vector instructions.

Every sum over votes runs in the canonical order of the vote matrix, so the same votes give the
same bytes, whatever order they came in.
"""

# numba infers the types of compiled loops; mypy cannot follow it there.
# mypy: disable-error-code="no-untyped-def, call-arg, assignment, var-annotated"

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from baithak.engine.opinion.lanes import LANES, axpy, dot

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
_ZERO, _HALF, _ONE, _QUARTER = _f(0), _f(0.5), _f(1), _f(0.25)
_BATCH = 32  # votes per statement summed in float32 before they go into a float64 sum
_STEP = 1.0  # largest change of a log width in one scoring step


@njit(cache=True, nogil=True, fastmath=_FAST, inline="always")
def _tanh_ratio(s: Any) -> Any:
    """tanh(x)/x at s = x^2 >= 0, relative error below 1e-6."""
    c = min(s, _CAP)
    top = _N0 + c * (_N1 + c * (_N2 + c * (_N3 + c * (_N4 + c * (_N5 + c * _N6)))))
    low = _D0 + c * (_D1 + c * (_D2 + c * _D3))
    inside = top / low
    return inside if s <= _CAP else _ONE / np.sqrt(s)


@njit(cache=True, nogil=True, fastmath=_FAST, inline="always")
def _coth_product(s: Any) -> Any:
    """x coth(x) at s = x^2 >= 0, likewise."""
    c = min(s, _CAP)
    top = _N0 + c * (_N1 + c * (_N2 + c * (_N3 + c * (_N4 + c * (_N5 + c * _N6)))))
    low = _D0 + c * (_D1 + c * (_D2 + c * _D3))
    inside = low / top
    return inside if s <= _CAP else np.sqrt(s)


@njit(cache=True, nogil=True)
def _invert(precision, covariance, lower, size):
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
def gram(indptr, columns, values, centre, block, onto):
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
    return -(-extended * (extended + 1) // (2 * LANES)) * LANES, -(-extended // LANES) * LANES


class Kernels(NamedTuple):
    """Compiled loops for one number of dimensions."""

    tabulate: Callable[..., Any]
    people: Callable[..., Any]
    statements: Callable[..., Any]
    contributions: Callable[..., Any]
    predict: Callable[..., Any]


@cache
def kernels(dimensions: int) -> Kernels:
    """The loops for ``dimensions`` axes (compiled at first use, then read from the cache)."""
    F = dimensions + 1
    E = dimensions + 2
    P, Q = packed_sizes(dimensions)
    R = P + Q

    @njit(cache=True, nogil=True)
    def tabulate(mean, cov, table):
        """Moment rows ``table`` [m, R] of statements (v, b) from means and covariances."""
        for j in range(len(mean)):
            table[j, 0] = _ONE
            table[j, P] = _ONE
            at = 1
            for k in range(F):
                table[j, at] = _f(mean[j, k])
                table[j, P + 1 + k] = _f(mean[j, k])
                at += 1
            for k in range(F):
                for e in range(k, F):
                    table[j, at] = _f(mean[j, k] * mean[j, e] + cov[j, k, e])
                    at += 1

    @njit(cache=True, nogil=True, fastmath=_FAST)
    def people(
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
        sums,
        slope,
        bend,
        moments,
        told,
    ):
        """Update every person given the statements and add what they say of the statements.

        ``table`` float32 [m * R] statement moments; ``width`` float32 [m] exp(x); the old person
        posterior is carried into the present gauge by ``gauge`` [F, F] and ``shift`` [F] first.
        Adds to ``sums`` [m * R] (precision and linear terms), ``slope`` and ``bend`` [m] (x), and
        ``moments`` [R] (sum of person moments over people with votes); nothing is added for the
        statements unless ``told``. Returns people seen, sum of squared changes of eta over votes,
        sum of squares of w, sum of its posterior variances.
        """
        longest = 0
        for i in range(len(indptr) - 1):
            longest = max(longest, indptr[i + 1] - indptr[i])
        subject = np.empty(longest, np.int64)
        eta = np.empty(longest, np.float32)
        weight = np.empty(longest, np.float32)
        linear = np.empty(longest, np.float32)
        lean = np.empty(longest, np.float32)
        wide = np.empty(longest, np.float32)
        said = np.empty(longest, np.float32)
        rise = np.empty(longest, np.float32)
        turn = np.empty(longest, np.float32)
        mean = np.empty(F)
        spread = np.empty((F, F))
        work = np.empty((F, F))
        precision = np.empty((F, F))
        lower = np.empty((F, F))
        rhs = np.empty(F)
        twice = np.zeros(P, np.float32)
        row = np.zeros(R, np.float32)
        gather = np.empty(R, np.float32)
        m = len(width)
        batch = np.zeros(
            m * R if told else 0, np.float32
        )  # float32 sums over a few votes each, then float64
        batched = 0
        seen = 0
        moved = 0.0
        squares = 0.0
        doubt = 0.0
        for i in range(len(indptr) - 1):
            first = indptr[i]
            count = indptr[i + 1] - first
            if count == 0:
                at = 0
                for k in range(F):
                    z[i, k] = _ZERO
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
                j = np.int64(columns[first + t])
                subject[t] = j
                weight[t] = dot(twice, 0, table, j * R, P)
                eta[t] = dot(row, P, table, j * R + P, Q)
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
                weight[t] = low + high
                lean[t] = low - high
                linear[t] = _HALF * said[t] + (low - high) * d
            for k in range(R):
                gather[k] = _ZERO
            for t in range(count):
                j = subject[t]
                axpy(gather, 0, table, j * R, weight[t], P)
                axpy(gather, P, table, j * R + P, linear[t], Q)
            # The person's posterior.
            at = 0
            for k in range(F):
                for e in range(k, F):
                    precision[k, e] = gather[at]
                    precision[e, k] = gather[at]
                    at += 1
                rhs[k] = gather[P + k] - gather[at]
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
            change = _ZERO
            for t in range(count):
                line = dot(row, P, table, subject[t] * R + P, Q)
                change += (line - eta[t]) * (line - eta[t])
                eta[t] = line
            moved += change
            grade = _ZERO
            curve = _ZERO
            for t in range(count):
                d = own * wide[t]
                square = d * d
                passes = _ONE - said[t] * said[t]
                hyper = _coth_product(square)
                grade += lean[t] * d * eta[t] - weight[t] * square
                grade += passes * hyper - (_ONE - passes) * _HALF * d
                curve += weight[t] * square + passes * (hyper * hyper - square)
            steep = curve + width_precision
            step = (grade - width_precision * w[i]) / steep
            w[i] += _f(max(-_STEP, min(_STEP, step)))
            doubt += 1.0 / steep
            squares += w[i] * w[i]
            for k in range(R):
                moments[k] += row[k]
            if not told:
                continue
            # What this person says of the statements.
            own = _f(math.exp(w[i]))
            for t in range(count):
                d = own * wide[t]
                square = d * d
                pull = lean[t] * d
                passes = _ONE - said[t] * said[t]
                hyper = _coth_product(square)
                linear[t] = _HALF * said[t] + pull
                rise[t] = pull * eta[t] - weight[t] * square
                rise[t] += passes * hyper - (_ONE - passes) * _HALF * d
                turn[t] = weight[t] * square + passes * (hyper * hyper - square)
            for t in range(count):
                j = subject[t]
                axpy(batch, j * R, row, 0, weight[t], P)
                axpy(batch, j * R + P, row, P, linear[t], Q)
                slope[j] += rise[t]
                bend[j] += turn[t]
            batched += count
            if batched > _BATCH * m:
                for k in range(m * R):
                    sums[k] += batch[k]
                    batch[k] = _ZERO
                batched = 0
        if batched:
            for k in range(m * R):
                sums[k] += batch[k]
        return seen, moved, squares, doubt

    @njit(cache=True, nogil=True)
    def statements(sums, prior, centre, mean, cov):
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
    def predict(rows, columns, table, z, cov, eta, second):
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
    def contributions(indptr, columns, values, table, width, z, cov, w, sums, slope, bend, sign):
        """Add what people with given posteriors say of the statements, as ``people`` does.

        A function of its arguments alone, so that the same contribution can be taken out again:
        ``sign`` float32 is 1 or -1.
        """
        longest = 0
        for i in range(len(indptr) - 1):
            longest = max(longest, indptr[i + 1] - indptr[i])
        subject = np.empty(longest, np.int64)
        line = np.empty(longest, np.float32)
        weight = np.empty(longest, np.float32)
        linear = np.empty(longest, np.float32)
        wide = np.empty(longest, np.float32)
        said = np.empty(longest, np.float32)
        rise = np.empty(longest, np.float32)
        turn = np.empty(longest, np.float32)
        twice = np.zeros(P, np.float32)
        row = np.zeros(R, np.float32)
        for i in range(len(indptr) - 1):
            first = indptr[i]
            count = indptr[i + 1] - first
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
            for t in range(count):
                j = np.int64(columns[first + t])
                subject[t] = j
                weight[t] = dot(twice, 0, table, j * R, P)
                line[t] = dot(row, P, table, j * R + P, Q)
                wide[t] = width[j]
                said[t] = _f(values[first + t])
            for t in range(count):
                d = own * wide[t]
                square = d * d
                cross = (d + d) * line[t]
                base = weight[t] + square
                low = _QUARTER * _tanh_ratio(max(base - cross, _ZERO) * _QUARTER)
                high = _QUARTER * _tanh_ratio(max(base + cross, _ZERO) * _QUARTER)
                low = low if said[t] >= _ZERO else _ZERO
                high = high if said[t] <= _ZERO else _ZERO
                pull = (low - high) * d
                passes = _ONE - said[t] * said[t]
                hyper = _coth_product(square)
                weight[t] = sign * (low + high)
                linear[t] = sign * (_HALF * said[t] + pull)
                up = pull * line[t] - (low + high) * square
                rise[t] = sign * (up + passes * hyper - (_ONE - passes) * _HALF * d)
                turn[t] = sign * ((low + high) * square + passes * (hyper * hyper - square))
            for t in range(count):
                j = subject[t]
                axpy(sums, j * R, row, 0, weight[t], P)
                axpy(sums, j * R + P, row, P, linear[t], Q)
                slope[j] += rise[t]
                bend[j] += turn[t]

    return Kernels(tabulate, people, statements, contributions, predict)
