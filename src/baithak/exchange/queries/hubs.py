"""Hubs whose bundles are taken, bundles that were sent, what a bundle may hold."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from baithak.exchange.models import Practice, PracticeState, SentBundle, TrustedHub
from baithak.exchange.queries.practices import cities, practices
from baithak.exchange.records import City
from baithak.network.models import Kind, Place, TwoPersonAct
from baithak.network.queries import acts_waiting, place_of_confirmers
from baithak.network.scope import PUBLIC, SYSTEM, Viewer

__all__ = ["TRUST_VERB", "hub", "known_cities", "own_public", "sent", "trust_waiting", "trusted"]

#: The guarded act: take bundles signed with a key from now on (R19).
TRUST_VERB = "exchange.trust_hub"


def hub(viewer: Viewer, *, place: str) -> Place | None:
    """A hub, for those of it who can confirm what is asked there."""
    found = place_of_confirmers(viewer, place=place)
    return found if found is not None and found.kind == Kind.HUB else None


def trusted(of: Place) -> QuerySet[TrustedHub]:
    """Whose bundles this hub takes."""
    return TrustedHub._unscoped.filter(place=of)


def trust_waiting(of: Place) -> list[TwoPersonAct]:
    """Requests to trust a hub that wait for a second person."""
    return list(acts_waiting(SYSTEM, of).filter(verb=TRUST_VERB))


def sent(of: Place) -> QuerySet[SentBundle]:
    """Bundles of this hub, the newest first."""
    return SentBundle._unscoped.filter(place=of)


def own_public(of: Place) -> QuerySet[Practice]:
    """What a bundle holds: written in this hub, published, and seen by everybody already."""
    return (
        practices(PUBLIC)
        .filter(Q(place__hub=of) | Q(place=of), state=PracticeState.PUBLISHED, origin="")
        .order_by("code")
    )


def known_cities() -> tuple[City, ...]:
    """Cities that records may name here: the library's and the members'."""
    return cities(Place.objects.seen_by(SYSTEM).filter(kind=Kind.CITY).select_related("parent"))
