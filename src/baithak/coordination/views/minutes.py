"""The minutes: paragraphs with a level of their own, as a paper, and who was there."""

from __future__ import annotations

from typing import Any

import rules
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.coordination.forms.meetings import AttendanceForm, NoteForm, RoomLevelForm
from baithak.coordination.limits import PAPERS
from baithak.coordination.minutes import KINDS, minutes_paper
from baithak.coordination.models import Meeting, Note
from baithak.coordination.queries import meetings as queries
from baithak.coordination.services import meetings as services
from baithak.exchange.services.names import NamesError
from baithak.exchange.views import names
from baithak.network import sharing
from baithak.network.forms import LevelForm
from baithak.network.limits import too_often
from baithak.network.queries import acts_waiting
from baithak.network.scope import Viewer
from baithak.web.files import POLICY
from baithak.web.gate import gate

__all__ = [
    "add_note",
    "attendance",
    "edit_note",
    "keep_attendance",
    "paper",
    "remove_note",
    "share_note",
]


# --- paragraphs
def _form_page(
    request: HttpRequest,
    form: NoteForm,
    meeting: Meeting,
    line: Note | None,
    share_form: LevelForm | None = None,
) -> HttpResponse:
    words = {"form": form, "meeting": meeting, "line": line}
    if line is not None:
        words |= _sharing(request.viewer, line, share_form)  # type: ignore[attr-defined]
    bad = bool(form.errors or (share_form is not None and share_form.errors))
    return render(request, "coordination/note_form.html", words, status=422 if bad else 200)


def _sharing(viewer: Viewer, line: Note, form: LevelForm | None) -> dict[str, Any]:
    """For `network/_sharing.html`: beyond the place two people let more see it; fewer is a choice of the form."""
    wider = queries.levels_to_ask_for(line)
    return {
        "shared": line,
        "share_form": (form or RoomLevelForm(levels=wider)) if wider else None,
        "waiting": acts_waiting(viewer, line.place)
        .filter(verb="coordination.widen_note", thing=f"{line._meta.label_lower}:{line.pk}")
        .first(),
        "may_share": rules.test_rule("coordination.share", viewer, line),
    }


@gate("coordination.edit", on=queries.meeting)
@require_http_methods(["GET", "POST"])
def add_note(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """A paragraph more."""
    form = NoteForm(
        request.POST if request.method == "POST" else None,
        levels=queries.levels_for_notes(meeting),
        language=request.GET.get("language", ""),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.add_note(
                meeting=meeting,
                looked=names.looked(request),
                by=request.viewer,  # type: ignore[attr-defined]
                **form.told(),
            )
        except NamesError as found:
            names.show(form, found, "title")
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            again = "another" in request.POST
            return (
                redirect("coordination:add_note", meeting=meeting.pk)
                if again
                else redirect(f"{meeting.get_absolute_url()}#minutes")
            )
    return _form_page(request, form, meeting, None)


@gate("coordination.edit", on=queries.note)
@require_http_methods(["GET", "POST"])
def edit_note(request: HttpRequest, line: Note) -> HttpResponse:
    """Other words, another level, another language; what stood there before is not kept."""
    form = _note_form(request, line, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_note(
                line=line,
                looked=names.looked(request),
                by=request.viewer,  # type: ignore[attr-defined]
                **form.told(),
            )
        except NamesError as found:
            names.show(form, found, "title")
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{line.meeting.get_absolute_url()}#minutes")
    return _form_page(request, form, line.meeting, line)


def _note_form(request: HttpRequest, line: Note, posted: Any = None) -> NoteForm:
    levels = queries.levels_for_notes(line.meeting, line.visibility)
    return NoteForm(posted, thing=line, levels=levels, language=request.GET.get("language", ""))


@gate("coordination.share", on=queries.note)
@require_POST
def share_note(request: HttpRequest, line: Note) -> HttpResponse:
    """Ask that more people than the place see the paragraph."""
    wider = queries.levels_to_ask_for(line)
    form = RoomLevelForm(request.POST, levels=wider)
    if form.is_valid():
        try:
            services.ask_to_widen_note(
                line=line,
                by=request.viewer,  # type: ignore[attr-defined]
                looked=names.looked(request),
                to=form.cleaned_data["to"],
                reason=form.cleaned_data["reason"],
            )
        except NamesError as found:
            form = RoomLevelForm.with_names(request.POST, wider, found.names)
        except (ValidationError, PermissionDenied) as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(
                request,
                _("Asked. More people see it when a second person in another role confirms."),
            )
            return redirect(f"{line.meeting.get_absolute_url()}#minutes")
    return _form_page(request, _note_form(request, line), line.meeting, line, form)


@gate("coordination.edit", on=queries.note)
@require_POST
def remove_note(request: HttpRequest, line: Note) -> HttpResponse:
    """The paragraph goes."""
    services.remove_note(line=line, by=request.viewer)  # type: ignore[attr-defined]
    messages.success(request, _("The paragraph is gone."))
    return redirect(f"{line.meeting.get_absolute_url()}#minutes")


# --- as a paper
def _of_kind(viewer: Viewer, *, meeting: int, kind: str) -> tuple[Meeting, str] | None:
    found = queries.meeting(viewer, meeting=meeting)
    return None if found is None or kind not in KINDS else (found, kind)


@gate("coordination.see", on=_of_kind)
@require_GET
def paper(request: HttpRequest, thing: tuple[Meeting, str]) -> HttpResponse:
    """What this reader may see of the minutes, to print or to edit, in ``?language=``."""
    meeting, kind = thing
    wait = PAPERS.wait(request)
    if wait:
        return too_often(request, wait)
    language = request.GET.get("language") or (get_language() or settings.LANGUAGE_CODE)
    if language not in dict(settings.CONTENT_LANGUAGES):
        raise Http404
    content = minutes_paper(
        request.viewer,  # type: ignore[attr-defined]
        meeting,
        kind,
        language,
        url=request.build_absolute_uri(meeting.get_absolute_url()),
    )
    return HttpResponse(
        content,
        content_type=KINDS[kind],
        headers={
            "Content-Disposition": f'attachment; filename="minutes-{meeting.pk}-{language}.{kind}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": POLICY,
        },
    )


# --- who was there
@gate("coordination.see_attendance", on=queries.meeting)
@require_GET
def attendance(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Which organisations were there: for the team, for thirty days."""
    there = queries.attendance(request.viewer, meeting)  # type: ignore[attr-defined]
    return _attendance(request, meeting, initial=[one.organisation_id for one in there])


@gate("coordination.keep_attendance", on=queries.meeting)
@require_POST
def keep_attendance(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Write down which organisations were there."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = AttendanceForm(request.POST, organisations=queries.invited(viewer, meeting))
    if form.is_valid():
        try:
            services.keep_attendance(
                meeting=meeting, organisations=form.cleaned_data["organisations"], by=viewer
            )
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved. Only your team sees it, for thirty days."))
            return redirect(meeting)
    return _attendance(request, meeting, form=form)


def _attendance(
    request: HttpRequest, meeting: Meeting, form: AttendanceForm | None = None, initial: Any = ()
) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    there = queries.attendance(viewer, meeting)
    shown = form or AttendanceForm(
        organisations=queries.invited(viewer, meeting), initial={"organisations": initial}
    )
    words = {
        "meeting": meeting,
        "there": there,
        "days": services.ATTENDANCE_DAYS,
        "form": shown,
        "may_keep": rules.test_rule("coordination.keep_attendance", viewer, meeting),
    }
    return render(
        request, "coordination/attendance.html", words, status=422 if shown.errors else 200
    )
