"""What residents see: no account, no session, one statement at a time, without scripts too."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.dialogue import analysis, queries, services
from baithak.dialogue.forms import StatementForm, VoteForm
from baithak.dialogue.models import Dialogue, Reason
from baithak.network import keys
from baithak.network.tokens import Participant, participant
from baithak.web.gate import public

__all__ = ["about", "add", "card", "change", "result", "vote"]

log = logging.getLogger(__name__)

#: As many answers make a good visit; who wants to goes on.
ABOUT_ENOUGH = 30

Page = Callable[[HttpRequest, Dialogue, Participant], HttpResponse]


def _resident(page: Page) -> Callable[[HttpRequest, Dialogue], HttpResponse]:
    """Know the participant by the cookie of this dialogue; tell nobody where they come from."""

    # Instead of Django's check: `proof`, tied to the cookie (tokens.py says why).
    @csrf_exempt
    @wraps(page)
    def shown(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
        who = participant(request, dialogue)
        if request.method == "POST" and not who.sent(request):
            return _problem(
                request, dialogue, 403, _("This page was open too long, or cookies are switched off."),
                _("Your answer was not saved. Please open the dialogue again."),
            )  # fmt: skip
        try:
            response = page(request, dialogue, who)
        except keys.KeyMissingError:
            response = _problem(
                request, dialogue, 503, _("This dialogue cannot take answers just now."),
                _("Nothing was saved. The city's team has to look at it; please come back later."),
            )  # fmt: skip
        except OperationalError:
            log.exception("a resident's page could not be shown")
            response = _problem(
                request,
                dialogue,
                503,
                _("This page cannot be shown just now."),
                _(
                    "What we told you was saved is saved. Please try again; sending twice counts once."
                ),
            )
        if dialogue.takes_votes:
            who.keep(response)
        return _quiet(response)

    return shown


def _quiet(response: HttpResponse) -> HttpResponse:
    """Other sites never learn that somebody came from here; caches keep nothing."""
    response["Referrer-Policy"] = "no-referrer"
    response.setdefault("Cache-Control", "private, no-cache")
    return response


def _problem(
    request: HttpRequest, dialogue: Dialogue, status: int, what: str, remedy: str
) -> HttpResponse:
    words = {"dialogue": dialogue, "what": what, "remedy": remedy}
    name = "dialogue/_problem.html" if request.htmx else "dialogue/problem.html"  # type: ignore[attr-defined]
    return render(request, name, words, status=status)


def _address(dialogue: Dialogue, name: str = "take_part", **asked: Any) -> str:
    address = reverse(f"dialogue:{name}", kwargs={"code": dialogue.code})
    kept = {key: value for key, value in asked.items() if value}
    return f"{address}?{urlencode(kept)}" if kept else address


_FOR_RESIDENTS = "residents take part without an account"


@public(_FOR_RESIDENTS, on=queries.public_dialogue)
@require_GET
@_resident
def card(request: HttpRequest, dialogue: Dialogue, who: Participant) -> HttpResponse:
    """The next statement, or what comes after the last one."""
    if not dialogue.takes_votes:
        return render(request, "dialogue/closed.html", {"dialogue": dialogue, "resident": True})
    after = request.GET.get("after", "")
    return _next(request, dialogue, who, after=int(after) if after.isdecimal() else 0,
                 more=request.GET.get("more") == "1")  # fmt: skip


@public(_FOR_RESIDENTS, on=queries.public_dialogue)
@require_POST
@_resident
def vote(request: HttpRequest, dialogue: Dialogue, who: Participant) -> HttpResponse:
    """Take one answer; acknowledged when it is on disk."""
    form = VoteForm(request.POST)
    known = {told.number: told for told in queries.ballot(dialogue.pk)}
    if not form.is_valid() or form.cleaned_data["statement"] not in known:
        return _problem(
            request, dialogue, 400, _("We could not read this answer."), _("It was not saved. Please try again.")
        )  # fmt: skip
    told = form.cleaned_data
    try:
        receipt = services.cast_vote(
            dialogue=dialogue.pk,
            pid=who.pid,
            statement=known[told["statement"]].id,
            value=told["value"],
            turn=told["turn"],
        )
    except OperationalError:
        log.exception("a vote could not be stored")
        return _problem(
            request,
            dialogue,
            503,
            _("Your answer was not saved."),
            _("Too much is going on just now, or there is trouble on our side. Please try again."),
        )
    except services.RefusedError as refusal:
        if refusal.code == "closed":
            return _over(request, dialogue)
        if refusal.code == "paused":
            return _paused(request, dialogue)
        return _problem(
            request, dialogue, 410, _("This statement is no longer part of the dialogue."),
            _("Your answer to it was not counted. The others are saved."),
        )  # fmt: skip
    if receipt.outcome is services.Outcome.SUPERSEDED:
        # An older page of the same person: show the answer that stands, ready to be changed.
        return redirect(_address_of(dialogue, told["statement"]))
    if request.htmx:  # type: ignore[attr-defined]
        return _next(request, dialogue, who, after=told["statement"], more=told["more"])
    return redirect(_address(dialogue, after=told["statement"], more=int(told["more"])))


def _address_of(dialogue: Dialogue, number: int) -> str:
    return reverse("dialogue:change", kwargs={"code": dialogue.code, "number": number})


def _over(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    return _problem(
        request, dialogue, 410, _("This dialogue has closed."),
        _("This answer was not counted; the ones before it are. Thank you for taking part."),
    )  # fmt: skip


def _paused(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    return _problem(
        request,
        dialogue,
        503,
        _("This dialogue takes no answers just now."),
        _("This answer was not counted; the ones before it are. Please come back later."),
    )


def _next(
    request: HttpRequest, dialogue: Dialogue, who: Participant, *, after: int, more: bool
) -> HttpResponse:
    ballot = queries.ballot(dialogue.pk)
    given = queries.answers(dialogue, who.pid)
    done = sum(told.id in given for told in ballot)
    goal = min(len(ballot), ABOUT_ENOUGH)
    chosen = None
    if more or done < goal:
        chosen = analysis.next_statement(dialogue, ballot, given, who.pid)
    last = next((told for told in ballot if told.number == after and told.id in given), None)
    words: dict[str, Any] = {
        "dialogue": dialogue,
        "who": who,
        "card": chosen,
        "turn": 0,
        "answered": done,
        "goal": goal if done < goal else len(ballot),
        "remaining": len(ballot) - done,
        "more": more,
        "last": last,
        "last_value": given[last.id].value if last else None,
    }
    if chosen is None:
        words["common_ground"] = analysis.common_ground(dialogue, most=3)
    name = "dialogue/_card.html" if request.htmx else "dialogue/card.html"  # type: ignore[attr-defined]
    return render(request, name, words)


@public(_FOR_RESIDENTS, on=lambda viewer, *, code, number: _numbered(viewer, code, number))
@require_GET
def change(request: HttpRequest, thing: tuple[Dialogue, int]) -> HttpResponse:
    """One statement again, to change one's mind."""
    dialogue, number = thing

    @_resident
    def page(request: HttpRequest, dialogue: Dialogue, who: Participant) -> HttpResponse:
        ballot = queries.ballot(dialogue.pk)
        chosen = next((told for told in ballot if told.number == number), None)
        if chosen is None or not dialogue.takes_votes:
            return redirect(_address(dialogue))
        given = queries.answers(dialogue, who.pid)
        before = given.get(chosen.id)
        words = {
            "dialogue": dialogue,
            "who": who,
            "card": chosen,
            "before": before,
            "turn": before.turn + 1 if before else 0,
            "answered": sum(told.id in given for told in ballot),
            "goal": min(len(ballot), ABOUT_ENOUGH),
        }
        name = "dialogue/_card.html" if request.htmx else "dialogue/card.html"  # type: ignore[attr-defined]
        return render(request, name, words)

    return page(request, dialogue)


