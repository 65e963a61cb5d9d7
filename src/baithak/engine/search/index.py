"""The index: documents in, ranked results out; documents come and go one by one."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from baithak.engine.errors import EngineError
from baithak.engine.search.documents import Document, Hit, Reason, Results
from baithak.engine.search.expansion import MOST_WORDS, expand
from baithak.engine.search.facets import Codes, count, passing
from baithak.engine.search.lexicon import Lexicon
from baithak.engine.search.normalise import script_of
from baithak.engine.search.postings import FIELDS, LABEL, OTHER, Rows, Segment
from baithak.engine.search.ranking import MATCH, best, score
from baithak.engine.search.snippets import explain, places_of
from baithak.engine.search.tokens import term_of, words
from baithak.engine.search.vocabulary import Vocabulary

__all__ = ["Index"]

#: So many new documents wait in a small segment of their own before they join the large one.
YOUNG = 256
#: A concept met in a text, beside the word itself.
MEANT = 1.0


class Index:
    """Ranked search over documents in any of the lexicon's languages.

    Safe to share between threads: one call at a time works on it.

    Examples
    --------
    >>> from baithak.engine.search.documents import Document, Text
    >>> index = Index.build([
    ...     Document("a", "Aman committees in mixed neighbourhoods", country="IN", city="Delhi"),
    ...     Document("b", "Cricket for peace", country="IN", city="Mumbai"),
    ... ])
    >>> index.search("अमन कमेटी").hits[0].id
    'a'
    >>> index.search("mumbay crickett").hits[0].id
    'b'
    >>> index.remove("b")
    >>> index.search("cricket").total
    0
    """

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self.lexicon = lexicon or Lexicon()
        self._vocabulary = Vocabulary(self.lexicon.terms)
        self._codes = Codes()
        self._segments: list[Segment] = []
        self._alive: list[NDArray[np.bool_]] = []
        self._documents: list[Document] = []
        self._places: dict[str, int] = {}
        self._young: list[Document] = []
        self._lock = threading.RLock()

    @classmethod
    def build(cls, documents: Iterable[Document], lexicon: Lexicon | None = None) -> Index:
        """An index of documents.

        Parameters
        ----------
        documents : iterable of Document
            With ids that differ.
        lexicon : Lexicon, optional
            With the taxonomy's labels; by default glossary and places alone.

        Raises
        ------
        EngineError
            ``search.twice``: two documents with one id (``value``).
        """
        index = cls(lexicon)
        rows = Rows()
        for document in documents:
            if document.id in index._places:
                raise EngineError("search.twice", value=document.id)
            index._places[document.id] = len(index._documents)
            index._documents.append(document)
            index._write(rows, document)
        if rows.size:
            index._segments.append(rows.segment())
            index._alive.append(np.ones(rows.size, dtype=np.bool_))
        return index

    def __len__(self) -> int:
        """Documents that can be found."""
        return len(self._places)

    def __contains__(self, document_id: str) -> bool:
        return document_id in self._places

    def add(self, document: Document) -> None:
        """Add a document, in the place of the one with the same id if there is one."""
        with self._lock:
            if document.id in self._places:
                self.remove(document.id)
            self._places[document.id] = len(self._documents)
            self._documents.append(document)
            self._young.append(document)

    def remove(self, document_id: str) -> None:
        """Take a document out.

        Raises
        ------
        EngineError
            ``search.unknown``: no document has this id (``value``).
        """
        with self._lock:
            if document_id not in self._places:
                raise EngineError("search.unknown", value=document_id)
            self._settle()
            number = self._places.pop(document_id)
            self._vocabulary.release(_words(self._documents[number]))
            for alive in self._alive:
                if number < len(alive):
                    alive[number] = False
                    break
                number -= len(alive)

    def search(
        self,
        query: str,
        *,
        language: str | None = None,
        filters: Mapping[str, Sequence[str]] | None = None,
        limit: int = 10,
    ) -> Results:
        """Find documents.

        Parameters
        ----------
        query : str
            As a person types it: any script, any length, any characters. Blank: everything that
            passes the filters, in order of ids, for browsing.
        language : str, optional
            The reader's language: passages in it are preferred for snippets.
        filters : mapping of str to sequence of str, optional
            For each facet the codes of which a document must bear one.
        limit : int
            Hits to return.

        Returns
        -------
        Results
            Hits with score, reasons and snippet; total; counts by facet; notes on the query.

        Raises
        ------
        EngineError
            ``search.limit``: less than one hit is asked for (``value``).
        """
        if limit < 1:
            raise EngineError("search.limit", value=limit)
        with self._lock:
            self._settle()
            return self._search(query, language, dict(filters or {}), limit)

    def _search(
        self, query: str, language: str | None, filters: dict[str, Sequence[str]], limit: int
    ) -> Results:
        clauses, shortened = expand(query, self.lexicon, self._vocabulary)
        notes = [Reason("query.shortened", {"most": str(MOST_WORDS)})] if shortened else []
        living = np.concatenate(self._alive) if self._alive else np.zeros(0, dtype=np.bool_)
        weights: list[float] = []
        scores = np.zeros(len(living), dtype=np.float32)
        if clauses:
            scores, answered, weights = score(
                clauses, self._segments, self._alive, self._vocabulary
            )
            most = float(answered.max(initial=0.0))
            matching = answered >= max(MATCH * most, 1e-6)
        elif query.strip():
            notes.append(Reason("query.no_words"))
            matching = np.zeros(len(living), dtype=np.bool_)
        else:
            matching = living.copy()
        masks = passing(filters, self._segments, self._codes)
        facets = count(matching, masks, self._segments, self._codes)
        for mask in masks.values():
            matching &= mask
        if clauses:
            numbers = best(scores, matching, limit).tolist()
        else:
            numbers = sorted(
                np.flatnonzero(matching).tolist(), key=lambda n: self._documents[n].id
            )[:limit]
        hits = []
        for number in numbers:
            document = self._documents[number]
            why, snippet = explain(document, clauses, weights, self.lexicon, language)
            hits.append(Hit(document, float(scores[number]), why, snippet))
        return Results(tuple(hits), int(np.count_nonzero(matching)), facets, tuple(notes))

    def _settle(self) -> None:
        """Index the documents added since the last search; tidy up when there are many."""
        if self._young:
            rows = Rows()
            for document in self._young:
                self._write(rows, document)
            self._young.clear()
            self._segments.append(rows.segment())
            self._alive.append(np.ones(rows.size, dtype=np.bool_))
        dead = len(self._documents) - len(self._places)
        if len(self._segments) > 8 or dead > YOUNG + len(self._places) // 4:
            self._join()

    def _join(self) -> None:
        living = np.concatenate(self._alive)
        self._segments = [Segment.join(list(zip(self._segments, self._alive, strict=True)))]
        self._documents = [d for d, lives in zip(self._documents, living, strict=True) if lives]
        self._alive = [np.ones(len(self._documents), dtype=np.bool_)]
        self._places = {d.id: number for number, d in enumerate(self._documents)}

    def _write(self, rows: Rows, document: Document) -> None:
        """Weighted frequencies of a document's terms and concepts."""
        number = self._vocabulary.number
        told: dict[int, float] = {}
        meant: dict[str, dict[str, float]] = {}
        for text in document.written():
            terms = [term for term in map(term_of, words(text.text)) if term]
            if not terms:
                continue
            shape = FIELDS.get(text.field, OTHER)
            each = shape.weight / (1.0 - shape.slope + shape.slope * len(terms) / shape.usual)
            for term in terms:
                place = number(term)
                told[place] = told.get(place, 0.0) + each
            told[number(f"#script:{script_of(terms[0])}")] = 1.0
            here = meant.setdefault(text.language, {})
            for match in self.lexicon.matches(terms):
                here[match.concept] = here.get(match.concept, 0.0) + MEANT * each
        # Translations say the same again: a concept counts as in the language that says it most.
        for here in meant.values():
            for concept, frequency in here.items():
                place = number(f"#{concept}")
                told[place] = max(told.get(place, 0.0), frequency)
        labels = [f"{facet}:{code}" for facet, codes in document.facets.items() for code in codes]
        for concept in {*labels, *places_of(document)}:
            place = number(f"#{concept}")
            told[place] = told.get(place, 0.0) + LABEL
        more = [("year", year) for year in document.facets.get("year", ())]
        for name, fact in (*more, ("place", document.city)):
            for term in filter(None, map(term_of, words(fact))):
                place = number(term)
                told[place] = told.get(place, 0.0) + FIELDS[name].weight
        rows.add(told, self._codes.numbers(document.facets))
        self._vocabulary.hold(_words(document))


def _words(document: Document) -> set[str]:
    """The different terms of a document, as they are indexed."""
    texts = [text.text for text in document.written()]
    texts += [document.city, *document.facets.get("year", ())]
    told = {term_of(word) for text in texts for word in words(text)}
    told.discard("")
    return told
