"""The small sums of a benchmark: ratios, means, agreement of two groupings."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = [
    "adjusted_rand",
    "gather",
    "geometric_mean",
    "mean",
    "ratio",
    "standard_error",
    "without_best",
]


def ratio(peer: float, own: float) -> float:
    """How many times as much the peer needs."""
    if own <= 0:
        raise ValueError("a run that took no time was not measured")
    return peer / own


def geometric_mean(values: Iterable[float]) -> float:
    """The mean for ratios: twice as fast and half as fast cancel out."""
    logs = [math.log(value) for value in values]
    return math.exp(math.fsum(logs) / len(logs))


def mean(values: Iterable[float]) -> float:
    """Arithmetic mean."""
    return statistics.fmean(values)


def standard_error(values: Sequence[float]) -> float:
    """How well the mean of these is known; 0 of a single value, which cannot tell."""
    return statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0.0


def gather(rounds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Several measured processes of one contender as one row: best, median, highest peak."""
    cpu = [second for one in rounds for second in one["cpu"]]
    return {
        "best": min(cpu),
        "median": statistics.median(cpu),
        "runs": len(cpu),
        "peak_mb": max(one["peak_mb"] for one in rounds),
    }


def adjusted_rand(left: Sequence[int], right: Sequence[int]) -> float:
    """Agreement of two groupings of the same people (Hubert & Arabie 1985): 1 the same, 0 chance."""
    if len(left) != len(right):
        raise ValueError("two groupings of different people")

    def pairs(counts: Iterable[int]) -> int:
        return sum(math.comb(count, 2) for count in counts)

    both = pairs(Counter(zip(left, right, strict=True)).values())
    a, b = pairs(Counter(left).values()), pairs(Counter(right).values())
    everything = math.comb(len(left), 2)
    if not everything:
        return 1.0
    expected, most = a * b / everything, (a + b) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def without_best(losses: Mapping[str, float], own: str) -> list[str]:
    """The rivals that lose less than ``own``, best first: empty where ``own`` is best."""
    rivals = [name for name, loss in losses.items() if name != own and loss <= losses[own]]
    return sorted(rivals, key=lambda name: losses[name])
