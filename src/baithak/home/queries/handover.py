"""Handovers of a place, for those who can confirm them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from baithak.home.checklist import BY_HAND
from baithak.home.models import Handover, HandoverState, Purpose, Reapproval, ReapprovalState, Tick
from baithak.home.rules import READERS
from baithak.journal.services import heads
from baithak.network import queries as network
from baithak.network.models import Place
from baithak.network.rules import IN_CHARGE, Role
from baithak.network.scope import SYSTEM, Viewer

__all__ = [
    "Line",
    "Told",
    "checklist",
    "handover",
    "handovers",
    "place_of_handover",
    "reapproval",
    "reapprovals",
    "whom_to_tell",
]


def place_of_handover(viewer: Viewer, *, place: str) -> Place | None:
    """The place of this slug, for those who are in charge or can confirm something there."""
    return (
        network.place_of_members(viewer, place=place) if viewer.roles_at(place) & READERS else None
    )


def handovers(viewer: Viewer, place: Place) -> QuerySet[Handover]:
    """Those of a place, the newest first."""
    return Handover.objects.seen_by(viewer).filter(place=place).select_related("act", "place")


def handover(viewer: Viewer, *, handover: int) -> Handover | None:
    """One handover."""
    found = Handover.objects.seen_by(viewer).select_related("act", "place")
    return found.filter(pk=handover).first()


def reapprovals(viewer: Viewer, of: Handover) -> QuerySet[Reapproval]:
    """Its roles, those that wait first."""
    found = Reapproval.objects.seen_by(viewer).filter(handover=of)
    return found.select_related(
        "membership__user", "membership__organisation", "handover__place"
    ).order_by("-state", "pk")


def reapproval(viewer: Viewer, *, reapproval: int) -> Reapproval | None:
    """One role that waits to be looked at."""
    found = Reapproval.objects.seen_by(viewer).select_related("handover__place", "membership__user")
    return found.filter(pk=reapproval).first()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the checklist. ``code`` names those that people tick; the hub sees the others itself."""

    text: str
    done: bool
    detail: str = ""
    code: str = ""


def checklist(viewer: Viewer, of: Handover) -> list[Line]:
    """R25, line by line, as it stands now."""
    ticks = {tick.code: tick.on for tick in Tick.objects.seen_by(viewer).filter(handover=of)}
    by_hand = [Line(str(text), code in ticks, code=code) for code, text in BY_HAND.items()]
    if of.purpose == Purpose.REHEARSAL:
        return [_pack_line(of), *by_hand]
    states = Reapproval.objects.seen_by(viewer).filter(handover=of).values_list("state", flat=True)
    found = Counter(states.order_by())
    left, later = found[ReapprovalState.WAITING], found[ReapprovalState.LATER]
    has_secretariat = bool(whom_to_tell(of.pk))
    newest: Any = heads.latest()
    return [
        Line(_("Every session of the old team has ended; open invitations are void."), True),
        Line(
            _("Every role was looked at by somebody else."),
            not left and not later,
            _("%(n)d wait.") % {"n": left} if left else str(ReapprovalState.LATER.label),
        ),
        _pack_line(of),
        Line(
            _("The hub has a secretariat, which gets a letter when a place changes hands."),
            has_secretariat,
            "" if has_secretariat else _("This hub has no secretariat to tell."),
        ),
        Line(
            _("A head of the journal was signed after the handover, for the witnesses."),
            newest is not None and newest.at[:10] > of.asked_on.isoformat(),
            _("It is signed every hour; this line is sure from tomorrow on."),
        ),
        Line(
            _("Somebody stands in for who leads."),
            _deputies(of.place) > 1,
            _("Only one person is in charge here: invite a second one."),
        ),
        *by_hand,
    ]


def _pack_line(of: Handover) -> Line:
    told = {
        HandoverState.READY: _("It waits to be fetched."),
        HandoverState.FAILED: _(
            "It could not be made. Nothing else is affected; ask for a rehearsal to try again, and tell "
            "whoever runs the server."
        ),
        HandoverState.GONE: _(
            "Nobody fetched it in time, so it was deleted. Ask for a rehearsal to have a new one."
        ),
    }
    return Line(
        _("The pack was fetched."),
        of.fetched is not None,
        "" if of.fetched else str(told.get(HandoverState(of.state), _("It is being made."))),
    )


def _deputies(place: Place) -> int:
    held = network.members(SYSTEM, place).filter(role__in=IN_CHARGE)
    return held.values("user").distinct().count()


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a letter goes to."""

    email: str
    language: str
    place: str
    slug: str


def whom_to_tell(handover: int) -> list[Told]:
    """The secretariat of the hub above the place."""
    place = Handover._unscoped.select_related("place__hub").get(pk=handover).place
    held = network.members(SYSTEM, place.hub or place).filter(role=Role.HUB_SECRETARIAT)
    return [
        Told(m.user.email, m.user.language, place.name, place.slug)
        for m in held
        if m.user.is_active
    ]
