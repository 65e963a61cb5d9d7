"""What a search has found, ready for a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language

from baithak.exchange import guide
from baithak.exchange.analysis import Hit
from baithak.exchange.facets import facet_label, place_label
from baithak.exchange.models import Lesson, Practice, Resource
from baithak.exchange.queries.search import Findable
from baithak.report.search_reasons import why

__all__ = ["Card", "Piece", "cards"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a passage, highlighted or not."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One result; what it does not have is empty."""

    kind: str
    address: str
    title: str
    language: str
    passage: tuple[Piece, ...]
    passage_language: str
    why: str
    place: str = ""
    country: str = ""
    year: str = ""
    lead: str = ""
    evidence: str = ""
    languages: tuple[str, ...] = ()
    example: bool = False

    @property
    def kind_label(self) -> str:
        return facet_label("kind", self.kind)


def cards(hits: Iterable[Hit], rows: Mapping[str, Findable]) -> list[Card]:
    """A card for each hit whose row may be seen; steps of the guide have no row."""
    told = (_card(hit, rows.get(hit.id)) for hit in hits)
    return [card for card in told if card is not None]


def _card(hit: Hit, row: Findable | None) -> Card | None:
    kind, _, code = hit.id.partition(":")
    language = get_language() or "en"
    passage, spoken = _pieces(hit), hit.snippet.language
    reason = why(hit.why, language, label=facet_label, place=place_label)
    if kind == "guide":
        return _of_step(code, passage, spoken, reason)
    if row is None:
        return None
    if isinstance(row, Practice):
        return _of_practice(row, passage, spoken, reason)
    return Card(
        kind, row.get_absolute_url(), row.title, row.language, passage, spoken, reason,
        place=_offered_by(row),
        languages=(row.language,),
        example=row.place.example and not (isinstance(row, Resource) and row.shipped),
    )  # fmt: skip


def _offered_by(row: Lesson | Resource) -> str:
    """Who published a resource; which place tells a lesson, unless its words have no place (R15)."""
    if isinstance(row, Resource):
        return row.publisher
    return "" if row.unattributed else row.place.name


def _of_step(code: str, passage: tuple[Piece, ...], spoken: str, reason: str) -> Card | None:
    step = guide.step(code)
    if step is None:
        return None
    address = reverse("exchange:guide_step", kwargs={"code": code})
    return Card("guide", address, str(step.title), get_language() or "en", passage, spoken, reason)


def _of_practice(practice: Practice, passage: tuple[Piece, ...], spoken: str, reason: str) -> Card:
    record = practice.record
    return Card(
        "practice", practice.get_absolute_url(), practice.title, practice.language, passage, spoken,
        reason,
        place=place_label(f"city:{record.city}:{record.country}"),
        country=facet_label("country", record.country),
        year=str(record.start_year or ""),
        lead=facet_label("lead", record.lead_organisation_type),
        evidence=facet_label("evidence", record.evidence_level),
        languages=(record.language, *practice.renderings),
        example=practice.place.example and practice.is_own,
    )  # fmt: skip


def _pieces(hit: Hit) -> tuple[Piece, ...]:
    """The passage, cut at its marks."""
    text, told, at = hit.snippet.text, [], 0
    for start, end in hit.snippet.marks:
        told += [Piece(text[at:start], False), Piece(text[start:end], True)]
        at = end
    return tuple(piece for piece in (*told, Piece(text[at:], False)) if piece.text)
