"""The journal of a place, for those who answer for it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from baithak.journal.queries import PlaceJournal, journal_of
from baithak.web.gate import gate

#: Lines on a page.
ROWS = 50


@gate("journal.read", on=journal_of)
@require_safe
def place(request: HttpRequest, journal: PlaceJournal) -> HttpResponse:
    """What was done here, newest first."""
    page = Paginator(journal.lines, ROWS).get_page(request.GET.get("page"))
    return render(request, "journal/place.html", {"place": journal.place, "page": page})
