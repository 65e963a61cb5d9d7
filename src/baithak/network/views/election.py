"""The quiet weeks around an election: what they mean, when they are, begin them, end them early."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from rules import test_rule

from baithak.network import queries, sharing
from baithak.network.forms import ElectionForm, ReasonForm
from baithak.network.models import ElectionPeriod, Place
from baithak.network.services import election as services
from baithak.web.gate import gate, public

__all__ = ["begin", "end", "page"]


@public("that a place keeps quiet is for everybody to know", on=queries.place_named)
@require_safe
def page(request: HttpRequest, place: Place) -> HttpResponse:
    """What the mode means, and the periods of the place."""
    return _page(request, place)


def _page(
    request: HttpRequest,
    place: Place,
    status: int = 200,
    reasons: Mapping[int, ReasonForm] = MappingProxyType({}),
    **words: object,
) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    may_begin = test_rule("network.begin_election", viewer, place)
    periods = []
    for period in queries.election_periods(viewer, place):
        ends = may_begin and period.place_id == place.pk and not period.is_over
        asked = reasons.get(period.pk) or _reason(period)
        periods.append({"period": period, "reason": asked if ends else None})
    told = {
        "place": place,
        "periods": periods,
        "may_begin": may_begin,
        "form": ElectionForm(),
        **words,
    }
    return render(request, "network/election.html", told, status=status)


def _reason(period: ElectionPeriod, data: QueryDict | None = None) -> ReasonForm:
    """Several stand on one page, each with ids of its own."""
    return ReasonForm(data, auto_id=f"id_{period.pk}_%s")


@gate("network.begin_election", on=queries.place_named)
@require_POST
def begin(request: HttpRequest, place: Place) -> HttpResponse:
    """Keep quiet from one day to another."""
    form = ElectionForm(request.POST)
    if form.is_valid():
        try:
            services.begin_election(place=place, by=request.viewer, **form.cleaned_data)  # type: ignore[attr-defined]
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Noted. In these days nothing new becomes public."))
            return redirect("network:election", place=place.slug)
    return _page(request, place, 422, form=form)


@gate("network.end_election", on=queries.election_period)
@require_http_methods(["POST"])
def end(request: HttpRequest, period: ElectionPeriod) -> HttpResponse:
    """Ask to end it before its last day."""
    form = _reason(period, request.POST)
    if form.is_valid():
        try:
            services.ask_to_end_election(
                period=period,
                reason=form.cleaned_data["reason"],
                by=request.viewer,  # type: ignore[attr-defined]
            )
        except (ValidationError, PermissionDenied) as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(
                request, _("Asked. It ends when a second person in another role confirms.")
            )
            return redirect("network:election", place=period.place.slug)
    return _page(request, period.place, 422, reasons={period.pk: form})
