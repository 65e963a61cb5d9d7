"""What the cities of a hub, or of a country, share."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from baithak.home import hub
from baithak.network.models import Place
from baithak.web.gate import gate

__all__ = ["page"]


@gate("home.see_hub", on=hub.place_of)
@require_GET
def page(request: HttpRequest, place: Place) -> HttpResponse:
    """By name, never ranked."""
    told = hub.overview(request.viewer, place)  # type: ignore[attr-defined]
    return render(request, "home/hub.html", {"place": place, "told": told})
