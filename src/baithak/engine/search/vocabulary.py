"""Every term of an index by number, and the ways to a term that was typed or written otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from baithak.engine.search.fuzzy import Spelling
from baithak.engine.search.normalise import script_of
from baithak.engine.search.phonetic import key, likeness

__all__ = ["Vocabulary"]

#: Words that sound less alike than this are not taken for one another, the shorter key first.
ALIKE = (0.8, 0.7)
#: The same, where the word asked for is known as it stands.
SURE = 0.85
#: An ending the stemmer does not know: so much of the longer word must be shared.
SHARED = 0.6


class Vocabulary:
    """Terms of the documents and of the lexicon.

    Examples
    --------
    >>> words = Vocabulary(["committe", "अमन", "امن"])
    >>> words.variants("comitte")
    [('committe', 0.875)]
    >>> [word for word, _ in words.sounding("aman")]
    ['अमन', 'امن']
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._numbers: dict[str, int] = {}
        self._spelling: dict[str, Spelling] = {}
        self._sounds: dict[str, list[str]] = {}
        self._known: set[str] = set()
        self._fresh: list[str] = []
        self._held: Counter[str] = Counter()
        self._always = frozenset(words)
        for word in sorted(self._always):
            self._learn(word)

    def __contains__(self, word: str) -> bool:
        """Whether the lexicon or a document that is there now holds a word."""
        return word in self._always or self._held[word] > 0

    def hold(self, words: Iterable[str]) -> None:
        """The different words of a document that comes."""
        self._held.update(words)

    def release(self, words: Iterable[str]) -> None:
        """The different words of a document that goes."""
        self._held.subtract(words)

    def number(self, term: str) -> int:
        """The number of a term, a new one where it has none; concepts begin with ``#``."""
        found = self._numbers.get(term)
        if found is None:
            found = self._numbers[term] = len(self._numbers)
            if not term.startswith("#"):
                self._learn(term)
        return found

    def find(self, term: str) -> int | None:
        """The number of a term, if a document ever held it."""
        return self._numbers.get(term)

    def _learn(self, word: str) -> None:
        """Know a word for spelling and sound; it is only proposed while something holds it."""
        if word in self._known:
            return
        self._known.add(word)
        if not word[0].isdigit():
            self._fresh.append(word)

    def _study(self) -> None:
        """Look at the words learnt since the last time: only unknown words of a query need it."""
        for word in self._fresh:
            self._spelling.setdefault(script_of(word), Spelling()).add(word)
            sound = key(word)
            if sound:
                self._sounds.setdefault(sound, []).append(word)
        self._fresh.clear()

    def variants(self, word: str) -> list[tuple[str, float]]:
        """Known words of the same script that an unknown word may stand for, with their likeness."""
        self._study()
        spelling = self._spelling.get(script_of(word))
        if spelling is None or word[:1].isdigit():
            return []
        near = spelling.near(word, keep=self.__contains__)
        return near or self._beginnings(word, spelling.words)

    def _beginnings(self, word: str, words: list[str]) -> list[tuple[str, float]]:
        """Words that the word begins with or that begin with it: endings no stemmer knows."""
        if len(word) < 5:
            return []
        told = []
        for other in words:
            short, long = sorted((word, other), key=len)
            if len(short) >= 4 and long.startswith(short) and other in self:
                share = len(short) / len(long)
                if share >= SHARED:
                    told.append((other, share))
        return sorted(told, key=lambda item: (-item[1], item[0]))[:4]

    def sounding(self, word: str, *, own_script: bool = False) -> list[tuple[str, float]]:
        """Known words that sound like this one, by likeness; of other scripts unless asked."""
        self._study()
        script = script_of(word)
        told: dict[str, float] = {}
        for spoken in (word, *_singular(word)):
            sound = key(spoken)
            least = SURE if word in self else ALIKE[len(sound) > 3]
            for other in self._sounds.get(sound, ()):
                if other != word and other in self and (own_script or script_of(other) != script):
                    alike = likeness(spoken, other)
                    if alike >= max(least, told.get(other, 0.0)):
                        told[other] = alike
            if told:
                break
        return sorted(told.items(), key=lambda item: (-item[1], item[0]))[:6]


def _singular(word: str) -> list[str]:
    """A word of Hindi or Urdu in Latin letters without its plural: aqliyaton, committeeyan."""
    return [
        word[: -len(ending)]
        for ending in ("iyon", "iyan", "on", "en", "ein", "an")
        if word.isascii() and word.endswith(ending) and len(word) - len(ending) >= 4
    ]
