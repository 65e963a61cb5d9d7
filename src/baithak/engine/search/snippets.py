"""The passage that shows a match, with the words to highlight, and the reasons of the match."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from baithak.engine.search.documents import Document, Reason, Snippet, Text
from baithak.engine.search.expansion import Clause
from baithak.engine.search.lexicon import Lexicon
from baithak.engine.search.normalise import TONGUES, script_of
from baithak.engine.search.tokens import Token, tokenise

__all__ = ["explain"]

#: Characters of a passage.
LONGEST = 240
#: Order in which fields are looked at and preferred for the passage, the title last.
PREFERRED = ("summary", "done", "results", "lessons")
#: Fields that are never a passage.
SILENT = frozenset({"place", "year", "title"})
_END = re.compile(r"(?<=[.!?।॥۔])\s+|\n+")
_PLACES = ("country:", "city:", "area:")


def explain(
    document: Document,
    clauses: Sequence[Clause],
    weights: Sequence[float],
    lexicon: Lexicon,
    language: str | None,
) -> tuple[tuple[Reason, ...], Snippet]:
    """Why a document was found, and the passage that shows it best.

    Parameters
    ----------
    document : Document
    clauses, weights
        Of the query, and the rarity of each.
    lexicon : Lexicon
    language : str or None
        The reader's: passages in it are preferred. By default the language the query is written in,
        and after it the document's own.
    """
    tongues = (language,) if language else _tongues(clauses)
    seen = _Seen(clauses, weights, lexicon)
    passages: list[tuple[float, int, Snippet]] = []
    fields: dict[str, None] = {}
    for order, text in enumerate(document.written()):
        marks = seen.marks(text.text)
        if not marks:
            continue
        fields.setdefault(text.field)
        if text.field not in SILENT:
            own = 1.0 if text.language in tongues else 0.0
            own += 0.5 if text.language == document.language else 0.0
            rank = PREFERRED.index(text.field) if text.field in PREFERRED else len(PREFERRED)
            passage, worth = _passage(text, marks)
            passages.append((own + worth - 0.1 * rank, -order, passage))
    chosen = (
        max(passages, key=lambda item: item[:2])[2] if passages else _opening(document, tongues)
    )
    reasons = [
        Reason("why.field", {"field": name}) for name in fields if name not in ("place", "year")
    ]
    reasons += seen.labels(document)
    reasons += [Reason("why.concept", {"concept": name}) for name in seen.concepts]
    reasons += seen.close()
    return tuple(reasons), chosen


def _tongues(clauses: Sequence[Clause]) -> tuple[str, ...]:
    """Languages the query may be written in, by its first word's script."""
    return TONGUES[script_of(clauses[0].term)] if clauses else ()


Mark = tuple[int, int, float]


class _Seen:
    """Which clauses a text answers, and through what."""

    def __init__(
        self, clauses: Sequence[Clause], weights: Sequence[float], lexicon: Lexicon
    ) -> None:
        self.clauses, self.lexicon = clauses, lexicon
        self.words: dict[str, float] = {}
        self.wanted: dict[str, float] = {}
        whole = sum(weights) or 1.0
        for clause, weight in zip(clauses, weights, strict=True):
            for word, share in clause.words.items():
                self.words[word] = max(self.words.get(word, 0.0), share * weight / whole)
            for concept, share in clause.concepts.items():
                self.wanted[concept] = max(self.wanted.get(concept, 0.0), share * weight / whole)
        self.concepts: dict[str, None] = {}
        self.met: set[str] = set()

    def marks(self, text: str) -> list[Mark]:
        """Places of a text that answer the query, with what they are worth; overlaps joined."""
        tokens: list[Token] = list(tokenise(text))
        told = []
        for token in tokens:
            if token.term in self.words:
                told.append((token.start, token.end, self.words[token.term]))
                self.met.add(token.term)
        for match in self.lexicon.matches([token.term for token in tokens]):
            worth = self.wanted.get(match.concept)
            if worth:
                told.append((tokens[match.start].start, tokens[match.end - 1].end, worth))
                if match.concept.startswith("glossary:"):
                    self.concepts.setdefault(match.concept.removeprefix("glossary:"))
        return _joined(told)

    def labels(self, document: Document) -> list[Reason]:
        """Taxonomy codes the document bears and the query means; its place if it was asked for."""
        told = []
        for facet, codes in document.facets.items():
            if facet != "country":
                told += [
                    Reason("why.label", {"facet": facet, "value": code})
                    for code in codes
                    if f"{facet}:{code}" in self.wanted
                ]
        for concept in places_of(document):
            if concept in self.wanted:
                told.append(Reason("why.place", {"place": concept}))
        return told

    def close(self) -> list[Reason]:
        """Words of the text put in the place of words nobody knows."""
        return [
            Reason("why.close", {"asked": clause.asked, "found": word})
            for clause in self.clauses
            for word in clause.words
            if word != clause.term and word in self.met
        ]


def places_of(document: Document) -> list[str]:
    """Concepts of a document's place."""
    told = [f"country:{document.country}"] if document.country else []
    if document.city:
        told.append(f"city:{document.city}:{document.country}")
    return told


def _joined(marks: list[Mark]) -> list[Mark]:
    told: list[Mark] = []
    for start, end, worth in sorted(marks):
        if told and start < told[-1][1]:
            first, last, before = told[-1]
            told[-1] = (first, max(last, end), max(before, worth))
        else:
            told.append((start, end, worth))
    return told


def _passage(text: Text, marks: list[Mark]) -> tuple[Snippet, float]:
    """The best window of a text: it begins with a sentence if that fits."""
    whole = text.text
    starts = [0, *(found.end() for found in _END.finditer(whole))]
    best_start, best_worth = 0, -1.0
    for start, _, _ in marks:
        begin = max(s for s in starts if s <= start)
        if start - begin > LONGEST // 2:
            begin = whole.rfind(" ", 0, max(start - LONGEST // 3, 1)) + 1
        worth = _worth(whole, begin, marks)
        if worth > best_worth + 1e-9:
            best_start, best_worth = begin, worth
    return _cut(text, best_start, marks), best_worth


def _worth(whole: str, begin: int, marks: list[Mark]) -> float:
    """What is answered in a window; the same words again count little."""
    told: Mapping[str, float]
    told = {}
    for start, end, worth in marks:
        if begin <= start and end <= begin + LONGEST:
            word = whole[start:end].casefold()
            told = {**told, word: max(worth, told.get(word, 0.0))}
    return min(1.0, sum(told.values()))


def _cut(text: Text, begin: int, marks: list[Mark]) -> Snippet:
    whole = text.text
    end = min(len(whole), begin + LONGEST)
    if end < len(whole):
        blank = whole.rfind(" ", begin, end)
        end = blank if blank > begin + LONGEST // 2 else end
    before, after = "… " if begin else "", " …" if end < len(whole) else ""
    shift = len(before) - begin
    kept = tuple((s + shift, e + shift) for s, e, _ in marks if s >= begin and e <= end)
    return Snippet(f"{before}{whole[begin:end]}{after}", kept, text.field, text.language)


def _opening(document: Document, tongues: Sequence[str]) -> Snippet:
    """Without a marked passage: the beginning of the summary, in the reader's language if it is there."""
    texts = [text for text in document.written() if text.field not in SILENT]
    texts.sort(key=lambda text: (text.field != "summary", text.language not in tongues))
    return _cut(texts[0], 0, []) if texts else Snippet("", (), "", document.language)
