"""Demands for data: the public counter and a place's own list (R24)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from rules import test_rule

from baithak.network import queries, services, sharing
from baithak.network.models import Asker, Demand, DemandState, Place
from baithak.network.views.pages import form_page
from baithak.web.gate import gate, public

# In views `request` is Any: the middleware of this room sets `viewer` on Django's HttpRequest.
__all__ = ["AnswerForm", "DemandForm", "answer_demand", "demands", "place_demands", "write_demand"]

#: Rows on a page of a list.
ROWS = 50
_DAY = {
    "invalid": gettext_lazy("Write a day as year-month-day, like 2026-03-31."),
    "required": gettext_lazy("Say the day."),
}
_NO_NAMES = gettext_lazy("In general words: no names, no numbers of papers, phones or plates.")


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=_DAY,
    )


class DemandForm(forms.Form):
    """A demand that came."""

    received = _day(gettext_lazy("The day it came"))
    asker = forms.ChoiceField(label=gettext_lazy("Who asked"), choices=Asker.choices)
    basis = forms.CharField(
        label=gettext_lazy("Legal basis"),
        max_length=200,
        help_text=gettext_lazy("The law and section they named, or “none named”."),
    )
    asked = forms.CharField(
        label=gettext_lazy("What they asked for"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_NO_NAMES,
    )


class AnswerForm(forms.Form):
    """How a demand was answered; a second person agrees."""

    state = forms.ChoiceField(
        label=gettext_lazy("What became of it"),
        choices=[(s.value, s.label) for s in DemandState if s != DemandState.RECEIVED],
    )
    answer = forms.CharField(
        label=gettext_lazy("The answer"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_NO_NAMES,
    )
    not_held = forms.BooleanField(
        label=gettext_lazy("We do not hold this, wholly or in part"),
        required=False,
        help_text=gettext_lazy(
            "Such as who voted how: the hub cannot know it, and a test of the program shows it (T26)."
        ),
    )
    answered = _day(gettext_lazy("The day it was answered"))
    reason = forms.CharField(
        label=gettext_lazy("Why, for the second person"),
        max_length=500,
        help_text=gettext_lazy("Somebody in another role reads this and confirms within a day."),
    )


@public("how many demands for data came and how they were answered is for everybody (R24)")
@require_safe
def demands(request: Any) -> HttpResponse:
    """The counter, year by year."""
    return render(request, "network/demands.html", {"years": queries.demands_per_year()})


@gate("network.see_demands", on=queries.place_of_members)
@require_safe
def place_demands(request: Any, place: Place) -> HttpResponse:
    """Every demand put to this place, and what became of it."""
    viewer = request.viewer
    page = Paginator(queries.demands_of(viewer, place), ROWS).get_page(request.GET.get("page"))
    waiting = set(
        queries.acts_waiting(viewer, place)
        .filter(verb="network.answer_demand")
        .values_list("thing", flat=True)
    )
    words = {
        "waiting": {int(thing.removeprefix("demand:")) for thing in waiting},
        "place": place,
        "page": page,
        "writes": test_rule("network.write_demand", viewer, place),
    }
    return render(request, "network/place_demands.html", words)


@gate("network.write_demand", on=queries.place_of_members)
@require_http_methods(["GET", "POST"])
def write_demand(request: Any, place: Place) -> HttpResponse:
    """Write down a demand that came."""
    form = DemandForm(request.POST or None, initial={"received": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            services.write_demand(**form.cleaned_data, place=place, by=request.viewer)
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(
                request, _("The demand is written down and counts on the public page.")
            )
            return redirect("network:place_demands", place=place.slug)
    return form_page(request, "network/write_demand.html", form, place=place)


@gate("network.answer_demand", on=queries.demand)
@require_http_methods(["GET", "POST"])
def answer_demand(request: Any, demand: Demand) -> HttpResponse:
    """Say how it is answered; a second person in another role agrees."""
    place = demand.place
    if demand.state != DemandState.RECEIVED:
        messages.info(request, _("This demand has been answered already."))
        return redirect("network:place_demands", place=place.slug)
    form = AnswerForm(request.POST or None, initial={"answered": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_to_answer_demand(**form.cleaned_data, demand=demand, by=request.viewer)
        except (ValidationError, PermissionDenied) as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.info(
                request, _("Asked. A second person in another role confirms it within a day.")
            )
            return redirect("network:requests", place=place.slug)
    return form_page(request, "network/answer_demand.html", form, place=place, demand=demand)
