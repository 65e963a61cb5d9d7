"""Commitments: who keeps what until when, where it came from, whom to remind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.coordination.models import (
    Commitment,
    CommitmentState,
    CommitmentStep,
    Decision,
    Request,
    Takeaway,
)
from baithak.coordination.rules import WRITERS
from baithak.exchange.findings import finding
from baithak.network.models import Membership, Organisation, Place, User
from baithak.network.models.membership import holds_now
from baithak.network.rules import OFFICERS
from baithak.network.scope import SYSTEM, Viewer
from baithak.plan.models import Action

__all__ = [
    "OPEN",
    "SOURCES",
    "DueLetter",
    "Origin",
    "action_of",
    "actions",
    "commitment",
    "commitments",
    "due_letters",
    "is_of_closed_room",
    "keepers",
    "of_place",
    "origin",
    "own_places",
    "owner_words",
    "owners",
    "places",
    "places_to_write_in",
    "source",
    "steps",
]

OPEN = (CommitmentState.OPEN, CommitmentState.STARTED)
#: Where a commitment can come from.
SOURCES = ("takeaway", "decision", "request", "finding", "noted")
#: A letter goes so many days before the day, and every so many days after it.
BEFORE, AGAIN = timedelta(days=7), timedelta(days=14)

#: Types of organisations whose names everybody may read: they are public bodies.
PUBLIC_BODIES = frozenset(
    {
        "local_government", "regional_government", "national_government",
        "district_administration", "police", "judiciary", "school", "health_service",
        "social_services", "human_rights_body", "international_organisation", "city_network",
    }
)  # fmt: skip


def commitments(viewer: Viewer, asked: Mapping[str, str] | None = None) -> QuerySet[Commitment]:
    """What the viewer may see, what is due first at the top.

    ``asked`` narrows it: ``place`` (a slug), ``owner`` (a number), ``state`` (a state, or ``left`` for all
    that is to do), ``late``, ``source`` (one of ``SOURCES``), ``workshop`` (a number). What nobody
    knows finds nothing.
    """
    told = {name: value for name, value in (asked or {}).items() if value}
    found = Commitment.objects.seen_by(viewer).select_related("place", "owner")
    if "place" in told:
        found = found.filter(place__slug=told["place"])
    if "owner" in told:
        found = found.filter(owner__in=_own(viewer), owner=_number(told["owner"]))
    if "workshop" in told:
        seen = Takeaway.objects.seen_by(viewer).filter(workshop=_number(told["workshop"]))
        found = found.filter(takeaway__in=seen.values("pk"))
    if "state" in told:
        states = OPEN if told["state"] == "left" else (told["state"],)
        found = found.filter(state__in=states)
    if "late" in told:
        found = found.filter(state__in=OPEN, due__lt=timezone.localdate())
    if "source" in told:
        found = found.filter(_from(told["source"]))
    return found.order_by("due", "pk")


def _number(told: str) -> int:
    """A number in an address; what is none is nobody's."""
    return int(told) if told.isascii() and told.isdigit() and len(told) < 16 else 0


def _own(viewer: Viewer) -> Any:
    """Organisations that the viewer may ask about (R13)."""
    return Organisation.objects.seen_by(viewer).values("pk")


def _from(source: str) -> Q:
    plain = Q(takeaway=None, decision=None, request=None, because="")
    return {
        "takeaway": Q(takeaway__isnull=False),
        "decision": Q(decision__isnull=False),
        "request": Q(request__isnull=False),
        "finding": ~Q(because=""),
        "noted": plain,
    }.get(source, Q(pk__in=[]))


def commitment(viewer: Viewer, *, commitment: int) -> Commitment | None:
    """One commitment."""
    return commitments(viewer).filter(pk=commitment).first()


def of_place(viewer: Viewer, place: Place) -> QuerySet[Commitment]:
    """All of a place that the viewer may see, with their steps: for files."""
    return (
        Commitment.objects.seen_by(viewer)
        .filter(place=place)
        .select_related("owner", "place")
        .prefetch_related("steps")
        .order_by("pk")
    )


