"""What the exchange asks of the engine: practices become documents, the taxonomy becomes a lexicon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from baithak.engine.search.documents import Document, Hit, Results, Text
from baithak.engine.search.index import Index
from baithak.engine.search.lexicon import Entry, Lexicon
from baithak.exchange.records import City, Library, Practice, Rendering, Taxonomy, library

__all__ = [
    "FACETS",
    "Document",
    "Hit",
    "Index",
    "Results",
    "document",
    "documents_of",
    "entries",
    "index_of",
    "lexicon",
    "note",
    "shipped_index",
]

#: What the search calls each part of the taxonomy whose codes it knows.
FACETS = {
    "challenges": "challenge",
    "approaches": "approach",
    "target_groups": "target",
    "organisation_types": "lead",
    "evidence_levels": "evidence",
    "countries": "country",
}


def entries(taxonomy: Taxonomy) -> Iterator[Entry]:
    """The taxonomy's labels in all languages, with its English definitions."""
    for kind, facet in FACETS.items():
        for term in taxonomy.terms.get(kind, {}).values():
            told = {"en": term.definition} if term.definition else {}
            yield Entry(facet, term.code, term.labels, told)


def lexicon(taxonomy: Taxonomy) -> Lexicon:
    """The words of the field in all languages, with the taxonomy's labels."""
    return Lexicon(entries(taxonomy))


def note(
    id: str,
    title: str,
    text: str,
    language: str,
    facets: Mapping[str, Sequence[str]],
    *,
    translations: Mapping[str, tuple[str, str]] | None = None,
) -> Document:
    """A lesson, a resource, a step of the guide: a title, a text, codes; translations side by side."""
    told = {language: (title, text), **(translations or {})}
    texts = [
        Text(field, words, code)
        for code, (name, body) in told.items()
        for field, words in (("title", name), ("summary", body))
        if words
    ]
    return Document(
        id=id,
        title=title,
        texts=tuple(texts),
        language=language,
        facets={"language": tuple(told), **{name: tuple(codes) for name, codes in facets.items()}},
    )


def document(
    practice: Practice,
    city: City | None,
    renderings: Mapping[str, Rendering],
    *,
    id: str = "",
    facets: Mapping[str, Sequence[str]] | None = None,
) -> Document:
    """A practice as the engine reads it: every text, translations side by side, its codes.

    ``id`` and ``facets``: its name in an index of several kinds, and codes beside the record's own.
    """
    language = practice.language
    told = [
        Text("title", practice.title, language),
        Text("summary", practice.summary, language),
        Text("done", "\n".join(practice.what_was_done), language),
        Text("results", practice.results, language),
        Text("lessons", "\n".join((*practice.lessons, *practice.failures)), language),
        Text("stimulus", practice.stimulus, language),
        Text("basis", practice.legal_basis, language),
        Text("change", f"{practice.replaced}\n{practice.after_change}".strip(), language),
        Text("limits", f"{practice.not_reached}\n{practice.harm}".strip(), language),
    ]
    for other, rendering in renderings.items():
        told.append(Text("title", rendering.title, other))
        told.append(Text("summary", rendering.summary, other))
    if city is not None:
        told += [Text("place", name, other) for other, name in city.labels.items()]
    return Document(
        id=id or practice.id,
        title=practice.title,
        texts=tuple(text for text in told if text.text),
        language=language,
        facets={
            **{name: tuple(codes) for name, codes in (facets or {}).items()},
            "challenge": practice.challenges,
            "approach": practice.approaches,
            "target": practice.target_groups,
            "country": (practice.country,),
            "lead": (practice.lead_organisation_type,),
            "evidence": (practice.evidence_level,),
            "language": (language, *renderings),
            "year": (str(practice.start_year),) if practice.start_year else (),
        },
        city=practice.city,
        country=practice.country,
    )


def documents_of(library: Library) -> Iterator[Document]:
    """Every practice of a library as a document."""
    cities = {(city.name, city.country): city for city in library.cities}
    for practice in library.practices:
        renderings = {
            language: told.practices[practice.id]
            for language, told in library.translations.items()
            if practice.id in told.practices
        }
        yield document(practice, cities.get((practice.city, practice.country)), renderings)


def index_of(library: Library) -> Index:
    """An index of a library's practices."""
    return Index.build(documents_of(library), lexicon(library.taxonomy))


@lru_cache(maxsize=1)
def shipped_index() -> Index:
    """The index of the library as it is shipped, built once."""
    return index_of(library())
