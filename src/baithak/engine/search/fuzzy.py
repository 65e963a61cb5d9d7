"""Words spelt nearly alike: candidates by shared pairs of letters, the decision by edit distance.

Papers: F. J. Damerau (1964), CACM 7(3), for the four slips (one letter wrong, missing, too many, two
swapped); E. Ukkonen (1992), Theoretical Computer Science 92(1), for filtering by q-grams.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable

import numpy as np

__all__ = ["Spelling", "distance", "slips"]


def distance(one: str, other: str, most: int) -> int:
    """Slips between two words (optimal string alignment); ``most + 1`` where there are more.

    Examples
    --------
    >>> distance("comittee", "committee", 2), distance("paece", "peace", 2), distance("peace", "war", 2)
    (1, 1, 3)
    """
    if one == other:
        return 0
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        fresh = [i]
        for j, right in enumerate(other, 1):
            cost = min(row[j] + 1, fresh[j - 1] + 1, row[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            fresh.append(cost)
        if min(fresh) > most:
            return most + 1
        before, row = row, fresh
    return min(row[-1], most + 1)


def slips(length: int) -> int:
    """How many slips a word of this length may hold and still be the same word.

    Examples
    --------
    >>> [slips(length) for length in (4, 5, 8, 14)]
    [0, 1, 1, 2]
    """
    return 0 if length < 5 else 1 if length < 9 else 2


class Spelling:
    """A growing vocabulary that finds its words in spite of slips.

    Examples
    --------
    >>> known = Spelling()
    >>> for word in ("committe", "mediation", "meditation"):
    ...     known.add(word)
    >>> known.near("comitte")
    [('committe', 0.875)]
    >>> [word for word, _ in known.near("mediatoin")]
    ['mediation']
    """

    def __init__(self) -> None:
        self.words: list[str] = []
        self._pairs: dict[str, array[int]] = {}

    def add(self, word: str) -> None:
        """A new word; the caller sees to it that none comes twice."""
        number = len(self.words)
        self.words.append(word)
        for pair in _pairs(word):
            self._pairs.setdefault(pair, array("i")).append(number)

    def near(
        self, word: str, most: int = 6, keep: Callable[[str], bool] | None = None
    ) -> list[tuple[str, float]]:
        """The words nearest to a word: with the fewest slips, at most ``slips(len(word))``.

        Parameters
        ----------
        word : str
            Canonical.
        most : int
            How many to return.
        keep : callable, optional
            Which words count at all.

        Returns
        -------
        list of (word, likeness)
            Likeness is 1 less the slips' share of the longer word.
        """
        allowed = slips(len(word))
        pairs = _pairs(word)
        lists = [np.frombuffer(self._pairs[p], dtype=np.int32) for p in pairs if p in self._pairs]
        if not allowed or not lists:
            return []
        shared = np.bincount(np.concatenate(lists))
        least = max(1, len(pairs) - 2 * allowed - 1)  # a swap spoils three pairs, others two
        numbers = np.flatnonzero(shared >= least)
        told = []
        best = allowed
        for number in numbers[np.argsort(-shared[numbers], kind="stable")][:400].tolist():
            other = self.words[number]
            away = distance(word, other, best)
            if away <= best and (keep is None or keep(other)):
                best = away
                told.append((away, other))
        return [
            (other, 1.0 - away / max(len(word), len(other)))
            for away, other in sorted(told)
            if away == best
        ][:most]


def _pairs(word: str) -> set[str]:
    framed = f"^{word}$"
    return {framed[k : k + 2] for k in range(len(framed) - 1)}
