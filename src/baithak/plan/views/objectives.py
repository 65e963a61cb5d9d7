"""Objectives of a plan."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from baithak.exchange.findings import finding, is_public
from baithak.plan.forms.objectives import ObjectiveForm
from baithak.plan.models import Objective, Plan
from baithak.plan.queries import plans as queries
from baithak.plan.queries import reviews
from baithak.plan.services import objectives as services
from baithak.plan.views.writing import arguments, saved, sheet, taken_out
from baithak.web.gate import gate

__all__ = ["add", "edit", "remove"]


def _challenges(viewer: Any, plan: Plan, kept: int | None = None) -> list[Any]:
    """What the objective may answer: the challenges of the plan's review, or of the place's reviews."""
    return list(reviews.of_place(viewer, plan.place_id, plan.review_id, kept))


@gate("plan.edit", on=queries.plan)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Write an objective, perhaps from a challenge or because of a finding."""
    viewer = request.viewer  # type: ignore[attr-defined]
    asked = request.GET.get("challenge", "")
    because = request.GET.get("because", "")
    found = finding(viewer, because) if because else None
    # Its words go into a text of the plan: only those that everybody may read are written in beforehand.
    words_of_it = {"because": found.text[:800]} if found and is_public(because) else {}
    form = ObjectiveForm(
        **arguments(request),
        challenges=_challenges(viewer, plan, int(asked) if asked.isdecimal() else None),
        initial={"challenge": asked, **words_of_it},
    )
    made = saved(request, form, lambda: services.add(plan=plan, by=viewer, **form.told()))
    words = {"plan": plan, "place": plan.place, "finding": found}
    return sheet(request, "plan/objective_form.html", form, made, _there(plan), **words)


@gate("plan.translate", on=queries.objective)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, objective: Objective) -> HttpResponse:
    """Say it anew, or in another language."""
    viewer = request.viewer  # type: ignore[attr-defined]
    told = _challenges(viewer, objective.plan, objective.challenge_id)
    form = ObjectiveForm(**arguments(request), challenges=told, thing=objective)
    act = partial(services.change, objective=objective, by=viewer)
    made = saved(request, form, lambda: act(**form.told()))
    words = {"plan": objective.plan, "place": objective.place, "objective": objective}
    return sheet(request, "plan/objective_form.html", form, made, _there(objective.plan), **words)


@gate("plan.edit", on=queries.objective)
@require_POST
def remove(request: HttpRequest, objective: Objective) -> HttpResponse:
    """Take it out of a draft."""
    there = _there(objective.plan)
    act = partial(services.remove, objective=objective, by=request.viewer)  # type: ignore[attr-defined]
    return taken_out(request, act, _("The objective is taken out."), then=there, otherwise=there)


def _there(plan: Plan) -> str:
    return f"{plan.get_absolute_url()}#objectives"
