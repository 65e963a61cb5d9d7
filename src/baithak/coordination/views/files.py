"""Seats from a file and into one: a look that changes nothing, then the import."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from baithak.coordination.files.seats import KINDS, SHEET, seats_table, template
from baithak.coordination.files.whole import whole_told
from baithak.coordination.forms.files import SeatsFileForm
from baithak.coordination.models import Body
from baithak.coordination.queries import bodies as queries
from baithak.coordination.services import seats as services
from baithak.exchange.words import beyond_limit, troubles
from baithak.network.files import FileRefusedError
from baithak.network.limits import Limit, too_often
from baithak.network.models import Place
from baithak.network.queries import place_named
from baithak.network.scope import Viewer
from baithak.network.tables import LARGEST, Rows, read_table
from baithak.web import uploads
from baithak.web.files import POLICY
from baithak.web.gate import gate
from baithak.web.limited import EngineError, LimitError

__all__ = ["export_seats", "import_seats", "seats_template", "whole"]

_NAME, _SALT = "seats", "baithak.coordination.seats"
_MOST = 30
#: Files of everything cost more than pages (T18).
FILES = Limit("coordination.files", most=300, seconds=10 * 60)


def _file(content: bytes, name: str, media_type: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": POLICY,
        },
    )


# --- into a file
def _of_kind(viewer: Viewer, *, body: int, kind: str) -> tuple[Body, str] | None:
    found = queries.body(viewer, body=body)
    return None if found is None or kind not in KINDS else _Kept(found, kind)


class _Kept(tuple[Body, str]):
    """A body and the kind of file: the gate asks for its place."""

    def __new__(cls, body: Body, kind: str) -> _Kept:
        return super().__new__(cls, (body, kind))

    @property
    def place(self) -> Place:
        return self[0].place


@gate("coordination.export", on=_of_kind)
@require_GET
def export_seats(request: HttpRequest, thing: tuple[Body, str]) -> HttpResponse:
    """The seats as a table, for those with a role at the place."""
    body, kind = thing
    wait = FILES.wait(request)
    if wait:
        return too_often(request, wait)
    found = queries.seats(request.viewer, body)  # type: ignore[attr-defined]
    content = seats_table(kind, found, get_language() or "en")
    return _file(content, f"seats-{body.pk}.{kind}", KINDS[kind])


@gate("coordination.list")
@require_GET
def seats_template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty table; the workbook explains each column and code."""
    if kind not in KINDS:
        raise Http404
    return _file(template(kind), f"seats-empty.{kind}", KINDS[kind])


@gate("coordination.export", on=place_named)
@require_GET
def whole(request: HttpRequest, place: Place) -> HttpResponse:
    """Everything of the room at this place that the viewer may see, as one file."""
    wait = FILES.wait(request)
    if wait:
        return too_often(request, wait)
    content = whole_told(request.viewer, place)  # type: ignore[attr-defined]
    return _file(content, f"coordination-{place.slug}.json", "application/json")


# --- from a file
def _refused(refused: FileRefusedError) -> dict[str, Any]:
    told = [str(wrong) for wrong in refused.wrongs]
    return {"problems": told[:_MOST], "more_problems": len(told) > _MOST}


def _read(content: bytes, name: str) -> Rows:
    return read_table(content, name=name, sheet=SHEET)


@gate("coordination.import", on=queries.body)
@require_http_methods(["GET", "POST"])
def import_seats(request: HttpRequest, body: Body) -> HttpResponse:
    """First the file is looked at; a second press imports what was seen."""
    if request.method == "POST" and request.POST.get("held"):
        return _import(request, body)
    posted = request.method == "POST"
    form = SeatsFileForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        language=body.first_language,
    )
    words: dict[str, Any] = {"form": form, "body": body}
    if posted and form.is_valid():
        words |= _look(request, form, body)
    bad = bool(form.errors or words.get("problems"))
    return render(request, "coordination/import_seats.html", words, status=422 if bad else 200)


def _look(request: HttpRequest, form: SeatsFileForm, body: Body) -> dict[str, Any]:
    file, language = form.cleaned_data["file"], form.cleaned_data["language"]
    if file.size > LARGEST:
        return {"problems": [_("The file is larger than 5 MB: split it into several.")]}
    folder = uploads.hold({_NAME: file})
    try:
        rows = _read((folder / _NAME).read_bytes(), file.name)
        changes = services.plan_seats(body=body, rows=rows, language=language, by=request.viewer)  # type: ignore[attr-defined]
    except (EngineError, LimitError, FileRefusedError) as trouble:
        uploads.drop(folder)
        if isinstance(trouble, FileRefusedError):
            return _refused(trouble)
        if isinstance(trouble, LimitError):
            return {"problems": [beyond_limit(trouble)]}
        return troubles(trouble)
    held = {
        "folder": folder.name, "name": file.name, "user": request.user.pk, "body": body.pk,
        "language": language,
    }  # fmt: skip
    return {
        "changes": changes,
        "language": language,
        "anything": any(change.what != "same" for change in changes),
        "held": signing.dumps(held, salt=_SALT),
    }


def _import(request: HttpRequest, body: Body) -> HttpResponse:
    try:
        held = signing.loads(request.POST["held"], salt=_SALT, max_age=uploads.KEPT)
    except signing.BadSignature:
        held = {}
    folder = uploads.held(str(held.get("folder", "")))
    if held.get("user") != request.user.pk or held.get("body") != body.pk or folder is None:
        messages.error(request, _("The file was kept for an hour and is gone: choose it again."))
        return redirect("coordination:import_seats", body=body.pk)
    try:
        services.import_seats(
            body=body,
            rows=_read((folder / _NAME).read_bytes(), held["name"]),
            language=held["language"],
            by=request.viewer,  # type: ignore[attr-defined]
        )
    except (FileRefusedError, EngineError, LimitError):
        messages.error(
            request, _("Something changed since you looked at the file: look at it again.")
        )
        return redirect("coordination:import_seats", body=body.pk)
    finally:
        uploads.drop(folder)
    messages.success(request, _("The seats are in."))
    return redirect(body)
