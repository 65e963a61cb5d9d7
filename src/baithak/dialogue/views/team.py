"""Pages of the city's team: list, begin, edit, open with a second person, watch, close."""

from __future__ import annotations

from typing import Any

import rules
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.dialogue import analysis, queries, services
from baithak.dialogue.forms import CloseForm, DialogueForm
from baithak.dialogue.models import Dialogue
from baithak.network import services as network
from baithak.network.forms import ReasonForm
from baithak.network.models import Place, Visibility
from baithak.network.sign_in import recently_proved
from baithak.web.gate import gate

__all__ = ["ask", "begin", "close", "confirm", "edit", "link", "listing", "overview", "publish"]


def _say_no(code: str) -> str:
    """A refusal of a service, in words with a remedy."""
    return {
        "not_a_draft": _("Only a draft can be changed. This dialogue is open or closed already."),
        "waits_for_opening": _(
            "A request to open it waits for a second person. Withdraw the request to change the draft."
        ),
        "no_statements": _("There is nothing to vote on yet: add statements first."),
        "over": _("Its closing date has passed: choose a later one first."),
        "not_open": _("This dialogue is not open."),
        "no_reason": _("Choose one of the reasons."),
    }.get(code, _("This is not possible any more. Reload the page to see how things stand."))


@gate("dialogue.list")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every dialogue the viewer may see, of all places or of one; its rows alone for that page."""
    viewer = request.viewer  # type: ignore[attr-defined]
    place = request.GET.get("place", "")
    page = Paginator(queries.dialogues(viewer, place), 30).get_page(request.GET.get("page"))
    words = {
        "page": page,
        "place": place,
        "may_create": rules.test_rule("dialogue.create", viewer, None),
    }
    fragment = bool(request.headers.get("HX-Request"))
    response = render(request, f"dialogue/{'_rows' if fragment else 'list'}.html", words)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _languages(place: Place | None, chosen: list[str]) -> list[str]:
    """Which languages the form offers: the place's, those already written in, those asked for."""
    known = [code for code, _name in settings.CONTENT_LANGUAGES]
    wanted = [*(place.languages if place is not None else []), *chosen]
    told = [code for code in dict.fromkeys(wanted) if code in known]
    return told or [settings.LANGUAGE_CODE]


def _form_page(request: HttpRequest, form: DialogueForm, **words: Any) -> HttpResponse:
    names = dict(settings.CONTENT_LANGUAGES)
    more = [(code, name) for code, name in names.items() if code not in form.languages]
    words |= {"form": form, "more_languages": more, "chosen": form.languages}
    return render(request, "dialogue/form.html", words, status=422 if form.errors else 200)


@gate("dialogue.create")
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """A new draft."""
    viewer = request.viewer  # type: ignore[attr-defined]
    places = list(queries.places_to_begin_in(viewer))
    asked = (request.POST if request.method == "POST" else request.GET).getlist("language")
    form = DialogueForm(
        request.POST if request.method == "POST" else None,
        languages=_languages(places[0] if places else None, asked),
        places=places,
        earlier=queries.earlier_rounds(places),
    )
    if request.method == "POST" and form.is_valid():
        place = next(p for p in places if str(p.pk) == form.cleaned_data["place"])
        try:
            dialogue = services.create(
                place=place, texts=form.texts(), seeds=form.seeds(), by=viewer, **_settings_of(form)
            )
        except ValidationError as trouble:
            form.add_error(None, trouble)
        else:
            messages.success(request, _("The draft is saved. Only your team sees it so far."))
            return redirect(dialogue)
    return _form_page(request, form, dialogue=None)


def _settings_of(form: DialogueForm) -> dict[str, Any]:
    told = {name: form.cleaned_data[name] for name in ("opens", "closes", "tense")}
    return {**told, "open_link": not form.cleaned_data["slips_only"], "before": form.before()}


