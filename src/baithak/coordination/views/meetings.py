"""Meetings: what is on the agenda, what was decided, what the minutes say to whom."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.coordination.forms.meetings import (
    AgendaForm,
    CancelForm,
    DecisionForm,
    HoldForm,
    MeetingForm,
    RoomLevelForm,
)
from baithak.coordination.minutes import quorum_sentence
from baithak.coordination.models import AgendaItem, Body, Decision, Meeting
from baithak.coordination.queries import bodies as body_queries
from baithak.coordination.queries import meetings as queries
from baithak.coordination.services import meetings as services
from baithak.exchange.services.names import NamesError
from baithak.exchange.views import names
from baithak.network import sharing
from baithak.network.models import Place
from baithak.network.queries import place_named
from baithak.network.scope import Viewer, Visibility
from baithak.web.gate import gate

__all__ = [
    "add_decision",
    "add_item",
    "begin",
    "cancel",
    "copy_agenda",
    "edit",
    "edit_decision",
    "edit_item",
    "hold",
    "listing",
    "move_item",
    "narrow",
    "page",
    "remove_decision",
    "remove_item",
    "share",
]

ROWS = 30


@gate("coordination.list")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every meeting the viewer may see, by place and by what they are waiting for."""
    viewer = request.viewer  # type: ignore[attr-defined]
    place, when = request.GET.get("place", ""), request.GET.get("when", "")
    found = queries.meetings(viewer, place, when)
    words = {
        "page": Paginator(found, ROWS).get_page(request.GET.get("page")),
        "place": place_named(viewer, place=place) if place else None,
        "when": when,
        "whens": [
            ("", _("All")),
            ("ahead", _("To come")),
            ("open", _("Over, not marked as held")),
            ("held", _("Held")),
        ],
        "places": body_queries.places_to_write_in(viewer),
    }
    return render(request, "coordination/meetings.html", words)


@gate("coordination.see", on=queries.meeting)
@require_GET
def page(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """One meeting."""
    return _page(request, meeting)


def _page(request: HttpRequest, meeting: Meeting, status: int = 200, **words: Any) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    acts = ("edit", "share", "narrow", "see_attendance", "keep_attendance")
    may = {act: rules.test_rule(f"coordination.{act}", viewer, meeting) for act in acts}
    form = words.pop("share_form", None)
    if form is None and meeting.closed_room:
        form = RoomLevelForm(levels=_wider(meeting))
    words = {
        "meeting": meeting,
        "body": meeting.body if getattr(meeting, "body_shown", False) else None,
        "agenda": queries.agenda(viewer, meeting),
        "decisions": queries.decisions(viewer, meeting),
        "notes": queries.notes(viewer, meeting),
        "there": queries.attendance(viewer, meeting) if may["see_attendance"] else (),
        "earlier": queries.earlier_with_agenda(viewer, meeting) if may["edit"] else None,
        "may": may,
        "quorum": quorum_sentence(meeting) if meeting.state == "held" else "",
        "over": meeting.on <= timezone.localdate(),
        # In a closed room nobody learns afterwards at which hour something was said (R15).
        "shows_time": queries.tells_hour(meeting),
        "agenda_form": AgendaForm(auto_id="agenda_%s"),
        "decision_form": DecisionForm(auto_id="decision_%s"),
        "hold_form": HoldForm(auto_id="hold_%s", initial={"present": meeting.present}),
        "cancel_form": CancelForm(auto_id="cancel_%s"),
        **sharing.sharing(request, meeting, form),
        **words,
    }
    return render(request, "coordination/meeting.html", words, status=status)


def _bodies(viewer: Viewer, place: Place) -> Any:
    return body_queries.bodies(viewer, place.slug).exclude(state="dissolved")


@gate("coordination.begin", on=place_named)
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, place: Place) -> HttpResponse:
    """A new meeting of a place; ``?body=`` chooses the body."""
    viewer = request.viewer  # type: ignore[attr-defined]
    named = request.GET.get("body", "")
    body = None
    if named.isdecimal() and len(named) < 10:
        body = body_queries.body(viewer, body=int(named))
    form = MeetingForm(
        request.POST if request.method == "POST" else None,
        bodies=_bodies(viewer, place),
        language=request.GET.get("language", ""),
        initial=_like(body) if body is not None and body.place_id == place.pk else {},
    )
    if request.method == "POST" and form.is_valid():
        try:
            meeting = services.begin(place=place, by=viewer, **form.told())
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved. Only your team sees it so far."))
            return redirect(meeting)
    words = {"form": form, "place": place, "meeting": None}
    return render(
        request, "coordination/meeting_form.html", words, status=422 if form.errors else 200
    )