def _numbered(viewer: Any, code: str, number: int) -> tuple[Dialogue, int] | None:
    found = queries.public_dialogue(viewer, code=code)
    return None if found is None else (found, number)


@public(_FOR_RESIDENTS, on=queries.public_dialogue)
@require_http_methods(["GET", "POST"])
@_resident
def add(request: HttpRequest, dialogue: Dialogue, who: Participant) -> HttpResponse:
    """Say something nobody has said yet."""
    if not dialogue.takes_votes:
        return redirect(_address(dialogue))
    # Refuses a dialogue without key before somebody types.
    who.pid  # noqa: B018  (raises KeyMissingError)
    form = StatementForm(
        request.POST if request.method == "POST" else None, dialogue=dialogue, handle=uuid.uuid4()
    )
    if request.method == "POST" and form.is_valid() and form.send():
        return redirect(_address(dialogue, "add", thanks=1))
    words = {
        "dialogue": dialogue,
        "who": who,
        "form": form,
        "thanks": request.method == "GET" and request.GET.get("thanks") == "1",
        "reasons": [words for _code, words in Reason.published()],
    }
    return render(request, "dialogue/add.html", words, status=422 if form.errors else 200)


@public(_FOR_RESIDENTS, on=queries.public_dialogue)
@require_GET
@_resident
def result(request: HttpRequest, dialogue: Dialogue, who: Participant) -> HttpResponse:
    """The map that was released, and where this person stands on it: worked out for this page only."""
    given = {}
    if dialogue.takes_votes and not who.fresh:
        given = queries.answers(dialogue, who.pid)
    shown = analysis.map_page(dialogue, given)
    return render(request, "dialogue/result.html", {"dialogue": dialogue, "who": who, **shown})


@public(_FOR_RESIDENTS, on=queries.public_dialogue)
@require_GET
def about(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """What this is, who asks, who can see what, by which rules statements are shown."""
    words = {"dialogue": dialogue, "reasons": [words for _code, words in Reason.published()]}
    return _quiet(render(request, "dialogue/about.html", words))
