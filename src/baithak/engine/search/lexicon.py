"""One meaning, eight languages: the glossary, the places and the taxonomy as phrases of concepts.

A concept is a name such as ``glossary:mosque``, ``country:LK`` or ``challenge:hate_speech``. Its phrases
in any language lead to it, in queries and in documents alike, so that a Tamil query and an English text
(or a Nepali text and a Bangla query) meet without a translation of either. ``glossary.csv`` and
``places.csv`` were written for Baithak by a language model and no speaker has reviewed them yet; they
are tables on purpose, so that speakers can correct them in any spreadsheet.

Paper: A. Pirkola (1998), "The effects of query structure and dictionary setups in dictionary-based
cross-language information retrieval", SIGIR.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import log
from pathlib import Path

from baithak.engine.search.tokens import tokenise

__all__ = ["FACET_OF", "LANGUAGES", "Entry", "Lexicon", "Match"]

LANGUAGES = ("en", "bn", "hi", "ur", "ta", "si", "dv", "ne")
HERE = Path(__file__).parent
#: How the glossary shortens the facet of a related taxonomy code.
FACET_OF = {"c": "challenge", "a": "approach", "t": "target", "l": "lead", "e": "evidence"}
#: What a word of a definition counts, beside one of a label.
DEFINED = 0.4


@dataclass(frozen=True, slots=True)
class Entry:
    """One code of the taxonomy with its labels and definitions by language.

    Examples
    --------
    >>> Entry("challenge", "hate_speech", {"en": "Hate speech", "ta": "வெறுப்புப் பேச்சு"}).concept
    'challenge:hate_speech'
    """

    facet: str
    code: str
    labels: Mapping[str, str]
    definitions: Mapping[str, str] = field(default_factory=dict)

    @property
    def concept(self) -> str:
        """Name of its concept."""
        return f"{self.facet}:{self.code}"


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase of a concept found in a row of terms: from ``start`` up to before ``end``."""

    start: int
    end: int
    concept: str


class Lexicon:
    """All phrases of all concepts.

    Parameters
    ----------
    entries : iterable of Entry
        The taxonomy.
    built_in : bool
        Whether glossary and places are in it; without them only words themselves are found.

    Examples
    --------
    >>> lexicon = Lexicon()
    >>> [match.concept for match in lexicon.matches(["வதந்தி"])]
    ['glossary:rumour']
    >>> lexicon.related["glossary:rumour"]
    ('challenge:rumours_misinformation',)
    """

    def __init__(self, entries: Iterable[Entry] = (), *, built_in: bool = True) -> None:
        #: concept → taxonomy concepts (or countries) it stands close to
        self.related: dict[str, tuple[str, ...]] = {}
        #: term or glossary concept → taxonomy concepts it describes, with its share of them
        self.shares: dict[str, dict[str, float]] = {}
        #: term or glossary concept → how much it tells taxonomy concepts apart
        self.rarity: dict[str, float] = {}
        #: every term of every phrase
        self.terms: set[str] = set()
        self._phrases: dict[str, dict[tuple[str, ...], set[str]]] = {}
        for concept, related, phrases in (*_glossary(), *_places()) if built_in else ():
            self.related[concept] = related
            for terms in phrases:
                self._learn(concept, terms)
        known = list(entries)
        for entry in known:
            for label in entry.labels.values():
                self._learn(entry.concept, _terms(label))
        self._longest_first = {
            first: sorted(found.items(), key=lambda item: (-len(item[0]), item[0]))
            for first, found in self._phrases.items()
        }
        self._share(known)

    def _learn(self, concept: str, terms: tuple[str, ...]) -> None:
        if terms:
            self.terms.update(terms)
            self._phrases.setdefault(terms[0], {}).setdefault(terms, set()).add(concept)

    def _share(self, entries: Sequence[Entry]) -> None:
        """How much of a label or definition each of its words and glossary concepts is."""
        texts: list[tuple[str, set[str], float]] = []
        for entry in entries:
            texts += [(entry.concept, self._features(t), 1.0) for t in entry.labels.values()]
            texts += [
                (entry.concept, self._features(t), DEFINED) for t in entry.definitions.values()
            ]
        seen: dict[str, set[str]] = {}
        for concept, features, _ in texts:
            for feature in features:
                seen.setdefault(feature, set()).add(concept)
        self.rarity = {f: log(1.0 + len(entries) / len(where)) for f, where in seen.items()}
        for concept, features, weight in texts:
            whole = sum(self.rarity[feature] for feature in features if feature[0] != "#")
            for feature in features:
                shares = self.shares.setdefault(feature, {})
                share = min(1.0, weight * self.rarity[feature] / whole)
                shares[concept] = max(shares.get(concept, 0.0), share)
        self.terms.update(feature for feature in self.shares if feature[0] != "#")

    def _features(self, text: str) -> set[str]:
        terms = _terms(text)
        meant = {f"#{m.concept}" for m in self.matches(terms) if m.concept.startswith("glossary:")}
        return {*terms, *meant}

    def phrases(self, first: str) -> list[tuple[tuple[str, ...], set[str]]]:
        """Phrases that begin with a term, the longest first, each with its concepts."""
        return self._longest_first.get(first, [])

    def matches(self, terms: Sequence[str]) -> Iterator[Match]:
        """Every concept whose phrase stands in a row of terms, inner phrases too."""
        for start, term in enumerate(terms):
            for phrase, concepts in self._longest_first.get(term, ()):
                size = len(phrase)
                if size == 1 or tuple(terms[start : start + size]) == phrase:
                    for concept in concepts:
                        yield Match(start, start + size, concept)


def _terms(text: str) -> tuple[str, ...]:
    return tuple(token.term for token in tokenise(text))


_Row = tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]


@lru_cache(maxsize=1)
def _glossary() -> tuple[_Row, ...]:
    told = []
    for row in _rows("glossary.csv"):
        related = [code.split(":", 1) for code in _several(row["codes"])]
        told.append(
            (
                f"glossary:{row['concept']}",
                tuple(f"{FACET_OF[facet]}:{code}" for facet, code in related),
                _phrases(row),
            )
        )
    return tuple(told)


@lru_cache(maxsize=1)
def _places() -> tuple[_Row, ...]:
    return tuple(
        (
            row["place"],
            tuple(f"country:{code}" for code in _several(row["countries"])),
            _phrases(row),
        )
        for row in _rows("places.csv")
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _phrases(row: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    return tuple(_terms(phrase) for language in LANGUAGES for phrase in _several(row[language]))


def _several(cell: str) -> list[str]:
    return [part for part in (part.strip() for part in cell.split(";")) if part]
