"""The moderators' queue: accept, turn down with a published reason, take it back (R11).

A moderator sees the words and nothing else: neither who wrote them nor how anybody voted.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from baithak.dialogue import queries, services
from baithak.dialogue.forms import RejectForm, hints
from baithak.dialogue.models import Dialogue, Reason, Statement
from baithak.web.gate import gate

__all__ = ["accept", "queue", "reject", "undo"]

_AT_ONCE = 20


def _words(request: HttpRequest, dialogue: Dialogue) -> dict[str, Any]:
    viewer = request.viewer  # type: ignore[attr-defined]
    waiting = Paginator(queries.pending(viewer, dialogue), _AT_ONCE).get_page(1)
    return {
        "dialogue": dialogue,
        "waiting": [
            {"statement": told, "wording": wording, "hints": hints(wording.text)}
            for told in waiting
            for wording in told.wordings.all()[:1]
        ],
        "count": waiting.paginator.count,
        "decided": queries.decided(viewer, dialogue)[:10],
        "reasons": Reason.published(),
        "may_decide": dialogue.state == "open",
    }


@gate("dialogue.see_queue", on=queries.dialogue)
@require_GET
def queue(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """What waits, the oldest first, and what was decided last."""
    return render(request, "dialogue/queue.html", _words(request, dialogue))


def _after(request: HttpRequest, statement: Statement, said: str) -> HttpResponse:
    dialogue = statement.dialogue
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "dialogue/_queue.html", {**_words(request, dialogue), "said": said})
    messages.success(request, said)
    return redirect("dialogue:queue", code=dialogue.code)


@gate("dialogue.moderate", on=queries.statement)
@require_POST
def accept(request: HttpRequest, statement: Statement) -> HttpResponse:
    services.accept(statement=statement, by=request.viewer)  # type: ignore[attr-defined]
    return _after(request, statement, _("Accepted: residents see it from now on."))


@gate("dialogue.moderate", on=queries.statement)
@require_POST
def reject(request: HttpRequest, statement: Statement) -> HttpResponse:
    form = RejectForm(request.POST)
    if not form.is_valid():
        return _after(
            request, statement, _("Nothing was changed: choose one of the reasons first.")
        )
    services.reject(
        statement=statement,
        reason=form.cleaned_data["reason"],
        by=request.viewer,  # type: ignore[attr-defined]
    )
    return _after(request, statement, _("Turned down. You can take this back below."))


@gate("dialogue.moderate", on=queries.statement)
@require_POST
def undo(request: HttpRequest, statement: Statement) -> HttpResponse:
    services.undo(statement=statement, by=request.viewer)  # type: ignore[attr-defined]
    return _after(request, statement, _("Taken back: it waits in the queue again."))
