"""What residents see: no account, no session, one statement at a time, without scripts too."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.dialogue import analysis, queries, services
from baithak.dialogue.forms import FULL, StatementForm, numbered, sent_vote
from baithak.dialogue.limits import STATEMENTS, STATEMENTS_FROM, VOTES
from baithak.dialogue.models import Dialogue, Reason
from baithak.dialogue.views.phone import (
    FOR_RESIDENTS,
    address,
    problem,
    quiet,
    resident,
    slow_down,
)
from baithak.network.tokens import Participant
from baithak.web.gate import public

__all__ = ["about", "add", "card", "change", "result", "vote"]

log = logging.getLogger(__name__)

#: After so many somebody has begun: they are asked about themselves, if they like.
SOME = 5
#: As many answers make a good visit; who wants to goes on.
ABOUT_ENOUGH = 30


@public(FOR_RESIDENTS, on=queries.public_dialogue)
@require_GET
@resident
def card(request: HttpRequest, dialogue: Dialogue, who: Participant) -> HttpResponse:
    """The next statement, or what comes after the last one."""
    if not dialogue.takes_from(who.channel):
        return render(request, "dialogue/closed.html", {"dialogue": dialogue, "resident": True})
    after = numbered(request.GET.get("after", "")) or 0
    return _next(request, dialogue, who, after=after, more=request.GET.get("more") == "1")


@public(FOR_RESIDENTS, on=queries.public_dialogue)
@require_POST
@resident
def vote(request: HttpRequest, dialogue: Dialogue, who: Participant) -> HttpResponse:
    """Take one answer; acknowledged when it is on disk."""
    told = sent_vote(request.POST)
    known = {card.number: card for card in queries.ballot(dialogue.pk)}
    if told is None or told.statement not in known:
        return problem(
            request, dialogue, 400, _("We could not read this answer."), _("It was not saved. Please try again.")
        )  # fmt: skip
    pid = who.pid
    if wait := VOTES.wait_of(pid):
        return slow_down(
            request, dialogue, wait, _("You answer faster than anybody can read. This answer was not saved.")
        )  # fmt: skip
    try:
        receipt = services.cast_vote(
            dialogue=dialogue.pk,
            pid=pid,
            statement=known[told.statement].id,
            value=told.value,
            turn=told.turn,
            channel=who.channel,
            mark=who.mark,
        )
    except OperationalError:
        log.exception("a vote could not be stored")
        return problem(
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
        return problem(
            request, dialogue, 410, _("This statement is no longer part of the dialogue."),
            _("Your answer to it was not counted. The others are saved."),
        )  # fmt: skip
    if receipt.outcome is services.Outcome.SUPERSEDED:
        # An older page of the same person: show the answer that stands, ready to be changed.
        return redirect(_address_of(dialogue, told.statement))
    if request.htmx:  # type: ignore[attr-defined]
        return _next(request, dialogue, who, after=told.statement, more=told.more)
    return redirect(address(dialogue, after=told.statement, more=int(told.more)))


def _address_of(dialogue: Dialogue, number: int) -> str:
    return reverse("dialogue:change", kwargs={"code": dialogue.code, "number": number})


def _over(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    return problem(
        request, dialogue, 410, _("This dialogue has closed."),
        _("This answer was not counted; the ones before it are. Thank you for taking part."),
    )  # fmt: skip


def _paused(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    return problem(
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
    words["asks"] = queries.asks_about_people(dialogue.pk)
    words["ask_now"] = words["asks"] and done >= SOME
    if chosen is None:
        words["common_ground"] = analysis.common_ground(dialogue, most=3)
    name = "dialogue/_card.html" if request.htmx else "dialogue/card.html"  # type: ignore[attr-defined]
    return render(request, name, words)


@public(FOR_RESIDENTS, on=lambda viewer, *, code, number: _numbered(viewer, code, number))
@require_GET
def change(request: HttpRequest, thing: tuple[Dialogue, int]) -> HttpResponse:
    """One statement again, to change one's mind."""
    dialogue, number = thing

    @resident
    def page(request: HttpRequest, dialogue: Dialogue, who: Participant) -> HttpResponse:
        ballot = queries.ballot(dialogue.pk)
        chosen = next((told for told in ballot if told.number == number), None)
        if chosen is None or not dialogue.takes_from(who.channel):
            return redirect(address(dialogue))
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


def _too_many(request: HttpRequest, form: StatementForm, pid: bytes) -> int:
    """How long to wait, 0 for not at all; the words stay in the form, which says why."""
    said = ""
    if wait := STATEMENTS.wait_of(pid):
        said = _("You have added several statements already. This one was not sent: please send it in an hour.")  # fmt: skip
    elif wait := STATEMENTS_FROM.wait(request):
        minutes = max(1, -(-wait // 60))
        said = ngettext(
            "Somebody at this connection, maybe you, tried this too often. Wait a minute, then try again.",
            "Somebody at this connection, maybe you, tried this too often. Wait %(minutes)s minutes, then try again.",
            minutes,
        ) % {"minutes": minutes}  # fmt: skip
    if wait:
        form.add_error(None, said)
    return wait


def _numbered(viewer: Any, code: str, number: int) -> tuple[Dialogue, int] | None:
    found = queries.public_dialogue(viewer, code=code)
    return None if found is None else (found, number)


@public(FOR_RESIDENTS, on=queries.public_dialogue)
@require_http_methods(["GET", "POST"])
@resident
def add(request: HttpRequest, dialogue: Dialogue, who: Participant) -> HttpResponse:
    """Say something nobody has said yet."""
    if not dialogue.takes_from(who.channel):
        return redirect(address(dialogue))
    # Refuses a dialogue without key before somebody types (raises KeyMissingError).
    pid = who.pid
    form = StatementForm(
        request.POST if request.method == "POST" else None,
        dialogue=dialogue,
        handle=uuid.uuid4(),
        channel=who.channel,
    )
    valid = request.method == "POST" and form.is_valid()
    wait = _too_many(request, form, pid) if valid else 0
    if valid and not wait and (added := form.send()) is not None:
        where = {"code": dialogue.code, "handle": added.handle}
        return redirect(f"{reverse('dialogue:said', kwargs=where)}?thanks=1")
    words = {
        "dialogue": dialogue,
        "who": who,
        "form": form,
        "full": request.method == "GET" and not queries.takes_statements(dialogue),
        "why_full": FULL,
        "asks": queries.asks_about_people(dialogue.pk),
        "reasons": [words for _code, words in Reason.published()],
    }
    status = 429 if wait else 422 if form.errors else 200
    response = render(request, "dialogue/add.html", words, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response


@public(FOR_RESIDENTS, on=queries.public_dialogue)
@require_GET
@resident
def result(request: HttpRequest, dialogue: Dialogue, who: Participant) -> HttpResponse:
    """The map that was released, and where this person stands on it: worked out for this page only."""
    given = {}
    if dialogue.takes_from(who.channel) and not who.fresh:
        given = queries.answers(dialogue, who.pid)
    shown = analysis.map_page(dialogue, given)
    return render(request, "dialogue/result.html", {"dialogue": dialogue, "who": who, **shown})


@public(FOR_RESIDENTS, on=queries.public_dialogue)
@require_GET
def about(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """What this is, who asks, who can see what, by which rules statements are shown."""
    words = {
        "dialogue": dialogue,
        "asks": queries.asks_about_people(dialogue.pk),
        "reasons": [words for _code, words in Reason.published()],
        "told": analysis.reasons_told(dialogue),
    }
    return quiet(render(request, "dialogue/about.html", words))
