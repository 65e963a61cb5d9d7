"""Import of a Polis export: a look that changes nothing, then the import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from baithak.dialogue import analysis, queries, services
from baithak.dialogue.forms import ImportForm
from baithak.web import uploads
from baithak.web.gate import gate

__all__ = ["upload"]

_LARGEST = 50 * 1024 * 1024
#: They are written in one go, and on SQLite nobody else's answer is taken meanwhile.
_MOST_VOTES = 250_000
_NAMES = {"votes": "participants-votes.csv", "comments": "comments.csv", "summary": "summary.csv"}


@gate("dialogue.import")
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """First the files are looked at; a second press imports what was seen."""
    if request.method == "POST" and request.POST.get("held"):
        return _import(request)
    viewer = request.viewer  # type: ignore[attr-defined]
    form = ImportForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        places=queries.places_to_begin_in(viewer),
    )
    words: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        words |= _look(request, form)
    bad = bool(form.errors or words.get("problems"))
    return render(request, "dialogue/import.html", words, status=422 if bad else 200)


def _look(request: HttpRequest, form: ImportForm) -> dict[str, Any]:
    """Read the files; say what they hold, or what is wrong where and how to mend it."""
    problems = _missing(form)
    if problems:
        return {"problems": problems}
    folder = _hold(form)
    try:
        told = analysis.read_upload(folder)
    except analysis.EngineError as error:
        uploads.drop(folder)
        found = [error, *error.others]
        return {
            "problems": [analysis.trouble(one) for one in found],
            "more_problems": len(found) > 20,
        }
    except analysis.LimitError:
        uploads.drop(folder)
        return {"problems": [_beyond_limit()]}
    if told.votes.size > _MOST_VOTES:
        uploads.drop(folder)
        return {"problems": [_too_many(told.votes.size)]}
    given = form.cleaned_data
    if not (given["title"] or told.topic):
        uploads.drop(folder)
        form.add_error("title", _("The files name no topic: write a title."))
        return {}
    held = {
        "folder": folder.name,
        "user": request.user.pk,
        **{name: given[name] for name in ("place", "language", "title", "question", "attribution")},
    }
    statements = told.votes.statements
    return {
        "preview": {
            "people": told.votes.n,
            "statements": len({s.id for s in statements} | {c.id for c in told.comments}),
            "votes": told.votes.size,
            "out": sum(s.moderated_out for s in statements),
            "title": given["title"] or told.topic,
            "language": given["language"],
            "first": [s.text for s in statements if s.text][:5],
            "notes": analysis.notes(told.votes.notes),
            "held": signing.dumps(held, salt="baithak.dialogue.import"),
        }
    }


def _beyond_limit() -> str:
    return _("These files are too large or too broken to be read here. Fetch the export anew.")


def _too_many(votes: int) -> str:
    return _(
        "These files hold %(votes)s answers; at most %(most)s are read here, so that other dialogues do not "
        "wait. “baithak opinion map” makes a map of any number."
    ) % {"votes": number_format(votes), "most": number_format(_MOST_VOTES)}


def _said(trouble: Exception) -> str:
    if isinstance(trouble, analysis.EngineError):
        return analysis.trouble(trouble)
    return " ".join(trouble.messages) if isinstance(trouble, ValidationError) else _beyond_limit()


def _missing(form: ImportForm) -> list[str]:
    problems = []
    for field in ("votes", "comments"):
        if not form.cleaned_data.get(field):
            problems.append(
                _("%(file)s is missing: choose it in the folder of the export.")
                % {"file": _NAMES[field]}
            )
    for field, name in _NAMES.items():
        file = form.cleaned_data.get(field)
        if file and file.size > _LARGEST:
            problems.append(
                _(
                    "%(file)s is larger than 50 MB, the most that is read here. “baithak opinion map” makes a map of it."
                )
                % {"file": name}
            )
    return problems


def _hold(form: ImportForm) -> Path:
    given = form.cleaned_data
    return uploads.hold({name: given[field] for field, name in _NAMES.items() if given.get(field)})


def _import(request: HttpRequest) -> HttpResponse:
    try:
        held = signing.loads(
            request.POST["held"], salt="baithak.dialogue.import", max_age=uploads.KEPT
        )
    except signing.BadSignature:
        held = {}
    folder = uploads.held(str(held.get("folder", "")))
    viewer = request.viewer  # type: ignore[attr-defined]
    place = queries.places_to_begin_in(viewer).filter(pk=held.get("place") or 0).first()
    if held.get("user") != request.user.pk or place is None or folder is None:
        messages.error(
            request, _("The files were kept for an hour and are gone: choose them again.")
        )
        return redirect("dialogue:import")
    try:
        dialogue = services.import_polis(
            source=analysis.read_upload(folder),
            place=place,
            by=viewer,
            **{name: held[name] for name in ("language", "title", "question", "attribution")},
        )
    except (analysis.EngineError, analysis.LimitError, ValidationError) as trouble:
        messages.error(request, _said(trouble))
        return redirect("dialogue:import")
    finally:
        uploads.drop(folder)
    messages.success(request, _("Imported. The worker draws the map; look in again in a minute."))
    return redirect(dialogue)
