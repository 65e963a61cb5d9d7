"""The map, and what the library holds and lacks: all of it counted anew from what the viewer may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from baithak.exchange import atlas
from baithak.exchange.exporting import NAMES
from baithak.exchange.facets import facet_label, place_label
from baithak.exchange.models import Practice
from baithak.exchange.overview import overview
from baithak.exchange.queries.overview import countries, located
from baithak.exchange.queries.practices import published
from baithak.exchange.records import Rendering, library
from baithak.exchange.views.exports import rarely
from baithak.network.scope import Viewer
from baithak.web.gate import gate

__all__ = ["page"]


@gate("exchange.list")
@require_GET
@rarely
def page(request: HttpRequest) -> HttpResponse:
    """Dots and lists by country, counts in the order of the taxonomy, what is missing."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by the middleware
    practices = list(published(viewer))
    places = _places(practices, located(viewer))
    told = overview(
        (practice.record for practice in practices),
        {practice.code: _renderings(practice) for practice in practices},
        library().taxonomy,
        hub=countries(viewer) & set(library().taxonomy.codes("countries")),
        language=get_language() or "en",
    )
    return render(
        request,
        "exchange/overview.html",
        {
            "told": told,
            "files": NAMES,
            "counts": (
                ("challenge", told.challenges),
                ("approach", told.approaches),
                ("lead", told.leads),
                ("evidence", told.evidence),
            ),
            "region": atlas.picture(places, atlas.SOUTH_ASIA),
            "world": atlas.picture(places, atlas.WORLD),
            "countries": atlas.by_country(places),
        },
    )


def _renderings(practice: Practice) -> dict[str, Rendering]:
    return {code: Rendering(t.title, t.summary) for code, t in practice.renderings.items()}


def _places(
    practices: Sequence[Practice], told: Mapping[tuple[str, str], tuple[float, float]]
) -> list[atlas.Place]:
    """A place for every city with practices; where it lies is the library's word, else its own."""
    shipped = {(city.name, city.country): city for city in library().cities}
    counted = Counter((p.record.city, p.record.country) for p in practices)
    search, places = reverse("exchange:list"), []
    for (name, country), count in counted.items():
        city = shipped.get((name, country))
        known = (city.latitude, city.longitude) if city else (None, None)
        north, east = told.get((name, country), (None, None)) if known[0] is None else known
        places.append(
            atlas.Place(
                key=f"{country}/{name}",
                label=place_label(f"city:{name}:{country}"),
                country=facet_label("country", country),
                count=count,
                href=f"{search}?{urlencode({'city': name, 'country': country})}",
                latitude=north,
                longitude=east,
            )
        )
    return places
