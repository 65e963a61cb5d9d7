"""Who helped to design a plan, and what they heard back."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from baithak.network.queries import organisations
from baithak.plan.forms.contributions import ContributionForm
from baithak.plan.models import Contribution, Plan
from baithak.plan.queries import plans as queries
from baithak.plan.services import contributions as services
from baithak.plan.views.writing import arguments, saved, sheet
from baithak.web.gate import gate

__all__ = ["add", "edit"]


@gate("plan.edit", on=queries.plan)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Note who helped and what they said."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = ContributionForm(
        **arguments(request),
        organisations=organisations(viewer, plan.place),
        initial={"on": timezone.localdate()},
    )
    made = saved(request, form, lambda: services.add(plan=plan, by=viewer, **form.told()))
    words = {"plan": plan, "place": plan.place}
    return sheet(request, "plan/contribution_form.html", form, made, _there(plan), **words)


@gate("plan.edit", on=queries.contribution)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, contribution: Contribution) -> HttpResponse:
    """Tell what became of it."""
    viewer = request.viewer  # type: ignore[attr-defined]
    plan = contribution.plan
    form = ContributionForm(
        **arguments(request),
        organisations=organisations(viewer, plan.place),
        thing=contribution,
    )
    act = partial(services.change, contribution=contribution, by=viewer)
    made = saved(request, form, lambda: act(**form.told()))
    words = {"plan": plan, "place": plan.place, "contribution": contribution}
    return sheet(request, "plan/contribution_form.html", form, made, _there(plan), **words)


def _there(plan: Plan) -> str:
    return f"{plan.get_absolute_url()}#helped"
