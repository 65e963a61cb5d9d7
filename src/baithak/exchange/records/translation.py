"""One language's words for the library: labels, names of places, and some practices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

__all__ = ["Rendering", "Translation"]


@dataclass(frozen=True, slots=True)
class Rendering:
    """Title and summary of a practice in another language."""

    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class Translation:
    """A language's file. ``status`` is ``unreviewed`` until a person who speaks it has read it.

    ``labels`` by part of the taxonomy and code, ``countries`` by code, ``cities`` by name and
    country, ``practices`` by id.
    """

    language: str
    status: str
    by: str
    date: date
    labels: Mapping[str, Mapping[str, str]]
    countries: Mapping[str, str]
    cities: Mapping[tuple[str, str], str]
    practices: Mapping[str, Rendering]
