"""Import of an election held elsewhere: a look that changes nothing, then the import."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from baithak.budget import analysis, queries, services
from baithak.budget.forms import ImportForm
from baithak.budget.models import Budget
from baithak.network import services as network
from baithak.network.forms import ReasonForm
from baithak.network.models import Visibility
from baithak.web import uploads
from baithak.web.gate import gate

__all__ = ["publish", "upload"]

_LARGEST = 50 * 1024 * 1024
_NAME, _SALT = "election", "baithak.budget.import"
_FACTS = ("language", "title", "question", "attribution", "source_url")


@gate("budget.import")
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """First the file is looked at; a second press imports what was seen."""
    if request.method == "POST" and request.POST.get("held"):
        return _import(request)
    posted = request.method == "POST"
    form = ImportForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        places=queries.places_to_begin_in(request.viewer),  # type: ignore[attr-defined]
    )
    words: dict[str, Any] = {"form": form}
    if posted and form.is_valid():
        words |= _look(request, form)
    bad = bool(form.errors or words.get("problems"))
    return render(request, "budget/import.html", words, status=422 if bad else 200)


def _look(request: HttpRequest, form: ImportForm) -> dict[str, Any]:
    """Read the file in a process of its own; say what it holds, or what is wrong where."""
    given = form.cleaned_data
    if given["file"].size > _LARGEST:
        return {"problems": [_("The file is larger than 50 MB: count it with the command.")]}
    folder = uploads.hold({_NAME: given["file"]})
    try:
        told = analysis.read_upload((folder / _NAME).read_bytes())
    except analysis.EngineError as error:
        uploads.drop(folder)
        found = [error, *error.others]
        return {
            "problems": [analysis.trouble(one) for one in found[:20]],
            "more_problems": len(found) > 20,
        }
    except analysis.LimitError as limit:
        uploads.drop(folder)
        return {"problems": [analysis.beyond_limit(limit)]}
    if not (given["title"] or told["meta"].get("description")):
        uploads.drop(folder)
        form.add_error("title", _("The file names no title: write one."))
        return {}
    held = {
        "folder": folder.name,
        "user": request.user.pk,
        "place": given["place"],
        **{name: given[name] for name in _FACTS},
    }
    return {
        "preview": {
            "title": given["title"] or told["meta"]["description"],
            "language": given["language"],
            "envelope": told["budget"],
            "currency": told["meta"].get("currency", ""),
            "projects": len(told["projects"]),
            "voters": told["voters"],
            "first": [one["name"] or one["id"] for one in told["projects"]][:5],
            "notes": analysis.notes(told["notices"]),
            "held": signing.dumps(held, salt=_SALT),
        }
    }


def _import(request: HttpRequest) -> HttpResponse:
    try:
        held = signing.loads(request.POST["held"], salt=_SALT, max_age=uploads.KEPT)
    except signing.BadSignature:
        held = {}
    folder = uploads.held(str(held.get("folder", "")))
    viewer = request.viewer  # type: ignore[attr-defined]
    place = queries.places_to_begin_in(viewer).filter(pk=held.get("place") or 0).first()
    if held.get("user") != request.user.pk or place is None or folder is None:
        messages.error(request, _("The file was kept for an hour and is gone: choose it again."))
        return redirect("budget:import")
    try:
        budget = services.import_election(
            told=analysis.read_upload((folder / _NAME).read_bytes()),
            place=place,
            by=viewer,
            **{name: held[name] for name in _FACTS},
        )
    except ValidationError as trouble:
        messages.error(request, " ".join(trouble.messages))
        return redirect("budget:import")
    except (analysis.EngineError, analysis.LimitError):
        messages.error(request, _("The file could not be read a second time: choose it again."))
        return redirect("budget:import")
    finally:
        uploads.drop(folder)
    messages.success(request, _("Imported. It is counted now; look in again in a minute."))
    return redirect(budget)


@gate("budget.publish", on=queries.budget)
@require_POST
def publish(request: HttpRequest, budget: Budget) -> HttpResponse:
    """Ask that an imported budget is shown to everybody."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why, in a sentence: the second person decides by it."))
        return redirect(budget)
    try:
        network.ask_widening(
            shared=budget,
            to=Visibility.PUBLIC,
            reason=form.cleaned_data["reason"],
            by=request.viewer,  # type: ignore[attr-defined]
        )
    except ValidationError as trouble:
        messages.error(request, " ".join(trouble.messages))
    else:
        messages.success(request, _("Asked. A second person in another role confirms it."))
    return redirect(budget)
