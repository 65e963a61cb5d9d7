"""Adoptions: take a practice up, tell how it goes, see what became of one's own practices."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.exchange.findings import finding
from baithak.exchange.forms.adoptions import AdoptForm, ChangeForm, StepForm
from baithak.exchange.models import Adoption, Practice
from baithak.exchange.queries import adoptions as queries
from baithak.exchange.queries import lessons
from baithak.exchange.queries import practices as practice_queries
from baithak.exchange.services import adoptions as services
from baithak.exchange.views.said import saved
from baithak.network import sharing
from baithak.network.refusal import RefusedError
from baithak.web.gate import gate

__all__ = ["add_step", "adopt", "edit", "listing", "narrow", "page", "share", "what_became"]

ROWS = 30


def _say_no(code: str) -> str:
    """A refusal of a service, in words with a remedy."""
    return {
        "not_published": _("Only a published practice can be taken up. Look for another one."),
        "own": _("This is a practice of this very place: there is nothing to take up."),
    }.get(code, _("This is not possible any more. Reload the page to see how things stand."))


@gate("exchange.list")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every adoption the viewer may see; with ``?place=`` those of one place."""
    viewer = request.viewer  # type: ignore[attr-defined]
    place = request.GET.get("place", "")
    page = Paginator(queries.adoptions(viewer, place), ROWS).get_page(request.GET.get("page"))
    return render(request, "exchange/adoptions.html", {"page": page, "place": place})


@gate("exchange.list")
@require_GET
def what_became(request: HttpRequest) -> HttpResponse:
    """What others made of the practices of the viewer's places."""
    found = queries.what_became(request.viewer)  # type: ignore[attr-defined]
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    return render(request, "exchange/what_became.html", {"page": page})


@gate("exchange.adopt", on=practice_queries.practice)
@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest, practice: Practice) -> HttpResponse:
    """Take a published practice up at a place of one's own."""
    viewer = request.viewer  # type: ignore[attr-defined]
    places = [
        place
        for place in practice_queries.places_to_write_in(viewer)
        if not (practice.is_own and place.pk == practice.place_id)
    ]
    posted = request.POST if request.method == "POST" else None
    form = AdoptForm(posted, places=places, because=request.GET.get("because", ""))
    existing = None
    if posted is not None and form.is_valid():
        told = form.told()
        try:
            adoption = services.adopt(practice=practice, by=viewer, **told)
        except RefusedError as refusal:
            existing = queries.of_place(viewer, told["place"], practice)
            form.add_error(None, _taken(existing) if existing else _say_no(refusal.code))
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Noted. Only your team sees it so far."))
            return redirect(adoption)
    because = str(form["because"].value() or "")
    words = {
        "practice": practice,
        "form": form,
        "places": places,
        "existing": existing or _only(viewer, places, practice),
        "finding": finding(viewer, because) if because else None,
    }
    return render(request, "exchange/adopt.html", words, status=422 if form.errors else 200)


def _taken(existing: Adoption) -> str:
    return _("%(place)s has taken this practice up already: go on there.") % {
        "place": existing.place.local_name
    }


def _only(viewer: Any, places: list[Any], practice: Practice) -> Adoption | None:
    """The adoption that is there already, where the viewer writes for one place."""
    return queries.of_place(viewer, places[0], practice) if len(places) == 1 else None


@gate("exchange.see", on=queries.adoption)
@require_GET
def page(request: HttpRequest, adoption: Adoption) -> HttpResponse:
    """One adoption."""
    return _page(request, adoption)


def _page(
    request: HttpRequest, adoption: Adoption, status: int = 200, **words: Any
) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    found = finding(viewer, adoption.because) if adoption.because else None
    acts = ("tend_adoption", "share_adoption", "narrow")
    words = {
        "adoption": adoption,
        "finding": found,
        "because_text": adoption.because_text or (found.text if found else ""),
        "steps": queries.steps(viewer, adoption),
        "lesson": lessons.of_adoption(viewer, adoption),
        "may": {act: rules.test_rule(f"exchange.{act}", viewer, adoption) for act in acts},
        "step_form": StepForm(),
        **sharing.sharing(request, adoption, words.pop("share_form", None)),
        **words,
    }
    return render(request, "exchange/adoption.html", words, status=status)


@gate("exchange.tend_adoption", on=queries.adoption)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, adoption: Adoption) -> HttpResponse:
    """Change what is said of it; tell what came of it."""
    form = ChangeForm(request.POST if request.method == "POST" else None, adoption=adoption)
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change(adoption=adoption, by=request.viewer, **form.cleaned_data)  # type: ignore[attr-defined]
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            saved(request, _("Saved."), adoption, changed)
            return redirect(adoption)
    words = {"adoption": adoption, "form": form}
    return render(request, "exchange/adoption_form.html", words, status=422 if form.errors else 200)


@gate("exchange.tend_adoption", on=queries.adoption)
@require_POST
def add_step(request: HttpRequest, adoption: Adoption) -> HttpResponse:
    """A line of progress."""
    form = StepForm(request.POST)
    if form.is_valid():
        try:
            services.add_step(adoption=adoption, by=request.viewer, **form.cleaned_data)  # type: ignore[attr-defined]
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{adoption.get_absolute_url()}#progress")
    return _page(request, adoption, 422, step_form=form)


@gate("exchange.share_adoption", on=queries.adoption)
@require_POST
def share(request: HttpRequest, adoption: Adoption) -> HttpResponse:
    """Ask that more people see it."""
    form = sharing.ask(request, adoption)
    return redirect(adoption) if form is None else _page(request, adoption, 422, share_form=form)


@gate("exchange.narrow", on=queries.adoption)
@require_POST
def narrow(request: HttpRequest, adoption: Adoption) -> HttpResponse:
    """Fewer people see it, at once."""
    sharing.fewer(request, adoption)
    return redirect(adoption)
