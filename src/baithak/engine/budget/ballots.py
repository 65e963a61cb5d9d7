"""Identical ballots, merged into groups with a weight: what every count works on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from baithak.engine.errors import EngineError

__all__ = ["Ballot", "Groups", "Heap", "canonical"]

#: Positions of projects, and the points given to each (None where the vote type knows none).
Ballot = tuple[tuple[int, ...], tuple[Fraction, ...] | None]

_LARGEST = 1 << 53


@dataclass(frozen=True, slots=True)
class Groups:
    """Ballots in compressed rows; the fields are those of ``Election``."""

    starts: NDArray[np.int64]
    items: NDArray[np.int32]
    points: NDArray[np.int64] | None
    points_scale: int
    weights: NDArray[np.int64]
    group_of: NDArray[np.int32]


class Heap:
    """Takes ballots one by one and gives each the number of its group.

    Examples
    --------
    >>> heap = Heap()
    >>> [heap.put(((0, 2), None)), heap.put(((1,), None)), heap.put(((0, 2), None))]
    [0, 1, 0]
    >>> heap.groups([0, 1, 0], with_points=False).weights.tolist()
    [2, 1]
    """

    def __init__(self) -> None:
        self.number: dict[Ballot, int] = {}

    def put(self, ballot: Ballot) -> int:
        """The ballot's group, a new one if it was never seen."""
        return self.number.setdefault(ballot, len(self.number))

    def groups(self, group_of: Iterable[int], *, with_points: bool) -> Groups:
        """The arrays, for voters in these groups.

        Raises
        ------
        EngineError
            ``budget.points_too_large``.
        """
        ballots = list(self.number)
        sizes = np.fromiter((len(places) for places, _ in ballots), np.int64, len(ballots))
        starts = np.concatenate(([0], np.cumsum(sizes)))
        flat = [place for places, _ in ballots for place in places]
        points, scale = _scaled(ballots) if with_points else (None, 1)
        voters = np.array(list(group_of), dtype=np.int32)
        return Groups(
            starts=starts,
            items=np.array(flat, dtype=np.int32),
            points=points,
            points_scale=scale,
            weights=np.bincount(voters, minlength=len(ballots)).astype(np.int64),
            group_of=voters,
        )


def _scaled(ballots: Sequence[Ballot]) -> tuple[NDArray[np.int64], int]:
    """All points as whole numbers, and what they were multiplied with."""
    given = [value for _, points in ballots for value in points or ()]
    scale = lcm(*{value.denominator for value in given})
    whole = [value.numerator * (scale // value.denominator) for value in given]
    if max(whole, default=0) >= _LARGEST:
        raise EngineError("budget.points_too_large")
    return np.array(whole, dtype=np.int64), scale


def canonical(places: Sequence[int], points: Sequence[Fraction] | None, *, ordered: bool) -> Ballot:
    """A ballot in the one way in which equal ballots are equal.

    A project named twice counts once, at its first place; of its points the last hold. A project
    with zero points is not supported and falls out.

    Examples
    --------
    >>> canonical([4, 1, 4], None, ordered=False), canonical([4, 1, 4], None, ordered=True)
    (((1, 4), None), ((4, 1), None))
    >>> canonical([4, 1, 4], [Fraction(3), Fraction(0), Fraction(2)], ordered=False)
    ((4,), (Fraction(2, 1),))
    """
    if points is not None:
        told: Mapping[int, Fraction] = dict(zip(places, points, strict=True))
        kept = sorted(place for place, value in told.items() if value)
        return tuple(kept), tuple(told[place] for place in kept)
    once = dict.fromkeys(places)
    return tuple(once if ordered else sorted(once)), None
