"""Statements in other languages: written beside the original, read over by another person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from baithak.dialogue import queries, services
from baithak.dialogue.forms import TextsForm, WordingForm, written_in
from baithak.dialogue.models import Dialogue
from baithak.web.gate import gate

__all__ = ["read_over", "sheet", "translate", "undo"]

_AT_ONCE = 25
_NAMES = dict(settings.CONTENT_LANGUAGES)


def _language(request: HttpRequest, dialogue: Dialogue) -> str:
    """The language that is asked for, the reader's own, or the first one that is not the dialogue's."""
    here = (get_language() or "").split("-")[0]
    wanted = [request.GET.get("language", ""), here if here != dialogue.first_language else ""]
    others = [code for code in _NAMES if code != dialogue.first_language]
    return next(code for code in (*wanted, *others) if code in _NAMES)


@gate("dialogue.see_words", on=queries.dialogue)
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """Every shown statement beside its translation, what is missing first; the dialogue's own texts."""
    viewer = request.viewer  # type: ignore[attr-defined]
    language = _language(request, dialogue)
    form = TextsForm(
        request.POST if request.method == "POST" else None, dialogue=dialogue, language=language
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.add_language(
                dialogue=dialogue, language=language, texts=form.cleaned_data, by=viewer
            )
        except ValidationError as trouble:
            form.add_error(None, " ".join(trouble.messages))
        except services.RefusedError as refusal:
            form.add_error(None, _no(refusal.code))
        else:
            messages.success(request, _("Saved. Residents read it in this language from now on."))
            return redirect(_address(dialogue, language))
    told = queries.pairs(viewer, dialogue, language)
    only = request.GET.get("only", "")
    counts = {name: sum(pair.status == name for pair in told) for name in _filters()}
    if only in counts:
        told = [pair for pair in told if pair.status == only]
    words = {
        "dialogue": dialogue,
        "language": language,
        "language_name": _NAMES[language],
        "written_in": written_in(language),
        "progress": queries.progress(viewer, dialogue),
        "filters": [(name, label, counts[name]) for name, label in _filters().items()],
        "only": only if only in counts else "",
        "page": Paginator(told, _AT_ONCE).get_page(request.GET.get("page")),
        "form": form,
        "texts": dialogue.texts.get(dialogue.first_language, {}),
        "may_add_texts": dialogue.state != "draft"
        and dialogue.retired is None
        and (language not in dialogue.texts or bool(dialogue.texts[language].get("later"))),
        "own_words": language in dialogue.texts
        and queries.wrote_texts_last(viewer, dialogue, language)
        and _no("own_words"),
        "me": viewer.user_id,
    }
    return render(request, "dialogue/words.html", words, status=422 if form.errors else 200)


def _filters() -> dict[str, str]:
    return {
        queries.MISSING: _("Missing"),
        queries.WRITTEN: _("Not yet read over"),
        queries.READ: _("Read over"),
    }


def _address(dialogue: Dialogue, language: str) -> str:
    address = reverse("dialogue:words", kwargs={"code": dialogue.code})
    return f"{address}?language={language}"


def _no(code: str) -> str:
    """A refusal in words with a remedy."""
    return {
        "changed": _(
            "Somebody else has written here meanwhile. Your words are still in the field: compare, then save."
        ),
        "own_words": _("You wrote these words last, so another moderator changes them."),
        "retired": _("The answers were deleted when their time was over. The report stays."),
        "writer": _("You wrote it, so another person reads it over."),
        "missing": _("There is no translation here (any more)."),
        "waits_for_opening": _(
            "A request to open the dialogue waits for a second person. Until then its words stay as they are."
        ),
        "confirmed": _("These words were confirmed when the dialogue was opened, and stay."),
        "draft": _("It is a draft: an officer writes its texts with “Change the draft”."),
    }.get(code, _("This is not possible any more. Reload the page to see how things stand."))


def _done(
    request: HttpRequest, told: queries.InLanguage, act: Callable[..., Any], said: str
) -> HttpResponse:
    """Do it to the translation and show its row again; a mistake keeps the words that were sent."""
    statement, language = told.statement, told.language
    form = WordingForm(request.POST)
    form.is_valid()
    viewer, given = request.viewer, {"seen": form.cleaned_data["seen"]}  # type: ignore[attr-defined]
    if act is services.translate:
        given["text"] = form.cleaned_data["text"]
    wrong = ""
    try:
        act(statement=statement, language=language, by=viewer, **given)
    except ValidationError as trouble:
        wrong = " ".join(trouble.messages)
    except services.RefusedError as refusal:
        wrong = _no(refusal.code)
    dialogue = statement.dialogue
    if not wrong and not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, said)
        return redirect(f"{_address(dialogue, language)}#statement-{statement.number}")
    words = {
        "dialogue": dialogue,
        "language": language,
        "language_name": _NAMES[language],
        "written_in": written_in(language),
        "pair": queries.pair(viewer, statement, language),
        "me": viewer.user_id,
        "wrong": wrong,
        "said": "" if wrong else said,
        "kept": form.cleaned_data["text"] if wrong and act is services.translate else None,
    }
    name = "_word" if request.htmx else "word"  # type: ignore[attr-defined]
    return render(request, f"dialogue/{name}.html", words, status=422 if wrong else 200)


@gate("dialogue.translate", on=queries.in_language)
@require_POST
def translate(request: HttpRequest, told: queries.InLanguage) -> HttpResponse:
    """Write a translation, or put it better."""
    said = _("Saved. It is marked until another person has read it over.")
    return _done(request, told, services.translate, said)


@gate("dialogue.translate", on=queries.in_language)
@require_POST
def read_over(request: HttpRequest, told: queries.InLanguage) -> HttpResponse:
    """It says the same: so says another person than its writer."""
    return _done(request, told, services.read_over, _("Marked as read over by another person."))


@gate("dialogue.translate", on=queries.in_language)
@require_POST
def undo(request: HttpRequest, told: queries.InLanguage) -> HttpResponse:
    """Take the last change back."""
    return _done(request, told, services.undo_translation, _("The last change is taken back."))
