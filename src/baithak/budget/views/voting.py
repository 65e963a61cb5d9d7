"""Voting on a phone: the code of a slip, one page of projects, a review, an honest answer.

The code of a slip is sent in the body of a form, never in an address: a QR code carries it behind
the ``#``, which browsers keep to themselves, and a small script moves it into the form. So it stands
in no address bar and in no log.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.budget import analysis, queries, services
from baithak.budget.forms import chosen_in
from baithak.budget.models import Budget, Way
from baithak.budget.queries import Sheet
from baithak.budget.views.phone import FOR_RESIDENTS, address, problem, quiet, resident
from baithak.network import keys
from baithak.network.limits import Limit, too_often
from baithak.network.slips import spelt
from baithak.network.tokens import Participant, forget
from baithak.web.gate import public

__all__ = ["ballot", "cast", "done", "leave", "say_no", "slip"]

log = logging.getLogger(__name__)

#: Wrong codes from one address, which a whole cyber cafe may share. Right ones are not counted.
_WRONG = Limit("budget.slip", 30, 10 * 60)
#: How long a phone knows its slip: long enough to choose, short where a family shares the phone.
_KNOWN_FOR = 2 * 60 * 60


def say_no(code: str, budget: Budget) -> str:
    """Why a ballot cannot be taken as it is, in words."""
    return {
        "empty": _("Choose at least one project."),
        "no_such_project": _("One of these projects is not on the ballot."),
        "too_many": _("These are more projects than a ballot may choose: at most %(most)d.")
        % {"most": budget.most_projects or 0},
        "too_dear": _("Together they cost more than there is. Take one out."),
        "points": _("Give each project at least one point, or none."),
        "too_many_points": _("These are more points than a ballot has: %(points)d.")
        % {"points": budget.points},
    }.get(code, _("This ballot cannot be taken. Please look at it again."))


@public(FOR_RESIDENTS, on=queries.public_budget)
@csrf_exempt  # nothing is changed by whoever is tricked into it: the slip decides
@require_POST
def slip(request: HttpRequest, budget: Budget) -> HttpResponse:
    """A code was typed or came with a QR code: remember the slip on this phone, go to the ballot."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return problem(
            request, budget, 403, _("This form was not sent from the budget's own page."),
            _("Please type the code of your slip there."),
        )  # fmt: skip
    if not budget.takes_ballots:
        return redirect(address(budget))
    wait = _WRONG.reached(request)
    if wait:
        return too_often(request, wait)
    code = spelt(request.POST.get("slip", "")[:100])
    try:
        known = bool(code) and queries.slip_of(budget, keys.pseudonym(budget.key, code)) is not None
    except keys.KeyMissingError:
        return problem(
            request, budget, 503, _("This budget cannot take ballots just now."),
            _("We are sorry, it is a fault on our side. Please tell the city."),
        )  # fmt: skip
    if not known:
        _WRONG.wait(request)
        words = {
            "budget": budget, "phase": budget.phase.value, "timeline": budget.timeline,
            "wrong_slip": True, "projects": [],
        }  # fmt: skip
        return quiet(render(request, "budget/front.html", words, status=422))
    response = redirect(address(budget, "ballot"))
    Participant(code, True, budget).keep(response, age=_KNOWN_FOR)
    return quiet(response)


def _holder(request: HttpRequest, budget: Budget, who: Participant) -> HttpResponse | None:
    """Nothing where this phone knows a slip of a running vote; else where to go instead."""
    if not budget.takes_ballots:
        if request.method == "POST":
            return problem(
                request, budget, 410, _("The vote has closed, or has not begun."),
                _("This ballot was not counted. One that you were told was saved is."),
            )  # fmt: skip
        return redirect(address(budget))
    if who.fresh or queries.slip_of(budget, who.pid) is None:
        return redirect(address(budget))
    return None


def _in_turn(sheets: list[Sheet], pid: bytes) -> list[Sheet]:
    """Every slip has an order of its own, so that no project always stands on top."""

    def turn(sheet: Sheet) -> bytes:
        return hashlib.blake2b(b"%d" % sheet.number, key=pid, digest_size=8).digest()

    return sorted(sheets, key=turn)


@public(FOR_RESIDENTS, on=queries.public_budget)
@require_http_methods(["GET", "POST"])
@resident
def ballot(request: HttpRequest, budget: Budget, who: Participant) -> HttpResponse:
    """The projects to choose from; sent without “show”, what was chosen is shown for a last look."""
    instead = _holder(request, budget, who)
    if instead is not None:
        return instead
    chosen = chosen_in(request.POST, budget.way) if request.method == "POST" else {}
    if request.method == "POST" and "show" not in request.POST:
        try:
            services.checked_choices(budget, chosen)
        except services.RefusedError as refusal:
            return _ballot(request, budget, who, chosen, wrong=say_no(refusal.code, budget))
        return _review(request, budget, who, chosen)
    return _ballot(request, budget, who, chosen, area=request.POST.get("show", ""))


