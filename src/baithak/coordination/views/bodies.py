"""Bodies: who sits in them as seats, how they work, what is above and below."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.coordination import health
from baithak.coordination.forms.bodies import BalanceForm, BodyForm, DatesForm, SeatForm
from baithak.coordination.models import Body, Seat
from baithak.coordination.queries import bodies as queries
from baithak.coordination.queries import meetings as meeting_queries
from baithak.coordination.services import bodies as services
from baithak.coordination.services import meetings as meeting_services
from baithak.network import sharing
from baithak.network.models import Place
from baithak.network.queries import place_named
from baithak.web.gate import gate

__all__ = [
    "add_balance",
    "add_seat",
    "begin",
    "edit",
    "edit_seat",
    "listing",
    "narrow",
    "page",
    "plan_meetings",
    "remove_seat",
    "share",
]

ROWS = 30


@gate("coordination.list")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every body the viewer may see; with ``?place=`` those of one place."""
    viewer = request.viewer  # type: ignore[attr-defined]
    place = request.GET.get("place", "")
    page = Paginator(queries.bodies(viewer, place), ROWS).get_page(request.GET.get("page"))
    facts = queries.facts_of(viewer, page.object_list)
    words = {
        "page": page,
        "rows": [(body, health.told_of(facts[body.pk])) for body in page.object_list],
        "place": place_named(viewer, place=place) if place else None,
        "places": queries.places_to_write_in(viewer),
    }
    return render(request, "coordination/bodies.html", words)


@gate("coordination.see", on=queries.body)
@require_GET
def page(request: HttpRequest, body: Body) -> HttpResponse:
    """One body."""
    return _page(request, body)


def _page(request: HttpRequest, body: Body, status: int = 200, **words: Any) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    facts = queries.facts_of(viewer, [body])[body.pk]
    balances = list(queries.balances(viewer, body)[:6])
    acts = ("edit", "share", "narrow", "import", "export")
    above = queries.body(viewer, body=body.above_id) if body.above_id else None
    words = {
        "body": body,
        "health": health.told_of(facts),
        "facts": facts,
        "seats": queries.seats(viewer, body),
        "balances": balances,
        "shares": queries.sat(viewer, balances[0]) if balances else None,
        # Counts for those who work there, words for everybody else.
        "counts": bool(viewer.roles_at(body.place_id)),
        "above": above,
        "below": queries.below(viewer, body),
        "meetings": meeting_queries.meetings(viewer).filter(body=body)[:10],
        "may": {act: rules.test_rule(f"coordination.{act}", viewer, body) for act in acts},
        **sharing.sharing(request, body, words.pop("share_form", None)),
        **words,
    }
    return render(request, "coordination/body.html", words, status=status)


@gate("coordination.begin", on=place_named)
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, place: Place) -> HttpResponse:
    """A new body of a place."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = BodyForm(
        request.POST if request.method == "POST" else None,
        above=queries.above_choices(viewer, None),
        language=request.GET.get("language", ""),
    )
    if request.method == "POST" and form.is_valid():
        try:
            body = services.begin(place=place, by=viewer, **form.told())
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(
                request, _("Saved. Only your team sees it so far. Now list its seats.")
            )
            return redirect(body)
    words = {"form": form, "place": place, "body": None}
    return render(request, "coordination/body_form.html", words, status=422 if form.errors else 200)


@gate("coordination.edit", on=queries.body)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, body: Body) -> HttpResponse:
    """Other words, other facts, another language."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = BodyForm(
        request.POST if request.method == "POST" else None,
        thing=body,
        above=queries.above_choices(viewer, body),
        language=request.GET.get("language", ""),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change(body=body, by=viewer, **form.told())
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            return redirect(body)
    words = {"form": form, "place": body.place, "body": body}
    return render(request, "coordination/body_form.html", words, status=422 if form.errors else 200)


# --- seats
@gate("coordination.edit", on=queries.body)
@require_http_methods(["GET", "POST"])
def add_seat(request: HttpRequest, body: Body) -> HttpResponse:
    """One seat more."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = SeatForm(
        request.POST if request.method == "POST" else None,
        organisations=queries.organisations(viewer, body.place),
        language=request.GET.get("language", ""),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.add_seat(body=body, by=viewer, **form.told())
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("The seat is added."))
            again = "another" in request.POST
            return redirect("coordination:add_seat", body=body.pk) if again else redirect(body)
    words = {"form": form, "body": body, "seat": None}
    return render(request, "coordination/seat_form.html", words, status=422 if form.errors else 200)


@gate("coordination.edit", on=queries.seat)
@require_http_methods(["GET", "POST"])
def edit_seat(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Another organisation, vacant, another language."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = SeatForm(
        request.POST if request.method == "POST" else None,
        thing=seat,
        organisations=queries.organisations(viewer, seat.place),
        language=request.GET.get("language", ""),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_seat(seat=seat, by=viewer, **form.told())
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            return redirect(seat.body)
    words = {"form": form, "body": seat.body, "seat": seat}
    return render(request, "coordination/seat_form.html", words, status=422 if form.errors else 200)


@gate("coordination.edit", on=queries.seat)
@require_POST
def remove_seat(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The charter has it no more."""
    services.remove_seat(seat=seat, by=request.viewer)  # type: ignore[attr-defined]
    messages.success(request, _("The seat is removed."))
    return redirect(seat.body)


# --- balance
@gate("coordination.edit", on=queries.body)
@require_http_methods(["GET", "POST"])
def add_balance(request: HttpRequest, body: Body) -> HttpResponse:
    """How the seats are shared out today."""
    form = BalanceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.put_balance(body=body, by=request.viewer, **form.cleaned_data)  # type: ignore[attr-defined]
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            return redirect(body)
    words = {"form": form, "body": body}
    return render(
        request, "coordination/balance_form.html", words, status=422 if form.errors else 200
    )


# --- the next meetings
@gate("coordination.edit", on=queries.body)
@require_http_methods(["GET", "POST"])
def plan_meetings(request: HttpRequest, body: Body) -> HttpResponse:
    """Meetings of the rhythm, on days that are proposed and can be changed."""
    viewer = request.viewer  # type: ignore[attr-defined]
    proposed = health.proposals(queries.facts_of(viewer, [body])[body.pk], DatesForm.MOST)
    last = meeting_queries.meetings(viewer).filter(body=body).first()
    like = {"at": last.at, "where": last.where} if last else {}
    form = DatesForm(
        request.POST if request.method == "POST" else None, proposed=proposed, initial=like
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = meeting_services.plan(
                body=body, days=told["days"], at=told["at"], where=told["where"], by=viewer
            )
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(
                request,
                ngettext("%(n)d meeting is planned.", "%(n)d meetings are planned.", len(made))
                % {"n": len(made)},
            )
            return redirect(body)
    words = {
        "form": form,
        "body": body,
        "proposed": proposed,
        "touching": meeting_queries.days_touching(viewer, body.place, proposed),
    }
    return render(
        request, "coordination/plan_meetings.html", words, status=422 if form.errors else 200
    )


# --- who sees it
@gate("coordination.share", on=queries.body)
@require_POST
def share(request: HttpRequest, body: Body) -> HttpResponse:
    """Ask that more people see it."""
    form = sharing.ask(request, body)
    return redirect(body) if form is None else _page(request, body, 422, share_form=form)


@gate("coordination.narrow", on=queries.body)
@require_POST
def narrow(request: HttpRequest, body: Body) -> HttpResponse:
    """Fewer people see it, at once."""
    sharing.fewer(request, body)
    return redirect(body)
