"""Pages of the city's team: list, begin, edit, open and open the vote with a second person, close."""

from __future__ import annotations

from typing import Any

import rules
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.budget import analysis, queries, services
from baithak.budget.forms import BudgetForm, CloseForm
from baithak.budget.models import Budget
from baithak.network import services as network
from baithak.network.forms import ReasonForm
from baithak.network.models import Channel, Place
from baithak.network.sign_in import recently_proved
from baithak.web.gate import gate

__all__ = [
    "ask",
    "ask_vote",
    "begin",
    "close",
    "confirm",
    "confirm_vote",
    "edit",
    "end_proposals",
    "listing",
    "overview",
    "recount",
]


def _say_no(code: str) -> str:
    """A refusal of a service, in words with a remedy."""
    return {
        "not_a_draft": _("Only a draft can be changed. This budget is open or closed already."),
        "waits_for_second": _(
            "A request to open it waits for a second person. Withdraw the request to change the draft."
        ),
        "area_in_use": _("A project lies in an area that you took out: put the area back."),
        "over": _("Its closing date has passed: choose a later one first."),
        "not_open": _("This budget is not open."),
        "frozen": _("The vote is open already."),
        "undecided": _(
            "A proposal still waits for a moderator or for its check: decide about all first."
        ),
        "no_projects": _("No project is on the ballot yet."),
        "too_many_projects": _("With points, a ballot holds at most 150 projects: join some."),
        "no_slips": _("There are no slips yet: print them first, so that somebody can vote."),
    }.get(code, _("This is not possible any more. Reload the page to see how things stand."))


@gate("budget.list")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every budget the viewer may see, of all places or of one; its rows alone for that page."""
    viewer = request.viewer  # type: ignore[attr-defined]
    place = request.GET.get("place", "")
    page = Paginator(queries.budgets(viewer, place), 30).get_page(request.GET.get("page"))
    words = {
        "page": page,
        "place": place,
        "may_create": rules.test_rule("budget.create", viewer, None),
    }
    fragment = bool(request.headers.get("HX-Request"))
    response = render(request, f"budget/{'_rows' if fragment else 'list'}.html", words)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _languages(place: Place | None, chosen: list[str]) -> list[str]:
    """Which languages the form offers: the place's, those already written in, those asked for."""
    known = [code for code, _name in settings.CONTENT_LANGUAGES]
    wanted = [*(place.languages if place is not None else []), *chosen]
    told = [code for code in dict.fromkeys(wanted) if code in known]
    return told or [settings.LANGUAGE_CODE]


def _form_page(request: HttpRequest, form: BudgetForm, **words: Any) -> HttpResponse:
    names = dict(settings.CONTENT_LANGUAGES)
    more = [(code, name) for code, name in names.items() if code not in form.languages]
    words |= {"form": form, "more_languages": more, "chosen": form.languages}
    return render(request, "budget/form.html", words, status=422 if form.errors else 200)


@gate("budget.create")
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """A new draft."""
    viewer = request.viewer  # type: ignore[attr-defined]
    places = list(queries.places_to_begin_in(viewer))
    asked = (request.POST if request.method == "POST" else request.GET).getlist("language")
    form = BudgetForm(
        request.POST if request.method == "POST" else None,
        languages=_languages(places[0] if places else None, asked),
        places=places,
    )
    if request.method == "POST" and form.is_valid():
        place = next(p for p in places if str(p.pk) == form.cleaned_data["place"])
        try:
            budget = services.create(
                place=place, texts=form.texts(), areas=form.areas(), by=viewer, **form.values()
            )
        except ValidationError as trouble:
            _wrong(form, trouble)
        else:
            messages.success(request, _("The draft is saved. Only your team sees it so far."))
            return redirect(budget)
    return _form_page(request, form, budget=None)


def _wrong(form: BudgetForm, trouble: ValidationError) -> None:
    if not hasattr(trouble, "error_dict"):
        form.add_error(None, trouble)
        return
    for name, told in trouble.message_dict.items():
        form.add_error(name if name in form.fields else None, told)


