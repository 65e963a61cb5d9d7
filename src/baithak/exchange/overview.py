"""What the library holds and what it lacks: counts in a fixed order, never a ranking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from baithak.exchange.records import LANGUAGES, Practice, Rendering, Taxonomy

__all__ = ["Overview", "Reach", "Tally", "overview"]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many practices have a code; the label is in the reader's language."""

    code: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a language reaches: the practices that can be read in it, title and summary.

    ``without`` are the challenges that have practices, but none that can be read in it.
    """

    language: str
    count: int
    without: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything in the order of the taxonomy, zeros included; countries by their label.

    ``challenges`` and ``approaches`` add up to more than ``practices``, since a practice has
    several; ``countries``, ``evidence`` and ``leads`` add up to exactly that number.
    ``hub_without`` are countries of the hub without a practice.
    """

    practices: int
    cities: int
    challenges: tuple[Tally, ...]
    approaches: tuple[Tally, ...]
    countries: tuple[Tally, ...]
    evidence: tuple[Tally, ...]
    leads: tuple[Tally, ...]
    hub_without: tuple[Tally, ...]
    languages: tuple[Reach, ...]

    @property
    def challenges_without(self) -> tuple[Tally, ...]:
        """Challenges that no practice answers."""
        return tuple(tally for tally in self.challenges if tally.count == 0)

    @property
    def challenges_with_one(self) -> tuple[Tally, ...]:
        """Challenges that a single practice answers."""
        return tuple(tally for tally in self.challenges if tally.count == 1)


def overview(
    practices: Iterable[Practice],
    renderings: Mapping[str, Mapping[str, Rendering]],
    taxonomy: Taxonomy,
    *,
    hub: Iterable[str],
    language: str = "en",
) -> Overview:
    """Count practices and what is missing.

    Parameters
    ----------
    practices : iterable of Practice
    renderings : mapping
        Translations by the practice's id and then by language; a practice may have none.
    taxonomy : Taxonomy
    hub : iterable of str
        Codes of the countries the hub serves.
    language : str
        Of the labels, and so of the order of countries.

    Examples
    --------
    >>> from baithak.exchange.records import library
    >>> shipped = library()
    >>> told = overview(shipped.practices, {}, shipped.taxonomy, hub=["BD", "BT"])
    >>> [tally.count for tally in told.evidence]
    [82, 59, 3, 9]
    >>> [tally.label for tally in told.hub_without]
    ['Bhutan']
    """
    told = tuple(practices)
    countries = Counter(practice.country for practice in told)

    def tallies(kind: str, counted: Mapping[str, int], codes: Iterable[str]) -> tuple[Tally, ...]:
        return tuple(
            Tally(code, taxonomy.label(kind, code, language), counted.get(code, 0))
            for code in codes
        )

    def in_order(kind: str, found: Iterable[str]) -> tuple[Tally, ...]:
        return tallies(kind, Counter(found), taxonomy.codes(kind))

    def by_label(codes: Iterable[str]) -> tuple[Tally, ...]:
        found = tallies("countries", countries, codes)
        return tuple(sorted(found, key=lambda tally: (tally.label.casefold(), tally.code)))

    challenges = in_order("challenges", (code for p in told for code in p.challenges))
    return Overview(
        practices=len(told),
        cities=len({(practice.city, practice.country) for practice in told}),
        challenges=challenges,
        approaches=in_order("approaches", (code for p in told for code in p.approaches)),
        countries=by_label(countries),
        evidence=in_order("evidence_levels", (p.evidence_level for p in told)),
        leads=in_order("organisation_types", (p.lead_organisation_type for p in told)),
        hub_without=by_label(code for code in set(hub) if code not in countries),
        languages=tuple(_reach(code, told, renderings, challenges) for code in LANGUAGES),
    )


def _reach(
    language: str,
    practices: tuple[Practice, ...],
    renderings: Mapping[str, Mapping[str, Rendering]],
    challenges: tuple[Tally, ...],
) -> Reach:
    readable = [p for p in practices if _readable(p, language, renderings.get(p.id, {}))]
    reached = {code for practice in readable for code in practice.challenges}
    without = tuple(t for t in challenges if t.count and t.code not in reached)
    return Reach(language, len(readable), without)


def _readable(practice: Practice, language: str, others: Mapping[str, Rendering]) -> bool:
    """Whether somebody who reads only this language learns what the practice is about."""
    if practice.language == language:
        return bool(practice.title and practice.summary)
    rendering = others.get(language)
    return rendering is not None and bool(rendering.title and rendering.summary)
