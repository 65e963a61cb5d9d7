"""The shared calendar: a month, a year, a day with its preparation list, and files for calendar programs."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

import rules
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.coordination.dates import FIRST, LAST
from baithak.coordination.forms.days import DayForm, NextForm, PreparationForm
from baithak.coordination.icalendar import MEDIA_TYPE, Event, calendar_text
from baithak.coordination.models import Day, DayKind, Preparation, Repeats
from baithak.coordination.occurrences import coming
from baithak.coordination.queries import days as queries
from baithak.coordination.services import days as services
from baithak.network import sharing
from baithak.network.forms import LevelForm
from baithak.network.models import Place, Visibility
from baithak.network.queries import place_named
from baithak.network.refusal import RefusedError
from baithak.web.gate import gate

__all__ = [
    "add_preparation",
    "begin",
    "edit",
    "feed",
    "file",
    "listing",
    "narrow",
    "page",
    "prepared",
    "remove",
    "remove_preparation",
    "set_next",
    "share",
]

_ACTS = ("edit", "share", "narrow")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


def _span(request: HttpRequest, today: date) -> tuple[date, date, bool]:
    """First and last day of what is asked for, and whether that is a year; else this month."""
    year = request.GET.get("year", "")
    if re.fullmatch(r"\d{4}", year) and FIRST.year <= int(year) <= LAST.year:
        return date(int(year), 1, 1), date(int(year), 12, 31), True
    told = _MONTH.fullmatch(request.GET.get("month", ""))
    first = today.replace(day=1)
    if told and FIRST.year <= int(told[1]) <= LAST.year and 1 <= int(told[2]) <= 12:
        first = date(int(told[1]), int(told[2]), 1)
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1]), False


def _narrowed(request: HttpRequest) -> tuple[str, str]:
    """The place and the kind that are asked for; what is neither counts as not asked."""
    place, kind = request.GET.get("place", ""), request.GET.get("kind", "")
    return (
        place if re.fullmatch(r"[-\w]{1,64}", place, re.ASCII) else "",
        kind if kind in DayKind.values else "",
    )


def _beside(first: date, last: date, year: bool) -> tuple[str, str]:
    """What stands before and after, as words of the address."""
    earlier, later = first - timedelta(days=1), last + timedelta(days=1)
    if year:
        return f"year={earlier.year}", f"year={later.year}"
    return f"month={earlier:%Y-%m}", f"month={later:%Y-%m}"


@gate("coordination.list")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The days of a month or of a year, of all communities; what is due now stands on top."""
    viewer, today = request.viewer, timezone.localdate()  # type: ignore[attr-defined]
    first, last, year = _span(request, today)
    place, kind = _narrowed(request)
    found = queries.between(viewer, first, last, place=place, kind=kind)
    earlier, later = _beside(first, last, year)
    words = {
        "first": first,
        "year": year,
        "earlier": earlier,
        "later": later,
        "months": [
            (month, list(there))
            for month, there in groupby(
                found, key=lambda one: max(one.when.begins, first).replace(day=1)
            )
        ],
        "places": queries.places(viewer),
        "place": place,
        "kinds": DayKind.choices,
        "kind": kind,
        "due": queries.due_now(viewer, today),
        "without_date": queries.without_date(viewer, today),
        "writes": queries.places_to_write_in(viewer),
    }
    return render(request, "coordination/calendar.html", words)


# --- files for calendar programs


@gate("coordination.list")
@require_GET
def file(request: HttpRequest) -> HttpResponse:
    """Everything that the viewer may see, to take along; with ``?place=`` and ``?kind=`` some of it."""
    viewer = request.viewer  # type: ignore[attr-defined]
    found = queries.days(viewer, *_narrowed(request))
    answer = _file(request, found, _("Days to prepare for"))
    answer["Content-Disposition"] = 'attachment; filename="days.ics"'
    return answer


@gate("coordination.list", on=place_named)
@require_GET
def feed(request: HttpRequest, place: Place) -> HttpResponse:
    """A place's public days, for calendar programs that ask again every day."""
    name = _("Days of %(place)s") % {"place": place.local_name}
    return _file(request, queries.public_days(place), name)


def _file(request: HttpRequest, found: Iterable[Day], name: str) -> HttpResponse:
    host = urlsplit(f"//{request.get_host()}").hostname
    events = [
        Event(
            uid=f"day-{one.pk}@{host}",
            begins=one.begins,
            ends=one.ends,
            title=one.title,
            language=one.language,
            description=one.description,
            category=one.get_kind_display(),
            url=request.build_absolute_uri(one.get_absolute_url()),
            yearly=one.repeats == Repeats.YEARLY,
            public=one.visibility == Visibility.PUBLIC,
        )
        for one in found
    ]
    language = (get_language() or "en").split("-")[0]
    text = calendar_text(events, name=name, language=language, now=timezone.now())
    return HttpResponse(
        text.encode(), content_type=MEDIA_TYPE, headers={"X-Content-Type-Options": "nosniff"}
    )


