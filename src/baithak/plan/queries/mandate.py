"""The mandate sheet of a place, and its map: who may do what by which law."""

from __future__ import annotations

from django.db.models import QuerySet

from baithak.network.queries import place_named
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import Viewer
from baithak.plan.models import Mandate, Task

__all__ = ["kept", "mandate", "task", "tasks"]


def mandate(viewer: Viewer, *, place: str) -> Mandate | None:
    """A place's sheet; an empty one for its own people, as long as nobody has begun it."""
    found = kept(viewer, place=place)
    if found is not None or not viewer.roles_at(place) & CONFIRMERS:
        return found
    where = place_named(viewer, place=place)
    return Mandate(place=where) if where is not None else None


def kept(viewer: Viewer, *, place: str) -> Mandate | None:
    """A place's sheet once somebody has begun it."""
    return Mandate.objects.seen_by(viewer).filter(place__slug=place).select_related("place").first()


def tasks(viewer: Viewer, of: Mandate) -> QuerySet[Task]:
    """The lines of its map, in their order."""
    return Task.objects.seen_by(viewer).filter(mandate=of.pk).order_by("number")


def task(viewer: Viewer, *, place: str, number: int) -> Task | None:
    """One line of the map of a place."""
    return (
        Task.objects.seen_by(viewer)
        .filter(mandate__place__slug=place, number=number)
        .select_related("mandate__place")
        .first()
    )
