"""The two principal axes of a sparse vote matrix, exactly as if missing votes were column means.

Polis fills the gaps of each column with its mean and then subtracts that mean: what was missing
becomes zero. The filled and centred matrix is therefore as sparse as the votes, and neither it nor
its singular vectors ever need a dense people x statements table.

Small problems are solved by LAPACK on the statements x statements product. Larger ones by Lanczos
with full reorthogonalisation, on that product or on the votes themselves, whichever is cheaper.

Paper: C. Lanczos (1950), J. Res. Natl. Bur. Stand. 45, 255-282; the reorthogonalisation as in
B. Parlett, The Symmetric Eigenvalue Problem (1998), chapter 13.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from baithak.engine.opinion.shards import THREADS, Held, Stretch, cut, stretches
from baithak.engine.opinion.votes import VoteMatrix

__all__ = ["Axes", "principal_axes"]

DIRECT = 64  # statements up to which LAPACK on the whole product is quickest
LARGEST_PRODUCT = 5_000  # statements above which the product itself would need too much memory
LARGEST_IN_BLOCKS = 1_500  # statements: each block needs a product of its own
LOT = 256  # people whose votes are turned by statement at a time: they fit the second cache
CHECK_EVERY = 8
TOLERANCE = 1e-13  # residual relative to the largest eigenvalue


@dataclass(frozen=True, slots=True)
class Axes:
    """Two orthonormal axes over statements.

    ``components`` float64 [2, m]: zero for statements not used; the entry of largest size is
    positive in each row. ``variance`` float64 [2]: sum of squares along each axis; ``total``: sum
    of squares of the whole centred matrix. ``steps``: Lanczos steps taken (0: solved directly).
    """

    components: NDArray[np.float64]
    variance: NDArray[np.float64]
    total: float
    steps: int


def principal_axes(
    votes: VoteMatrix,
    centre: NDArray[np.float64],
    used: NDArray[np.bool_],
    *,
    held: Held | None = None,
) -> Axes:
    """First two principal axes of the mean-filled votes.

    Parameters
    ----------
    votes : VoteMatrix
    centre : float64 [m]
        Mean vote of each statement.
    used : bool [m]
        Statements that take part; the others count as if everybody had passed.
    held : Held, optional
        The votes where a crew holds them.

    Returns
    -------
    Axes
        With fewer than two directions in the votes, the missing axes are zero.

    Examples
    --------
    >>> votes = VoteMatrix.from_arrays([1, 1, 2, 2], [1, 2, 1, 2], [1, -1, -1, 1])
    >>> axes = principal_axes(votes, np.zeros(2), np.ones(2, dtype=bool))
    >>> axes.components.round(3).tolist(), axes.variance.round(3).tolist()
    ([[0.707, -0.707], [0.0, 0.0]], [4.0, 0.0])
    """
    chosen = np.flatnonzero(used)
    m = len(chosen)
    # x - c for the three votes of each used statement; nothing for the others.
    table = np.zeros((votes.m, 3))
    table[chosen] = np.array([-1.0, 0.0, 1.0])[None, :] - centre[chosen, None]
    place = np.full(votes.m, -1, dtype=np.int32)
    place[chosen] = np.arange(m, dtype=np.int32)
    lengths = votes.votes_per_person.astype(np.float64)
    pairs = float(lengths @ lengths) / 2
    cheap = pairs + 12.0 * m * m < 100.0 * votes.size and m <= LARGEST_PRODUCT
    direct = m <= DIRECT
    product = np.zeros((0, 0))
    if cheap or direct:
        product = _products(votes, place, table, held)
    if direct:
        found, vectors = np.linalg.eigh(product)
        values, vectors, steps = found[::-1][:2], vectors[:, ::-1][:, :2].T, 0
    else:
        values, vectors, steps = _lanczos(votes, place, table, product)
    total = float(_squares(votes.columns, votes.values, table))
    components = np.zeros((2, votes.m))
    variance = np.zeros(2)
    for axis in range(min(2, len(values))):
        if values[axis] <= 1e-12 * max(total, 1e-300):
            break
        vector = vectors[axis]
        vector = vector * np.sign(vector[np.argmax(np.abs(vector))])
        components[axis, chosen] = vector
        variance[axis] = values[axis]
    return Axes(components, variance, total, steps)


def _products(
    votes: VoteMatrix, place: NDArray[np.int32], table: NDArray[np.float64], held: Held | None
) -> NDArray[np.float64]:
    """Sum of outer products of the centred rows, [m, m], in stretches of people.

    The stretches depend on the votes alone, and are added in order: the sum is the same on any
    number of processors.
    """
    m = int(place.max()) + 1 if len(place) else 0
    if held is None or m > LARGEST_IN_BLOCKS:
        bounds = [(0, votes.n)] if m > LARGEST_IN_BLOCKS else cut(votes.indptr)
        held = THREADS.hold(stretches(votes, bounds))
    product, *others = held.each(_block, place, table, m)
    for part in others:
        product += part
    product += np.triu(product, 1).T
    return np.asarray(product)


def _block(
    rows: Stretch, place: NDArray[np.int32], table: NDArray[np.float64], m: int
) -> NDArray[np.float64]:
    part = np.zeros((m, m))
    _product(*rows, place, table, part)
    return part


def _lanczos(
    votes: VoteMatrix,
    place: NDArray[np.int32],
    table: NDArray[np.float64],
    product: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """The two largest eigenpairs, checked every few steps against their own residuals."""
    m = int(place.max()) + 1
    basis, alpha, beta = np.zeros((6 * CHECK_EVERY + 1, m)), np.zeros(m), np.zeros(m)
    before = np.zeros(2)
    done = 0
    while True:
        upto = min(done + CHECK_EVERY, m)
        if upto >= len(basis):
            basis = np.vstack((basis, np.zeros((len(basis), m))))
        _steps(
            votes.indptr, votes.columns, votes.values, place, table, product,
            basis, alpha, beta, done, upto,
        )  # fmt: skip
        done = upto
        inner = np.diag(alpha[:done])
        inner += np.diag(beta[: done - 1], 1) + np.diag(beta[: done - 1], -1)
        values, vectors = np.linalg.eigh(inner)
        residual = beta[done - 1] * np.abs(vectors[-1, -2:])
        small = residual.max() <= TOLERANCE * values[-1]
        # A fresh start has residual zero at once; wait until it has had time to find more.
        running = bool(np.all(beta[done - CHECK_EVERY : done] > 0.0))
        if done == m or (small and (running or np.allclose(values[-2:], before, rtol=1e-12))):
            break
        before = values[-2:]
    leading = np.zeros((2, m))
    _combine(np.ascontiguousarray(vectors[:, ::-1][:, :2].T), basis, done, leading)
    return values[::-1][:2], leading, done


@njit(cache=True, nogil=True)
def _product(indptr, columns, values, place, table, out):  # type: ignore[no-untyped-def]
    """Add the outer products of the centred rows to the upper half of out.

    Person by person, a vote would touch a hundred rows of out at once, more than the caches hold.
    So the votes of a lot of people are sorted by statement, and each row of out is finished before
    the next. Every number is still a sum over people in their order.
    """
    n, m = indptr.size - 1, out.shape[0]
    longest = 0
    for first in range(0, n, LOT):
        longest = max(longest, indptr[min(first + LOT, n)] - indptr[first])
    where = np.empty(longest, dtype=np.uint32)  # unsigned: no look at negative places
    what = np.empty(longest)
    ends = np.empty(longest, dtype=np.uint32)
    order = np.empty(longest, dtype=np.uint32)
    start = np.empty(m + 1, dtype=np.int64)
    for first in range(0, n, LOT):
        start[:] = 0
        length = 0
        for i in range(first, min(first + LOT, n)):
            before = length
            for k in range(indptr[i], indptr[i + 1]):
                column = np.int64(columns[k])
                if place[column] >= 0:
                    where[length] = place[column]
                    what[length] = table[column, np.int64(values[k]) + 1]
                    start[place[column] + 1] += 1
                    length += 1
            ends[before:length] = length
        for j in range(m):
            start[j + 1] += start[j]
        for k in range(length):
            row = np.int64(where[k])
            order[start[row]] = k
            start[row] += 1
        at = 0
        for j in range(m):  # start[j] is now where the next row begins
            line = out[j]
            while at < start[j]:
                own = order[at]
                left = what[own]
                for second in range(np.uint64(own), np.uint64(ends[own])):
                    line[where[second]] += left * what[second]
                at += 1


@njit(cache=True, nogil=True)
def _squares(columns, values, table):  # type: ignore[no-untyped-def]
    total = 0.0
    for k in range(columns.size):
        x = table[np.int64(columns[k]), np.int64(values[k]) + 1]
        total += x * x
    return total


@njit(cache=True, nogil=True)
def _dot(x, y):  # type: ignore[no-untyped-def]
    """Inner product in eight fixed lanes: fast, and the same on every machine."""
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = 0.0
    whole = x.size - x.size % 8
    for k in range(0, whole, 8):
        s0 += x[k] * y[k]
        s1 += x[k + 1] * y[k + 1]
        s2 += x[k + 2] * y[k + 2]
        s3 += x[k + 3] * y[k + 3]
        s4 += x[k + 4] * y[k + 4]
        s5 += x[k + 5] * y[k + 5]
        s6 += x[k + 6] * y[k + 6]
        s7 += x[k + 7] * y[k + 7]
    for k in range(whole, x.size):
        s0 += x[k] * y[k]
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7))


@njit(cache=True, nogil=True)
def _apply(indptr, columns, values, place, table, product, v, out):  # type: ignore[no-untyped-def]
    """out = (centred votes)' (centred votes) v, through the product where it was built."""
    if product.size:
        for row in range(v.size):
            out[row] = _dot(product[row], v)
        return
    spread = np.zeros(table.shape[0])
    back = np.zeros(table.shape[0])
    for column in range(table.shape[0]):
        if place[column] >= 0:
            spread[column] = v[place[column]]
    for i in range(indptr.size - 1):
        along = 0.0
        for k in range(indptr[i], indptr[i + 1]):
            j = np.int64(columns[k])
            along += table[j, np.int64(values[k]) + 1] * spread[j]
        for k in range(indptr[i], indptr[i + 1]):
            j = np.int64(columns[k])
            back[j] += along * table[j, np.int64(values[k]) + 1]
    for column in range(table.shape[0]):
        if place[column] >= 0:
            out[place[column]] = back[column]


