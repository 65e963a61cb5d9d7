"""After the draw: who was drawn, how to reach them, who comes and what they need, seating the panel."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from baithak.panel import queries, services
from baithak.panel.forms import AnswerForm, SeatForm
from baithak.panel.models import NeedKind, Panel, Seat
from baithak.panel.views.words import refused
from baithak.web.gate import gate

__all__ = ["answer_for", "attendance", "contacts", "drawn", "seat"]


def _drawn_page(
    request: HttpRequest, panel: Panel, *, status: int = 200, **more: Any
) -> HttpResponse:
    people = queries.drawn_people(panel)
    words = {
        "panel": panel,
        "people": people,
        "seats": Counter(person.seat for person in people),
        "form": SeatForm(),
        "contacts": None,
        "may_answer": panel.state == "open",
    }
    return render(request, "panel/drawn.html", words | more, status=status)


@gate("panel.see_drawn", on=queries.panel)
@require_GET
def drawn(request: HttpRequest, panel: Panel) -> HttpResponse:
    """Those drawn, by pseudonym, and what they answered."""
    return _drawn_page(request, panel)


@gate("panel.read_contacts", on=queries.panel)
@require_POST
def contacts(request: HttpRequest, panel: Panel) -> HttpResponse:
    """The same with the contacts of those who have a seat; this look is journaled."""
    told = services.read_contacts(panel=panel, by=request.viewer)
    return _drawn_page(request, panel, contacts=told)


@gate("panel.answer_for", on=queries.panel)
@require_POST
def answer_for(request: HttpRequest, panel: Panel) -> HttpResponse:
    """Write down what somebody said on the telephone."""
    form = AnswerForm(request.POST)
    if form.is_valid() and form.cleaned_data["pseudonym"]:
        try:
            services.answer(
                panel=panel,
                pseudonym=form.cleaned_data["pseudonym"],
                takes_it=form.cleaned_data["answer"] == "yes",
                by=request.viewer,
            )
        except services.RefusedError as refusal:
            messages.error(request, refused(refusal.code))
        else:
            messages.success(request, _("Written down."))
    else:
        messages.error(request, _("Nothing was changed: press yes or no beside a person."))
    return redirect("panel:drawn", code=panel.code)


@gate("panel.attendance", on=queries.panel)
@require_GET
def attendance(request: HttpRequest, panel: Panel) -> HttpResponse:
    """Who comes, by pseudonym, and what they need; for the table at the door."""
    coming = [p for p in queries.drawn_people(panel) if p.seat == Seat.YES]
    needs = {p.pk: p.need.kinds if hasattr(p, "need") else [] for p in coming}
    words = {
        "panel": panel,
        "people": [
            (p, [NeedKind(kind).label for kind in needs[p.pk] if kind in NeedKind.values])
            for p in coming
        ],
        "needs": [
            (kind.label, count)
            for kind in NeedKind
            if (count := sum(kind in kinds for kinds in needs.values()))
        ],
    }
    return render(request, "panel/attendance.html", words)


@gate("panel.seat", on=queries.panel)
@require_POST
def seat(request: HttpRequest, panel: Panel) -> HttpResponse:
    """The panel is complete."""
    form = SeatForm(request.POST)
    if form.is_valid():
        try:
            services.seat(panel=panel, why_fewer=form.cleaned_data["why_fewer"], by=request.viewer)
        except services.RefusedError as refusal:
            form.add_error(None, refused(refusal.code))
        else:
            messages.success(
                request, _("The panel is seated. Its registrants are erased in thirty days.")
            )
            return redirect(panel)
    return _drawn_page(request, panel, status=422, form=form)
