"""What the map and the overview need beside the practices."""

from __future__ import annotations

from baithak.exchange.models import CityProfile
from baithak.network.models import Kind, Place
from baithak.network.scope import Viewer

__all__ = ["countries", "located"]


def located(viewer: Viewer) -> dict[tuple[str, str], tuple[float, float]]:
    """Where cities say they lie, by name and country, as far as the viewer may see it."""
    profiles = (
        CityProfile.objects.seen_by(viewer)
        .filter(latitude__isnull=False)
        .values_list("place__name", "place__country_code", "latitude", "longitude")
    )
    return {
        (name, country): (north, east)
        for name, country, north, east in profiles
        if north is not None and east is not None
    }


def countries(viewer: Viewer) -> frozenset[str]:
    """Codes of the countries this hub serves."""
    return frozenset(
        Place.objects.seen_by(viewer)
        .filter(kind=Kind.COUNTRY)
        .exclude(country_code="")
        .values_list("country_code", flat=True)
    )
