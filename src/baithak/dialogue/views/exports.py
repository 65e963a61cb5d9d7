"""Handing out all answers of a closed dialogue as a file: ask, confirm, fetch once."""

from __future__ import annotations

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from baithak.dialogue import queries, services
from baithak.dialogue.models import Dialogue
from baithak.network import services as network
from baithak.network.forms import ReasonForm
from baithak.network.sign_in import recently_proved
from baithak.web.gate import gate

__all__ = ["ask", "confirm", "fetch", "page"]


def _say_no(code: str) -> str:
    return {
        "not_closed": _("Answers can be handed out when the dialogue is closed."),
        "not_sealed": _(
            "The stored answers are still being written anew in another order. Try again in a few "
            "minutes."
        ),
        "retired": _("The answers were deleted when their time was over. The report stays."),
        "imported": _("This conversation was imported: who published it has the file."),
        "nothing_allowed": _(
            "There is no file for you to fetch: a second person has not confirmed, the day is over, or "
            "it was fetched already. Ask anew if you still need it."
        ),
    }.get(code, _("This is not possible any more. Reload the page to see how things stand."))


@gate("dialogue.confirm_export", on=queries.dialogue)
@require_GET
def page(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """How it stands, what the file would tell, and what the viewer can do next."""
    return _page(request, dialogue, ReasonForm())


def _page(
    request: HttpRequest, dialogue: Dialogue, form: ReasonForm, status: int = 200
) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    waiting = queries.export_request(dialogue)
    words = {
        "dialogue": dialogue,
        "form": form,
        "waiting": waiting,
        "asked_by_me": waiting is not None and waiting.asked_by_id == viewer.user_id,
        "allowed": queries.export_allowed(dialogue, viewer.user_id),
        "last": queries.last_export(dialogue),
        "may_ask": rules.test_rule("dialogue.ask_to_export", viewer, dialogue),
    }
    return render(request, "dialogue/export.html", words, status=status)


@gate("dialogue.ask_to_export", on=queries.dialogue)
@require_POST
def ask(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """Ask for the file, with a reason."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            services.ask_to_export(
                dialogue=dialogue,
                reason=form.cleaned_data["reason"],
                by=request.viewer,  # type: ignore[attr-defined]
            )
        except services.RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        except ValidationError as trouble:
            form.add_error(None, trouble)
        except PermissionDenied as trouble:
            form.add_error(None, str(trouble))
        else:
            messages.success(
                request, _("Asked. A second person in another role confirms it within a day.")
            )
            return redirect("dialogue:export", code=dialogue.code)
    return _page(request, dialogue, form, status=422)


@gate("dialogue.confirm_export", on=queries.dialogue)
@require_POST
@recently_proved
def confirm(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """The second person confirms, having just proved who they are."""
    act = queries.export_request(dialogue)
    try:
        if act is None:
            raise ValidationError(
                _("No request waits any more: it was withdrawn, or is older than a day.")
            )
        network.confirm_two_person(act=act, by=request.viewer)  # type: ignore[attr-defined]
    except ValidationError as trouble:
        messages.error(request, " ".join(trouble.messages))
    except PermissionDenied as trouble:
        messages.error(request, str(trouble))
    else:
        messages.success(request, _("Confirmed. Who asked can fetch the file once, within a day."))
    return redirect("dialogue:export", code=dialogue.code)


@gate("dialogue.fetch_export", on=queries.dialogue)
@require_POST
@recently_proved
def fetch(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """The file, once. There is no address that could be passed on."""
    try:
        body = services.fetch_export(dialogue=dialogue, by=request.viewer)  # type: ignore[attr-defined]
    except services.RefusedError as refusal:
        messages.error(request, _say_no(refusal.code))
        return redirect("dialogue:export", code=dialogue.code)
    except (ValidationError, PermissionDenied) as trouble:
        said = trouble.messages if isinstance(trouble, ValidationError) else [str(trouble)]
        messages.error(request, " ".join(said))
        return redirect("dialogue:export", code=dialogue.code)
    name = slugify(dialogue.texts[dialogue.first_language]["title"]) or dialogue.code
    response = HttpResponse(body, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}-votes.zip"'
    response["Cache-Control"] = "no-store"
    return response
