"""Reads of the room, each within what the viewer may see, and the few that only services need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Value, When
from django.utils import timezone

from baithak.network.models import Place, State, TwoPersonAct, Visibility
from baithak.network.rules import OFFICERS
from baithak.network.scope import PUBLIC, SYSTEM, Viewer
from baithak.panel.models import (
    Category,
    Consent,
    Draw,
    DrawState,
    Feature,
    Panel,
    Registrant,
    Seat,
)
from baithak.panel.models.panel import KEPT_AFTER_SEATING

__all__ = [
    "AGAIN_VERB",
    "DRAW_VERB",
    "FREEZE_VERB",
    "IN_THE_POOL",
    "OPEN_VERB",
    "Entry",
    "categories",
    "category",
    "commitment_of",
    "consent_of",
    "draw",
    "draw_before",
    "drawn_people",
    "draws",
    "due_for_erasure",
    "entries",
    "leaves_of",
    "newest_draw",
    "of_my_places",
    "open_now",
    "panel",
    "panels",
    "places_to_begin_in",
    "pool_size",
    "public_draw",
    "public_panel",
    "receipt_of",
    "registrant",
    "request_waiting",
    "seats",
    "thing",
    "to_sweep",
    "waiting_draw",
    "with_a_draw",
]

#: The guarded acts (R14, R17, R19).
OPEN_VERB = "panel.open"
FREEZE_VERB = "panel.freeze"
DRAW_VERB = "panel.draw"
AGAIN_VERB = "panel.draw_again"

#: Who can be drawn: registered, not withdrawn, the seat not declined.
IN_THE_POOL = Q(counted=True) & ~Q(seat__in=[Seat.WITHDRAWN, Seat.NO])


def thing(panel: Panel) -> str:
    """How journal and guarded acts name a panel."""
    return f"panel:{panel.pk}"


# --- panels
def panels(viewer: Viewer, place: str = "") -> QuerySet[Panel]:
    """What the viewer may see: open ones first, then drafts, then closed ones, newest first.

    ``place`` is the slug of the place whose panels are wanted; empty for all.
    """
    return (
        Panel.objects.seen_by(viewer)
        .filter(Q(place__slug=place) if place else Q())
        .select_related("place")
        .defer("pool_report")
        .order_by(_rank({State.OPEN: 0, State.DRAFT: 1, State.CLOSED: 2}), "-pk")
    )


def _rank(order: Mapping[State, int]) -> Any:
    return Case(
        *(When(state=state, then=Value(rank)) for state, rank in order.items()),
        default=Value(len(order)),
        output_field=IntegerField(),
    )


def panel(viewer: Viewer, *, code: str) -> Panel | None:
    """The panel with this code."""
    return Panel.objects.seen_by(viewer).select_related("place").filter(code=code).first()


def public_panel(viewer: Viewer, *, code: str) -> Panel | None:
    """The panel as residents find it: whoever is signed in counts as nobody here."""
    found = panel(PUBLIC, code=code)
    return found if found is not None and found.state != State.DRAFT else None


def open_now(viewer: Viewer) -> QuerySet[Panel]:
    """Panels for which everybody can register."""
    now = timezone.now()
    return (
        Panel.objects.seen_by(viewer)
        .filter(Q(opens=None) | Q(opens__lte=now), Q(closes=None) | Q(closes__gt=now))
        .filter(state=State.OPEN, frozen=None)
        .select_related("place")
        .order_by("closes", "-pk")
    )


def with_a_draw(viewer: Viewer) -> QuerySet[Panel]:
    """Panels whose draw everybody can follow, the latest first."""
    published = Draw._unscoped.filter(state__in=[DrawState.COMMITTED, DrawState.DRAWN])
    return (
        Panel.objects.seen_by(viewer)
        .filter(pk__in=published.values("panel"), visibility=Visibility.PUBLIC)
        .select_related("place")
        .order_by("-pk")
    )


def of_my_places(viewer: Viewer) -> QuerySet[Panel]:
    """Panels of the places where the viewer has a role."""
    return panels(viewer).filter(place__in=viewer.places)


def places_to_begin_in(viewer: Viewer) -> QuerySet[Place]:
    """Where the viewer may begin a panel."""
    return Place.objects.seen_by(viewer).filter(pk__in=viewer.places_as(OFFICERS))


def request_waiting(panel: Panel) -> TwoPersonAct | None:
    """The guarded act on this panel, or on a draw of it, that waits for a second person."""
    return (
        TwoPersonAct.objects.seen_by(SYSTEM)
        .filter(
            verb__in=[OPEN_VERB, FREEZE_VERB, DRAW_VERB, AGAIN_VERB],
            thing=thing(panel),
            confirmed_at=None,
            closed_at=None,
            expires_at__gt=timezone.now(),
        )
        .select_related("asked_by")
        .first()
    )


# --- categories and quotas
def categories(panel: int) -> list[Category]:
    """The categories in their order, each with its features and its panel."""
    return list(
        Category._unscoped.filter(panel=panel)
        .select_related("panel")
        .prefetch_related(Prefetch("features", Feature._unscoped.select_related("category__panel")))
    )


def category(viewer: Viewer, *, code: str, category: int) -> Category | None:
    """A category of a panel that the viewer may see."""
    found = panel(viewer, code=code)
    if found is None:
        return None
    return (
        Category._unscoped.filter(pk=category, panel=found).select_related("panel__place").first()
    )


# --- registrants: handed out singly, or as what a lottery needs
@dataclass(frozen=True, slots=True)
class Entry:
    """A registration as the lottery sees it: no contact, no need, no time."""

    id: str
    answers: dict[int, int]
    contact_mark: str
    household_mark: str
    seat: str
    pseudonym: str
    line: str


def entries(panel: int) -> list[Entry]:
    """Every registration that was not withdrawn, in the order of their random ids."""
    rows = (
        Registrant._unscoped.filter(panel=panel)
        .exclude(seat=Seat.WITHDRAWN)
        .order_by("pk")
        .values_list(
            "pk",
            "answers",
            "contact_mark",
            "household_mark",
            "seat",
            "pseudonym",
            "line",
            "counted",
        )
    )
    return [
        Entry(pk.hex, {int(c): int(f) for c, f in answers.items()}, contact, home, seat, name, line)
        for pk, answers, contact, home, seat, name, line, counted in rows.iterator(chunk_size=5000)
        if counted
    ]


def pool_size(panel: int) -> int:
    """How many can be drawn. Never shown as it is before the list is frozen."""
    return Registrant._unscoped.filter(IN_THE_POOL, panel=panel).count()


def registrant(panel: Panel, *, mark: str) -> Registrant | None:
    """The registration whose code has this mark."""
    return Registrant._unscoped.select_related("need").filter(panel=panel, code_mark=mark).first()


def consent_of(registrant: Registrant) -> Consent | None:
    """What this person agreed to."""
    return Consent._unscoped.filter(panel=registrant.panel_id, who=registrant.pk).first()


def drawn_people(panel: Panel) -> list[Registrant]:
    """Those whom a draw gave a seat, taken or not, by pseudonym; with their needs."""
    return list(
        Registrant._unscoped.filter(panel=panel, draw__isnull=False)
        .select_related("need")
        .order_by("draw", "pseudonym")
    )


def seats(panel: Panel) -> Counter[str]:
    """How many of those drawn took the seat, declined, have not answered."""
    drawn = Registrant._unscoped.filter(panel=panel, draw__isnull=False)
    return Counter(drawn.values_list("seat", flat=True))


# --- draws
#: Of a draw the pages need everything but the long documents.
_LONG = ("commitment", "leaves", "receipt")


def draws(panel: Panel, *, published: bool = False) -> list[Draw]:
    """The draws of a panel, the newest first; without the long documents."""
    found = Draw._unscoped.filter(panel=panel).defer(*_LONG).order_by("-number")
    if published:
        found = found.filter(state__in=[DrawState.COMMITTED, DrawState.DRAWN])
    return list(found)


def newest_draw(panel: int) -> Draw | None:
    """The draw with the highest number."""
    return Draw._unscoped.filter(panel=panel).defer(*_LONG).order_by("-number").first()


def draw(viewer: Viewer, *, code: str, number: int) -> Draw | None:
    """A draw of a panel that the viewer may see."""
    found = panel(viewer, code=code)
    if found is None:
        return None
    return (
        Draw._unscoped.filter(panel=found, number=number)
        .defer(*_LONG)
        .select_related("panel__place")
        .first()
    )


def public_draw(viewer: Viewer, *, code: str, number: int) -> Draw | None:
    """A published draw as residents find it."""
    found = draw(PUBLIC, code=code, number=number)
    return found if found is not None and found.is_published else None


def commitment_of(draw: Draw) -> str:
    """The whole document with every listed panel."""
    return Draw._unscoped.values_list("commitment", flat=True).get(pk=draw.pk)


def leaves_of(draw: Draw) -> bytes:
    """The hashes of all lines of this draw, 32 bytes each, sorted."""
    return bytes(Draw._unscoped.values_list("leaves", flat=True).get(pk=draw.pk))


def receipt_of(draw: Draw) -> str:
    """The receipt of a draw; empty before it is drawn."""
    return Draw._unscoped.values_list("receipt", flat=True).get(pk=draw.pk)


def draw_before(draw: Draw) -> Draw | None:
    """The draw with the number below."""
    earlier = Draw._unscoped.filter(panel=draw.panel_id, number=draw.number - 1)
    return earlier.defer(*_LONG).first()


def waiting_draw(pk: int) -> Draw:
    """A draw that the worker holds, with its panel."""
    return Draw._unscoped.select_related("panel__place").get(pk=pk)


# --- what the worker looks for
def due_for_erasure(now: datetime) -> int | None:
    """A panel whose registrants must be gone by now."""
    over = Q(seated__lte=now - KEPT_AFTER_SEATING) | Q(keep_until__lte=timezone.localdate(now))
    kept = Panel._unscoped.filter(over, erased=None).exclude(state=State.DRAFT)
    return kept.order_by("pk").values_list("pk", flat=True).first()


def to_sweep() -> bool:
    """Whether something was withdrawn whose traces may still lie in the file."""
    return Panel._unscoped.filter(leftovers=True).exists()