def _like(body: Body) -> dict[str, Any]:
    return {"body": body.pk, "title": body.title, "language": body.language}


@gate("coordination.edit", on=queries.meeting)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Another day, other words, another language."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = MeetingForm(
        request.POST if request.method == "POST" else None,
        thing=meeting,
        bodies=body_queries.bodies(viewer, meeting.place.slug),
        language=request.GET.get("language", ""),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change(meeting=meeting, by=viewer, looked=names.looked(request), **form.told())
        except NamesError as found:
            names.show(form, found, "title")
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            return redirect(meeting)
    words = {"form": form, "place": meeting.place, "meeting": meeting}
    return render(
        request, "coordination/meeting_form.html", words, status=422 if form.errors else 200
    )


@gate("coordination.edit", on=queries.meeting)
@require_POST
def hold(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """It took place."""
    form = HoldForm(request.POST, auto_id="hold_%s")
    if form.is_valid():
        try:
            services.hold(meeting=meeting, by=request.viewer, **form.cleaned_data)  # type: ignore[attr-defined]
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Noted. Now write down what was decided."))
            return redirect(f"{meeting.get_absolute_url()}#decisions")
    return _page(request, meeting, 422, hold_form=form)


@gate("coordination.edit", on=queries.meeting)
@require_POST
def cancel(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """It does not take place."""
    form = CancelForm(request.POST, auto_id="cancel_%s")
    if form.is_valid():
        try:
            services.cancel(
                meeting=meeting,
                by=request.viewer,  # type: ignore[attr-defined]
                looked=names.looked(request),
                **form.cleaned_data,
            )
        except NamesError as found:
            names.show(form, found, "why")
        except ValidationError as trouble:
            sharing.refuse(form, ValidationError(trouble.messages))
        else:
            messages.success(request, _("The meeting is cancelled."))
            return redirect(meeting)
    return _page(request, meeting, 422, cancel_form=form)


# --- agenda
@gate("coordination.edit", on=queries.meeting)
@require_POST
def add_item(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """A point more."""
    form = AgendaForm(request.POST, auto_id="agenda_%s")
    if form.is_valid():
        try:
            services.add_item(
                meeting=meeting,
                by=request.viewer,  # type: ignore[attr-defined]
                looked=names.looked(request),
                **form.told(),
            )
        except NamesError as found:
            names.show(form, found, "title")
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            return redirect(f"{meeting.get_absolute_url()}#agenda")
    return _page(request, meeting, 422, agenda_form=form)


@gate("coordination.edit", on=queries.agenda_item)
@require_http_methods(["GET", "POST"])
def edit_item(request: HttpRequest, item: AgendaItem) -> HttpResponse:
    """The point in other words or in another language."""
    form = AgendaForm(
        request.POST if request.method == "POST" else None,
        thing=item,
        language=request.GET.get("language", ""),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_item(
                item=item,
                by=request.viewer,  # type: ignore[attr-defined]
                looked=names.looked(request),
                **form.told(),
            )
        except NamesError as found:
            names.show(form, found, "title")
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            return redirect(f"{item.meeting.get_absolute_url()}#agenda")
    words = {"form": form, "meeting": item.meeting, "line": item, "heading": _("Change the point"),
             "remove_address": reverse("coordination:remove_item", kwargs={"item": item.pk})}  # fmt: skip
    return render(request, "coordination/line_form.html", words, status=422 if form.errors else 200)


@gate("coordination.edit", on=queries.agenda_item)
@require_POST
def move_item(request: HttpRequest, item: AgendaItem) -> HttpResponse:
    """Earlier or later."""
    services.move_item(item=item, up=request.POST.get("to") == "up", by=request.viewer)  # type: ignore[attr-defined]
    return redirect(f"{item.meeting.get_absolute_url()}#agenda")


@gate("coordination.edit", on=queries.agenda_item)
@require_POST
def remove_item(request: HttpRequest, item: AgendaItem) -> HttpResponse:
    """Not spoken of."""
    services.remove_item(item=item, by=request.viewer)  # type: ignore[attr-defined]
    return redirect(f"{item.meeting.get_absolute_url()}#agenda")


@gate("coordination.edit", on=queries.meeting)
@require_POST
def copy_agenda(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """The points of the last meeting of the body."""
    viewer = request.viewer  # type: ignore[attr-defined]
    earlier = queries.earlier_with_agenda(viewer, meeting)
    if earlier is None:
        messages.error(
            request, _("No earlier meeting of this body has an agenda: write the points here.")
        )
        return redirect(meeting)
    try:
        count = services.copy_agenda(meeting=meeting, of=earlier, by=viewer)
    except ValidationError as trouble:
        messages.error(request, " ".join(trouble.messages))
        return redirect(meeting)
    messages.success(
        request,
        ngettext("%(n)d point is copied.", "%(n)d points are copied.", count) % {"n": count}
        if count
        else _("All its points are here already."),
    )
    return redirect(f"{meeting.get_absolute_url()}#agenda")


# --- decisions
@gate("coordination.edit", on=queries.meeting)
@require_POST
def add_decision(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """What was decided."""
    form = DecisionForm(request.POST, auto_id="decision_%s")
    if form.is_valid():
        try:
            services.add_decision(
                meeting=meeting,
                by=request.viewer,  # type: ignore[attr-defined]
                looked=names.looked(request),
                **form.told(),
            )
        except NamesError as found:
            names.show(form, found, "title")
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            return redirect(f"{meeting.get_absolute_url()}#decisions")
    return _page(request, meeting, 422, decision_form=form)


@gate("coordination.edit", on=queries.decision)
@require_http_methods(["GET", "POST"])
def edit_decision(request: HttpRequest, decision: Decision) -> HttpResponse:
    """The decision in other words or in another language."""
    form = DecisionForm(
        request.POST if request.method == "POST" else None,
        thing=decision,
        language=request.GET.get("language", ""),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_decision(
                decision=decision,
                by=request.viewer,  # type: ignore[attr-defined]
                looked=names.looked(request),
                **form.told(),
            )
        except NamesError as found:
            names.show(form, found, "title")
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            return redirect(f"{decision.meeting.get_absolute_url()}#decisions")
    words = {"form": form, "meeting": decision.meeting, "line": decision,
             "heading": _("Change the decision"),
             "remove_address": reverse("coordination:remove_decision", kwargs={"decision": decision.pk})}  # fmt: skip
    return render(request, "coordination/line_form.html", words, status=422 if form.errors else 200)


@gate("coordination.edit", on=queries.decision)
@require_POST
def remove_decision(request: HttpRequest, decision: Decision) -> HttpResponse:
    """Noted by mistake."""
    try:
        services.remove_decision(decision=decision, by=request.viewer)  # type: ignore[attr-defined]
    except ValidationError as trouble:
        messages.error(request, " ".join(trouble.messages))
    return redirect(f"{decision.meeting.get_absolute_url()}#decisions")


# --- who sees it
def _wider(meeting: Meeting) -> list[Visibility]:
    width = Visibility(meeting.visibility).width
    return [level for level in Visibility if level.width > width]


@gate("coordination.share", on=queries.meeting)
@require_POST
def share(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Ask that more people see it; of a closed room after looking at the names that stand in it."""
    viewer = request.viewer  # type: ignore[attr-defined]
    if not meeting.closed_room:
        form = sharing.ask(request, meeting)
        return redirect(meeting) if form is None else _page(request, meeting, 422, share_form=form)
    try:
        services.look_at_room(meeting=meeting, by=viewer, looked=names.looked(request))
    except NamesError as found:
        wider = _wider(meeting)
        if not wider:
            return redirect(meeting)
        room = RoomLevelForm.with_names(request.POST, wider, found.names)
        return _page(request, meeting, 422, share_form=room)
    form = sharing.ask(request, meeting)
    return redirect(meeting) if form is None else _page(request, meeting, 422, share_form=form)


@gate("coordination.narrow", on=queries.meeting)
@require_POST
def narrow(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Fewer people see it, at once."""
    sharing.fewer(request, meeting)
    return redirect(meeting)
