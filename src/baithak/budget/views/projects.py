"""Proposals: let in by a moderator, decided by an officer with a public reason, translated.

A moderator sees the words and nothing else: not who wrote them (R11).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import rules
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.budget import queries, services
from baithak.budget.forms import DecideForm, ProposalForm, RejectForm, TranslateForm, hints
from baithak.budget.models import Budget, Project, ProjectState, Reason
from baithak.web.gate import gate

__all__ = ["add", "decide", "queue", "reject", "show", "translate", "undo"]

_AT_ONCE = 20


def _say_no(code: str) -> str:
    return {
        "frozen": _("The vote is open: projects are fixed."),
        "closed": _("This budget has closed."),
        "not_shown": _("A moderator has to let it in first."),
        "others_in_it": _("Other projects were joined with it: take those decisions back first."),
        "too_dear": _("It costs more than there is to share out."),
        "no_cost": _("The ballot needs a fixed cost."),
        "no_such_project": _("This project cannot take another one in."),
        "no_reason": _("Choose or write a reason first."),
        "decided": _("An officer has decided about it: take that back first."),
        "original": _("This is the language it was written in: the original stays as it is."),
    }.get(code, _("This is not possible any more. Reload the page to see how things stand."))


def _words(request: HttpRequest, budget: Budget) -> dict[str, Any]:
    viewer = request.viewer  # type: ignore[attr-defined]
    waiting = list(queries.pending(viewer, budget)[: _AT_ONCE + 1])
    sheets = queries.sheets(waiting[:_AT_ONCE])
    shown = queries.sheets(queries.shown_projects(budget.pk))
    names = dict(settings.CONTENT_LANGUAGES)
    any_of_them = SimpleNamespace(budget=budget)
    return {
        "budget": budget,
        "waiting": [
            {
                "sheet": s,
                "hints": hints(s.original.title, s.original.description, s.original.landmark),
            }
            for s in sheets
        ],
        "more_waiting": len(waiting) > _AT_ONCE,
        "to_check": [s for s in shown if s.project.state == ProjectState.PROPOSED],
        "decided": [s for s in shown if s.project.state != ProjectState.PROPOSED],
        "rejected": queries.sheets(queries.rejected(viewer, budget)[:10]),
        "reasons": Reason.choices,
        "languages": [(code, names[code]) for code in budget.languages if code in names],
        "may": {
            "moderate": budget.state == "open" and not budget.is_frozen,
            "decide": rules.test_rule("budget.decide", viewer, any_of_them),
            "propose": rules.test_rule("budget.propose", viewer, budget),
            "translate": rules.test_rule("budget.translate", viewer, any_of_them),
        },
    }


@gate("budget.see_queue", on=queries.budget)
@require_GET
def queue(request: HttpRequest, budget: Budget) -> HttpResponse:
    """What waits for a moderator, what is to be checked, and what was decided."""
    return render(request, "budget/proposals.html", _words(request, budget))


def _after(request: HttpRequest, budget: Budget, said: str) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        words = {**_words(request, budget), "said": said}
        return render(request, "budget/_proposals.html", words)
    messages.success(request, said)
    return redirect("budget:queue", code=budget.code)


@gate("budget.moderate", on=queries.project)
@require_POST
def show(request: HttpRequest, project: Project) -> HttpResponse:
    try:
        services.show(project=project, by=request.viewer)  # type: ignore[attr-defined]
    except services.RefusedError as refusal:
        return _after(request, project.budget, _say_no(refusal.code))
    return _after(request, project.budget, _("Let in: people read it from now on."))


@gate("budget.moderate", on=queries.project)
@require_POST
def reject(request: HttpRequest, project: Project) -> HttpResponse:
    form = RejectForm(request.POST)
    if not form.is_valid():
        return _after(
            request, project.budget, _("Nothing was changed: choose one of the reasons first.")
        )
    try:
        services.reject(
            project=project,
            reason=form.cleaned_data["reason"],
            by=request.viewer,  # type: ignore[attr-defined]
        )
    except services.RefusedError as refusal:
        return _after(request, project.budget, _say_no(refusal.code))
    return _after(request, project.budget, _("Not shown. You can take this back below."))


@gate("budget.undo", on=queries.project)
@require_POST
def undo(request: HttpRequest, project: Project) -> HttpResponse:
    """Take the last decision back: a moderator's own, or an officer's by an officer."""
    viewer = request.viewer  # type: ignore[attr-defined]
    decided = project.state in (
        ProjectState.ACCEPTED, ProjectState.MERGED, ProjectState.DECLINED,
    )  # fmt: skip
    if decided and not rules.test_rule("budget.decide", viewer, project):
        return _after(request, project.budget, _("An officer decided this, and takes it back."))
    try:
        services.undo(project=project, by=viewer)
    except services.RefusedError as refusal:
        return _after(request, project.budget, _say_no(refusal.code))
    return _after(request, project.budget, _("Taken back."))


@gate("budget.decide", on=queries.project)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, project: Project) -> HttpResponse:
    """On the ballot with a fixed cost, joined with another one, or declined with a public reason."""
    others = [
        sheet
        for sheet in queries.sheets(queries.shown_projects(project.budget_id))
        if sheet.project.pk != project.pk
        and sheet.project.state in (ProjectState.PROPOSED, ProjectState.ACCEPTED)
    ]
    form = DecideForm(
        request.POST if request.method == "POST" else None, project=project, others=others
    )
    if request.method == "POST" and form.is_valid():
        try:
            _decide(form, project, others, by=request.viewer)  # type: ignore[attr-defined]
        except services.RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        except ValidationError as trouble:
            form.add_error(None, trouble)
        else:
            messages.success(request, _("Decided. You can take it back until the vote opens."))
            return redirect("budget:queue", code=project.budget.code)
    words = {"budget": project.budget, "sheet": queries.sheet(project), "form": form}
    return render(request, "budget/decide.html", words, status=422 if form.errors else 200)


def _decide(form: DecideForm, project: Project, others: list[queries.Sheet], *, by: Any) -> None:
    told, reason = form.cleaned_data, form.reason()
    if told["decision"] == "accept":
        services.accept(project=project, cost=told["cost"], reason=reason, by=by)
    elif told["decision"] == "merge":
        into = next(o.project for o in others if str(o.project.pk) == told["into"])
        services.merge(project=project, into=into, reason=reason, by=by)
    else:
        services.decline(project=project, reason=reason, by=by)


@gate(
    "budget.translate",
    on=lambda viewer, *, code, project, language: _in(viewer, code, project, language),
)
@require_http_methods(["GET", "POST"])
def translate(request: HttpRequest, found: _InLanguage) -> HttpResponse:
    """A project's words in one more language, beside the original."""
    sheet = queries.sheet(found.project)
    before = sheet.words.get(found.language)
    initial = (
        {n: getattr(before, n) for n in ("title", "description", "landmark")} if before else {}
    )
    form = TranslateForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.translate(
                project=found.project,
                language=found.language,
                words=form.cleaned_data,
                by=request.viewer,  # type: ignore[attr-defined]
            )
        except services.RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        except ValidationError as trouble:
            for name, told in trouble.message_dict.items():
                form.add_error(name if name in form.fields else None, told)
        else:
            messages.success(request, _("The translation is saved."))
            return redirect("budget:queue", code=found.budget.code)
    words = {
        "budget": found.budget,
        "sheet": sheet,
        "form": form,
        "language": found.language,
        "language_name": dict(settings.CONTENT_LANGUAGES)[found.language],
    }
    return render(request, "budget/translate.html", words, status=422 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class _InLanguage:
    """A project, and the language it is to be told in."""

    project: Project
    language: str

    @property
    def budget(self) -> Budget:
        """As the gate's predicates ask it of a project."""
        return self.project.budget


def _in(viewer: Any, code: str, project: int, language: str) -> _InLanguage | None:
    found = queries.project(viewer, code=code, project=project)
    known = language in dict(settings.CONTENT_LANGUAGES)
    return None if found is None or not known else _InLanguage(found, language)


@gate("budget.propose", on=queries.budget)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, budget: Budget) -> HttpResponse:
    """A proposal of the city itself."""
    form = ProposalForm(
        request.POST if request.method == "POST" else None, budget=budget, handle=uuid.uuid4()
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.add(budget=budget, by=request.viewer, **form.facts())  # type: ignore[attr-defined]
        except ValidationError as trouble:
            form.wrong(trouble)
        except services.RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        else:
            messages.success(request, _("Added. Its check is still to come."))
            return redirect(budget)
    words = {"budget": budget, "form": form}
    return render(request, "budget/add.html", words, status=422 if form.errors else 200)
