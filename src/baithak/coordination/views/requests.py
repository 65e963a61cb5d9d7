"""Requests between places: both sides' lists, the page that both see, and everything that is done on it."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.coordination.forms.requests import AskForm, DayForm, PassOnForm, ReplyForm
from baithak.coordination.models import Request
from baithak.coordination.queries import requests as queries
from baithak.coordination.services import requests as services
from baithak.network import sharing
from baithak.network.models import Place
from baithak.network.queries import place_named
from baithak.network.refusal import RefusedError
from baithak.web.gate import gate

__all__ = ["agree", "ask", "close", "edit", "listing", "page", "pass_on", "reply", "send"]

ROWS = 30
_ACTS = ("send", "reply", "agree_day", "pass_on", "close_request")


def _say_no(code: str) -> str:
    """A refusal of a service, in words with a remedy."""
    return {
        "sent": _("It has been sent: what the other side has read stays as it is."),
        "late": _("The day of reply is over by now. Change it first, then send the request."),
        "answered": _("It is answered: nobody waits for a day any more."),
        "not_late": _("It can be passed on when its day of reply is over, not before."),
        "top": _("Nobody is above the place that was asked, or it was passed on already."),
        "draft": _("It has not been sent yet. Send it first."),
        "closed": _("It is closed. Begin a new request if something is still needed."),
    }.get(code, _("This is not possible any more. Reload the page to see how things stand."))


@gate("coordination.see_requests")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """What we asked, or what we were asked; alerts on top."""
    viewer = request.viewer  # type: ignore[attr-defined]
    asked = request.GET.get("side") == "asked"
    place, late = request.GET.get("place", ""), request.GET.get("late") == "on"
    found = (queries.we_were_asked if asked else queries.we_asked)(viewer, place)
    if late:
        found = queries.late(found)
    words = {
        "narrowed": bool(place or late),
        "page": Paginator(found, ROWS).get_page(request.GET.get("page")),
        "asked": asked,
        "places": queries.places_to_ask_from(viewer),
    }
    return render(request, "coordination/requests.html", words)


@gate("coordination.ask", on=place_named)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, place: Place) -> HttpResponse:
    """Begin a request of this place."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = AskForm(
        request.POST if request.method == "POST" else None,
        places=queries.places_to_ask(viewer, place),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.ask(place=place, by=viewer, **form.told())
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved. The other side sees it when you send it."))
            return redirect(made)
    words = {"place": place, "form": form, "times": _times(form)}
    return render(
        request, "coordination/request_form.html", words, status=422 if form.errors else 200
    )


def _times(form: AskForm) -> list[tuple[Place, queries.ReplyTime]]:
    """How long the nearest places take: those above come first in the list."""
    near = list(form.places.values())[:2]
    return [(place, time) for place in near if (time := queries.reply_time(place))]


@gate("coordination.send", on=queries.request)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, asked: Request) -> HttpResponse:
    """Write a draft anew, or in one more language."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = AskForm(
        request.POST if request.method == "POST" else None,
        places=queries.places_to_ask(viewer, asked.place),
        thing=asked,
        language=request.GET.get("language", ""),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change(request=asked, by=viewer, **form.told())
        except RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            return redirect(asked)
    words = {"place": asked.place, "form": form, "asked": asked}
    return render(
        request, "coordination/request_form.html", words, status=422 if form.errors else 200
    )


@gate("coordination.see_requests", on=queries.request)
@require_GET
def page(request: HttpRequest, asked: Request) -> HttpResponse:
    """The page that both sides see."""
    return _page(request, asked)


def _page(request: HttpRequest, asked: Request, status: int = 200, **words: Any) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    sides = queries.sides(viewer, asked)
    words = {
        "asked": asked,
        "replies": queries.replies(viewer, asked),
        "sides": sides,
        "ours": any(side.pk == asked.place_id for side in sides),
        "above": queries.above(asked) if asked.is_overdue else None,
        "time": queries.reply_time(asked.to),
        "may": {act: rules.test_rule(f"coordination.{act}", viewer, asked) for act in _ACTS},
        "reply_form": ReplyForm(sides=sides, of=asked),
        "day_form": DayForm(sides=sides, initial={"day": asked.proposed or asked.reply_by}),
        "pass_on_form": PassOnForm(),
        **words,
    }
    return render(request, "coordination/request.html", words, status=status)


@gate("coordination.send", on=queries.request)
@require_POST
def send(request: HttpRequest, asked: Request) -> HttpResponse:
    """The other side sees it from now on."""
    try:
        services.send(request=asked, by=request.viewer)  # type: ignore[attr-defined]
    except RefusedError as refusal:
        messages.error(request, _say_no(refusal.code))
    else:
        messages.success(request, _("Sent. Those who answer there get a letter."))
    return redirect(asked)


@gate("coordination.agree_day", on=queries.request)
@require_POST
def agree(request: HttpRequest, asked: Request) -> HttpResponse:
    """Agree to the day of reply, or name another one."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = DayForm(request.POST, sides=queries.sides(viewer, asked))
    if form.is_valid():
        try:
            fresh = services.agree_day(
                request=asked, at=form.side, day=form.cleaned_data["day"], by=viewer
            )
        except RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        except (ValidationError, PermissionDenied) as trouble:
            sharing.refuse(form, trouble)
        else:
            told = _("Both sides agree on this day.") if fresh.agreed and fresh.proposed is None else _(
                "Noted. The other side agrees to this day, or names another one."
            )  # fmt: skip
            messages.success(request, told)
            return redirect(asked)
    return _page(request, asked, 422, day_form=form)


@gate("coordination.reply", on=queries.request)
@require_POST
def reply(request: HttpRequest, asked: Request) -> HttpResponse:
    """Write for one side."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = ReplyForm(request.POST, sides=queries.sides(viewer, asked), of=asked)
    if form.is_valid():
        try:
            services.reply(request=asked, by=viewer, **form.told())
        except RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        except (ValidationError, PermissionDenied) as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved. The other side gets a letter."))
            return redirect(f"{asked.get_absolute_url()}#replies")
    return _page(request, asked, 422, reply_form=form)


@gate("coordination.pass_on", on=queries.request)
@require_POST
def pass_on(request: HttpRequest, asked: Request) -> HttpResponse:
    """It is late: the place above sees it too."""
    form = PassOnForm(request.POST)
    if form.is_valid():
        try:
            higher = services.pass_on(
                request=asked,
                day=form.cleaned_data["day"],
                by=request.viewer,  # type: ignore[attr-defined]
            )
        except RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Passed on to %(place)s.") % {"place": higher.local_name})
            return redirect(asked)
    return _page(request, asked, 422, pass_on_form=form)


@gate("coordination.close_request", on=queries.request)
@require_POST
def close(request: HttpRequest, asked: Request) -> HttpResponse:
    """The asking side needs nothing more."""
    try:
        services.close(request=asked, by=request.viewer)  # type: ignore[attr-defined]
    except RefusedError as refusal:
        messages.error(request, _say_no(refusal.code))
    else:
        messages.success(request, _("Closed. What was written stays."))
    return redirect(asked)
