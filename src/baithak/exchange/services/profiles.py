"""A city tells of itself, so that it can be shown cities like it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from baithak.exchange.models import CityProfile
from baithak.exchange.services.agreed import back_to_the_city, refuse_while_asked
from baithak.exchange.services.notes import note
from baithak.network.models import Place
from baithak.network.scope import Viewer

__all__ = ["write"]


@transaction.atomic
def write(
    *,
    place: Place,
    challenges: Sequence[str],
    traits: Sequence[str],
    mandate: str,
    latitude: float | None,
    longitude: float | None,
    by: Viewer,
) -> CityProfile:
    """Keep what the city tells of itself; it begins with the team alone, and where it changes only the
    city sees it until two people let it out again.

    Coordinates are kept with two decimals, about a kilometre: a pin for a city, never for a site.

    Raises
    ------
    ValidationError
        A value that no list has, a place that is not on the globe, half a pair of coordinates; or a
        request that more people see it waits.
    """
    made, _new = CityProfile._unscoped.get_or_create(place=place, defaults={"owner_id": by.user_id})
    kept = CityProfile._unscoped.select_for_update(of=("self",)).get(pk=made.pk)
    kept.place = place
    refuse_while_asked(kept)
    before = _told(kept)
    kept.challenges, kept.traits, kept.mandate = list(challenges), list(traits), mandate
    kept.latitude = None if latitude is None else round(latitude, 2)
    kept.longitude = None if longitude is None else round(longitude, 2)
    kept.full_clean(exclude=["place", "owner"])
    kept.save()
    note(kept, "edit_profile", by)
    if _told(kept) != before:
        back_to_the_city(kept, by=by)
    return kept


def _told(profile: CityProfile) -> list[Any]:
    return [
        profile.challenges, profile.traits, profile.mandate, profile.latitude, profile.longitude,
    ]  # fmt: skip
