"""What all residents' pages share: no account, no session, nobody learns where they come from."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt

from baithak.dialogue.limits import ARRIVALS
from baithak.dialogue.models import Dialogue
from baithak.network import keys
from baithak.network.tokens import Participant, participant

__all__ = ["FOR_RESIDENTS", "address", "problem", "quiet", "resident", "slow_down"]

log = logging.getLogger(__name__)

FOR_RESIDENTS = "residents take part without an account"

Page = Callable[[HttpRequest, Dialogue, Participant], HttpResponse]


def resident(page: Page) -> Callable[[HttpRequest, Dialogue], HttpResponse]:
    """Know the participant by the cookie of this dialogue; tell nobody where they come from."""

    # Instead of Django's check: `proof`, tied to the cookie (tokens.py says why).
    @csrf_exempt
    @wraps(page)
    def shown(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
        who = participant(request, dialogue)
        if request.method == "POST" and not who.sent(request):
            return problem(
                request, dialogue, 403, _("This page was open too long, or cookies are switched off."),
                _("Your answer was not saved. Please open the dialogue again."),
            )  # fmt: skip
        comes = who.fresh and dialogue.takes_from(who.channel)
        if comes and (wait := ARRIVALS.wait(request)):
            return slow_down(
                request, dialogue, wait, _("Very many people are coming in from your connection just now.")
            )  # fmt: skip
        try:
            response = page(request, dialogue, who)
        except keys.KeyMissingError:
            response = problem(
                request, dialogue, 503, _("This dialogue cannot take answers just now."),
                _("Nothing was saved. The city's team has to look at it; please come back later."),
            )  # fmt: skip
        except OperationalError:
            log.exception("a resident's page could not be shown")
            response = problem(
                request,
                dialogue,
                503,
                _("This page cannot be shown just now."),
                _(
                    "What we told you was saved is saved. Please try again; sending twice counts once."
                ),
            )
        if dialogue.takes_from(who.channel):
            who.keep(response)
        return quiet(response)

    return shown


def quiet(response: HttpResponse) -> HttpResponse:
    """Other sites never learn that somebody came from here; caches keep nothing."""
    response["Referrer-Policy"] = "no-referrer"
    response.setdefault("Cache-Control", "private, no-cache")
    return response


def problem(
    request: HttpRequest, dialogue: Dialogue, status: int, what: str, remedy: str
) -> HttpResponse:
    words = {"dialogue": dialogue, "what": what, "remedy": remedy}
    name = "dialogue/_problem.html" if request.htmx else "dialogue/problem.html"  # type: ignore[attr-defined]
    return render(request, name, words, status=status)


def slow_down(request: HttpRequest, dialogue: Dialogue, wait: int, what: str) -> HttpResponse:
    """The answer beyond a limit (T18): what happened, what to do, and when."""
    minutes = -(-wait // 60)
    remedy = (
        _("Please wait a minute, then go on. What you answered before is saved.")
        if minutes <= 1
        else ngettext(
            "Please come back in %(minutes)d minute. What you answered before is saved.",
            "Please come back in %(minutes)d minutes. What you answered before is saved.",
            minutes,
        )
        % {"minutes": minutes}
    )
    response = problem(request, dialogue, 429, what, remedy)
    response["Retry-After"] = str(wait)
    return quiet(response)


def address(dialogue: Dialogue, name: str = "take_part", **asked: Any) -> str:
    address = reverse(f"dialogue:{name}", kwargs={"code": dialogue.code})
    kept = {key: value for key, value in asked.items() if value}
    return f"{address}?{urlencode(kept)}" if kept else address
