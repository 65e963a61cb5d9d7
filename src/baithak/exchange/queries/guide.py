"""What hangs on a step of the guide: practices that fit, resources of the shelf, the reader's own city."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from baithak.exchange.models import Practice, Resource
from baithak.exchange.queries.practices import published
from baithak.network.models import Kind
from baithak.network.rules import CONFIRMERS, MECHANISM
from baithak.network.scope import Viewer

__all__ = ["own_city", "practices", "resources"]


def own_city(viewer: Viewer) -> str:
    """The short name of the city whose checklist this viewer may see; empty where there is none."""
    team = CONFIRMERS | MECHANISM
    return next((g.slug for g in viewer.grants if g.kind == Kind.CITY and g.role in team), "")


def practices(viewer: Viewer, codes: Sequence[str]) -> list[Practice]:
    """These practices as far as the viewer may see them, in this order."""
    found = {one.code: one for one in published(viewer).filter(code__in=codes)}
    return [found[code] for code in codes if code in found]


def resources(viewer: Viewer, step: str, most: int = 10) -> QuerySet[Resource]:
    """What lies on the shelf for this step."""
    return Resource.objects.seen_by(viewer).filter(step=step).select_related("place")[:most]