@njit(cache=True, nogil=True)
def _orthogonal(basis, count, w):  # type: ignore[no-untyped-def]
    """Take the first ``count`` basis vectors out of w, twice, which is enough (Parlett)."""
    for _ in range(2):
        for a in range(count):
            share = _dot(basis[a], w)
            for j in range(w.size):
                w[j] -= share * basis[a, j]
    return np.sqrt(_dot(w, w))


@njit(cache=True, nogil=True)
def _fresh(w, seed):  # type: ignore[no-untyped-def]
    """A fixed, patternless vector: no votes were designed against it (Park and Miller, 1988)."""
    state = np.int64(seed * 7919 + 1)
    for j in range(w.size):
        state = (state * 48271) % 2147483647
        w[j] = state / 2147483647.0 - 0.5


@njit(cache=True, nogil=True)
def _steps(  # type: ignore[no-untyped-def]
    indptr, columns, values, place, table, product, basis, alpha, beta, first, last
):
    """Lanczos steps first..last; beta[k] couples k and k+1, zero where a fresh start was needed."""
    m = basis.shape[1]
    w = np.empty(m)
    if first == 0:
        _fresh(w, 1)
        basis[0] = w / np.sqrt(_dot(w, w))
    scale = 0.0
    for k in range(first):
        scale = max(scale, abs(alpha[k]))
    for k in range(first, last):
        _apply(indptr, columns, values, place, table, product, basis[k], w)
        alpha[k] = _dot(basis[k], w)
        scale = max(scale, abs(alpha[k]))
        norm = _orthogonal(basis, k + 1, w)
        beta[k] = norm
        if norm <= 1e-14 * scale:
            # Everything this start could reach is found; look at what is left.
            beta[k] = 0.0
            _fresh(w, k + 2)
            norm = _orthogonal(basis, k + 1, w)
        if norm > 0.0:
            basis[k + 1] = w / norm


@njit(cache=True, nogil=True)
def _combine(weights, basis, count, out):  # type: ignore[no-untyped-def]
    for axis in range(out.shape[0]):
        for k in range(count):
            for j in range(out.shape[1]):
                out[axis, j] += weights[axis, k] * basis[k, j]
        length = np.sqrt(_dot(out[axis], out[axis]))
        for j in range(out.shape[1]):
            out[axis, j] /= length
