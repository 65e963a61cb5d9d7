"""The start of the room: what is due at the viewer's places, and what waits behind each door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from baithak.coordination.models import (
    Body,
    Commitment,
    Day,
    JointStatement,
    LookBack,
    Meeting,
    Request,
    ResponseCard,
    Workshop,
)
from baithak.network.scope import Viewer

__all__ = ["Due", "due", "waiting"]

#: So many days ahead something counts as due.
AHEAD = 21
_OPEN = Q(state__in=("open", "started"))


@dataclass(frozen=True, slots=True)
class Due:
    """Something with a day: ``what`` is meeting, unmarked, commitment, request, day or workshop."""

    on: date
    what: str
    thing: Any
    late: bool = False


def due(viewer: Viewer, place: str = "", most: int = 12) -> list[Due]:
    """What comes up or is late at the viewer's own places, the earliest first."""
    if not viewer.is_member:
        return []
    today = timezone.localdate()
    until = today + timedelta(days=AHEAD)
    here = Q(place__in=viewer.places) & (Q(place__slug=place) if place else Q())

    def some(model: Any, field: str, *where: Q) -> Any:
        found = model.objects.seen_by(viewer).filter(here, *where).select_related("place")
        return found.order_by(field, "pk")[:most]

    told = [
        Due(m.on, "meeting" if m.on >= today else "unmarked", m, m.on < today)
        for m in some(Meeting, "on", Q(state="planned", on__lte=until))
    ]
    told += [
        Due(c.due, "commitment", c, c.due < today)
        for c in some(Commitment, "due", _OPEN, Q(due__lte=until))
    ]
    told += [
        Due(r.reply_by, "request", r, r.reply_by < today)
        for r in some(Request, "reply_by", Q(state__in=("sent", "received"), reply_by__lte=until))
    ]
    told += [
        Due(d.begins, "day", d)
        for d in some(Day, "begins", Q(begins__gte=today, begins__lte=until))
    ]
    told += [
        Due(w.begins, "workshop", w, w.ends < today)
        for w in some(Workshop, "begins", Q(state="planned", begins__lte=until))
    ]
    return sorted(told, key=lambda one: (one.on, one.what, one.thing.pk))[:most]


def waiting(viewer: Viewer, place: str = "") -> dict[str, dict[str, Any]]:
    """Behind each door: how many the viewer may see, and what of them waits."""
    today = timezone.localdate()

    def count(model: Any, **of: Any) -> dict[str, Any]:
        found = model.objects.seen_by(viewer).filter(Q(place__slug=place) if place else Q())
        told: dict[str, Any] = found.order_by().aggregate(all=Count("pk"), **of)
        return told

    return {
        "bodies": count(
            Body,
            formed=Count("pk", filter=Q(state="formed")),
            over=Count("pk", filter=Q(state="formed", ends__lt=today)),
        ),
        "meetings": count(
            Meeting,
            next=Min("on", filter=Q(state="planned", on__gte=today)),
            unmarked=Count("pk", filter=Q(state="planned", on__lt=today)),
        ),
        "workshops": count(
            Workshop, next=Min("begins", filter=Q(state="planned", begins__gte=today))
        ),
        "commitments": count(
            Commitment,
            open=Count("pk", filter=_OPEN),
            late=Count("pk", filter=_OPEN & Q(due__lt=today)),
        ),
        "requests": count(
            Request,
            open=Count("pk", filter=Q(state__in=("sent", "received"))),
            late=Count("pk", filter=Q(state__in=("sent", "received"), reply_by__lt=today)),
        ),
        "calendar": count(Day, next=Min("begins", filter=Q(begins__gte=today))),
        "first_hour": count(ResponseCard, old=Count("pk", filter=Q(review_on__lt=today))),
        "statements": count(JointStatement, ready=Count("pk", filter=Q(state="ready"))),
        "look_backs": count(LookBack),
    }
