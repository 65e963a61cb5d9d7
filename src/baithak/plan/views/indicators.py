"""Indicators: their page with a picture and a table, how they are written, and readings."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import rules
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.plan.charts import chart
from baithak.plan.forms.indicators import IndicatorForm, ReadingForm
from baithak.plan.models import Indicator, Plan
from baithak.plan.queries import actions, plans
from baithak.plan.queries import indicators as queries
from baithak.plan.services import indicators as services
from baithak.plan.shown import shown
from baithak.plan.views.writing import arguments, saved, sheet, taken_out
from baithak.web.gate import gate

__all__ = ["add", "edit", "page", "read", "remove"]


@gate("plan.see", on=queries.indicator)
@require_GET
def page(request: HttpRequest, indicator: Indicator) -> HttpResponse:
    """One indicator: where it stood, where it should go, where it is."""
    return _page(request, indicator)


def _page(
    request: HttpRequest, indicator: Indicator, form: ReadingForm | None = None
) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    told = shown(indicator)
    names = zip(indicator.place.languages, indicator.place.language_names, strict=True)
    words = {
        "indicator": indicator,
        "plan": indicator.plan,
        "place": indicator.place,
        "shown": told,
        "chart": chart(told),
        "form": form or ReadingForm(),
        "languages": [(code, name, code in indicator.texts) for code, name in names],
        "may": {
            "edit": rules.test_rule("plan.edit", viewer, indicator),
            "tell": rules.test_rule("plan.tell", viewer, indicator),
        },
    }
    return render(request, "plan/indicator.html", words, status=422 if form else 200)


def _offers(viewer: Any, plan: Plan) -> dict[str, Any]:
    return {
        "objectives": plans.objectives(viewer, plan),
        "actions": actions.actions(viewer).filter(plan=plan.pk).order_by("number"),
    }


@gate("plan.edit", on=plans.plan)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Add an indicator."""
    viewer = request.viewer  # type: ignore[attr-defined]
    offers = _offers(viewer, plan)
    first = {
        name: offers[f"{name}s"].filter(number=request.GET[name]).first()
        for name in ("objective", "action")
        if re.fullmatch(r"\d{1,4}", request.GET.get(name, ""), re.ASCII)
    }
    form = IndicatorForm(**arguments(request), **offers, initial=first)
    made = saved(request, form, lambda: services.add(plan=plan, by=viewer, **form.told()))
    return sheet(request, "plan/indicator_form.html", form, made, "", plan=plan, place=plan.place)


@gate("plan.edit", on=queries.indicator)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, indicator: Indicator) -> HttpResponse:
    """Say it anew, or in another language."""
    viewer = request.viewer  # type: ignore[attr-defined]
    plan = indicator.plan
    form = IndicatorForm(**arguments(request), **_offers(viewer, plan), thing=indicator)
    act = services.translate if form.original else services.change
    made = saved(request, form, lambda: act(indicator=indicator, by=viewer, **form.told()))
    words = {"plan": plan, "place": plan.place, "indicator": indicator}
    return sheet(request, "plan/indicator_form.html", form, made, "", **words)


@gate("plan.edit", on=queries.indicator)
@require_POST
def remove(request: HttpRequest, indicator: Indicator) -> HttpResponse:
    """Take it out of a draft."""
    plan = indicator.plan
    act = partial(services.remove, indicator=indicator, by=request.viewer)  # type: ignore[attr-defined]
    there, here = plan.get_absolute_url(), indicator.get_absolute_url()
    return taken_out(request, act, _("The indicator is taken out."), then=there, otherwise=here)


@gate("plan.tell", on=queries.indicator)
@require_POST
def read(request: HttpRequest, indicator: Indicator) -> HttpResponse:
    """Tell a reading; one of the same day takes its place."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = ReadingForm(request.POST)
    made = saved(
        request, form, lambda: services.read(indicator=indicator, by=viewer, **form.cleaned_data)
    )
    if made is None:
        return _page(request, indicator, form)
    messages.success(request, _("Saved."))
    return redirect(f"{indicator.get_absolute_url()}#readings")
