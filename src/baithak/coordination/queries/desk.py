"""What of the room waits for somebody, what it tells of a place, and what a search can find in it.

For the desk, the mayor's page, the hub's overview and the search of ``home``, which stands above.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, Max, OuterRef, Q, QuerySet, When

from baithak.coordination.models import (
    Body,
    BodyState,
    Commitment,
    CommitmentState,
    CommitmentStep,
    Day,
    Endorsement,
    JointStatement,
    LookBack,
    Meeting,
    MeetingState,
    Preparation,
    Reply,
    Request,
    RequestState,
    ResponseCard,
    StatementState,
    Workshop,
    WorkshopState,
)
from baithak.coordination.queries import days
from baithak.coordination.rules import ANSWERERS, WRITERS
from baithak.network.models import Place
from baithak.network.rules import CONFIRMERS, OFFICERS
from baithak.network.scope import SHARED, SYSTEM, Viewer
from baithak.plan.queries.desk import organisations_of

__all__ = [
    "ToPrepare",
    "bodies_of_place",
    "card_of",
    "cards_to_look_at",
    "commitments_of_others",
    "commitments_of_place",
    "days_ahead",
    "findable",
    "kept_lately",
    "meetings_ahead",
    "meetings_unmarked",
    "my_commitments",
    "promises_of_cities",
    "replies_lately",
    "requests_asked_of",
    "requests_of_place",
    "requests_sent",
    "requests_to_answer",
    "statements_to_endorse",
    "to_prepare",
    "workshops_of_cities",
]

OPEN = (CommitmentState.OPEN, CommitmentState.STARTED)
WAITING = (RequestState.SENT, RequestState.RECEIVED)
#: No preparation begins longer before its day.
LONGEST_BEFORE = timedelta(days=120)
#: So many lines of preparation lists a desk is told of.
_MOST = 300


# --- what waits for somebody
def _open_commitments(viewer: Viewer) -> QuerySet[Commitment]:
    return (
        Commitment.objects.seen_by(viewer)
        .filter(state__in=OPEN, place__in=viewer.places)
        .select_related("place", "owner")
        .order_by(F("due").asc(nulls_last=True), "pk")
    )


def my_commitments(viewer: Viewer) -> QuerySet[Commitment]:
    """What the viewer's organisations have promised; for writers also what nobody keeps yet."""
    return _open_commitments(viewer).filter(
        Q(owner__in=organisations_of(viewer)) | Q(owner=None, place__in=viewer.places_as(WRITERS))
    )


def commitments_of_others(viewer: Viewer) -> QuerySet[Commitment]:
    """What other organisations have promised at a writer's places."""
    return (
        _open_commitments(viewer)
        .filter(place__in=viewer.places_as(WRITERS), owner__isnull=False)
        .exclude(owner__in=organisations_of(viewer))
    )


@dataclass(frozen=True, slots=True)
class ToPrepare:
    """A line of a preparation list that is not done, and until when it should be."""

    preparation: Preparation
    due: date


def to_prepare(viewer: Viewer, today: date) -> list[ToPrepare]:
    """What the viewer's organisations prepare for a day to come; for writers all of their places."""
    lines = (
        Preparation.objects.seen_by(viewer)
        .filter(day__place__in=viewer.places)
        .filter(
            Q(organisation__in=organisations_of(viewer))
            | Q(day__place__in=viewer.places_as(WRITERS))
        )
    )
    last = today + LONGEST_BEFORE
    found = [
        ToPrepare(due.step.preparation, due.step.by)
        for due in days.to_do(lines, today)
        if due.when.begins <= last and due.step.by is not None
    ]
    return sorted(found[:_MOST], key=lambda one: (one.due, one.preparation.pk))


def meetings_ahead(viewer: Viewer, today: date, until: date) -> QuerySet[Meeting]:
    """Meetings of the viewer's places to come."""
    return (
        Meeting.objects.seen_by(viewer)
        .filter(state=MeetingState.PLANNED, place__in=viewer.places, on__gte=today, on__lte=until)
        .select_related("place", "body")
        .order_by("on", "pk")
    )


def meetings_unmarked(viewer: Viewer, today: date, place: Place | None = None) -> QuerySet[Meeting]:
    """Meetings that are over and of which nobody has said whether they were held.

    Of one place, or of all places that the viewer writes for.
    """
    where = Q(place__in=viewer.places_as(WRITERS)) if place is None else Q(place=place)
    return (
        Meeting.objects.seen_by(viewer)
        .filter(where, state=MeetingState.PLANNED, on__lt=today)
        .select_related("place", "body")
        .order_by("on", "pk")
    )


def _requests(viewer: Viewer) -> QuerySet[Request]:
    return (
        Request.objects.seen_by(viewer)
        .select_related("place", "to", "escalated_to")
        .order_by(F("reply_by").asc(nulls_last=True), "pk")
    )


def requests_to_answer(viewer: Viewer) -> QuerySet[Request]:
    """What was asked of the viewer's places and is not answered."""
    answering = viewer.places_as(ANSWERERS)
    return _requests(viewer).filter(
        Q(to__in=answering) | Q(escalated_to__in=answering), state__in=WAITING
    )


def requests_sent(viewer: Viewer) -> QuerySet[Request]:
    """What the viewer's places have asked and nobody has answered."""
    return _requests(viewer).filter(state__in=WAITING, place__in=viewer.places_as(CONFIRMERS))


