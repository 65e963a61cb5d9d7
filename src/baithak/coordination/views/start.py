"""The start of the room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from baithak.coordination.queries import bodies, start
from baithak.network.queries import place_named
from baithak.web.gate import gate

__all__ = ["page"]


@gate("coordination.list")
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """What is due, and doors to everything; with ``?place=`` of one place."""
    viewer = request.viewer  # type: ignore[attr-defined]
    place = request.GET.get("place", "")
    words = {
        "due": start.due(viewer, place),
        "waiting": start.waiting(viewer, place),
        "place": place_named(viewer, place=place) if place else None,
        "places": bodies.places_to_write_in(viewer),
        "is_member": viewer.is_member,
    }
    return render(request, "coordination/list.html", words)
