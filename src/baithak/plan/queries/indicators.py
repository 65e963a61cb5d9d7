"""Indicators with their readings."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from baithak.network.scope import Viewer
from baithak.plan.models import Indicator, Plan, Reading

__all__ = ["indicator", "indicators", "of_plan"]


def indicators(viewer: Viewer) -> QuerySet[Indicator]:
    """What the viewer may see, with all that ``shown.shown`` needs."""
    readings = Reading.objects.seen_by(viewer).order_by("day")
    return (
        Indicator.objects.seen_by(viewer)
        .select_related("plan__place", "objective__challenge", "action__objective__challenge")
        .prefetch_related(Prefetch("readings", queryset=readings))
    )


def indicator(viewer: Viewer, *, code: str, number: int) -> Indicator | None:
    """One indicator of a plan."""
    return indicators(viewer).filter(plan__code=code, number=number).first()


def of_plan(viewer: Viewer, of: Plan) -> QuerySet[Indicator]:
    """Those of one plan, in its order."""
    return indicators(viewer).filter(plan=of.pk).order_by("number")
