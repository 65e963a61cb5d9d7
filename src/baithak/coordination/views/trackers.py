"""Commitments from a file and into one: a look that changes nothing, then the import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from baithak.coordination.files.commitments import KINDS, SHEET, commitments_table, template
from baithak.coordination.forms.commitments import TrackerForm
from baithak.coordination.queries import commitments as queries
from baithak.coordination.services import trackers as services
from baithak.coordination.views.files import FILES
from baithak.exchange.words import beyond_limit, troubles
from baithak.network.files import FileRefusedError
from baithak.network.limits import too_often
from baithak.network.models import Place
from baithak.network.queries import place_named
from baithak.network.scope import Viewer
from baithak.network.tables import LARGEST, Rows, read_table
from baithak.web import uploads
from baithak.web.files import POLICY
from baithak.web.gate import gate
from baithak.web.limited import EngineError, LimitError

__all__ = ["empty", "export", "upload"]

_NAME, _SALT = "commitments", "baithak.coordination.commitments"
_MOST = 30


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=KINDS[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{kind}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": POLICY,
        },
    )


# --- into a file
@dataclass(frozen=True, slots=True)
class _Kept:
    """A place and the kind of file."""

    place: Place
    kind: str


def _of_kind(viewer: Viewer, *, place: str, kind: str) -> _Kept | None:
    found = place_named(viewer, place=place)
    return None if found is None or kind not in KINDS else _Kept(found, kind)


@gate("coordination.export", on=_of_kind)
@require_GET
def export(request: HttpRequest, kept: _Kept) -> HttpResponse:
    """Every commitment of the place that the viewer may see, for those with a role there."""
    wait = FILES.wait(request)
    if wait:
        return too_often(request, wait)
    found = queries.of_place(request.viewer, kept.place)  # type: ignore[attr-defined]
    content = commitments_table(kept.kind, found)
    return _file(content, f"commitments-{kept.place.slug}", kept.kind)


@gate("coordination.list")
@require_GET
def empty(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty table; the workbook explains each column and code."""
    if kind not in KINDS:
        raise Http404
    return _file(template(kind), "commitments-empty", kind)


# --- from a file
def _read(content: bytes, name: str) -> Rows:
    return read_table(content, name=name, sheet=SHEET)


@gate("coordination.import", on=place_named)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, place: Place) -> HttpResponse:
    """First the file is looked at; a second press imports what was seen."""
    if request.method == "POST" and request.POST.get("held"):
        return _import(request, place)
    posted = request.method == "POST"
    form = TrackerForm(request.POST if posted else None, request.FILES if posted else None)
    words: dict[str, Any] = {"form": form, "place": place}
    if posted and form.is_valid():
        words |= _look(request, form, place)
    bad = bool(form.errors or words.get("problems"))
    return render(
        request, "coordination/import_commitments.html", words, status=422 if bad else 200
    )


def _look(request: HttpRequest, form: TrackerForm, place: Place) -> dict[str, Any]:
    file, language = form.cleaned_data["file"], form.cleaned_data["language"]
    if file.size > LARGEST:
        return {"problems": [_("The file is larger than 5 MB: split it into several.")]}
    folder = uploads.hold({_NAME: file})
    try:
        rows = _read((folder / _NAME).read_bytes(), file.name)
        changes = services.plan_commitments(
            place=place,
            rows=rows,
            language=language,
            by=request.viewer,  # type: ignore[attr-defined]
        )
    except (EngineError, LimitError, FileRefusedError) as trouble:
        uploads.drop(folder)
        return _refused(trouble)
    held = {
        "folder": folder.name, "name": file.name, "user": request.user.pk, "place": place.pk,
        "language": language,
    }  # fmt: skip
    return {
        "changes": changes,
        "anything": any(change.what != "same" for change in changes),
        "held": signing.dumps(held, salt=_SALT),
    }


def _refused(trouble: EngineError | LimitError | FileRefusedError) -> dict[str, Any]:
    if isinstance(trouble, LimitError):
        return {"problems": [beyond_limit(trouble)]}
    if isinstance(trouble, EngineError):
        return troubles(trouble)
    told = [str(wrong) for wrong in trouble.wrongs]
    return {"problems": told[:_MOST], "more_problems": len(told) > _MOST}


def _import(request: HttpRequest, place: Place) -> HttpResponse:
    again = redirect("coordination:import_commitments", place=place.slug)
    try:
        held = signing.loads(request.POST["held"], salt=_SALT, max_age=uploads.KEPT)
    except signing.BadSignature:
        held = {}
    folder = uploads.held(str(held.get("folder", "")))
    if held.get("user") != request.user.pk or held.get("place") != place.pk or folder is None:
        messages.error(request, _("The file was kept for an hour and is gone: choose it again."))
        return again
    try:
        services.import_commitments(
            place=place,
            rows=_read((folder / _NAME).read_bytes(), held["name"]),
            language=held["language"],
            by=request.viewer,  # type: ignore[attr-defined]
        )
    except (FileRefusedError, EngineError, LimitError):
        messages.error(
            request, _("Something changed since you looked at the file: look at it again.")
        )
        return again
    finally:
        uploads.drop(folder)
    messages.success(request, _("The commitments are in. Your team and who keeps them see them."))
    return redirect(f"{reverse('coordination:commitments')}?place={place.slug}")
