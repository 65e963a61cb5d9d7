"""Reads of the room, each within what the viewer may see."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import ExtractYear
from django.utils import timezone

from baithak.network import wording
from baithak.network.models import (
    Demand,
    DemandState,
    ElectionPeriod,
    Invitation,
    Kind,
    Membership,
    Organisation,
    Place,
    TwoPersonAct,
    User,
)
from baithak.network.models.membership import holds_now
from baithak.network.rules import CONFIRMERS, Role
from baithak.network.scope import Grant, Viewer

__all__ = [
    "account_of",
    "act",
    "acts_waiting",
    "cities_of",
    "demand",
    "demands_of",
    "demands_per_year",
    "election_period",
    "election_periods",
    "example_people",
    "first_days",
    "first_roles",
    "has_second_factor",
    "hubs",
    "in_charge",
    "in_charge_of",
    "invitation",
    "invitation_for",
    "invitations_open",
    "look_alike_organisations",
    "look_alike_people",
    "members",
    "membership",
    "memberships_of",
    "organisations",
    "period_now",
    "place_named",
    "place_of_confirmers",
    "place_of_members",
    "place_of_secretariat",
    "places_below",
    "token_hash",
    "viewer_of",
]


def viewer_of(user: Any) -> Viewer:
    """Who this account is now: its roles are read anew for every request."""
    rows = (
        Membership._unscoped.filter(holds_now(), user=user.pk)
        .order_by("pk")
        .values_list(
            "place_id", "place__slug", "place__kind", "place__hub_id", "role", "organisation_id"
        )
    )
    return Viewer(
        user_id=user.pk,
        grants=tuple(
            Grant(place, slug, kind, hub or place, Role(role), organisation)
            for place, slug, kind, hub, role, organisation in rows
        ),
    )


def has_second_factor(user: Any) -> bool:
    """Whether the account has an authenticator app or a passkey; recovery codes alone do not count."""
    return Authenticator.objects.filter(
        user_id=user.pk, type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    ).exists()


def example_people() -> list[tuple[str, str, dict[str, str]]]:
    """Role, address and app of invented people, all of whose places are invented too."""
    return list(
        Authenticator.objects.filter(
            type=Authenticator.Type.TOTP,
            user__in=Membership._unscoped.filter(
                holds_now(), user__example=True, place__example=True
            ).values("user"),
        )
        .exclude(user__in=Membership._unscoped.filter(place__example=False).values("user"))
        .annotate(
            role=Subquery(
                Membership._unscoped.filter(holds_now(), user=OuterRef("user"))
                .order_by("pk")
                .values("role")[:1]
            )
        )
        .order_by("user__pk")
        .values_list("role", "user__email", "data")
    )


def hubs(viewer: Viewer) -> QuerySet[Place]:
    """All hubs of the network."""
    return Place.objects.seen_by(viewer).filter(kind=Kind.HUB)


def place_named(viewer: Viewer, *, place: str) -> Place | None:
    """The place with this slug."""
    return Place.objects.seen_by(viewer).select_related("parent", "hub").filter(slug=place).first()


def place_of_members(viewer: Viewer, *, place: str) -> Place | None:
    """The same, for its members alone: to others its inside does not exist."""
    return place_named(viewer, place=place) if viewer.roles_at(place) else None


def place_of_confirmers(viewer: Viewer, *, place: str) -> Place | None:
    """The same, for those who can be the second person."""
    return place_of_members(viewer, place=place) if viewer.roles_at(place) & CONFIRMERS else None


def place_of_secretariat(viewer: Viewer, *, place: str) -> Place | None:
    """The same, for the secretariat of the place's hub."""
    found = place_named(viewer, place=place)
    if found is None or not viewer.has(Role.HUB_SECRETARIAT, found.hub_id or found.pk):
        return None
    return found


def places_below(viewer: Viewer, above: Place) -> QuerySet[Place]:
    """Countries of a hub, cities of a country."""
    return Place.objects.seen_by(viewer).filter(parent=above).order_by("name")


def cities_of(viewer: Viewer, hub: Place) -> QuerySet[Place]:
    """All cities of a hub, each with its country."""
    return (
        Place.objects.seen_by(viewer)
        .filter(hub=hub, kind=Kind.CITY)
        .select_related("parent")
        .order_by("name")
    )


def members(viewer: Viewer, of: Place) -> QuerySet[Membership]:
    """Who has a role at this place now."""
    return (
        Membership.objects.seen_by(viewer)
        .filter(holds_now(), place=of)
        .select_related("user", "organisation", "place")
        .order_by("role", "user__name", "pk")
    )


def in_charge(of: Place) -> bool:
    """Whether the place has an officer (a hub: a secretariat; a country: a representative)."""
    role = {
        Kind.HUB: Role.HUB_SECRETARIAT,
        Kind.COUNTRY: Role.NATIONAL_REPRESENTATIVE,
        Kind.CITY: Role.CITY_OFFICER,
    }[Kind(of.kind)]
    return Membership._unscoped.filter(holds_now(), place=of, role=role).exists()


def first_roles(of: Place) -> frozenset[Role]:
    """Whom the hub's secretariat may bring now: the first officer of a city, the two of a country.

    A country's representative could not bring the auditor alone (R19).
    """
    if of.kind == Kind.COUNTRY:
        held = Membership._unscoped.filter(holds_now(), place=of).values_list("role", flat=True)
        return frozenset({Role.NATIONAL_REPRESENTATIVE, Role.AUDITOR} - set(held))
    return frozenset({Role.CITY_OFFICER} if of.kind == Kind.CITY and not in_charge(of) else ())


