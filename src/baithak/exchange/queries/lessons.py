"""Lessons that a viewer may see; what they belong to only where that may be seen too."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from baithak.exchange.models import Adoption, Lesson, Practice
from baithak.network.scope import Viewer

__all__ = ["lesson", "lessons", "of_adoption", "of_practice"]


def lessons(viewer: Viewer, place: str = "") -> QuerySet[Lesson]:
    """What the viewer may see, the newest first; ``place`` is the slug of the place that offers it.

    By place those are left out whose place is not shown (R15).
    """
    told_by = Q(place__slug=place, unattributed=False) if place else Q()
    return (
        Lesson.objects.seen_by(viewer)
        .filter(told_by)
        .select_related("place")
        .order_by("-day", "-pk")
    )


def lesson(viewer: Viewer, *, lesson: int) -> Lesson | None:
    """One lesson."""
    return lessons(viewer).filter(pk=lesson).first()


def of_practice(viewer: Viewer, practice: Practice) -> QuerySet[Lesson]:
    """Lessons about a practice."""
    return lessons(viewer).filter(practice=practice)


def of_adoption(viewer: Viewer, adoption: Adoption) -> Lesson | None:
    """The lesson that came out of an adoption."""
    return lessons(viewer).filter(adoption=adoption).first()
