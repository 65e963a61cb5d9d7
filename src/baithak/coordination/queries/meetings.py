"""Meetings with what belongs to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from baithak.coordination.models import (
    AgendaItem,
    Attendance,
    Body,
    Commitment,
    Decision,
    Meeting,
    Note,
)
from baithak.coordination.queries.days import Coming, between
from baithak.network.models import Organisation, Place
from baithak.network.scope import Viewer, Visibility

__all__ = [
    "agenda",
    "agenda_item",
    "agenda_may_go",
    "attendance",
    "commitments_of",
    "days_touching",
    "decision",
    "decisions",
    "earlier_with_agenda",
    "invited",
    "levels_for_notes",
    "levels_to_ask_for",
    "meeting",
    "meetings",
    "note",
    "notes",
    "tells_hour",
]


def meetings(viewer: Viewer, place: str = "", when: str = "") -> QuerySet[Meeting]:
    """What the viewer may see, the newest first; ``when``: ``ahead``, ``open`` (over, not marked), ``held``."""
    today = timezone.localdate()
    filters = {
        "ahead": Q(state="planned", on__gte=today),
        "open": Q(state="planned", on__lt=today),
        "held": Q(state="held"),
    }
    found = (
        Meeting.objects.seen_by(viewer)
        .filter(Q(place__slug=place) if place else Q())
        .filter(filters.get(when, Q()))
        .select_related("place", "body")
        # A body may be kept narrower than its meeting: its name is told to those who may see it.
        .annotate(body_shown=Exists(Body.objects.seen_by(viewer).filter(pk=OuterRef("body"))))
    )
    return found.order_by("on", "pk") if when == "ahead" else found.order_by("-on", "-pk")


def meeting(viewer: Viewer, *, meeting: int) -> Meeting | None:
    """One meeting."""
    return meetings(viewer).filter(pk=meeting).first()


def tells_hour(of: Meeting) -> bool:
    """Whether hour and hall are told: of a closed room only beforehand, never beside what was said (R15)."""
    if not of.closed_room:
        return True
    ahead = of.state == "planned" and of.on >= timezone.localdate()
    said = (Note._unscoped, Decision._unscoped)
    return ahead and not any(lines.filter(meeting=of).exists() for lines in said)


# --- agenda and decisions
def agenda(viewer: Viewer, of: Meeting) -> QuerySet[AgendaItem]:
    """Its points in their order."""
    return AgendaItem.objects.seen_by(viewer).filter(meeting=of).order_by("number")


def agenda_item(viewer: Viewer, *, item: int) -> AgendaItem | None:
    """One point."""
    found = AgendaItem.objects.seen_by(viewer).select_related("meeting__place", "meeting__body")
    return found.filter(pk=item).first()


def earlier_with_agenda(viewer: Viewer, of: Meeting) -> Meeting | None:
    """The last meeting of the same body before this one whose agenda may be copied into it."""
    if of.body_id is None:
        return None
    found = (
        Meeting.objects.seen_by(viewer)
        .filter(body=of.body_id, on__lt=of.on)
        .annotate(points=Count("agenda"))
        .filter(points__gt=0)
        .order_by("-on", "-pk")[:12]
    )
    return next((one for one in found if agenda_may_go(one, of)), None)


def agenda_may_go(of: Meeting, to: Meeting) -> bool:
    """Whether nobody would see points of one meeting in another that could not see them there (R14, R15)."""
    if of.closed_room and not (to.closed_room and to.visibility == Visibility.MECHANISM):
        return False
    return Visibility(of.visibility).width >= Visibility(to.visibility).width


def decisions(viewer: Viewer, of: Meeting) -> list[Decision]:
    """What was decided, each with the commitments that the viewer may see as ``promised``."""
    found = list(Decision.objects.seen_by(viewer).filter(meeting=of).order_by("number"))
    promised: dict[int, list[Commitment]] = {}
    for one in commitments_of(viewer, of):
        promised.setdefault(one.decision_id or 0, []).append(one)
    for decision in found:
        decision.promised = promised.get(decision.pk, [])  # type: ignore[attr-defined]
    return found


def commitments_of(viewer: Viewer, of: Meeting) -> QuerySet[Commitment]:
    """What was promised because of its decisions, as far as the viewer may see it."""
    return Commitment.objects.seen_by(viewer).filter(decision__meeting=of).order_by("due", "pk")


def decision(viewer: Viewer, *, decision: int) -> Decision | None:
    """One decision."""
    found = Decision.objects.seen_by(viewer).select_related("meeting__place", "meeting__body")
    return found.filter(pk=decision).first()


# --- minutes
def notes(viewer: Viewer, of: Meeting) -> QuerySet[Note]:
    """The paragraphs of the minutes that this reader may see."""
    return Note.objects.seen_by(viewer).filter(meeting=of).order_by("number")


def note(viewer: Viewer, *, note: int) -> Note | None:
    """One paragraph."""
    found = Note.objects.seen_by(viewer).select_related("meeting__place", "meeting__body")
    return found.filter(pk=note).first()


def levels_for_notes(of: Meeting, now: str = Visibility.MECHANISM) -> list[Visibility]:
    """What one person may choose: never more than see the meeting, beyond the place only where it was before."""
    widest = min(Visibility(of.visibility).width, max(Visibility(now).width, Visibility.CITY.width))
    return [level for level in Visibility if level.width <= widest]


def levels_to_ask_for(line: Note) -> list[Visibility]:
    """What two people may let a paragraph be seen by: beyond the place, never more than its meeting."""
    seen = max(Visibility(line.visibility).width, Visibility.CITY.width)
    widest = Visibility(line.meeting.visibility).width
    return [level for level in Visibility if seen < level.width <= widest]


# --- attendance, kept apart
def attendance(viewer: Viewer, of: Meeting) -> QuerySet[Attendance]:
    """Which organisations were there: for the team alone."""
    found = Attendance.objects.seen_by(viewer).filter(meeting=of)
    return found.select_related("organisation").order_by("organisation__name")


def invited(viewer: Viewer, of: Meeting) -> QuerySet[Organisation]:
    """Organisations that may have been there: of the place, and those that sit in the body."""
    here = Q(place=of.place_id)
    if of.body_id is not None:
        seated = Body.objects.seen_by(viewer).filter(pk=of.body_id)
        here |= Q(pk__in=seated.values("seats__organisation"))
    return Organisation.objects.seen_by(viewer).filter(here).order_by("name", "pk")


# --- planning
def days_touching(viewer: Viewer, place: Place, proposed: Iterable[date]) -> list[Coming]:
    """Days of the shared calendar within three days of one of these, whenever they come again."""
    near, wanted = timedelta(days=3), list(proposed)
    if not wanted:
        return []
    found = between(viewer, min(wanted) - near, max(wanted) + near, place=place.slug)
    return [
        one
        for one in found
        if any(one.when.begins <= day + near and one.when.ends >= day - near for day in wanted)
    ][:10]
