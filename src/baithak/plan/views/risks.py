"""Do no harm: the check of an action, its questions, and what design partners say of it."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.network.refusal import RefusedError
from baithak.plan.forms.risks import QUESTIONS, RiskForm, SignForm
from baithak.plan.models import Action, RiskCheck
from baithak.plan.queries import actions
from baithak.plan.queries import risks as queries
from baithak.plan.services import risks as services
from baithak.plan.views.writing import arguments, saved, sheet
from baithak.web.gate import gate

__all__ = ["answer", "ask", "page", "sign"]


def _say_no(code: str) -> str:
    """A refusal of a service, in words with a remedy."""
    return {
        "asked": _("Design partners are asked already."),
        "unchanged": _("There is a concern. Change the answers first: then partners are asked anew."),
        "not_asked": _("The answers are still being written: partners are asked later."),
        "changed": _("The answers have changed since you opened this page. Read them again, then say what you think."),
        "said": _("Your organisation has said what it thinks of these answers."),
        "not_yours": _("You cannot speak for this organisation here. Choose the one that you speak for."),
    }.get(code, _("This is not possible any more. Reload the page to see how things stand."))  # fmt: skip


@gate("plan.see", on=actions.action)
@require_GET
def page(request: HttpRequest, action: Action) -> HttpResponse:
    """The check of an action, or that there is none yet."""
    return _page(request, action)


def _page(request: HttpRequest, action: Action, form: SignForm | None = None) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    check = queries.check_of(viewer, action)
    mine = []
    if check is not None and check.state != "draft" and rules.test_rule("plan.sign", viewer, check):
        mine = queries.speaks_for(viewer, check)
    names = zip(action.place.languages, action.place.language_names, strict=True)
    words = {
        "action": action,
        "plan": action.plan,
        "place": action.place,
        "check": check,
        "questions": [(name, label) for name, (label, _help) in QUESTIONS.items()],
        "said": queries.said(viewer, check) if check is not None else [],
        "needed": services.SIGNATURES,
        "form": form
        or (SignForm(organisations=mine, edition=check.edition) if check and mine else None),
        "may_check": rules.test_rule("plan.check_risk", viewer, action),
        "languages": [
            (code, name, code in check.texts) for code, name in names if check is not None
        ],
    }
    return render(request, "plan/risk.html", words, status=422 if form else 200)


@gate("plan.check_risk", on=actions.action)
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, action: Action) -> HttpResponse:
    """Answer the questions, change the answers, or tell them in another language."""
    viewer = request.viewer  # type: ignore[attr-defined]
    check = queries.check_of(viewer, action)
    form = RiskForm(**arguments(request), thing=check)

    def act() -> Any:
        if form.original:
            return services.translate(check=check, by=viewer, **form.told())  # type: ignore[arg-type]
        return services.answer(action=action, by=viewer, **form.told())

    made = saved(request, form, act)
    words = {"action": action, "plan": action.plan, "place": action.place, "check": check}
    return sheet(request, "plan/risk_form.html", form, made, _there(action), **words)


@gate("plan.check_risk", on=queries.check)
@require_POST
def ask(request: HttpRequest, check: RiskCheck) -> HttpResponse:
    """Ask design partners."""
    try:
        services.ask(check=check, by=request.viewer)  # type: ignore[attr-defined]
    except RefusedError as refusal:
        messages.error(request, _say_no(refusal.code))
    except ValidationError as trouble:
        messages.error(request, " ".join(trouble.messages))
    else:
        messages.success(
            request, _("Asked. Partners of this place see the questions and can sign or object.")
        )
    return redirect(_there(check.action))


@gate("plan.sign", on=queries.check)
@require_POST
def sign(request: HttpRequest, check: RiskCheck) -> HttpResponse:
    """A design partner agrees, or tells a concern."""
    viewer = request.viewer  # type: ignore[attr-defined]
    mine = queries.speaks_for(viewer, check)
    form = SignForm(request.POST, organisations=mine, edition=check.edition)
    try:
        made = saved(request, form, lambda: services.sign(check=check, by=viewer, **form.told()))
    except RefusedError as refusal:
        messages.error(request, _say_no(refusal.code))
        return redirect(_there(check.action))
    if made is None and not mine:
        messages.error(request, _say_no("said"))
        return redirect(_there(check.action))
    if made is None:
        return _page(request, check.action, form)
    messages.success(request, _("Noted, for your organisation. Thank you."))
    return redirect(_there(check.action))


def _there(action: Action) -> str:
    return reverse("plan:risk", kwargs={"code": action.plan.code, "number": action.number})
