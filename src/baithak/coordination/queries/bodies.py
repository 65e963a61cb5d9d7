"""Bodies, their seats and balance, and how they work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, When
from django.utils import timezone

from baithak.coordination import health
from baithak.coordination.models import Balance, Body, Decision, Meeting, Seat
from baithak.coordination.rules import WRITERS
from baithak.network.models import Organisation, Place
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import Viewer

__all__ = [
    "Seated",
    "above_choices",
    "balances",
    "below",
    "bodies",
    "body",
    "facts_of",
    "organisations",
    "places_to_write_in",
    "sat",
    "seat",
    "seats",
    "sees_all",
    "tells_who",
]


def bodies(viewer: Viewer, place: str = "") -> QuerySet[Body]:
    """What the viewer may see, the dissolved ones last; ``place`` is a slug."""
    return (
        Body.objects.seen_by(viewer)
        .filter(Q(place__slug=place) if place else Q())
        .select_related("place")
        .annotate(over=Case(When(state="dissolved", then=1), default=0))
        .order_by("over", "place__name", "pk")
    )


def body(viewer: Viewer, *, body: int) -> Body | None:
    """One body."""
    return bodies(viewer).select_related("place", "above__place").filter(pk=body).first()


def above_choices(viewer: Viewer, of: Body | None) -> QuerySet[Body]:
    """Bodies that another one may report to: here and elsewhere, not itself; a dissolved one only where it
    reports to it already.
    """
    alive = ~Q(state="dissolved") | Q(pk=of.above_id if of else None)
    return bodies(viewer).filter(alive).exclude(pk=of.pk if of else 0)


def below(viewer: Viewer, of: Body) -> QuerySet[Body]:
    """Those that report to it, as far as the viewer may see them."""
    return bodies(viewer).filter(above=of)


def sees_all(viewer: Viewer, place: int) -> bool:
    """Whether the viewer sees every meeting of this place."""
    return viewer.system or place in viewer.places_as(CONFIRMERS)


def places_to_write_in(viewer: Viewer) -> QuerySet[Place]:
    """Where the viewer keeps bodies and meetings."""
    return Place.objects.seen_by(viewer).filter(pk__in=viewer.places_as(WRITERS)).order_by("name")


def organisations(viewer: Viewer, at: Place) -> QuerySet[Organisation]:
    """Those that may be given a seat: of this place, and of the viewer's other places."""
    found = Organisation.objects.seen_by(viewer).select_related("place")
    return found.filter(place=at) if viewer.system else found.order_by("name", "pk")


# --- seats
@dataclass(frozen=True, slots=True)
class Seated:
    """A seat, and its organisation where the viewer may know it."""

    seat: Seat
    organisation: Organisation | None

    @property
    def kept_quiet(self) -> bool:
        """An organisation sits there, and the viewer may not know which."""
        return self.seat.organisation_id is not None and self.organisation is None


def seats(viewer: Viewer, of: Body) -> list[Seated]:
    """Its seats in the order of the charter. Which organisations work at a place only its members see."""
    found = list(Seat.objects.seen_by(viewer).filter(body=of).order_by("number"))
    known = Organisation.objects.seen_by(viewer).in_bulk([s.organisation_id for s in found])
    return [Seated(s, known.get(s.organisation_id or 0)) for s in found]


def seat(viewer: Viewer, *, seat: int) -> Seat | None:
    """One seat."""
    found = Seat.objects.seen_by(viewer).select_related("body__place", "organisation")
    return found.filter(pk=seat).first()


def balances(viewer: Viewer, of: Body) -> QuerySet[Balance]:
    """How its seats were shared out, the newest day first."""
    found = Balance.objects.seen_by(viewer).filter(body=of).select_related("body")
    return found.order_by("-on")


#: Of fewer seats that are taken a word about women or young people tells of single people (R6).
_FEW = 10


def tells_who(viewer: Viewer, place: int, taken: int | None) -> bool:
    """Whether the viewer learns how many seats women and young people take: those who work there always."""
    return viewer.system or bool(viewer.roles_at(place)) or (taken is not None and taken >= _FEW)


def sat(viewer: Viewer, facts: Balance) -> dict[str, str]:
    """A balance as shares in words, as far as the viewer may be told."""
    told = {"civil": health.share(facts.civil, facts.taken)}
    if tells_who(viewer, facts.body.place_id, facts.taken):
        told["women"] = health.share(facts.women, facts.taken)
        told["young"] = health.share(facts.young, facts.taken)
    return told


# --- how they work
def facts_of(viewer: Viewer, of: Iterable[Body]) -> dict[int, health.Facts]:
    """What is known of each, in a fixed number of questions to the database."""
    found = list(of)
    ids = [one.pk for one in found]
    today = timezone.localdate()
    meetings = defaultdict(list)
    for body, day, state in (
        Meeting.objects.seen_by(viewer)
        .filter(body__in=ids)
        .order_by("-on", "-pk")
        .values_list("body_id", "on", "state")
    ):
        meetings[body].append((day, state))
    decided = _decided(viewer, ids)
    seats = {
        row["body"]: row
        for row in Seat.objects.seen_by(viewer)
        .filter(body__in=ids)
        .order_by()
        .values("body")
        .annotate(
            all=Count("pk"),
            vacant=Count("pk", filter=Q(vacant=True)),
            women=Count("pk", filter=Q(group="women")),
            young=Count("pk", filter=Q(group="youth")),
        )
    }
    balance: dict[int, Balance] = {}
    for row in Balance.objects.seen_by(viewer).filter(body__in=ids).order_by("on"):
        balance[row.body_id] = row
    told = {}
    for one in found:
        days, shared = meetings[one.pk], balance.get(one.pk)
        sits: dict[str, Any] = dict(seats.get(one.pk, {}))
        ahead = [day for day, state in days if state == "planned" and day >= today]
        facts = health.Facts(
            state=one.state,
            rhythm=one.rhythm,
            today=today,
            begins=one.begins,
            ends=one.ends,
            has_charter=bool(one.text("charter")),
            quorum=one.quorum,
            whole=sees_all(viewer, one.place_id),
            held=tuple(day for day, state in days if state == "held"),
            planned=min(ahead, default=None),
            unmarked=sum(state == "planned" and day < today for day, state in days),
            seats=sits.get("all", 0),
            vacant=sits.get("vacant", 0),
            women_seats=sits.get("women", 0),
            young_seats=sits.get("young", 0),
            women=shared.women if shared else None,
            young=shared.young if shared else None,
            tells_who=tells_who(viewer, one.place_id, shared.taken if shared else None),
        )
        told[one.pk] = _with_decisions(facts, decided[one.pk])
    return told


def _decided(viewer: Viewer, ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """Of each body every decision with its day and how many commitments it has, open and done."""
    told: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in (
        Decision.objects.seen_by(viewer)
        .filter(meeting__body__in=ids)
        .order_by()
        .values("meeting__body", "meeting__on", "pk")
        .annotate(
            all=Count("commitments", filter=~Q(commitments__state="dropped")),
            done=Count("commitments", filter=Q(commitments__state="done")),
        )
    ):
        told[row["meeting__body"]].append(dict(row))
    return told


def _with_decisions(facts: health.Facts, rows: list[dict[str, Any]]) -> health.Facts:
    first = health.since(facts)
    rows = [row for row in rows if row["meeting__on"] >= first] if facts.whole else []
    return replace(
        facts,
        decisions=len(rows),
        done=sum(0 < row["all"] == row["done"] for row in rows),
        without=sum(row["all"] == 0 for row in rows),
    )