def _ballot(
    request: HttpRequest,
    budget: Budget,
    who: Participant,
    chosen: dict[int, int],
    *,
    area: str = "",
    wrong: str = "",
) -> HttpResponse:
    area = area if area in dict(budget.area_choices) else ""
    sheets = _in_turn(queries.sheets(queries.on_the_ballot(budget.pk)), who.pid)
    words = {
        "budget": budget,
        "who": who,
        "rows": [
            {"sheet": sheet, "points": chosen.get(sheet.number, "")}
            for sheet in sheets
            if not area or sheet.project.area in (area, "")
        ],
        # What was chosen in other areas travels along, so that a filter loses nothing.
        "elsewhere": [
            {"sheet": sheet, "points": chosen[sheet.number]}
            for sheet in sheets
            if area and sheet.project.area not in (area, "") and sheet.number in chosen
        ],
        "chosen": chosen,
        "area": area,
        "wrong": wrong,
        **_sums(budget, sheets, chosen),
    }
    return render(request, "budget/ballot.html", words, status=422 if wrong else 200)


def _sums(budget: Budget, sheets: list[Sheet], chosen: dict[int, int]) -> dict[str, Any]:
    return {
        "count": len(chosen),
        "sum": sum(sheet.cost for sheet in sheets if sheet.number in chosen),
        "points_used": sum(chosen.values()) if budget.way == Way.POINTS else 0,
    }


def _review(
    request: HttpRequest, budget: Budget, who: Participant, chosen: dict[int, int]
) -> HttpResponse:
    sheets = queries.sheets(queries.on_the_ballot(budget.pk))
    words = {
        "budget": budget,
        "who": who,
        "handle": uuid.uuid4(),
        "rows": [
            {"sheet": sheet, "points": chosen[sheet.number]}
            for sheet in sheets
            if sheet.number in chosen
        ],
        **_sums(budget, sheets, chosen),
    }
    return render(request, "budget/review.html", words)


@public(FOR_RESIDENTS, on=queries.public_budget)
@require_POST
@resident
def cast(request: HttpRequest, budget: Budget, who: Participant) -> HttpResponse:
    """Take the ballot; acknowledged when it is on disk."""
    instead = _holder(request, budget, who)
    if instead is not None:
        return instead
    try:
        handle = uuid.UUID(request.POST.get("handle", ""))
    except ValueError:
        return problem(
            request, budget, 400, _("We could not read this ballot."),
            _("It was not saved. Please choose again."),
        )  # fmt: skip
    chosen = chosen_in(request.POST, budget.way)
    try:
        taken = services.cast_ballot(
            budget=budget.pk,
            pid=who.pid,
            choices=services.checked_choices(budget, chosen),
            handle=handle,
        )
    except OperationalError:
        log.exception("a ballot could not be stored")
        return problem(
            request, budget, 503, _("Your ballot was not saved."),
            _("Too much is going on just now, or there is trouble on our side. Please send it again."),
        )  # fmt: skip
    except services.RefusedError as refusal:
        if refusal.code in ("closed", "not_yet", "no_such_slip"):
            return problem(
                request, budget, 410, _("The vote has closed, or has not begun."),
                _("This ballot was not counted. One that you were told was saved is."),
            )  # fmt: skip
        return _ballot(request, budget, who, chosen, wrong=say_no(refusal.code, budget))
    again = "?again=1" if taken.outcome is services.Outcome.REPEATED else ""
    return redirect(address(budget, "done") + again)


@public(FOR_RESIDENTS, on=queries.public_budget)
@require_GET
@resident
def done(request: HttpRequest, budget: Budget, who: Participant) -> HttpResponse:
    """The ballot is saved; a receipt that tells no choice."""
    instead = _holder(request, budget, who)
    if instead is not None:
        return instead
    if not queries.has_ballot(budget, who.pid):
        return redirect(address(budget, "ballot"))
    words = {
        "budget": budget,
        "who": who,
        "receipt": analysis.receipt(who.pid),
        "again": request.GET.get("again") == "1",
    }
    return render(request, "budget/done.html", words)


@public(FOR_RESIDENTS, on=queries.public_budget)
@require_POST
@resident
def leave(request: HttpRequest, budget: Budget, who: Participant) -> HttpResponse:
    """Forget the slip on this phone: the next person begins anew."""
    response = redirect(address(budget))
    forget(response, budget)
    return response
