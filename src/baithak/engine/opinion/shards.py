"""People cut into stretches, so that several processors share one pass over many votes.

The cuts depend on the votes alone, and whoever adds the parts up does so in their order. So a result
is the same bytes on one processor, on two, or on a cluster.

A *crew* goes through the stretches: the threads of this process (``THREADS``), or the workers of a
cluster (``cluster``). What it holds stays where it is gone through; only what is small travels.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from baithak.engine.opinion.votes import VoteMatrix

__all__ = [
    "FEWEST",
    "SHARDS",
    "THREADS",
    "Crew",
    "Held",
    "Stretch",
    "cut",
    "shared_out",
    "stretches",
]

SHARDS = 8
LARGEST = 25_000_000  # votes in one stretch: what one worker of a cluster holds at once
FEWEST = 2_000_000  # votes from which threads pay for themselves

Stretch = tuple[NDArray[np.int64], NDArray[Any], NDArray[np.int8]]  # indptr, columns, values
Given = TypeVar("Given")
Part = TypeVar("Part")


class Held(Protocol):
    """Stretches in the hands of a crew. All work is functions of a module, named at its top."""

    def each(
        self, work: Callable[..., Any], *shared: Any, own: Sequence[Any] | None = None
    ) -> list[Any]:
        """``work(stretch, *shared)`` for each stretch, in order.

        ``own``: something for each stretch, which work is given after the stretch.
        """

    def begin(self, work: Callable[..., Any], *shared: Any) -> None:
        """Give each stretch a state, ``work(stretch, *shared)``: a tuple of arrays."""

    def step(self, work: Callable[..., Any], *shared: Any) -> list[Any]:
        """``work(stretch, state, *shared)``, which may change the arrays of the state."""

    def states(self) -> list[Any]:
        """The states, in order."""


class Crew(Protocol):
    """Whoever goes through stretches."""

    def hold(self, parts: Sequence[Any]) -> Held:
        """Take stretches (tuples of arrays) in hand."""


def cut(indptr: NDArray[np.int64], *, fewest: int | None = None) -> list[tuple[int, int]]:
    """Stretches (first, after the last) of people with about equally many votes.

    Parameters
    ----------
    indptr : int64 [n+1]
        As in ``VoteMatrix``.
    fewest : int, optional
        Votes below which there is one stretch (default ``FEWEST``).

    Examples
    --------
    >>> cut(np.array([0, 3, 4, 9]))
    [(0, 3)]
    >>> cut(np.array([0, 3, 4, 9]), fewest=0)
    [(0, 1), (1, 2), (2, 3)]
    """
    n, size = len(indptr) - 1, int(indptr[-1])
    if size < (FEWEST if fewest is None else fewest):
        return [(0, n)]
    count = max(SHARDS, -(-size // LARGEST))
    at = np.searchsorted(indptr, np.linspace(0, size, count + 1)[1:-1])
    ends = [0, *np.minimum(at, n).tolist(), n]
    return [(low, high) for low, high in pairwise(ends) if low < high]


def shared_out(work: Callable[[Given], Part], stretch: Sequence[Given]) -> list[Part]:
    """The work done for every stretch, in order; by threads where there are several."""
    if len(stretch) == 1:
        return [work(stretch[0])]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(work, stretch))


def stretches(votes: VoteMatrix, bounds: Sequence[tuple[int, int]]) -> list[Stretch]:
    """The votes of each stretch: indptr (from 0), columns, values; no vote is copied."""
    parts: list[Stretch] = []
    for low, high in bounds:
        first, last = votes.indptr[low], votes.indptr[high]
        rows = votes.indptr[low : high + 1] - first
        parts.append((rows, votes.columns[first:last], votes.values[first:last]))
    return parts


class _HeldHere:
    def __init__(self, parts: Sequence[Any]) -> None:
        self._parts = list(parts)
        self._states: list[Any] = []

    def each(
        self, work: Callable[..., Any], *shared: Any, own: Sequence[Any] | None = None
    ) -> list[Any]:
        if own is None:
            return shared_out(lambda part: work(part, *shared), self._parts)
        pairs = list(zip(self._parts, own, strict=True))
        return shared_out(lambda pair: work(*pair, *shared), pairs)

    def begin(self, work: Callable[..., Any], *shared: Any) -> None:
        self._states = self.each(work, *shared)

    def step(self, work: Callable[..., Any], *shared: Any) -> list[Any]:
        return self.each(work, *shared, own=self._states)

    def states(self) -> list[Any]:
        return self._states


class _Threads:
    """As many threads as there are processors; one stretch is gone through without any."""

    def hold(self, parts: Sequence[Any]) -> Held:
        return _HeldHere(parts)


THREADS: Crew = _Threads()