@gate("dialogue.edit", on=queries.dialogue)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """Change a draft."""
    asked = (request.POST if request.method == "POST" else request.GET).getlist("language")
    languages = _languages(None, [*dialogue.languages, *dialogue.place.languages, *asked])
    form = DialogueForm(
        request.POST if request.method == "POST" else None,
        languages=languages,
        dialogue=dialogue,
        earlier=queries.earlier_rounds([dialogue.place], dialogue),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.edit(
                dialogue=dialogue,
                texts=form.texts(),
                more_seeds=form.seeds(),
                by=request.viewer,  # type: ignore[attr-defined]
                **_settings_of(form),
            )
        except services.RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        except ValidationError as trouble:
            form.add_error(None, trouble)
        else:
            messages.success(request, _("The draft is saved."))
            return redirect(dialogue)
    return _form_page(request, form, dialogue=dialogue)


@gate("dialogue.see", on=queries.dialogue)
@require_GET
def overview(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """How a dialogue stands, and what the viewer can do next."""
    return _overview(request, dialogue, ReasonForm())


_ACTS = (
    "confirm_export",
    "edit",
    "ask_to_open",
    "confirm_opening",
    "publish",
    "pause",
    "close",
    "see_slips",
    "watch",
    "see_queue",
    "see_words",
    "see_sessions",
)


def _overview(
    request: HttpRequest, dialogue: Dialogue, form: ReasonForm, status: int = 200
) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    may = {act: rules.test_rule(f"dialogue.{act}", viewer, dialogue) for act in _ACTS}
    request_waiting = queries.opening_request(dialogue) if dialogue.state == "draft" else None
    words: dict[str, Any] = {
        "dialogue": dialogue,
        "may": may,
        "form": form,
        "waiting": request_waiting,
        "asked_by_me": request_waiting is not None
        and request_waiting.asked_by_id == viewer.user_id,
        "link": request.build_absolute_uri(f"/d/{dialogue.code}/"),
        "statements": queries.ballot_now(dialogue.pk),
        "may_take_away": dialogue.keeps_answers,
    }
    if may["watch"]:
        words["figures"] = analysis.participation(dialogue)
    if may["see_queue"]:
        words["pending"] = queries.pending(viewer, dialogue).count()
    return render(request, "dialogue/overview.html", words, status=status)


@gate("dialogue.ask_to_open", on=queries.dialogue)
@require_POST
def ask(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """Ask that residents be asked."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            services.ask_to_open(
                dialogue=dialogue,
                reason=form.cleaned_data["reason"],
                by=request.viewer,  # type: ignore[attr-defined]
            )
        except services.RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        except (ValidationError, PermissionDenied) as trouble:
            form.add_error(None, _words(trouble))
        else:
            messages.success(
                request,
                _("Asked. It opens when a second person in another role confirms within a day."),
            )
            return redirect(dialogue)
    return _overview(request, dialogue, form, status=422)


def _words(trouble: ValidationError | PermissionDenied) -> str:
    if isinstance(trouble, ValidationError):
        return " ".join(trouble.messages)
    return str(trouble)


@gate("dialogue.confirm_opening", on=queries.dialogue)
@require_POST
@recently_proved
def confirm(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """The second person confirms, having just proved who they are; the dialogue opens at once."""
    act = queries.opening_request(dialogue)
    if act is None:
        messages.error(
            request, _("No request waits any more: it was withdrawn, or is older than a day.")
        )
        return redirect(dialogue)
    try:
        network.confirm_two_person(act=act, by=request.viewer)  # type: ignore[attr-defined]
    except (ValidationError, PermissionDenied) as trouble:
        messages.error(request, _words(trouble))
    else:
        messages.success(request, _("The dialogue is open. Share its link."))
    return redirect(dialogue)


@gate("dialogue.publish", on=queries.dialogue)
@require_POST
def publish(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """Ask that an imported conversation is shown to everybody."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            network.ask_widening(
                shared=dialogue,
                to=Visibility.PUBLIC,
                reason=form.cleaned_data["reason"],
                by=request.viewer,  # type: ignore[attr-defined]
            )
        except (ValidationError, PermissionDenied) as trouble:
            form.add_error(None, _words(trouble))
        else:
            messages.success(
                request,
                _("Asked. Everybody sees it when a second person in another role confirms."),
            )
            return redirect(dialogue)
    return _overview(request, dialogue, form, status=422)


@gate("dialogue.pause", on=queries.dialogue)
@require_POST
def link(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """Pause taking part by the open link, or resume it."""
    on = request.POST.get("on") == "1"
    try:
        services.switch_link(dialogue=dialogue, on=on, by=request.viewer)  # type: ignore[attr-defined]
    except services.RefusedError as refusal:
        messages.error(request, _say_no(refusal.code))
        return redirect(dialogue)
    messages.success(
        request,
        _("The link works again.")
        if on
        else _("Paused: only people with a slip can answer until you resume. Nothing was lost."),
    )
    return redirect(dialogue)


@gate("dialogue.close", on=queries.dialogue)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """Close for good: the page says what that means, a tick says it was read."""
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.close(dialogue=dialogue, by=request.viewer)  # type: ignore[attr-defined]
        except services.RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        else:
            messages.success(
                request,
                _("The dialogue is closed, and nobody can match votes with residents any more."),
            )
            return redirect(dialogue)
    words = {"dialogue": dialogue, "form": form}
    return render(request, "dialogue/close.html", words, status=422 if form.errors else 200)
