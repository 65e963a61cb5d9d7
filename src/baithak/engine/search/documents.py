"""What is searched and what a search answers: plain records, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Document", "Hit", "Reason", "Results", "Snippet", "Text"]


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a document.

    Parameters
    ----------
    field : str
        What it is: ``title``, ``summary``, ``done``, ``results``, ``lessons``, ``place`` or any other
        name; unknown names count like ``done``.
    text : str
    language : str
        ISO 639-1 code of its language; empty where unknown.
    """

    field: str
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """Something that can be found: a practice, a guide, a lesson, a report.

    Parameters
    ----------
    id : str
        Unique within an index.
    title : str
        In ``language``. Found through its own entry in ``texts`` or, without one, by itself.
    texts : tuple of Text
        In any languages, translations side by side.
    language : str
        Of the original.
    facets : mapping of str to tuple of str
        Codes under which it is counted and filtered, such as ``challenge``, ``approach``,
        ``target``, ``country``, ``lead``, ``evidence``, ``language``, ``year``. A taxonomy code is
        found through its labels and the glossary, in every language of theirs.
    city, country : str
        Name of the city; ISO 3166-1 code of the country.
    """

    id: str
    title: str
    texts: tuple[Text, ...] = ()
    language: str = "en"
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    city: str = ""
    country: str = ""

    def written(self) -> tuple[Text, ...]:
        """All texts, the title among them."""
        if any(text.field == "title" for text in self.texts):
            return self.texts
        return (Text("title", self.title, self.language), *self.texts)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a document was found: a code and what its sentence needs.

    ``why.field`` (field): words of the query stand there. ``why.label`` (facet, value): it bears a
    taxonomy code that the query means. ``why.concept`` (concept): a concept of the glossary is in
    the query and in the text. ``why.place`` (place): it is of this place. ``why.close`` (asked,
    found): a word spelt or sounding nearly like the one asked for.
    """

    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    def plain(self) -> dict[str, str]:
        """For JSON."""
        return {"code": self.code, **self.params}


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage that shows the match.

    Parameters
    ----------
    text : str
        Plain text, at most some 240 characters; an ellipsis where it was cut.
    marks : tuple of (start, end)
        Parts of ``text`` to highlight.
    field, language : str
        Where the passage stands.
    """

    text: str
    marks: tuple[tuple[int, int], ...]
    field: str
    language: str

    def marked(self, before: str = "**", after: str = "**") -> str:
        """The text with its marks written into it.

        Examples
        --------
        >>> Snippet("a peace committee", ((2, 7),), "title", "en").marked("[", "]")
        'a [peace] committee'
        """
        told, at = [], 0
        for start, end in self.marks:
            told += [self.text[at:start], before, self.text[start:end], after]
            at = end
        return "".join([*told, self.text[at:]])


@dataclass(frozen=True, slots=True)
class Hit:
    """One document found. ``score`` compares hits of one search only: 1 would be a perfect match."""

    document: Document
    score: float
    why: tuple[Reason, ...]
    snippet: Snippet

    @property
    def id(self) -> str:
        """Of the document."""
        return self.document.id


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to one search.

    Parameters
    ----------
    hits : tuple of Hit
        Best first.
    total : int
        Documents that match, shown or not.
    facets : mapping of str to mapping of str to int
        For each facet, how many matching documents bear each of its codes, the most frequent first;
        counted under the filters of the other facets, so that a reader sees what another choice
        would bring.
    notes : tuple of Reason
        ``query.no_words`` (nothing but stop words, signs or emoji) and ``query.shortened``
        (``most``: only so many words of a long query were used).
    """

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    notes: tuple[Reason, ...] = ()

    def plain(self) -> list[dict[str, Any]]:
        """Hits for JSON, with the snippet's marks written as ``**``."""
        return [
            {
                "id": hit.id,
                "title": hit.document.title,
                "city": hit.document.city,
                "country": hit.document.country,
                "language": hit.document.language,
                "score": round(hit.score, 4),
                "why": [reason.plain() for reason in hit.why],
                "snippet": hit.snippet.marked(),
            }
            for hit in self.hits
        ]
