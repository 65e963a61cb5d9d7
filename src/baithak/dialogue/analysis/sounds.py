"""Moderation in figures: how statements sound, for the hints of the queue; how many were turned down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from django.utils.translation import get_language

from baithak.dialogue import queries
from baithak.dialogue.likeness import Word, near
from baithak.dialogue.models import Dialogue, Reason
from baithak.report import disclosure
from baithak.report.words import words as words_in

__all__ = ["alike", "reasons_told", "sounds"]

#: What a word weighs that every sentence of the language has.
_STOP = 0.3


@lru_cache(maxsize=8_192)
def sounds(text: str) -> tuple[Word, ...]:
    """The words of a text by their sound: aman, امن, अमन and আমন are one.

    A number stays a number, in whatever digits it was written.
    """
    from baithak.engine.search.normalise import canonical
    from baithak.engine.search.phonetic import key, romanise
    from baithak.engine.search.tokens import is_stop, words

    told = []
    for word in words(text):
        whole = canonical(word)
        if whole:
            told.append(Word(key(whole) or romanise(whole), _STOP if is_stop(word) else 1.0))
    return tuple(told)


def alike(
    asked: Iterable[int], texts: Mapping[int, Sequence[str]], *, most: int = 3
) -> dict[int, list[int]]:
    """For each asked statement the ones that may say the same in any of their languages.

    ``texts`` holds every statement's wordings, those of the asked ones too.
    """
    spoken = {(pk, n): sounds(text) for pk, told in texts.items() for n, text in enumerate(told)}
    wanted = set(asked)
    first = {key: words for key, words in spoken.items() if key[0] in wanted}
    best: dict[int, dict[int, float]] = {}
    # A statement's own wordings are alike too, and are left out: so some more than `most` are taken.
    for (pk, _n), found in near(first, spoken, most=most + 8).items():
        scores = best.setdefault(pk, {})
        for (other, _m), score in found:
            if other != pk:
                scores[other] = max(score, scores.get(other, 0.0))
    return {
        pk: [other for other, _ in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))][
            :most
        ]
        for pk, scores in best.items()
        if scores
    }


def reasons_told(dialogue: Dialogue) -> list[tuple[str, str]]:
    """How many statements were turned down for each reason, rounded; none while none was."""
    counts, k = queries.turned_down(dialogue), dialogue.smallest_cell
    if not counts:
        return []
    say = words_in(get_language() or "en")
    return [
        (label, say.count(disclosure.rounded(counts.get(code, 0), k), k))
        for code, label in Reason.published()
    ]
