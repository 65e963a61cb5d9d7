"""The result for everybody who may see the budget, and its figures as a file."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from baithak.budget import analysis, queries
from baithak.budget.models import Budget
from baithak.web.gate import gate

__all__ = ["election", "file", "page"]


@gate("budget.see", on=queries.budget)
@require_GET
def page(request: HttpRequest, budget: Budget) -> HttpResponse:
    """What was funded, why this and why not that."""
    words = {"budget": budget, "phase": budget.phase.value, **analysis.result_page(budget)}
    return render(request, "budget/outcome.html", words)


@gate("budget.see", on=queries.budget)
@require_GET
def file(request: HttpRequest, budget: Budget) -> HttpResponse:
    """The figures that may be shown, for other programs."""
    made = analysis.result_file(budget)
    if made is None:
        raise Http404
    response = HttpResponse(made, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="budget-{budget.code}.json"'
    return response


@gate("budget.see", on=queries.budget)
@require_GET
def election(request: HttpRequest, budget: Budget) -> HttpResponse:
    """The ballots as a ``.pb`` file, where none of them is rare."""
    made = analysis.election_file(budget)
    if made is None:
        messages.info(
            request, _("These ballots are not published: a rare one could give its voter away.")
        )
        return redirect("budget:outcome", code=budget.code)
    response = HttpResponse(made, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="budget-{budget.code}.pb"'
    return response
