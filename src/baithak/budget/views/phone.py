"""What all residents' pages share: no account, no session, nobody learns where they come from."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from baithak.budget.models import Budget
from baithak.network import keys
from baithak.network.tokens import Participant, participant

__all__ = ["FOR_RESIDENTS", "address", "problem", "quiet", "resident"]

FOR_RESIDENTS = "residents take part without an account"

Page = Callable[[HttpRequest, Budget, Participant], HttpResponse]


def resident(page: Page) -> Callable[[HttpRequest, Budget], HttpResponse]:
    """Know the participant by the cookie of this budget; tell nobody where they come from."""

    # Instead of Django's check: `proof`, tied to the cookie (tokens.py says why).
    @csrf_exempt
    @wraps(page)
    def shown(request: HttpRequest, budget: Budget) -> HttpResponse:
        who = participant(request, budget)
        if request.method == "POST" and not who.sent(request):
            return problem(
                request, budget, 403, _("This page was open too long, or cookies are switched off."),
                _("Nothing was saved. Please open the budget again."),
            )  # fmt: skip
        try:
            return quiet(page(request, budget, who))
        except keys.KeyMissingError:
            return problem(
                request, budget, 503, _("This budget cannot take ballots just now."),
                _("We are sorry, it is a fault on our side. Please tell the city."),
            )  # fmt: skip
        except OperationalError:
            return problem(
                request, budget, 503, _("This page cannot be shown just now."),
                _("What we told you was saved is saved. Please try again; sending twice counts once."),
            )  # fmt: skip

    return shown


def quiet(response: HttpResponse) -> HttpResponse:
    """Other sites never learn that somebody came from here; browsers and caches keep nothing."""
    response["Referrer-Policy"] = "no-referrer"
    response.setdefault("Cache-Control", "private, no-store")
    return response


def problem(
    request: HttpRequest, budget: Budget, status: int, what: str, remedy: str
) -> HttpResponse:
    """What happened and what to do, as a page."""
    words = {"budget": budget, "what": what, "remedy": remedy}
    return quiet(render(request, "budget/problem.html", words, status=status))


def address(budget: Budget, name: str = "take_part") -> str:
    """Where a residents' page of this budget is."""
    return reverse(f"budget:{name}", kwargs={"code": budget.code})