def in_charge_of(cities: Iterable[Place]) -> frozenset[int]:
    """Which of these cities have an officer now."""
    officers = Membership._unscoped.filter(
        holds_now(), place__in=list(cities), role=Role.CITY_OFFICER
    )
    return frozenset(officers.values_list("place", flat=True))


def first_days(cities: Iterable[Place]) -> dict[int, date]:
    """Since when each of these cities has had anybody: the day of its first role, of no person."""
    rows = Membership._unscoped.filter(place__in=list(cities)).order_by().values("place")
    return {
        row["place"]: timezone.localdate(row["first"]) for row in rows.annotate(first=Min("starts"))
    }


def memberships_of(viewer: Viewer) -> QuerySet[Membership]:
    """The viewer's own roles."""
    return (
        Membership.objects.seen_by(viewer)
        .filter(holds_now(), user=viewer.user_id)
        .select_related("place", "organisation")
        .order_by("place__name", "role")
    )


def membership(viewer: Viewer, *, membership: int) -> Membership | None:
    """One role of somebody, at a place of the viewer."""
    return (
        Membership.objects.seen_by(viewer)
        .filter(holds_now(), pk=membership)
        .select_related("user", "place")
        .first()
    )


def look_alike_people(viewer: Viewer, of: Place) -> set[str]:
    """Names at this place that can be taken for one another, to be flagged (R12)."""
    return wording.look_alikes(members(viewer, of).values_list("user__name", flat=True))


def look_alike_organisations(viewer: Viewer, at: Place) -> set[str]:
    """The same of organisations."""
    return wording.look_alikes(organisations(viewer, at).values_list("name", flat=True))


def invitations_open(viewer: Viewer, to: Place) -> QuerySet[Invitation]:
    """Invitations to this place that can still be accepted."""
    return (
        Invitation.objects.seen_by(viewer)
        .filter(place=to, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())
        .select_related("place", "organisation")
    )


def invitation(viewer: Viewer, *, invitation: int) -> Invitation | None:
    """One invitation that can still be accepted."""
    return (
        Invitation.objects.seen_by(viewer)
        .filter(pk=invitation, accepted_at=None, revoked_at=None)
        .select_related("place")
        .first()
    )


def token_hash(token: str) -> str:
    """What is kept of an invitation's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_for(viewer: Viewer, *, token: str) -> Invitation | None:
    """The invitation of this letter, whoever reads it: the token is the key. ``None`` once used up."""
    found = (
        Invitation._unscoped.filter(token_hash=token_hash(token))
        .select_related("place", "organisation")
        .first()
    )
    return found if found is not None and found.is_open else None


def account_of(email: str) -> User | None:
    """The account with this address."""
    return User.objects.filter(email=email.lower()).first()


def organisations(viewer: Viewer, at: Place) -> QuerySet[Organisation]:
    """Organisations of this place."""
    return Organisation.objects.seen_by(viewer).filter(place=at).order_by("name")


def acts_waiting(viewer: Viewer, at: Place | None = None) -> QuerySet[TwoPersonAct]:
    """Guarded acts that wait for a second person, at one place or at all the viewer's."""
    where = Q() if at is None else Q(place=at)
    return (
        TwoPersonAct.objects.seen_by(viewer)
        .filter(where, confirmed_at=None, closed_at=None, expires_at__gt=timezone.now())
        .select_related("place", "asked_by")
    )


def act(viewer: Viewer, *, act: int) -> TwoPersonAct | None:
    """One guarded act that waits."""
    return acts_waiting(viewer).filter(pk=act).first()


def period_now(place: Place) -> ElectionPeriod | None:
    """The election period of this place, of its country or of its hub that holds today."""
    today = timezone.localdate()
    above = [pk for pk in (place.pk, place.parent_id, place.hub_id) if pk is not None]
    return (
        ElectionPeriod._unscoped.filter(place__in=above, begins__lte=today, ends__gte=today)
        .order_by("-ends")
        .first()
    )


def election_periods(viewer: Viewer, place: Place) -> QuerySet[ElectionPeriod]:
    """Those of the place and of what lies above it that are not over, and the last ones before."""
    above = [pk for pk in (place.pk, place.parent_id, place.hub_id) if pk is not None]
    return (
        ElectionPeriod.objects.seen_by(viewer)
        .filter(place__in=above)
        .select_related("place")
        .order_by("-begins", "-pk")[:12]
    )


def election_period(viewer: Viewer, *, period: int) -> ElectionPeriod | None:
    """One election period."""
    return ElectionPeriod.objects.seen_by(viewer).select_related("place").filter(pk=period).first()


# --- demands for data


def demands_of(viewer: Viewer, of: Place) -> QuerySet[Demand]:
    """Demands for data put to this place, newest first."""
    return Demand.objects.seen_by(viewer).filter(place=of).select_related("place")


def demand(viewer: Viewer, *, demand: int) -> Demand | None:
    """One demand put to a place of the viewer."""
    return Demand.objects.seen_by(viewer).filter(pk=demand).select_related("place").first()


def demands_per_year() -> list[Any]:
    """How many demands came and what became of them, by the year in which they came (R24).

    Numbers only and of all places together. Invented places count in the demonstration alone.
    """
    counted = (
        Demand._unscoped.all() if settings.DEMO else Demand._unscoped.filter(place__example=False)
    )

    def in_state(state: str) -> Count:
        return Count("pk", filter=Q(state=state))

    return list(
        counted.order_by()
        .values(year=ExtractYear("received"))
        .annotate(
            came=Count("pk"),
            answered=in_state(DemandState.ANSWERED),
            refused=in_state(DemandState.REFUSED),
            withdrawn=in_state(DemandState.WITHDRAWN),
            waiting=in_state(DemandState.RECEIVED),
            not_held=Count("pk", filter=Q(not_held=True)),
        )
        .order_by("-year")
    )