def steps(viewer: Viewer, of: Commitment) -> QuerySet[CommitmentStep]:
    """How it went, from the first day on."""
    return CommitmentStep.objects.seen_by(viewer).filter(commitment=of).order_by("day", "pk")


def owner_words(viewer: Viewer, of: Commitment) -> str:
    """Who keeps it, as the viewer may know it (R13).

    Members of the place read the name. Others read the names of public bodies, and of all others what
    kind of organisation it is: partners may need quiet.
    """
    owner = of.owner
    if owner is None:
        return _("Nobody yet")
    if owner.place_id in viewer.places or set(owner.types) <= PUBLIC_BODIES:
        return owner.name
    return ", ".join(owner.type_labels)


def owners(viewer: Viewer, place: Place) -> QuerySet[Organisation]:
    """Who can keep a commitment of this place."""
    return Organisation.objects.seen_by(viewer).filter(place=place).order_by("name")


def actions(viewer: Viewer, place: Place) -> QuerySet[Action]:
    """The actions of the place's plans."""
    return Action.objects.seen_by(viewer).filter(plan__place=place).order_by("plan", "number")


def places_to_write_in(viewer: Viewer) -> QuerySet[Place]:
    """Where the viewer can note a commitment."""
    return (
        Place.objects.seen_by(viewer)
        .filter(pk__in=viewer.places_as(WRITERS))
        .order_by("name", "pk")
    )


# --- where it comes from
@dataclass(frozen=True, slots=True)
class Origin:
    """What a commitment is born of: its words where the viewer may read them, and its page."""

    kind: str
    heading: str
    text: str = ""
    language: str = ""
    address: str = ""
    thing: Any = None
    #: The places for which a commitment can be born of it; empty: any.
    places: tuple[int, ...] = ()


def source(viewer: Viewer, asked: Mapping[str, str]) -> Origin | None:
    """What ``?takeaway=``, ``?decision=``, ``?request=`` or ``?because=`` names, if the viewer may see it."""
    for kind, find in (("takeaway", _takeaway), ("decision", _decision), ("request", _request)):
        if asked.get(kind):
            return find(viewer, _number(asked[kind]))
    because = asked.get("because", "")
    return _finding(viewer, because) if because else None


def origin(viewer: Viewer, of: Commitment) -> Origin | None:
    """Where a commitment comes from. What may not be read is named by its kind alone."""
    for kind, find, pk in (
        ("takeaway", _takeaway, of.takeaway_id),
        ("decision", _decision, of.decision_id),
        ("request", _request, of.request_id),
    ):
        if pk is not None:
            return find(viewer, pk) or Origin(kind, _headings()[kind])
    if of.because:
        found = _finding(viewer, of.because)
        return found or Origin("finding", _headings()["finding"], of.because_text)
    return None


def is_of_closed_room(of: Commitment) -> bool:
    """Whether it was born under the Chatham House Rule: its words may give away who spoke (R15)."""
    takeaway, decision = of.takeaway, of.decision
    return (takeaway is not None and takeaway.workshop.closed_room) or (
        decision is not None and decision.meeting.closed_room
    )


def _headings() -> dict[str, str]:
    return {
        "takeaway": _("A takeaway of a workshop"),
        "decision": _("A decision of a meeting"),
        "request": _("A request between levels"),
        "finding": _("Something that was found"),
    }


def _takeaway(viewer: Viewer, pk: int) -> Origin | None:
    found = Takeaway.objects.seen_by(viewer).select_related("workshop__place").filter(pk=pk).first()
    if found is None:
        return None
    address = f"{found.workshop.get_absolute_url()}#takeaways"
    return Origin(
        "takeaway", _headings()["takeaway"], found.title, found.language, address, found,
        (found.workshop.place_id,),
    )  # fmt: skip


