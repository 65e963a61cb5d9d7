"""Pages of places: all hubs, one place, a new one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from rules import test_rule

from baithak.network import forms, queries, services, sharing
from baithak.network.models import Kind, Place
from baithak.network.views.pages import form_page
from baithak.web.gate import gate, public


@public("which places take part is no secret, and the way in for residents")
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """All hubs."""
    return render(request, "network/places.html", {"hubs": queries.hubs(request.viewer)})


@public("which places take part is no secret, and the way in for residents", on=queries.place_named)
@require_safe
def place(request: HttpRequest, place: Place) -> HttpResponse:
    """A hub with its countries and cities, a country with its cities, or a city."""
    viewer = request.viewer
    words: dict[str, Any] = {
        "place": place,
        "may": _may(viewer, place),
        "election": queries.period_now(place),
    }
    if place.kind == Kind.HUB:
        words["countries"] = queries.places_below(viewer, place)
        words["cities"] = queries.cities_of(viewer, place)
    elif place.kind == Kind.COUNTRY:
        words["cities"] = queries.places_below(viewer, place).select_related("parent")
    if words["may"]["see_requests"]:
        words["waiting"] = queries.acts_waiting(viewer, place).count()
    return render(request, f"network/{place.kind}.html", words)


def _may(viewer: Any, place: Place) -> dict[str, bool]:
    """Which links of a place's page lead somewhere for this viewer."""
    found = {
        name: test_rule(f"network.{name}", viewer, place)
        for name in (
            "see_people",
            "see_organisations",
            "see_requests",
            "add_place",
            "invite",
        )
    }
    found["found"] = test_rule("network.found", viewer, place) and bool(queries.first_roles(place))
    found["journal"] = test_rule("journal.read", viewer, place.slug)
    return found


@gate("network.add_place", on=queries.place_of_secretariat)
@require_http_methods(["GET", "POST"])
def add_place(request: HttpRequest, hub: Place) -> HttpResponse:
    """A new country or city of the hub."""
    form = forms.PlaceForm(request.POST or None, viewer=request.viewer, hub=hub)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_place(**form.arguments(), by=request.viewer)
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("%(place)s belongs to the hub now.") % {"place": made})
            return redirect("network:place", place=made.slug)
    return form_page(request, "network/add_place.html", form, place=hub)
