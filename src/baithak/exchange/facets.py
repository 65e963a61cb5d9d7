"""By what a search can be narrowed, and what each choice is called in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.exchange import analysis, finding
from baithak.exchange.records import LANGUAGES, library

__all__ = ["FACETS", "Facet", "Option", "choices", "facet_label", "known", "place_label"]

#: Every facet with its heading, in the order of the page.
FACETS: dict[str, Any] = {
    "kind": _("What it is"),
    "challenge": _("Challenge"),
    "approach": _("Approach"),
    "target": _("For whom"),
    "country": _("Country"),
    "lead": _("Led by"),
    "evidence": _("How well results are known"),
    "language": _("Language"),
    "year": _("Began in"),
}
_KINDS = {
    "practice": _("Practice"),
    "lesson": _("Lesson"),
    "resource": _("Resource"),
    "guide": _("Step of the guide"),
}
_TAXONOMY = {facet: kind for kind, facet in analysis.FACETS.items()}


@dataclass(frozen=True, slots=True)
class Option:
    """A code, what it is called, how many results bear it."""

    code: str
    label: str
    count: int
    chosen: bool
    language: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """One question by which to narrow."""

    name: str
    heading: Any
    options: tuple[Option, ...]

    @property
    def is_open(self) -> bool:
        """Whether something of it is chosen."""
        return any(option.chosen for option in self.options)


@lru_cache(maxsize=len(FACETS))
def known(facet: str) -> tuple[str, ...]:
    """The codes of a facet, in their own order; years have none."""
    if facet == "kind":
        return finding.KINDS
    if facet == "language":
        return tuple(LANGUAGES)
    return library().taxonomy.codes(_TAXONOMY[facet]) if facet in _TAXONOMY else ()


def facet_label(facet: str, code: str) -> str:
    """What a code is called; a language is called what its speakers call it."""
    if facet == "kind":
        return str(_KINDS[code])
    if facet == "language":
        return LANGUAGES[code]
    if facet in _TAXONOMY:
        return library().taxonomy.label(_TAXONOMY[facet], code, get_language() or "en")
    return code


def place_label(concept: str) -> str:
    """The name of a place that the search knows as ``city:Colombo:LK`` or ``country:LK``."""
    kind, _colon, name = concept.partition(":")
    if kind == "country":
        return facet_label("country", name)
    name, _colon, country = name.rpartition(":")
    city = library().city(name, country)
    return city.label(get_language() or "en") if city else name


def choices(
    counted: Mapping[str, Mapping[str, int]], chosen: Mapping[str, Iterable[str]]
) -> list[Facet]:
    """What can be chosen now: codes that would find something, and those that are chosen."""
    told = []
    for name, heading in FACETS.items():
        here, picked = counted.get(name, {}), set(chosen.get(name, ()))
        codes = [code for code, count in here.items() if count] + [
            c for c in picked if not here.get(c)
        ]
        options = [
            Option(
                code, facet_label(name, code), here.get(code, 0), code in picked,
                code if name == "language" else "",
            )
            for code in _ordered(name, codes)
        ]  # fmt: skip
        if options:
            told.append(Facet(name, heading, tuple(options)))
    return told


def _ordered(facet: str, codes: list[str]) -> list[str]:
    """Years from the newest, countries by their names, what has few codes in their own order; of the
    others those first that most results bear.
    """
    if facet == "year":
        return sorted(codes, reverse=True)
    if facet == "country":
        return sorted(codes, key=lambda code: (facet_label(facet, code).casefold(), code))
    if facet in ("kind", "lead", "evidence", "language"):
        return sorted(codes, key=known(facet).index)
    return codes