@gate("budget.edit", on=queries.budget)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, budget: Budget) -> HttpResponse:
    """Change a draft."""
    asked = (request.POST if request.method == "POST" else request.GET).getlist("language")
    languages = _languages(None, [*budget.languages, *budget.place.languages, *asked])
    form = BudgetForm(
        request.POST if request.method == "POST" else None, languages=languages, budget=budget
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.edit(
                budget=budget,
                texts=form.texts(),
                areas=form.areas(),
                by=request.viewer,  # type: ignore[attr-defined]
                **form.values(),
            )
        except services.RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        except ValidationError as trouble:
            _wrong(form, trouble)
        else:
            messages.success(request, _("The draft is saved."))
            return redirect(budget)
    return _form_page(request, form, budget=budget)


@gate("budget.see", on=queries.budget)
@require_GET
def overview(request: HttpRequest, budget: Budget) -> HttpResponse:
    """How a budget stands, and what the viewer can do next."""
    return _overview(request, budget, ReasonForm())


_ACTS = (
    "edit", "ask_to_open", "confirm_opening", "propose", "end_proposals", "see_queue", "make_slips",
    "ask_to_vote", "confirm_vote", "enter_ballots", "publish", "close", "watch", "recount",
)  # fmt: skip


def _overview(
    request: HttpRequest, budget: Budget, form: ReasonForm, status: int = 200
) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    may = {act: rules.test_rule(f"budget.{act}", viewer, budget) for act in _ACTS}
    waiting = (
        None if budget.is_frozen or budget.state == "closed" else queries.request_waiting(budget)
    )
    words: dict[str, Any] = {
        "budget": budget,
        "phase": budget.phase.value,
        "timeline": budget.timeline,
        "may": may,
        "form": form,
        "waiting": waiting,
        "asked_by_me": waiting is not None and waiting.asked_by_id == viewer.user_id,
        "link": request.build_absolute_uri(f"/b/{budget.code}/"),
        "projects": queries.sheets(queries.shown_projects(budget.pk)),
    }
    if may["watch"]:
        words["figures"] = analysis.participation(budget)
        words["slips"] = [
            (Channel(way).label, count) for way, count in queries.slips_made(budget).items()
        ]
    if may["see_queue"]:
        words["pending"] = queries.pending(viewer, budget).count()
    return render(request, "budget/overview.html", words, status=status)


def _asks(request: HttpRequest, budget: Budget, act: Any, said: str) -> HttpResponse:
    """Ask for an act that takes two people."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            act(budget=budget, reason=form.cleaned_data["reason"], by=request.viewer)  # type: ignore[attr-defined]
        except services.RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        except (ValidationError, PermissionDenied) as trouble:
            form.add_error(None, _words(trouble))
        else:
            messages.success(request, said)
            return redirect(budget)
    return _overview(request, budget, form, status=422)


def _confirms(request: HttpRequest, budget: Budget, verb: str, said: str) -> HttpResponse:
    """The second person confirms what waits."""
    act = queries.request_waiting(budget)
    if act is None or act.verb != verb:
        messages.error(
            request, _("No request waits any more: it was withdrawn, or is older than a day.")
        )
        return redirect(budget)
    try:
        network.confirm_two_person(act=act, by=request.viewer)  # type: ignore[attr-defined]
    except (ValidationError, PermissionDenied) as trouble:
        messages.error(request, _words(trouble))
    else:
        messages.success(request, said)
    return redirect(budget)


def _words(trouble: ValidationError | PermissionDenied) -> str:
    if isinstance(trouble, ValidationError):
        return " ".join(trouble.messages)
    return str(trouble)


@gate("budget.ask_to_open", on=queries.budget)
@require_POST
def ask(request: HttpRequest, budget: Budget) -> HttpResponse:
    """Ask that residents be asked for projects."""
    said = _("Asked. It opens when a second person in another role confirms within a day.")
    return _asks(request, budget, services.ask_to_open, said)


@gate("budget.confirm_opening", on=queries.budget)
@require_POST
@recently_proved
def confirm(request: HttpRequest, budget: Budget) -> HttpResponse:
    """The second person confirms, having just proved who they are; the budget opens at once."""
    said = _("The budget is open. Share its link.")
    return _confirms(request, budget, queries.OPEN_VERB, said)


@gate("budget.ask_to_vote", on=queries.budget)
@require_POST
def ask_vote(request: HttpRequest, budget: Budget) -> HttpResponse:
    """Ask that projects and slips are fixed and ballots taken."""
    said = _("Asked. The vote opens when a second person in another role confirms within a day.")
    return _asks(request, budget, services.ask_to_vote, said)


@gate("budget.confirm_vote", on=queries.budget)
@require_POST
@recently_proved
def confirm_vote(request: HttpRequest, budget: Budget) -> HttpResponse:
    """The second person confirms projects and slips; they are fixed from this moment."""
    said = _("Projects and slips are fixed, and the vote is open.")
    return _confirms(request, budget, queries.VOTE_VERB, said)


@gate("budget.end_proposals", on=queries.budget)
@require_POST
def end_proposals(request: HttpRequest, budget: Budget) -> HttpResponse:
    """No more proposals."""
    try:
        services.end_proposals(budget=budget, by=request.viewer)  # type: ignore[attr-defined]
    except services.RefusedError as refusal:
        messages.error(request, _say_no(refusal.code))
    else:
        messages.success(request, _("Proposals have ended. Now they are checked."))
    return redirect(budget)


@gate("budget.close", on=queries.budget)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, budget: Budget) -> HttpResponse:
    """Close for good: the page says what that means, a tick says it was read."""
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.close(budget=budget, by=request.viewer)  # type: ignore[attr-defined]
        except services.RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        else:
            messages.success(
                request, _("The vote is closed. The ballots are sealed and counted in a moment.")
            )
            return redirect(budget)
    words = {"budget": budget, "form": form}
    return render(request, "budget/close.html", words, status=422 if form.errors else 200)


@gate("budget.recount", on=queries.budget)
@require_POST
def recount(request: HttpRequest, budget: Budget) -> HttpResponse:
    """Count once more what could not be counted."""
    try:
        services.ask_for_recount(budget=budget, by=request.viewer)  # type: ignore[attr-defined]
    except services.RefusedError:
        messages.error(request, _("There is nothing to count again."))
    else:
        messages.success(request, _("It is counted again in a moment."))
    return redirect(budget)
