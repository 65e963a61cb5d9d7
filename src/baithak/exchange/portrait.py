"""The page about a practice: everything that is told, each text in its language, and what is not told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from baithak.exchange.headings import EVIDENCE, HEADINGS
from baithak.exchange.models import Practice, Translation, Version
from baithak.exchange.records import City, library
from baithak.exchange.records import Practice as Record
from baithak.exchange.records.stored import TRANSLATED

__all__ = ["SIGNS", "Fact", "Portrait", "Section", "Wording", "of_practice", "of_version"]

#: What leads into the search: the field, its part of the taxonomy, the name of the facet.
SIGNS = (
    ("challenges", "challenges", "challenge"),
    ("approaches", "approaches", "approach"),
    ("target_groups", "target_groups", "target"),
    ("prevention_levels", "prevention_levels", ""),
    ("mechanisms", "mechanisms", ""),
)
_STORY = (
    "stimulus", "what_was_done", "cost", "staff", "results", "lessons", "failures", "replaced",
    "after_change", "not_reached", "harm", "legal_basis",
)  # fmt: skip
#: What other cities ask for and records often do not tell.
_ASKED = ("start_year", "partners", "languages", *_STORY)


@dataclass(frozen=True, slots=True)
class Wording:
    """A text or a list of texts, in one language."""

    value: str | tuple[str, ...]
    language: str

    @property
    def is_list(self) -> bool:
        return not isinstance(self.value, str)


@dataclass(frozen=True, slots=True)
class Section:
    """A field of the story. ``beside`` is its other language, where the page shows two."""

    name: str
    heading: Any
    wording: Wording
    beside: Wording | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """Codes of one field. ``facet`` is how the search calls it; empty where the search has none."""

    name: str
    heading: Any
    codes: tuple[str, ...]
    kind: str
    facet: str = ""


@dataclass(frozen=True, slots=True)
class Portrait:
    """A practice ready for a page. ``side`` is the second language, empty where there is one."""

    record: Record
    title: Wording
    summary: Wording
    city: str
    evidence: Any
    facts: tuple[Fact, ...]
    story: tuple[Section, ...]
    untold: tuple[Any, ...]
    side: str = ""
    title_beside: Wording | None = None
    summary_beside: Wording | None = None


def of_practice(practice: Practice, side: str = "") -> Portrait:
    """What readers see: in their language where it is translated; with ``side`` two languages."""
    beside = practice.renderings.get(side)
    told = None if beside else practice.renderings.get(practice.language)
    return _portrait(practice.record, told, beside)


def of_version(version: Version) -> Portrait:
    """One version as it was written."""
    return _portrait(version.record, None, None)


def _portrait(record: Record, told: Translation | None, beside: Translation | None) -> Portrait:
    def in_words(name: str) -> Wording:
        translated = told.texts.get(name) if told else None
        if told is None or not translated:
            return Wording(getattr(record, name), record.language)
        return Wording(_value(translated), told.language)

    def in_other_words(name: str) -> Wording | None:
        translated = beside.texts.get(name) if beside and name in TRANSLATED else None
        return Wording(_value(translated), beside.language) if beside and translated else None

    return Portrait(
        record=record,
        title=in_words("title"),
        summary=in_words("summary"),
        city=_place(record),
        evidence=EVIDENCE.get(record.evidence_level, ""),
        facts=_facts(record),
        story=tuple(
            Section(name, HEADINGS[name], in_words(name), in_other_words(name))
            for name in _STORY
            if getattr(record, name)
        ),
        untold=tuple(HEADINGS[name] for name in _ASKED if not getattr(record, name)),
        side=beside.language if beside else "",
        title_beside=in_other_words("title"),
        summary_beside=in_other_words("summary"),
    )


def _value(translated: Any) -> str | tuple[str, ...]:
    return tuple(translated) if isinstance(translated, list) else str(translated)


def _facts(record: Record) -> tuple[Fact, ...]:
    told: Mapping[str, tuple[str, ...]] = {name: getattr(record, name) for name, _, _ in SIGNS}
    return tuple(
        Fact(name, HEADINGS[name], told[name], kind, facet)
        for name, kind, facet in SIGNS
        if told[name]
    )


def _place(record: Record) -> str:
    """The city's name in the reader's language."""
    city: City | None = library().city(record.city, record.country)
    return city.label(get_language() or "en") if city else record.city
