"""k-means in the plane and the silhouette, as Polis' peers compute them.

Starting points are the first k distinct points in lexicographic order, so that the same people
always give the same groups, whatever order they came in. Iteration, stopping rule and the treatment
of a cluster that loses its last point follow scikit-learn's ``KMeans`` (Lloyd), so that labels
agree with red-dwarf's.

Papers: S. Lloyd (1982), IEEE Trans. Inf. Theory 28(2), 129-137; P. Rousseeuw (1987), J. Comput.
Appl. Math. 20, 53-65.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["Clusters", "distinct_starts", "kmeans", "silhouettes"]

MOST_ITERATIONS = 300
MANY_POINTS = 10_000
TOLERANCE = 1e-4  # of the mean variance of the coordinates, on the summed squared centre moves


@dataclass(frozen=True, slots=True)
class Clusters:
    """``labels`` int32 [n], 0-based without gaps; ``centres`` float64 [k, 2]; ``iterations``."""

    labels: NDArray[np.int32]
    centres: NDArray[np.float64]
    iterations: int

    @property
    def k(self) -> int:
        """Number of clusters that have points."""
        return len(self.centres)


def distinct_starts(points: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """The first ``most`` distinct points [<= most, 2] in lexicographic order."""
    if len(points) > MANY_POINTS:
        # The leftmost few hold the starts, unless nearly all of them are equal.
        edge = np.partition(points[:, 0], MANY_POINTS // 10)[MANY_POINTS // 10]
        left = _sorted_starts(points[points[:, 0] <= edge], most)
        if len(left) == most:
            return left
    return _sorted_starts(points, most)


def _sorted_starts(points: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    order = np.lexsort((points[:, 1], points[:, 0]))
    chosen: list[int] = []
    for i in order.tolist():
        if not chosen or (points[i] != points[chosen[-1]]).any():
            chosen.append(i)
            if len(chosen) == most:
                break
    return points[chosen]


def kmeans(points: NDArray[np.float64], starts: NDArray[np.float64]) -> Clusters:
    """Lloyd's algorithm from given starts.

    Parameters
    ----------
    points : float64 [n, 2]
    starts : float64 [k, 2]

    Returns
    -------
    Clusters
        Clusters that end without points (possible only with many equal points) are left out.

    Examples
    --------
    >>> points = np.array([[0.0, 0.0], [1.0, 0.0], [9.0, 0.0], [10.0, 0.0]])
    >>> found = kmeans(points, distinct_starts(points, 2))
    >>> found.labels.tolist(), found.centres.tolist()
    ([0, 0, 1, 1], [[0.5, 0.0], [9.5, 0.0]])
    """
    mean = points.mean(axis=0)
    centred = points - mean
    limit = TOLERANCE * float(np.mean(np.var(points, axis=0)))
    centres = starts - mean
    labels = np.full(len(points), -1, dtype=np.int32)
    iterations = int(_lloyd(centred, centres, labels, limit, MOST_ITERATIONS))
    filled = np.unique(labels)
    if len(filled) < len(centres):
        labels = np.searchsorted(filled, labels).astype(np.int32)
        centres = centres[filled]
    return Clusters(labels, centres + mean, iterations)


def silhouettes(
    points: NDArray[np.float64], labelings: Sequence[NDArray[np.int32]]
) -> list[float | None]:
    """Mean silhouette of several labellings of the same points, distances computed once.

    Parameters
    ----------
    points : float64 [n, 2]
    labelings : sequence of int32 [n]
        Labels 0..k-1 each.

    Returns
    -------
    list of float or None
        Between -1 and 1; None where it is not defined (one cluster, or every point its own).
    """
    n = len(points)
    if not labelings or n == 0:
        return [None] * len(labelings)
    # Points that share their label in every labelling are one cell: one sum per point and cell.
    code = np.zeros(n, dtype=np.int64)
    for labels in labelings:
        code = code * (int(labels.max()) + 1) + labels
    order = np.argsort(code, kind="stable")
    firsts = np.flatnonzero(np.diff(code[order], prepend=-1))
    bounds = np.append(firsts, n)
    cell_labels = np.array([labels[order[firsts]] for labels in labelings], dtype=np.int64)
    scores = np.zeros(len(labelings))
    x, y = np.ascontiguousarray(points[order].T)
    _silhouettes(x, y, bounds, cell_labels, scores)
    told: list[float | None] = []
    for labels, score in zip(labelings, scores.tolist(), strict=True):
        groups = len(np.unique(labels))
        told.append(score / n if 2 <= groups <= n - 1 else None)
    return told


@njit(cache=True, nogil=True)
def _lloyd(points, centres, labels, limit, most):  # type: ignore[no-untyped-def]
    """Move the centres in place; returns the number of iterations."""
    n, k = points.shape[0], centres.shape[0]
    norms, weight = np.empty(k), np.empty(k)
    moved = np.empty((k, 2))
    strict = False
    iteration = 0
    while iteration < most and not strict:
        iteration += 1
        strict = not _nearest(points, centres, norms, labels)
        moved[:] = 0.0
        weight[:] = 0.0
        for i in range(n):
            c = labels[i]
            moved[c, 0] += points[i, 0]
            moved[c, 1] += points[i, 1]
            weight[c] += 1.0
        for c in range(k):
            if weight[c] == 0.0:
                _refill(points, centres, labels, moved, weight, c)
        shift = 0.0
        for c in range(k):
            if weight[c] > 0.0:
                scale = 1.0 / weight[c]
                moved[c, 0] *= scale
                moved[c, 1] *= scale
            dx, dy = moved[c, 0] - centres[c, 0], moved[c, 1] - centres[c, 1]
            shift += dx * dx + dy * dy
            centres[c, 0] = moved[c, 0]
            centres[c, 1] = moved[c, 1]
        if not strict and shift <= limit:
            break
    if not strict:
        _nearest(points, centres, norms, labels)
    return iteration


@njit(cache=True, nogil=True)
def _nearest(points, centres, norms, labels):  # type: ignore[no-untyped-def]
    """Label every point with its nearest centre, the first of equals; whether any label changed."""
    changed = False
    for c in range(centres.shape[0]):
        norms[c] = centres[c, 0] * centres[c, 0] + centres[c, 1] * centres[c, 1]
    for i in range(points.shape[0]):
        best = norms[0] - 2.0 * (points[i, 0] * centres[0, 0] + points[i, 1] * centres[0, 1])
        label = 0
        for c in range(1, centres.shape[0]):
            far = norms[c] - 2.0 * (points[i, 0] * centres[c, 0] + points[i, 1] * centres[c, 1])
            if far < best:
                best = far
                label = c
        if labels[i] != label:
            labels[i] = label
            changed = True
    return changed


@njit(cache=True, nogil=True)
def _refill(points, centres, labels, moved, weight, empty):  # type: ignore[no-untyped-def]
    """Give a cluster without points the point that lies farthest from its own centre."""
    far, who = -1.0, 0
    for i in range(points.shape[0]):
        c = labels[i]
        dx, dy = points[i, 0] - centres[c, 0], points[i, 1] - centres[c, 1]
        distance = dx * dx + dy * dy
        if distance > far and weight[c] > 1.0:
            far, who = distance, i
    if far <= 0.0:
        return
    c = labels[who]
    for axis in range(2):
        moved[empty, axis] = points[who, axis]
        moved[c, axis] -= points[who, axis]
    weight[empty] = 1.0
    weight[c] -= 1.0


@njit(cache=True, nogil=True)
def _silhouettes(x, y, bounds, cell_labels, scores):  # type: ignore[no-untyped-def]
    """Add up the silhouettes of all points for every labelling."""
    cells, labelings = bounds.size - 1, cell_labels.shape[0]
    most = cell_labels.max() + 1
    sizes = np.zeros((labelings, most))
    for cell in range(cells):
        for g in range(labelings):
            sizes[g, cell_labels[g, cell]] += bounds[cell + 1] - bounds[cell]
    sums = np.empty(most)
    reach = np.empty(cells)
    for own in range(cells):
        for i in range(bounds[own], bounds[own + 1]):
            for cell in range(cells):
                reach[cell] = _reach(x, y, x[i], y[i], bounds[cell], bounds[cell + 1])
            for g in range(labelings):
                sums[:] = 0.0
                for cell in range(cells):
                    sums[cell_labels[g, cell]] += reach[cell]
                mine = cell_labels[g, own]
                if sizes[g, mine] <= 1.0:
                    continue  # alone: neither well nor badly placed
                within = sums[mine] / (sizes[g, mine] - 1.0)
                other = np.inf
                for c in range(most):
                    if c != mine and sizes[g, c] > 0.0:
                        other = min(other, sums[c] / sizes[g, c])
                largest = max(within, other)
                if largest > 0.0 and other < np.inf:
                    scores[g] += (other - within) / largest


@njit(cache=True, nogil=True)
def _reach(x, y, px, py, first, last):  # type: ignore[no-untyped-def]
    """Sum of distances from (px, py) to the points first..last, in four fixed lanes."""
    s0 = s1 = s2 = s3 = 0.0
    k = first
    while k + 4 <= last:
        s0 += np.sqrt((x[k] - px) * (x[k] - px) + (y[k] - py) * (y[k] - py))
        s1 += np.sqrt((x[k + 1] - px) * (x[k + 1] - px) + (y[k + 1] - py) * (y[k + 1] - py))
        s2 += np.sqrt((x[k + 2] - px) * (x[k + 2] - px) + (y[k + 2] - py) * (y[k + 2] - py))
        s3 += np.sqrt((x[k + 3] - px) * (x[k + 3] - px) + (y[k + 3] - py) * (y[k + 3] - py))
        k += 4
    while k < last:
        s0 += np.sqrt((x[k] - px) * (x[k] - px) + (y[k] - py) * (y[k] - py))
        k += 1
    return (s0 + s1) + (s2 + s3)
