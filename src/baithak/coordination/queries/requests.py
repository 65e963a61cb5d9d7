"""Requests between places: both sides see the same page, nobody else sees anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median_high

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from baithak.coordination.models import Reply, Request, RequestKind, RequestState
from baithak.coordination.rules import ANSWERERS
from baithak.network.models import Membership, Place, User
from baithak.network.models.membership import holds_now
from baithak.network.rules import CONFIRMERS, OFFICERS
from baithak.network.scope import SYSTEM, Viewer

__all__ = [
    "ReplyTime",
    "above",
    "answerers_of",
    "late",
    "officers_of",
    "overdue",
    "places_to_ask",
    "places_to_ask_from",
    "replies",
    "reply_time",
    "request",
    "sides",
    "we_asked",
    "we_were_asked",
]

#: Fewer answers tell more about one of them than about an office, and each five more are told at once.
_AT_ONCE = 5
_WAITING = (RequestState.SENT, RequestState.RECEIVED)


def _requests(viewer: Viewer) -> QuerySet[Request]:
    return Request.objects.seen_by(viewer).select_related("place", "to", "escalated_to", "day_by")


def _in_order(found: QuerySet[Request]) -> QuerySet[Request]:
    """Alerts that wait stand on top, then drafts, then what waits by its day, then what is answered."""
    rank = Case(
        When(kind=RequestKind.ALERT, state__in=_WAITING, then=Value(0)),
        When(state=RequestState.DRAFT, then=Value(1)),
        When(state__in=_WAITING, then=Value(2)),
        When(state=RequestState.ANSWERED, then=Value(3)),
        default=Value(4),
    )
    return found.annotate(rank=rank).order_by("rank", F("reply_by").asc(nulls_last=True), "-pk")


def we_asked(viewer: Viewer, place: str = "") -> QuerySet[Request]:
    """What the viewer's places asked of others, drafts too."""
    found = _requests(viewer).filter(place__in=viewer.places_as(CONFIRMERS))
    return _in_order(found.filter(place__slug=place) if place else found)


def we_were_asked(viewer: Viewer, place: str = "") -> QuerySet[Request]:
    """What others asked of the viewer's places, or passed on to them."""
    ours = viewer.places_as(ANSWERERS)
    found = (
        _requests(viewer)
        .exclude(state=RequestState.DRAFT)
        .filter(Q(to__in=ours) | Q(escalated_to__in=ours))
    )
    if place:
        found = found.filter(Q(to__slug=place) | Q(escalated_to__slug=place))
    return _in_order(found)


def late(found: QuerySet[Request]) -> QuerySet[Request]:
    """Those whose day is over and nobody has answered."""
    return found.filter(state__in=_WAITING, reply_by__lt=timezone.localdate())


def request(viewer: Viewer, *, asked: int) -> Request | None:
    """One request."""
    return _requests(viewer).select_related("to__parent", "to__hub").filter(pk=asked).first()


def replies(viewer: Viewer, of: Request) -> QuerySet[Reply]:
    """What both sides wrote, in the order in which they wrote it."""
    return Reply.objects.seen_by(viewer).filter(request=of).select_related("at_place")


def sides(viewer: Viewer, of: Request) -> list[Place]:
    """For which side the viewer can write: the asking one, the asked one, the one it was passed on to."""
    found = [of.place] if of.place_id in viewer.places_as(OFFICERS) else []
    answering = viewer.places_as(ANSWERERS)
    return found + [
        place
        for place in (of.to, of.escalated_to)
        if place is not None and place.pk in answering and place not in found
    ]


def places_to_ask_from(viewer: Viewer) -> QuerySet[Place]:
    """For which places the viewer may ask."""
    return Place.objects.seen_by(viewer).filter(pk__in=viewer.places_as(OFFICERS)).order_by("name")


def places_to_ask(viewer: Viewer, asking: Place) -> list[Place]:
    """Whom a place can ask: its country and hub first, then the other places of the hub by their names."""
    hub = asking.hub_id or asking.pk
    found = (
        Place.objects.seen_by(viewer)
        .filter(Q(pk=hub) | Q(hub=hub), open_data=False)
        .exclude(pk=asking.pk)
    )
    near = (asking.parent_id, asking.hub_id)
    return sorted(found, key=lambda place: (place.pk not in near, place.local_name.casefold()))


def above(of: Request) -> Place | None:
    """The place above the asked one, where the request can still be passed on to it."""
    higher = of.to.parent
    if higher is None or higher.pk == of.place_id or of.escalated_to_id is not None:
        return None
    return higher


def overdue(today: date) -> list[int]:
    """Requests whose day is over and nobody has been told of it yet, the longest overdue first."""
    found = Request._unscoped.filter(state__in=_WAITING, reply_by__lt=today, reminded_on=None)
    return list(found.order_by("reply_by", "pk").values_list("pk", flat=True))


# --- how long a place takes to answer


@dataclass(frozen=True, slots=True)
class ReplyTime:
    """Within how many days half of the requests to a place were answered."""

    days: int
    requests: int


def reply_time(of: Place) -> ReplyTime | None:
    """From whole fives of answered requests; ``None`` before the first five.

    A single answer so never shows in the figure. It is of an office, never of a person.
    """
    told = [
        max((answered - sent).days, 1)
        for sent, answered in Request.objects.seen_by(SYSTEM)
        .filter(to=of, sent_on__isnull=False, answered_on__isnull=False)
        .order_by("answered_on", "pk")
        .values_list("sent_on", "answered_on")
        if sent is not None and answered is not None
    ]
    whole = len(told) // _AT_ONCE * _AT_ONCE
    return ReplyTime(median_high(told[:whole]), whole) if whole else None


# --- who gets a letter


def answerers_of(place: Place | None) -> Iterable[User]:
    """Who answers for a place."""
    return _people(place, ANSWERERS)


def officers_of(place: Place) -> Iterable[User]:
    """Who asked for a place."""
    return _people(place, OFFICERS)


def _people(place: Place | None, roles: Iterable[str]) -> Iterable[User]:
    if place is None:
        return ()
    held = Membership.objects.seen_by(SYSTEM).filter(
        holds_now(), place=place, role__in=roles, user__is_active=True
    )
    return User.objects.filter(pk__in=held.values("user")).order_by("pk")
