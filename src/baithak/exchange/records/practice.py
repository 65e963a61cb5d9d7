"""What a city did, as the library keeps it: a practice and the sources that tell of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["Practice", "Source"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where something can be read, and the day on which it was."""

    url: str
    title: str
    publisher: str
    accessed: date


@dataclass(frozen=True, slots=True)
class Practice:
    """One documented practice; see ``fields.FIELDS`` for what each field holds.

    Texts that nobody has told are empty, years None. ``language`` is the one the texts are
    written in, ``languages`` are those the practice worked in. ``version`` grows with every
    published change; together with the origin and the ``id`` it tells two copies apart.
    """

    id: str
    title: str
    city: str
    country: str
    admin_level: str
    lead_organisation_type: str
    challenges: tuple[str, ...]
    approaches: tuple[str, ...]
    target_groups: tuple[str, ...]
    summary: str
    evidence_level: str
    sources: tuple[Source, ...]
    version: int = 1
    language: str = "en"
    partners: tuple[str, ...] = ()
    start_year: int | None = None
    end_year: int | None = None
    prevention_levels: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    stimulus: str = ""
    what_was_done: tuple[str, ...] = ()
    cost: str = ""
    staff: str = ""
    results: str = ""
    lessons: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    replaced: str = ""
    after_change: str = ""
    not_reached: str = ""
    harm: str = ""
    legal_basis: str = ""
