"""Reads of the journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from baithak.journal.models import Line

__all__ = ["PlaceJournal", "journal_of"]


@dataclass(frozen=True)
class PlaceJournal:
    """The lines of one place, newest first."""

    place: str
    lines: QuerySet[Line]


def journal_of(viewer: Any, *, place: str) -> PlaceJournal | None:
    """The journal of the place with this slug, for its members alone: to others it does not exist."""
    if not viewer.roles_at(place):
        return None
    return PlaceJournal(place, Line.objects.filter(place=place).order_by("-n"))
