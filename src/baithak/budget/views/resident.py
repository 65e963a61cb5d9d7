"""What residents read: what is shared out, which projects there are, what was funded and why."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from baithak.budget import analysis, queries, services
from baithak.budget.forms import ProposalForm
from baithak.budget.models import Budget, Phase, Project, Reason
from baithak.budget.views.phone import FOR_RESIDENTS, address, problem, quiet, resident
from baithak.network.limits import Limit, too_often
from baithak.network.tokens import Participant
from baithak.web.gate import public

__all__ = ["about", "check", "front", "listing", "project", "propose", "result"]

#: Proposals from one address, which a whole library may share.
_PROPOSALS = Limit("budget.propose", 30, 60 * 60)


@public(FOR_RESIDENTS, on=queries.public_budget)
@require_GET
@resident
def front(request: HttpRequest, budget: Budget, who: Participant) -> HttpResponse:
    """What this is, and what can be done now: propose, wait, vote, read the result."""
    words: dict[str, Any] = {
        "budget": budget,
        "phase": budget.phase.value,
        "timeline": budget.timeline,
        "projects": queries.sheets(queries.shown_projects(budget.pk))[:6],
        "holds_slip": False,
    }
    if budget.takes_ballots and not who.fresh:
        words["holds_slip"] = queries.slip_of(budget, who.pid) is not None
    return render(request, "budget/front.html", words)


@public(FOR_RESIDENTS, on=queries.public_budget)
@require_GET
def listing(request: HttpRequest, budget: Budget) -> HttpResponse:
    """All projects, or those of one area."""
    area = request.GET.get("area", "")
    words = {
        "budget": budget,
        "phase": budget.phase.value,
        "area": area if area in dict(budget.area_choices) else "",
        "projects": queries.sheets(queries.shown_projects(budget.pk, area=area)),
    }
    return quiet(render(request, "budget/projects.html", words))


@public(FOR_RESIDENTS, on=queries.public_project)
@require_GET
def project(request: HttpRequest, project: Project) -> HttpResponse:
    """One project with all that is known of it, in the reader's language and as it was written."""
    words = {
        "budget": project.budget,
        "phase": project.budget.phase.value,
        "sheet": queries.sheet(project),
        "joined": queries.sheets(queries.joined_with(project)),
    }
    return quiet(render(request, "budget/project.html", words))


@public(FOR_RESIDENTS, on=queries.public_budget)
@require_http_methods(["GET", "POST"])
@resident
def propose(request: HttpRequest, budget: Budget, who: Participant) -> HttpResponse:
    """Propose a project, without an account."""
    if not budget.takes_proposals:
        return redirect(address(budget))
    form = ProposalForm(
        request.POST if request.method == "POST" else None, budget=budget, handle=uuid.uuid4()
    )
    if request.method == "POST":
        wait = _PROPOSALS.wait(request)
        if wait:
            return too_often(request, wait)
        if form.is_valid() and _sent(form, budget):
            return redirect(f"{address(budget, 'propose')}?thanks=1")
    words = {
        "budget": budget,
        "who": who,
        "form": form,
        "thanks": request.method == "GET" and request.GET.get("thanks") == "1",
        "reasons": Reason.labels,
    }
    response = render(request, "budget/propose.html", words, status=422 if form.errors else 200)
    who.keep(response)
    return response


def _sent(form: ProposalForm, budget: Budget) -> bool:
    """Hand it to the moderators; tells whether that worked."""
    try:
        services.propose(budget=budget, **form.facts())
    except ValidationError as trouble:
        form.wrong(trouble)
    except services.RefusedError:
        form.add_error(None, _("Proposals have ended meanwhile."))
    return not form.errors


@public(FOR_RESIDENTS, on=queries.public_budget)
@require_GET
def result(request: HttpRequest, budget: Budget) -> HttpResponse:
    """What was funded, why this and why not that, and how to check it."""
    words = {"budget": budget, "phase": budget.phase.value, **analysis.result_page(budget)}
    return quiet(render(request, "budget/result.html", words))


@public(FOR_RESIDENTS, on=queries.public_budget)
@csrf_exempt  # a look that changes nothing: no cookie, no proof
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, budget: Budget) -> HttpResponse:
    """Whether the ballot of a receipt was among those that were counted."""
    told = request.POST.get("receipt", "")
    receipt = _spelt(told)
    words: dict[str, Any] = {"budget": budget, "typed": told[:60], "receipt": receipt}
    if request.method == "POST":
        if not receipt:
            words["wrong"] = True
            return quiet(render(request, "budget/check.html", words, status=422))
        if not budget.sealed:
            return problem(
                request, budget, 410, _("Receipts can be checked when the vote has closed."),
                _("Keep yours until then. Your ballot is saved, or the page would have told you."),
            )  # fmt: skip
        steps = analysis.receipt_proof(queries.used_slips_of(budget.pk), receipt)
        words |= {"asked": True, "steps": steps}
    return quiet(render(request, "budget/check.html", words))


def _spelt(told: str) -> str:
    signs = re.sub(r"[^0-9a-f]", "", told.lower())
    return "-".join(signs[at : at + 4] for at in range(0, 20, 4)) if len(signs) == 20 else ""


@public(FOR_RESIDENTS, on=queries.public_budget)
@require_GET
def about(request: HttpRequest, budget: Budget) -> HttpResponse:
    """Who asks, who can see what, how it is counted, by which rules proposals are shown."""
    words = {"budget": budget, "phase": budget.phase.value, "reasons": Reason.labels,
             "voting": budget.phase in (Phase.READY, Phase.VOTING)}  # fmt: skip
    return quiet(render(request, "budget/about.html", words))
