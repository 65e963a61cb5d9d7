"""The rows behind what a search has found."""

from __future__ import annotations

from collections.abc import Iterable

from baithak.exchange.models import Lesson, Resource
from baithak.exchange.queries.practices import published
from baithak.exchange.queries.search import Findable
from baithak.network.scope import Viewer

__all__ = ["rows"]


def rows(viewer: Viewer, names: Iterable[str]) -> dict[str, Findable]:
    """Of what the index names, the rows this viewer may see, whatever the index says."""
    wanted: dict[str, list[str]] = {"practice": [], "lesson": [], "resource": []}
    for name in names:
        kind, _, key = name.partition(":")
        wanted.setdefault(kind, []).append(key)
    found: list[Findable] = [
        *published(viewer).filter(code__in=wanted["practice"]),
        *Lesson.objects.seen_by(viewer)
        .filter(pk__in=wanted["lesson"])
        .select_related("place", "practice"),
        *Resource.objects.seen_by(viewer).filter(pk__in=wanted["resource"]).select_related("place"),
    ]
    return {row.finding_id: row for row in found}
