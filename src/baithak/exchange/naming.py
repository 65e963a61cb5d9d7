"""Which of these names stand in a text: the lint before words leave a Chatham House room (R15)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

__all__ = ["names_in", "parts"]

#: Scripts of languages that write case endings onto a name: Dhaka's is one word, ঢাকার.
_ENDINGS = ("BENGALI", "DEVANAGARI", "SINHALA", "TAMIL", "THAANA")
#: No longer than the longest ending of these languages, so that a longer word is another word.
_LONGEST_ENDING = 8
#: One letter, several signs: Arabic and Urdu keyboards write yeh, kaf and heh differently.
_SAME_LETTER = str.maketrans("يىكةۃهە", "ییکہہہہ")
#: A shorter part of a name is an initial or a title.
_SHORTEST_PART = 3


def names_in(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that a reader would find in the text, as they were given, each once.

    Whole words count, in any case, with or without accents and joiners; in scripts that write case
    endings onto a name also the name with an ending. It is a hint for somebody who looks, never a
    proof that a text names nobody.

    Examples
    --------
    >>> names_in("What KANDARPUR’s committee did", ["Kandarpur", "Noorabad"])
    ('Kandarpur',)
    >>> names_in("Kandarpurians walked", ["Kandarpur"])
    ()
    >>> names_in("ঢাকার মানুষ", ["ঢাকা"])
    ('ঢাকা',)
    """
    words = _words(text)
    found = (name for name in dict.fromkeys(names) if _stands_in(_words(name), words))
    return tuple(found)


def parts(name: str) -> tuple[str, ...]:
    """A person's name, and each part of it by which others might call them.

    Examples
    --------
    >>> parts("A. R. Fernando")
    ('A. R. Fernando', 'Fernando')
    """
    single = [part for part in name.split() if len(_base(part)) >= _SHORTEST_PART]
    return tuple(dict.fromkeys([name, *single]))


def _stands_in(name: Sequence[str], words: Sequence[str]) -> bool:
    if not name:
        return False
    *first, last = name
    return any(
        list(words[at : at + len(first)]) == first and _is(words[at + len(first)], last)
        for at in range(len(words) - len(first))
    )


def _is(word: str, name: str) -> bool:
    """Whether the word is the name, or the name with a case ending."""
    if word == name:
        return True
    if not unicodedata.name(name[0], "").startswith(_ENDINGS):
        return False
    # The ending takes the place of the last vowel sign: கொழும்பு, கொழும்பில்.
    stem = name[:-1] if unicodedata.category(name[-1])[0] == "M" else name
    return (
        len(_base(stem)) > 1 and word.startswith(stem) and len(word) - len(stem) <= _LONGEST_ENDING
    )


def _words(text: str) -> list[str]:
    """The words in a form in which two spellings of one word are equal."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    told = "".join(
        sign if unicodedata.category(sign)[0] in "LMN" else " "
        for sign in folded.translate(_SAME_LETTER)
        if not _silent(sign)
    )
    return told.split()


def _silent(sign: str) -> bool:
    """Accents, vowel points and joiners: left out, they leave the word what it is."""
    if unicodedata.category(sign) == "Cf":
        return True
    return unicodedata.category(sign) == "Mn" and unicodedata.name(sign, "").startswith(
        ("COMBINING", "ARABIC")
    )


def _base(word: str) -> str:
    """The letters of a word without its marks and signs."""
    return "".join(sign for sign in word if unicodedata.category(sign)[0] in "LN")
