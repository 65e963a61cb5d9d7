"""Practices from files: a look that changes nothing, then the import."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from baithak.exchange import uploaded
from baithak.exchange.forms.files import ImportForm
from baithak.exchange.queries import hubs as hub_queries
from baithak.exchange.queries import practices as queries
from baithak.exchange.services import imports as services
from baithak.exchange.words import beyond_limit, troubles
from baithak.network.refusal import RefusedError
from baithak.web import uploads
from baithak.web.gate import gate
from baithak.web.limited import EngineError, LimitError, limited

__all__ = ["upload"]

_LARGEST = 5 * 1024 * 1024
_NAME, _SALT = "practices", "baithak.exchange.import"


def read(content: bytes, name: str) -> list[Any]:
    """The records of a file, read in a process of its own (R21)."""
    cities = [
        {"name": c.name, "country": c.country, "population": c.population}
        for c in hub_queries.known_cities()
    ]
    told = limited(
        "baithak.exchange.uploaded:file", uploaded.parcel(content, name=name, cities=cities)
    )
    return list(uploaded.practices_of(told["practices"]))


@gate("exchange.write")
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """First the file is looked at; a second press imports what was seen."""
    if request.method == "POST" and request.POST.get("held"):
        return _import(request)
    posted = request.method == "POST"
    form = ImportForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        places=queries.places_to_write_in(request.viewer),  # type: ignore[attr-defined]
    )
    words: dict[str, Any] = {"form": form}
    if posted and form.is_valid():
        words |= _look(request, form)
    bad = bool(form.errors or words.get("problems"))
    return render(request, "exchange/import.html", words, status=422 if bad else 200)


def _look(request: HttpRequest, form: ImportForm) -> dict[str, Any]:
    file = form.cleaned_data["file"]
    if file.size > _LARGEST:
        return {"problems": [_("The file is larger than 5 MB: split it into several.")]}
    folder = uploads.hold({_NAME: file})
    try:
        records = read((folder / _NAME).read_bytes(), file.name)
    except EngineError as error:
        uploads.drop(folder)
        return troubles(error)
    except LimitError as limit:
        uploads.drop(folder)
        return {"problems": [beyond_limit(limit)]}
    place = queries.places_to_write_in(request.viewer).get(  # type: ignore[attr-defined]
        pk=form.cleaned_data["place"]
    )
    changes = services.plan(records=records, place=place)
    held = {
        "folder": folder.name, "name": file.name, "user": request.user.pk, "place": place.pk,
    }  # fmt: skip
    return {
        "changes": changes,
        "place": place,
        "refused": any(change.is_refused for change in changes),
        "anything": any(change.what in ("new", "changed") for change in changes),
        "held": signing.dumps(held, salt=_SALT),
    }


def _import(request: HttpRequest) -> HttpResponse:
    try:
        held = signing.loads(request.POST["held"], salt=_SALT, max_age=uploads.KEPT)
    except signing.BadSignature:
        held = {}
    folder = uploads.held(str(held.get("folder", "")))
    viewer = request.viewer  # type: ignore[attr-defined]
    place = queries.places_to_write_in(viewer).filter(pk=held.get("place") or 0).first()
    if held.get("user") != request.user.pk or place is None or folder is None:
        messages.error(request, _("The file was kept for an hour and is gone: choose it again."))
        return redirect("exchange:import")
    try:
        services.import_practices(
            records=read((folder / _NAME).read_bytes(), held["name"]), place=place, by=viewer
        )
    except ValidationError as trouble:
        messages.error(request, " ".join(trouble.messages))
        return redirect("exchange:import")
    except (RefusedError, EngineError, LimitError):
        messages.error(
            request, _("Something changed since you looked at the file: look at it again.")
        )
        return redirect("exchange:import")
    finally:
        uploads.drop(folder)
    messages.success(request, _("Imported as drafts. Only your team sees them so far."))
    return redirect("exchange:mine")
