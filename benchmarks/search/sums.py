"""Quality of a ranking against graded judgements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2

__all__ = ["ndcg", "recall"]


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain with gains ``2^grade - 1``.

    K. Järvelin, J. Kekäläinen (2002), ACM TOIS 20(4); the gains of C. Burges and others (2005).
    """
    best = _gain(sorted(grades.values(), reverse=True)[:depth])
    return _gain([grades.get(name, 0) for name in ranked[:depth]]) / best if best else 0.0


def recall(
    ranked: Sequence[str], grades: Mapping[str, int], depth: int = 20, least: int = 2
) -> float:
    """Share of the documents of grade ``least`` or more among the first ``depth``; of at most ``depth``."""
    wanted = {name for name, grade in grades.items() if grade >= least}
    if not wanted:
        return 0.0
    return len(wanted & set(ranked[:depth])) / min(depth, len(wanted))


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades))