def _decision(viewer: Viewer, pk: int) -> Origin | None:
    found = Decision.objects.seen_by(viewer).select_related("meeting__place").filter(pk=pk).first()
    if found is None:
        return None
    address = found.meeting.get_absolute_url()
    return Origin(
        "decision", _headings()["decision"], found.title, found.language, address, found,
        (found.meeting.place_id,),
    )  # fmt: skip


def _request(viewer: Viewer, pk: int) -> Origin | None:
    found = Request.objects.seen_by(viewer).filter(pk=pk).first()
    if found is None:
        return None
    sides = (found.place_id, found.to_id, found.escalated_to_id)
    return Origin(
        "request", _headings()["request"], found.title, found.language, found.get_absolute_url(),
        found, tuple(pk for pk in sides if pk is not None),
    )  # fmt: skip


def _finding(viewer: Viewer, because: str) -> Origin | None:
    found = finding(viewer, because)
    if found is None:
        return None
    return Origin(
        "finding", _headings()["finding"], found.text, found.language, found.address, because
    )


# --- whom to remind
@dataclass(frozen=True, slots=True)
class DueLetter:
    """A letter that is due: about what, to whom, and whether the day is over."""

    commitment: Commitment
    readers: tuple[User, ...]
    late: bool


def due_letters(now: date) -> Iterator[DueLetter]:
    """The letters that are due on this day, for what waits longest first, one by one.

    One in the week before the day; when the day is over one at once, and then every fourteen days.
    To those whose role at the place is for the organisation that keeps it, else to the place's officers.
    """
    soon = Q(due__gte=now, due__lte=now + BEFORE) & ~Q(reminded_on__gte=now - BEFORE)
    late = Q(due__lt=now) & (
        Q(reminded_on=None) | Q(reminded_on__lte=now - AGAIN) | Q(reminded_on__lte=F("due"))
    )
    waiting = (
        Commitment._unscoped.filter(soon | late, state__in=OPEN)
        .select_related("place", "owner")
        .order_by("due", "pk")
    )
    known: dict[tuple[int, int | None], tuple[User, ...]] = {}
    for one in waiting:
        to = (one.place_id, one.owner_id)
        if to not in known:
            known[to] = _readers(one)
        if one.due is not None:
            yield DueLetter(one, known[to], one.due < now)


def _readers(of: Commitment) -> tuple[User, ...]:
    here = Membership.objects.seen_by(SYSTEM).filter(
        holds_now(), place=of.place_id, user__is_active=True
    )
    here = here.select_related("user").order_by("user", "pk")
    found = here.filter(organisation=of.owner_id) if of.owner_id is not None else here.none()
    return _once(found) or _once(here.filter(role__in=OFFICERS))


def _once(found: QuerySet[Membership]) -> tuple[User, ...]:
    return tuple({one.user_id: one.user for one in found}.values())


def own_places(viewer: Viewer) -> QuerySet[Place]:
    """Where the viewer has any role: their tables can be taken along."""
    return Place.objects.seen_by(viewer).filter(pk__in=viewer.places).order_by("name", "pk")


# --- what a list can be narrowed by
def places(viewer: Viewer) -> QuerySet[Place]:
    """Places of which the viewer may see a commitment."""
    seen = Commitment.objects.seen_by(viewer).order_by().values("place")
    return Place.objects.seen_by(viewer).filter(pk__in=seen).order_by("name", "pk")


def keepers(viewer: Viewer) -> QuerySet[Organisation]:
    """Organisations that keep a commitment, as far as the viewer may know of both."""
    seen = Commitment.objects.seen_by(viewer).filter(owner__isnull=False).order_by()
    found = Organisation.objects.seen_by(viewer).filter(pk__in=seen.values("owner"))
    return found.order_by("name", "pk")


def action_of(viewer: Viewer, of: Commitment) -> Action | None:
    """The action of a plan that it serves, if the viewer may see it."""
    if of.action_id is None:
        return None
    return Action.objects.seen_by(viewer).select_related("plan").filter(pk=of.action_id).first()
