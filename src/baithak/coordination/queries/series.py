"""Series of workshops, and what a newcomer needs to know of one."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from baithak.coordination.models import Series, Takeaway, Workshop, WorkshopState
from baithak.coordination.queries.workshops import takeaways, workshops
from baithak.network.models import Place
from baithak.network.scope import Viewer

__all__ = ["Welcome", "all_series", "of_place", "series", "welcome"]


def all_series(viewer: Viewer, place: str = "") -> QuerySet[Series]:
    """What the viewer may see, that with the latest workshop first."""
    seen = Workshop.objects.seen_by(viewer).values("pk")
    shown = Q(workshops__in=seen)
    return (
        Series.objects.seen_by(viewer)
        .filter(Q(place__slug=place) if place else Q())
        .annotate(
            number=Count("workshops", filter=shown), latest=Max("workshops__begins", filter=shown)
        )
        .select_related("place")
        .order_by("-latest", "-pk")
    )


def series(viewer: Viewer, *, series: int) -> Series | None:
    """One series."""
    return Series.objects.seen_by(viewer).select_related("place").filter(pk=series).first()


def of_place(viewer: Viewer, place: Place) -> QuerySet[Series]:
    """The series that a workshop of this place can belong to: its own, and those of its hub."""
    return (
        Series.objects.seen_by(viewer)
        .filter(place__in=[pk for pk in (place.pk, place.hub_id) if pk is not None])
        .select_related("place")
        .order_by("pk")
    )


@dataclass(frozen=True, slots=True)
class Welcome:
    """For somebody who comes for the first time: the last workshop and what was agreed there."""

    workshop: Workshop | None
    agreed: tuple[Takeaway, ...]


def welcome(viewer: Viewer, of: Series) -> Welcome:
    """The newest workshop of the series that took place, and its takeaways."""
    held = (WorkshopState.HELD, WorkshopState.REPORTED)
    last = workshops(viewer).filter(series=of, state__in=held).first()
    agreed = tuple(takeaways(viewer, last)) if last is not None else ()
    return Welcome(last, agreed)
