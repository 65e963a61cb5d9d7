"""The names that must not stand in words under the Chatham House Rule (R15)."""

from __future__ import annotations

from collections.abc import Iterator

from baithak.exchange.naming import parts
from baithak.network.models import Kind, Membership, Organisation, Place
from baithak.network.models.membership import holds_now
from baithak.network.scope import Viewer

__all__ = ["names_to_leave_out", "people_to_leave_out"]


def names_to_leave_out(viewer: Viewer) -> tuple[str, ...]:
    """Cities and countries of the network, and organisations and people that the viewer may see.

    Those of other places stay out: asking whether a name is among them would tell that it is (R13).
    Their own members are asked about them when they write.
    """
    return tuple(dict.fromkeys([*_places(viewer), *_organisations(viewer), *_people(viewer)]))


def people_to_leave_out(viewer: Viewer) -> tuple[str, ...]:
    """People of the viewer's own places by their whole names: for words that may name cities (R1)."""
    return tuple(name for name in _known(viewer) if " " in name)


def _places(viewer: Viewer) -> Iterator[str]:
    for place in Place.objects.seen_by(viewer).exclude(kind=Kind.HUB).order_by("name"):
        yield from (place.name, *place.names.values())


def _organisations(viewer: Viewer) -> Iterator[str]:
    yield from Organisation.objects.seen_by(viewer).values_list("name", flat=True)


def _people(viewer: Viewer) -> Iterator[str]:
    for name in _known(viewer):
        yield from parts(name)


def _known(viewer: Viewer) -> Iterator[str]:
    known = Membership.objects.seen_by(viewer).filter(holds_now(), place__in=viewer.places)
    yield from known.order_by("user__name").values_list("user__name", flat=True).distinct()
