"""What a city tells of itself, and cities like it."""

from __future__ import annotations

from typing import Any

import rules
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.exchange.forms.profile import ProfileForm
from baithak.exchange.likeness import Likeness, alike, profiles
from baithak.exchange.likeness_words import TRAITS, sentence
from baithak.exchange.models import CityProfile, Practice
from baithak.exchange.queries import profiles as queries
from baithak.exchange.records import library
from baithak.exchange.services import profiles as services
from baithak.exchange.views.said import saved
from baithak.network import sharing
from baithak.network.forms import LevelForm
from baithak.network.models import Place
from baithak.web.gate import gate

__all__ = ["edit", "like_mine", "narrow", "page", "share"]

_CITIES = 8
_PRACTICES = 3
_ACTS = ("edit_profile", "share_profile", "narrow", "see_alike")


@gate("exchange.see_profile", on=queries.profile)
@require_GET
def page(request: HttpRequest, profile: CityProfile) -> HttpResponse:
    """What the city tells of itself."""
    return _page(request, profile)


def _page(
    request: HttpRequest, profile: CityProfile, form: LevelForm | None = None
) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    words: dict[str, Any] = {
        "profile": profile,
        "place": profile.place,
        "traits": [capfirst(TRAITS[code]) for code in profile.traits if code in TRAITS],
        "may": {act: rules.test_rule(f"exchange.{act}", viewer, profile) for act in _ACTS},
        **sharing.sharing(request, profile, form),
    }
    return render(request, "exchange/profile.html", words, status=422 if form else 200)


@gate("exchange.edit_profile", on=queries.profile)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, profile: CityProfile) -> HttpResponse:
    """Tell what the city faces, what kind of city it is, what it may do, where it lies."""
    form = ProfileForm(request.POST if request.method == "POST" else None, profile=profile)
    if request.method == "POST" and form.is_valid():
        try:
            kept = services.write(
                place=profile.place,
                by=request.viewer,  # type: ignore[attr-defined]
                **form.cleaned_data,
            )
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            saved(request, _("The profile is saved."), profile, kept)
            return redirect(kept)
    words = {"profile": profile, "place": profile.place, "form": form}
    return render(request, "exchange/edit_profile.html", words, status=422 if form.errors else 200)


@gate("exchange.share_profile", on=queries.kept)
@require_POST
def share(request: HttpRequest, profile: CityProfile) -> HttpResponse:
    """Ask that more people see the profile."""
    form = sharing.ask(request, profile)
    return redirect(profile) if form is None else _page(request, profile, form)


@gate("exchange.narrow", on=queries.kept)
@require_POST
def narrow(request: HttpRequest, profile: CityProfile) -> HttpResponse:
    """Fewer people see the profile."""
    sharing.fewer(request, profile)
    return redirect(profile)


@gate("exchange.see_alike", on=queries.city)
@require_GET
def like_mine(request: HttpRequest, place: Place) -> HttpResponse:
    """Cities that have something in common with this one, and what they did."""
    viewer = request.viewer  # type: ignore[attr-defined]
    told = queries.kept(viewer, place=place.slug)
    members = {queries.key_of(one.place): one for one in queries.others(viewer, place)}
    pool = [queries.as_told(one.place, one) for one in members.values()]
    found = alike(queries.as_told(place, told), [*pool, *profiles(library())], _CITIES)
    practices = queries.practices_of(viewer, [one.profile for one in found])
    words = {
        "place": place,
        "told": told,
        "edits": rules.test_rule("exchange.edit_profile", viewer, place),
        "cities": [
            _city(one, members.get(one.profile.key), practices[one.profile.key]) for one in found
        ],
    }
    return render(request, "exchange/alike.html", words)


def _city(one: Likeness, member: CityProfile | None, practices: list[Practice]) -> dict[str, Any]:
    """A city as a card: its name in the reader's language, the sentence, its first practices."""
    told = one.profile
    known = library().city(told.name, told.country)
    name = known.label((get_language() or "en").split("-")[0]) if known else told.name
    return {
        "name": member.place.local_name if member else name,
        "profile": told,
        "member": member,
        "sentence": sentence(one),
        "practices": practices[:_PRACTICES],
        "more": len(practices) > _PRACTICES,
    }
