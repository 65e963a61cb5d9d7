"""Beginning with a slip, on a phone.

The code of a slip is sent in the body of a form, never in an address: a QR code carries it behind
the ``#``, which browsers keep to themselves, and a small script moves it into the form. So it stands
in no log. Nothing is used up by opening the address, only by the button.
"""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from baithak.dialogue import queries, services
from baithak.dialogue.models import Dialogue
from baithak.dialogue.views.phone import FOR_RESIDENTS, address, problem, resident
from baithak.network.limits import Limit, too_often
from baithak.network.models import Channel
from baithak.network.slips import spelt
from baithak.network.tokens import Participant, newcomer
from baithak.web.gate import public

__all__ = ["slip"]

#: Wrong codes from one address, which a whole cyber cafe may share. Right ones are not counted.
_WRONG = Limit("dialogue.slip", 30, 10 * 60)


@public(FOR_RESIDENTS, on=queries.public_dialogue)
@require_http_methods(["GET", "POST"])
@resident
def slip(request: HttpRequest, dialogue: Dialogue, who: Participant) -> HttpResponse:
    """The form for the code of a slip, and what comes of it."""
    if not dialogue.is_running:
        if request.method == "POST":
            return problem(
                request, dialogue, 410, _("This dialogue takes no answers just now."),
                _("Your slip was not used. Open the dialogue to see when it takes answers."),
            )  # fmt: skip
        return redirect(address(dialogue))
    if request.method == "GET":
        return _form(request, dialogue, who)
    typed = request.POST.get("slip", "")[:100]
    if who.channel != Channel.OPEN:
        if "another" not in request.POST:
            return redirect(address(dialogue))
        # Somebody else begins on this phone: their answers must not be taken for the first one's.
        return _form(request, dialogue, newcomer(dialogue), typed=typed)
    wait = _WRONG.reached(request)
    if wait:
        return too_often(request, wait)
    try:
        channel = services.use_slip(dialogue=dialogue, code=spelt(typed), token=who.token)
    except services.RefusedError as refusal:
        if refusal.code == "closed":
            return problem(
                request, dialogue, 410, _("This dialogue has closed."), _("Your slip was not used.")
            )
        _WRONG.wait(request)
        # One answer for a used slip and for none: who holds somebody's code does not learn from us
        # whether that person took part (T25).
        return _form(request, dialogue, who, typed=typed, wrong=True)
    response = redirect(address(dialogue))
    # The same token, and from now on known as one of somebody with a slip.
    replace(who, fresh=True, channel=channel).keep(response)
    return response


def _form(
    request: HttpRequest,
    dialogue: Dialogue,
    who: Participant,
    *,
    typed: str = "",
    wrong: bool = False,
) -> HttpResponse:
    words = {
        "dialogue": dialogue,
        "who": who,
        "typed": typed,
        "wrong": wrong,
        "holds": who.channel != Channel.OPEN,
    }
    response = render(request, "dialogue/slip.html", words, status=422 if wrong else 200)
    # Also where the open link is switched off: the form's proof belongs to this token.
    who.keep(response)
    response["Cache-Control"] = "private, no-store"
    return response
