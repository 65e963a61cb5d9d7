"""Actions: their list over all plans, their page, how they are written and how they go."""

from __future__ import annotations

from functools import partial
from typing import Any

import rules
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.plan.forms.actions import ActionForm, FilterForm, TellForm
from baithak.plan.models import Action, CheckState, Objective, Plan
from baithak.plan.queries import actions as queries
from baithak.plan.queries import indicators, plans, risks
from baithak.plan.queries.actions import Sources
from baithak.plan.services import actions as services
from baithak.plan.shown import shown
from baithak.plan.views.writing import arguments, saved, sheet, taken_out
from baithak.web.gate import gate

__all__ = ["add", "edit", "listing", "page", "remove", "tell"]

ROWS = 50
_FROM = ("practice", "adoption", "because", "project")


@gate("plan.list")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every action the viewer may see, what is due first on top."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = FilterForm(request.GET, places=queries.places(viewer), owners=queries.owners(viewer))
    asked = form.asked()
    page = Paginator(queries.found(viewer, asked), ROWS).get_page(request.GET.get("page"))
    page.object_list = queries.with_names(viewer, page.object_list)
    told = request.GET.copy()
    told.pop("page", None)
    words = {"page": page, "form": form, "narrowed": any(told.values()), "query": told.urlencode()}
    return render(request, "plan/actions.html", words)


@gate("plan.see", on=queries.action)
@require_GET
def page(request: HttpRequest, action: Action) -> HttpResponse:
    """One action: what, who, when, how it goes, where it comes from."""
    return _page(request, action)


def _page(request: HttpRequest, action: Action, form: TellForm | None = None) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    queries.with_names(viewer, [action])
    held = indicators.of_plan(viewer, action.plan).filter(action=action.pk)
    payer = queries.payer(viewer, action)
    words = {
        "action": action,
        "plan": action.plan,
        "place": action.place,
        "payer": payer,
        "partners": queries.partners(viewer, action),
        "steps": queries.steps(viewer, action),
        "sources": queries.sources(viewer, action),
        "indicators": [shown(one) for one in held],
        "check": risks.check_of(viewer, action),
        "form": form or TellForm(action=action),
        "may": {
            "edit": rules.test_rule("plan.edit", viewer, action.plan),
            "tell": rules.test_rule("plan.tell", viewer, action),
            "check_risk": rules.test_rule("plan.check_risk", viewer, action),
        },
        "languages": _languages(action),
    }
    return render(request, "plan/action.html", words, status=422 if form else 200)


def _languages(action: Action) -> list[tuple[str, str, bool]]:
    """The place's languages: code, name, and whether the action is told in it."""
    names = zip(action.place.languages, action.place.language_names, strict=True)
    return [(code, name, code in action.texts) for code, name in names]


@gate("plan.edit", on=plans.plan)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Add an action, perhaps from a practice, an adoption, a finding or a project of a budget."""
    viewer = request.viewer  # type: ignore[attr-defined]
    told = request.POST if request.method == "POST" else request.GET
    sources = queries.named_sources(viewer, told)
    asked = arguments(request)
    number = request.GET.get("objective", "")
    objective = (
        plans.objectives(viewer, plan).filter(number=number).first() if _is_number(number) else None
    )
    form = ActionForm(**asked, **_offers(viewer, plan), initial=_prefilled(sources, objective))
    made = saved(
        request,
        form,
        lambda: services.add(
            plan=plan,
            by=viewer,
            because=told.get("because", "") if sources.finding else "",
            practice=sources.practice,
            adoption=sources.adoption,
            project=sources.project,
            **form.told(),
        ),
    )
    words = {
        "plan": plan,
        "place": plan.place,
        "sources": sources,
        "hidden": [(name, told[name]) for name in _FROM if told.get(name)],
    }
    return sheet(request, "plan/action_form.html", form, made, "", **words)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 5


def _offers(viewer: Any, plan: Plan) -> dict[str, Any]:
    return {
        "plan": plan,
        "objectives": plans.objectives(viewer, plan),
        "organisations": queries.organisations_at(viewer, plan.place),
    }


def _prefilled(sources: Sources, objective: Objective | None) -> dict[str, Any]:
    """What the source says already; whoever writes changes it."""
    found: dict[str, Any] = {}
    if objective is not None:
        found["objective"] = objective.pk
    if sources.practice is not None:
        record = sources.practice.record
        found |= {
            "title": sources.practice.title[:200],
            "description": sources.practice.summary[:2000],
            "approach": next(iter(record.approaches), ""),
            "prevention_level": next(iter(record.prevention_levels), "primary"),
            "target_groups": [code for code in record.target_groups if code != "none_stated"],
            "language": sources.practice.language,
        }
    if sources.adoption is not None:
        found |= {
            "description": sources.adoption.changed or found.get("description", ""),
            "begins": sources.adoption.begins,
            "due": sources.adoption.ends,
        }
    if sources.project is not None:
        title, description, language = queries.project_words(sources.project)
        budget = sources.project.budget
        found |= {
            "title": title[:200],
            "description": description[:2000],
            "area": budget.area_name(sources.project.area)[:120] if sources.project.area else "",
            "cost": sources.project.cost,
            "currency": budget.currency if sources.project.cost is not None else "",
            "language": language,
        }
    return found


@gate("plan.edit", on=queries.action)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, action: Action) -> HttpResponse:
    """Say it anew, or in another language."""
    viewer = request.viewer  # type: ignore[attr-defined]
    plan = action.plan
    form = ActionForm(**arguments(request), **_offers(viewer, plan), thing=action)
    act = services.translate if form.original else services.change
    before = risks.check_of(viewer, action)
    made = saved(request, form, lambda: act(action=action, by=viewer, **form.told()))
    anew = _asked_anew() if before is not None and before.state != CheckState.DRAFT else ""
    if before is not None and made is not None and anew:
        after = risks.check_of(viewer, action)
        if after is not None and after.edition != before.edition:
            messages.warning(request, anew)
    words = {"plan": plan, "place": plan.place, "action": action, "sources": None, "hidden": []}
    words["anew"] = anew
    return sheet(request, "plan/action_form.html", form, made, "", **words)


def _asked_anew() -> str:
    return _(
        "A change of its words, of who does it, with whom or for whom begins a new edition of the do-no-harm check: "
        "design partners are asked anew."
    )


@gate("plan.edit", on=queries.action)
@require_POST
def remove(request: HttpRequest, action: Action) -> HttpResponse:
    """Take it out of a draft."""
    plan = action.plan
    act = partial(services.remove, action=action, by=request.viewer)  # type: ignore[attr-defined]
    there, here = plan.get_absolute_url(), action.get_absolute_url()
    return taken_out(request, act, _("The action is taken out."), then=there, otherwise=here)


@gate("plan.tell", on=queries.action)
@require_POST
def tell(request: HttpRequest, action: Action) -> HttpResponse:
    """A line of progress, by those who plan and by those whose organisation does it."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = TellForm(request.POST, action=action)
    made = saved(
        request, form, lambda: services.tell(action=action, by=viewer, **form.cleaned_data)
    )
    if made is None:
        return _page(request, action, form)
    return sheet(request, "", form, made, f"{action.get_absolute_url()}#progress")
