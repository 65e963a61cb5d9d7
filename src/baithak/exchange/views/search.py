"""Find: one search over everything the exchange holds."""

from __future__ import annotations

import rules
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from baithak.exchange import finding
from baithak.exchange.cards import cards
from baithak.exchange.exporting import NAMES
from baithak.exchange.facets import FACETS, choices, facet_label
from baithak.exchange.forms.search import AT_ONCE, MOST, Asked, asked
from baithak.exchange.queries.found import rows
from baithak.network.limits import Limit, too_often
from baithak.network.scope import Viewer
from baithak.web.gate import gate

__all__ = ["listing"]

#: A room full of people behind one address stays far below (T18).
SEARCH = Limit("exchange.search", most=600, seconds=10 * 60)


@gate("exchange.list")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """What the viewer may see and asks for, twenty at a time."""
    told = asked(request.GET)
    if not told.is_blank:
        wait = SEARCH.wait(request)
        if wait:
            return too_often(request, wait)
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by the middleware
    filters = dict(told.filters)
    if not told.words:
        filters.setdefault("kind", ("practice",))  # who only looks around came for practices
    found = finding.find(
        viewer, told.words, language=get_language(), filters=filters, limit=told.limit
    )
    hits = found.hits[(told.page - 1) * AT_ONCE :]
    seen = rows(viewer, [hit.id for hit in hits])
    notes = {note.code.rpartition(".")[2]: note.params for note in found.notes}
    return render(
        request,
        "exchange/list.html",
        {
            "asked": told,
            "cards": cards(hits, seen),
            "total": found.total,
            "facets": choices(found.facets, told.chosen),
            "chips": _chips(told),
            "pages": _pages(told, found.total),
            "most": MOST,
            "files": NAMES,
            "shortened": notes.get("shortened"),
            "no_words": "no_words" in notes,
            "may": {
                act: rules.test_rule(f"exchange.{act}", viewer, None)
                for act in ("see_questions", "write")
            },
            "challenges": [] if found.total else _challenges(viewer),
        },
    )


def _chips(told: Asked) -> list[dict[str, str]]:
    """What is chosen, each with the address that lets it go."""
    chosen = [("q", "", told.words)] if told.words else []
    chosen += [("city", "", told.city)] if told.city else []
    chosen += [
        (name, code, facet_label(name, code))
        for name in FACETS
        for code in told.chosen.get(name, ())
    ]
    return [
        {
            "label": label,
            "facet": FACETS.get(name, ""),
            "language": code if name == "language" else "",
            "address": told.without(name, code).address(),
        }
        for name, code, label in chosen
    ]


def _pages(told: Asked, total: int) -> dict[str, object] | None:
    last = -(-min(total, MOST) // AT_ONCE)
    if last < 2:
        return None
    return {
        "number": told.page,
        "last": last,
        "before": told.turned(told.page - 1).address() if told.page > 1 else None,
        "after": told.turned(told.page + 1).address() if told.page < last else None,
    }


def _challenges(viewer: Viewer) -> list[dict[str, object]]:
    """Where to go on when nothing was found: every challenge that has practices."""
    every = finding.find(viewer, "", filters={"kind": ("practice",)}, limit=1)
    return [
        {"code": option.code, "label": option.label, "count": option.count}
        for facet in choices(every.facets, {})
        if facet.name == "challenge"
        for option in facet.options
    ]
