"""Series of workshops: what they are for, what became of what was agreed, whom to ask."""

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

from baithak.coordination.forms.series import SeriesForm
from baithak.coordination.models import Series
from baithak.coordination.queries import series as queries
from baithak.coordination.queries import workshops as workshop_queries
from baithak.coordination.queries.commitments import owner_words, places_to_write_in
from baithak.coordination.services import series as services
from baithak.network import sharing
from baithak.network.models import Place
from baithak.network.queries import place_named
from baithak.web.gate import gate

__all__ = ["begin", "edit", "listing", "narrow", "page", "share"]

ROWS = 30


@gate("coordination.list")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every series the viewer may see."""
    viewer = request.viewer  # type: ignore[attr-defined]
    found = queries.all_series(viewer, request.GET.get("place", ""))
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    words = {"page": page, "places": places_to_write_in(viewer)}
    return render(request, "coordination/all_series.html", words)


@gate("coordination.see", on=queries.series)
@require_GET
def page(request: HttpRequest, series: Series) -> HttpResponse:
    """One series."""
    return _page(request, series)


def _page(request: HttpRequest, series: Series, status: int = 200, **words: Any) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    welcome = queries.welcome(viewer, series)
    progress = workshop_queries.progress(viewer, welcome.workshop)
    held = workshop_queries.workshops(viewer).filter(series=series)
    shown = Paginator(workshop_queries.with_numbers(viewer, held), ROWS)
    words = {
        "series": series,
        "welcome": welcome,
        "progress": progress,
        "promised": [(one, owner_words(viewer, one)) for one in progress.all] if progress else [],
        "page": shown.get_page(request.GET.get("page")),
        "is_here": bool(viewer.roles_at(series.place)),
        "may": {
            act: rules.test_rule(f"coordination.{act}", viewer, series)
            for act in ("edit", "share", "narrow")
        },
        **sharing.sharing(request, series, words.pop("share_form", None)),
        **words,
    }
    return render(request, "coordination/series.html", words, status=status)


@gate("coordination.begin", on=place_named)
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, place: Place) -> HttpResponse:
    """A new series of a place."""
    form = SeriesForm(
        request.POST if request.method == "POST" else None,
        language=request.GET.get("language", ""),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.begin(
                place=place,
                language=form.cleaned_data["language"],
                texts=form.texts(),
                by=request.viewer,  # type: ignore[attr-defined]
            )
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved. Only your team sees it so far."))
            return redirect(made)
    words = {"form": form, "place": place, "series": None}
    return render(
        request, "coordination/series_form.html", words, status=422 if form.errors else 200
    )


@gate("coordination.edit", on=queries.series)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, series: Series) -> HttpResponse:
    """Other words, another language."""
    form = SeriesForm(
        request.POST if request.method == "POST" else None,
        thing=series,
        language=request.GET.get("language", ""),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change(
                series=series,
                language=form.cleaned_data["language"],
                texts=form.texts(),
                by=request.viewer,  # type: ignore[attr-defined]
            )
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            return redirect(series)
    words = {"form": form, "place": series.place, "series": series}
    return render(
        request, "coordination/series_form.html", words, status=422 if form.errors else 200
    )


@gate("coordination.share", on=queries.series)
@require_POST
def share(request: HttpRequest, series: Series) -> HttpResponse:
    """Ask that more people see it."""
    form = sharing.ask(request, series)
    return redirect(series) if form is None else _page(request, series, 422, share_form=form)


@gate("coordination.narrow", on=queries.series)
@require_POST
def narrow(request: HttpRequest, series: Series) -> HttpResponse:
    """Fewer people see it, at once."""
    sharing.fewer(request, series)
    return redirect(series)