def requests_asked_of(viewer: Viewer, place: Place) -> QuerySet[Request]:
    """Everything that was asked of a country or a hub, answered or not."""
    return _requests(viewer).filter(Q(to=place) | Q(escalated_to=place)).exclude(state="draft")


def requests_of_place(viewer: Viewer, place: Place) -> QuerySet[Request]:
    """What a place has asked and nobody has answered."""
    return _requests(viewer).filter(state__in=WAITING, place=place)


def statements_to_endorse(viewer: Viewer) -> QuerySet[JointStatement]:
    """Joint statements of the viewer's places behind which their organisation does not stand yet."""
    mine = organisations_of(viewer)
    stands = Endorsement._unscoped.filter(
        statement=OuterRef("pk"), edition=OuterRef("edition"), organisation__in=mine
    )
    at = {g.place for g in viewer.grants if g.organisation is not None}
    return (
        JointStatement.objects.seen_by(viewer)
        .filter(~Exists(stands), place__in=at)
        .exclude(state=StatementState.RELEASED)
        .select_related("place")
        .order_by("pk")
    )


def cards_to_look_at(viewer: Viewer, until: date) -> QuerySet[ResponseCard]:
    """First-hour cards of an officer's places whose day for another look has come."""
    return (
        ResponseCard.objects.seen_by(viewer)
        .filter(review_on__lte=until, place__in=viewer.places_as(OFFICERS))
        .select_related("place")
        .order_by("review_on", "pk")
    )


def kept_lately(viewer: Viewer, since: date) -> QuerySet[CommitmentStep]:
    """What was told of commitments of the viewer's places since a day, the newest first."""
    return (
        CommitmentStep.objects.seen_by(viewer)
        .filter(day__gte=since, commitment__place__in=viewer.places)
        .select_related("commitment__place")
        .order_by("-day", "-pk")
    )


def replies_lately(viewer: Viewer, since: date) -> QuerySet[Reply]:
    """What the other side wrote to the viewer's places since a day, the newest first."""
    return (
        Reply.objects.seen_by(viewer)
        .filter(on__gte=since)
        .exclude(at_place__in=viewer.places)
        .select_related("request__place", "request__to", "at_place")
        .order_by("-on", "-pk")
    )


# --- what it tells of a place
def bodies_of_place(viewer: Viewer, place: Place) -> QuerySet[Body]:
    """Bodies of a place that are planned or at work."""
    return (
        Body.objects.seen_by(viewer)
        .filter(place=place)
        .exclude(state=BodyState.DISSOLVED)
        .select_related("place")
        .order_by(Case(When(state=BodyState.FORMED, then=0), default=1), "pk")
    )


def commitments_of_place(viewer: Viewer, place: Place) -> QuerySet[Commitment]:
    """Open commitments of a place."""
    return (
        Commitment.objects.seen_by(viewer)
        .filter(state__in=OPEN, place=place)
        .select_related("owner")
        .order_by(F("due").asc(nulls_last=True), "pk")
    )


def days_ahead(viewer: Viewer, place: Place, today: date, until: date) -> list[days.Coming]:
    """Days of the shared calendar of a place to come, or going on, whenever they come again."""
    return days.between(viewer, today, until, place=place.slug)


def card_of(viewer: Viewer, place: Place) -> ResponseCard | None:
    """The first-hour card of a place."""
    return ResponseCard.objects.seen_by(viewer).select_related("place").filter(place=place).first()


# --- what cities share with their hub
def promises_of_cities(
    viewer: Viewer, cities: Iterable[Place], today: date
) -> dict[int, dict[str, Any]]:
    """By city: how many commitments that it shares with its hub are kept, open, overdue; the last word."""
    rows = (
        Commitment.objects.seen_by(viewer)
        .filter(place__in=list(cities), visibility__in=SHARED)
        .order_by()
        .values("place")
        .annotate(
            kept=Count("pk", filter=Q(state=CommitmentState.DONE), distinct=True),
            going=Count("pk", filter=Q(state__in=OPEN), distinct=True),
            late=Count("pk", filter=Q(state__in=OPEN, due__lt=today), distinct=True),
            told=Max("steps__day"),
        )
    )
    return {row["place"]: dict(row) for row in rows}


def workshops_of_cities(viewer: Viewer, cities: Iterable[Place]) -> dict[int, dict[str, Any]]:
    """By city: how many workshops that it shares with its hub were held, and the last day of one."""
    rows = (
        Workshop.objects.seen_by(viewer)
        .filter(
            place__in=list(cities),
            visibility__in=SHARED,
            state__in=(WorkshopState.HELD, WorkshopState.REPORTED),
        )
        .order_by()
        .values("place")
        .annotate(held=Count("pk"), told=Max("ends"))
    )
    return {row["place"]: dict(row) for row in rows}


# --- what a search can find
def findable(
    kind: str, keys: Iterable[Any] | None = None, *, viewer: Viewer = SYSTEM
) -> QuerySet[Any]:
    """Things of one kind by their keys, or all of them, as far as the viewer may see them."""
    models: dict[str, Any] = {
        "body": Body,
        "meeting": Meeting,
        "workshop": Workshop,
        "commitment": Commitment,
        "statement": JointStatement,
        "lookback": LookBack,
        "day": Day,
        "request": Request,
    }
    found = models[kind].objects.seen_by(viewer).select_related("place")
    if kind == "request":
        found = found.select_related("to", "escalated_to")
    return found if keys is None else found.filter(pk__in=list(keys))
