"""Receipts: that answers are in, never what they are (R5)."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from baithak.dialogue import queries
from baithak.dialogue.models import Dialogue
from baithak.dialogue.views.phone import FOR_RESIDENTS, address, problem, quiet, resident
from baithak.network.tokens import Participant
from baithak.web.gate import public

__all__ = ["check", "kept_list", "receipt"]

#: Hexadecimal signs of a receipt: the first of its mark. No two people share so many.
_SIGNS = 20


def _in_groups(signs: str) -> str:
    return "-".join(signs[at : at + 4] for at in range(0, len(signs), 4))


@public(FOR_RESIDENTS, on=queries.public_dialogue)
@require_GET
@resident
def receipt(request: HttpRequest, dialogue: Dialogue, who: Participant) -> HttpResponse:
    """Whether answers from this phone are in, and a code that shows it after closing."""
    words: dict[str, Any] = {"dialogue": dialogue, "receipt": ""}
    if not who.fresh and queries.has_receipt(dialogue, who.mark):
        words["receipt"] = _in_groups(who.mark.hex()[:_SIGNS])
    return _kept_nowhere(render(request, "dialogue/receipt.html", words))


@public(FOR_RESIDENTS, on=queries.public_dialogue)
@csrf_exempt  # a look that changes nothing: no cookie, no proof
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """Whether the answers of a receipt are among those that were sealed, and how to check that."""
    typed = request.POST.get("receipt", "")[:60]
    signs = re.sub(r"[^0-9a-f]", "", typed.lower())
    words: dict[str, Any] = {"dialogue": dialogue, "typed": typed, "asked": False}
    if request.method == "GET":
        return _kept_nowhere(render(request, "dialogue/check.html", words))
    if len(signs) != _SIGNS:
        words["wrong"] = True
        return _kept_nowhere(render(request, "dialogue/check.html", words, status=422))
    if not dialogue.root:
        return quiet(
            problem(
                request, dialogue, 410, _("Receipts can be checked when the dialogue has closed."),
                _("Keep yours until then. Your answers are saved, or the page would have told you."),
            )
        )  # fmt: skip
    found = queries.found_receipt(dialogue.pk, signs)
    words |= {"asked": True, "found": found, "receipt": _in_groups(signs)}
    return _kept_nowhere(render(request, "dialogue/check.html", words))


@public(FOR_RESIDENTS, on=queries.public_dialogue)
@require_GET
def kept_list(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """The list of receipts as a text file, once it is sealed."""
    if not dialogue.root:
        return redirect(address(dialogue, "check"))
    response = HttpResponse(
        queries.receipt_list(dialogue.pk), content_type="text/plain; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="receipts-{dialogue.code}.txt"'
    response["Content-Security-Policy"] = "sandbox"
    return quiet(response)


def _kept_nowhere(response: HttpResponse) -> HttpResponse:
    """Neither the phone nor anybody on the way keeps a page with a receipt."""
    response["Cache-Control"] = "private, no-store"
    return quiet(response)
