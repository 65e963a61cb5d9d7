"""What became of a statement, for who wrote it: a page at a random address, and one second look.

Whoever knows the address may read the page and ask, and nobody else can find it: the address stands
for the proof that other forms of residents carry. It leads to no person and to no answers.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from baithak.dialogue import queries
from baithak.dialogue.forms import AppealForm
from baithak.dialogue.models import Appeal, Reason, Statement, StatementState
from baithak.web.gate import public

__all__ = ["said"]


@public("residents take part without an account", on=queries.said)
@csrf_exempt
@require_http_methods(["GET", "POST"])
def said(request: HttpRequest, statement: Statement) -> HttpResponse:
    """Waiting, shown as a number, joined with a number, or not shown and why."""
    may_ask = (
        statement.state == StatementState.REJECTED
        and statement.reason != Reason.ELSEWHERE
        and statement.appeal == Appeal.NONE
        and statement.dialogue.state == "open"
    )
    form = AppealForm(request.POST if request.method == "POST" else None, statement=statement)
    if request.method == "POST" and form.is_valid() and form.send():
        return _hushed(redirect(request.path))
    words = {
        "dialogue": statement.dialogue,
        "statement": statement,
        "wording": next(iter(statement.wordings.all()), None),
        "into": queries.stands_in(statement) if statement.state == StatementState.MERGED else None,
        "form": form if may_ask else None,
        "errors": form.errors,
        "address": request.build_absolute_uri(request.path),
        "thanks": request.method == "GET" and request.GET.get("thanks") == "1",
    }
    status = 422 if form.errors else 200
    return _hushed(render(request, "dialogue/said.html", words, status=status))


def _hushed(response: HttpResponse) -> HttpResponse:
    """Other sites never learn the address; nothing keeps the page."""
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