# --- one day


@gate("coordination.begin", on=place_named)
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, place: Place) -> HttpResponse:
    """Write a day down."""
    form = DayForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.begin(place=place, by=request.viewer, **form.told())  # type: ignore[attr-defined]
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved. Only your team sees it so far."))
            return redirect(made)
    words = {"place": place, "form": form}
    return render(request, "coordination/day_form.html", words, status=422 if form.errors else 200)


@gate("coordination.edit", on=queries.day)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, day: Day) -> HttpResponse:
    """Write it anew, or in one more language."""
    form = DayForm(
        request.POST if request.method == "POST" else None,
        thing=day,
        language=request.GET.get("language", ""),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change(day=day, by=request.viewer, **form.told())  # type: ignore[attr-defined]
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            return redirect(day)
    words = {"place": day.place, "form": form, "day": day}
    return render(request, "coordination/day_form.html", words, status=422 if form.errors else 200)


@gate("coordination.see", on=queries.day)
@require_GET
def page(request: HttpRequest, day: Day) -> HttpResponse:
    """A day with its preparation list."""
    return _page(request, day)


def _page(
    request: HttpRequest,
    day: Day,
    status: int = 200,
    share_form: LevelForm | None = None,
    **words: Any,
) -> HttpResponse:
    viewer, today = request.viewer, timezone.localdate()  # type: ignore[attr-defined]
    may = {act: rules.test_rule(f"coordination.{act}", viewer, day) for act in _ACTS}
    words = {
        "day": day,
        "when": coming(day, today),
        "steps": queries.steps(viewer, day, today),
        "needs_date": day.repeats == Repeats.MOVES and day.ends < today,
        "may": may,
        "next_form": NextForm(),
        "step_form": PreparationForm(viewer=viewer, place=day.place) if may["edit"] else None,
        **sharing.sharing(request, day, share_form),
        **words,
    }
    return render(request, "coordination/day.html", words, status=status)


@gate("coordination.edit", on=queries.day)
@require_POST
def set_next(request: HttpRequest, day: Day) -> HttpResponse:
    """The next date of a day that moves."""
    form = NextForm(request.POST)
    if form.is_valid():
        try:
            services.set_next(day=day, by=request.viewer, **form.cleaned_data)  # type: ignore[attr-defined]
        except RefusedError:
            messages.error(request, _("This day does not move. Change its date instead."))
            return redirect(day)
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved. Its preparation list begins anew."))
            return redirect(day)
    return _page(request, day, 422, next_form=form)


@gate("coordination.edit", on=queries.day)
@require_POST
def remove(request: HttpRequest, day: Day) -> HttpResponse:
    """It was a mistake."""
    services.remove(day=day, by=request.viewer)  # type: ignore[attr-defined]
    messages.success(request, _("Removed, with its preparation list."))
    return redirect("coordination:calendar")


@gate("coordination.edit", on=queries.day)
@require_POST
def add_preparation(request: HttpRequest, day: Day) -> HttpResponse:
    """A line of the preparation list."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = PreparationForm(request.POST, viewer=viewer, place=day.place)
    if form.is_valid():
        try:
            services.add_preparation(day=day, by=viewer, **form.cleaned_data)
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{day.get_absolute_url()}#preparation")
    return _page(request, day, 422, step_form=form)


@gate("coordination.edit", on=queries.preparation)
@require_POST
def prepared(request: HttpRequest, preparation: Preparation) -> HttpResponse:
    """It is done, or with ``undo`` not yet after all."""
    services.prepared(
        preparation=preparation,
        done="undo" not in request.POST,
        by=request.viewer,  # type: ignore[attr-defined]
    )
    messages.success(request, _("Saved."))
    return redirect(f"{preparation.day.get_absolute_url()}#preparation")


@gate("coordination.edit", on=queries.preparation)
@require_POST
def remove_preparation(request: HttpRequest, preparation: Preparation) -> HttpResponse:
    """Nobody needs this line any more."""
    services.remove_preparation(preparation=preparation, by=request.viewer)  # type: ignore[attr-defined]
    messages.success(request, _("Removed."))
    return redirect(f"{preparation.day.get_absolute_url()}#preparation")


@gate("coordination.share", on=queries.day)
@require_POST
def share(request: HttpRequest, day: Day) -> HttpResponse:
    """Ask that more people see it."""
    form = sharing.ask(request, day)
    return redirect(day) if form is None else _page(request, day, 422, share_form=form)


@gate("coordination.narrow", on=queries.day)
@require_POST
def narrow(request: HttpRequest, day: Day) -> HttpResponse:
    """Fewer people see it, at once."""
    sharing.fewer(request, day)
    return redirect(day)
