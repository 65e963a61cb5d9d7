"""Which statements may say the same: a hint for moderators, never a verdict.

Texts come as words that stand for their sound (``analysis.sounds``), so that one spelling, keyboard
or script is like another. Two texts are alike by the cosine of what they hold: whole words, the rarer
the heavier, and pairs of neighbouring letters of each word, so that a slip of the pen costs little. The
order of words does not count. Texts in two languages are not alike: no translation is made here.

Method: G. Salton, C. Buckley (1988), "Term-weighting approaches in automatic text retrieval",
Information Processing & Management 24(5).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

__all__ = ["LEAST", "Word", "near"]

#: Less alike than this is not worth a moderator's look.
LEAST = 0.55
#: What all pairs of letters of a word weigh together, beside the whole word.
_PAIRS = 0.8

Key = TypeVar("Key", bound=Hashable)


class Word(NamedTuple):
    """The sound of a word, and how much it tells (little, where every sentence has it)."""

    sound: str
    weight: float = 1.0


def near(
    asked: Mapping[Key, Sequence[Word]],
    among: Mapping[Key, Sequence[Word]],
    *,
    least: float = LEAST,
    most: int = 3,
) -> dict[Key, list[tuple[Key, float]]]:
    """For each asked text those that are most alike, the most alike first.

    Parameters
    ----------
    asked, among : texts by any key. A text is not compared with the one of its own key.
    least : how alike at least, from 0 (no word in common) to 1 (the same words).
    most : at most so many for each.

    Returns
    -------
    dict
        Without the keys to which nothing is near.

    Examples
    --------
    >>> told = {1: [Word("prk"), Word("late")], 2: [Word("late"), Word("prk")], 3: [Word("ps")]}
    >>> [(key, [(other, round(score, 3)) for other, score in found])
    ...  for key, found in near(told, told).items()]
    [(1, [(2, 1.0)]), (2, [(1, 1.0)])]
    """
    import numpy as np  # a web process that shows no queue does without

    texts = {**among, **asked}
    if not asked or not among:
        return {}
    seen = Counter(word.sound for words in texts.values() for word in dict.fromkeys(words))
    rarity = {sound: math.log1p(len(texts) / count) for sound, count in seen.items()}
    places: dict[str, int] = {}
    rows = {key: _parts(words, rarity, places) for key, words in texts.items()}
    # All parts of all texts in one line: as long as what is said, however many texts and words.
    others = list(among)
    owner = np.repeat(np.arange(len(others)), [len(rows[key]) for key in others])
    place = np.array([part for key in others for part in rows[key]], dtype=np.intp)
    weight = np.array([heavy for key in others for heavy in rows[key].values()], dtype=np.float64)
    lengths = np.sqrt(np.bincount(owner, weight**2, minlength=len(others)))
    weight /= np.where(lengths > 0, lengths, 1)[owner]
    found: dict[Key, list[tuple[Key, float]]] = {}
    for key in asked:
        parts = rows[key]
        own = np.zeros(len(places))
        own[list(parts)] = list(parts.values())
        length = float(np.linalg.norm(own)) or 1.0
        alike = np.bincount(owner, weight * own[place] / length, minlength=len(others))
        close = [
            (others[column], min(float(alike[column]), 1.0))
            for column in np.flatnonzero(alike >= least)
            if others[column] != key
        ]
        if close:
            # The first of equals first, so that the same queue always gives the same hints.
            found[key] = sorted(close, key=lambda pair: -pair[1])[:most]
    return found


def _parts(
    words: Iterable[Word], rarity: Mapping[str, float], places: dict[str, int]
) -> dict[int, float]:
    """What a text holds, by the place of each part; new parts are given a place."""
    told: dict[int, float] = {}
    for word in words:
        weight = word.weight * rarity[word.sound]
        marked = f"^{word.sound}$"
        pairs = [marked[i : i + 2] for i in range(len(marked) - 1)]
        share = _PAIRS * weight / math.sqrt(len(pairs))
        for part, heavy in ((f"={word.sound}", weight), *((pair, share) for pair in pairs)):
            place = places.setdefault(part, len(places))
            told[place] = told.get(place, 0.0) + heavy
    return told
