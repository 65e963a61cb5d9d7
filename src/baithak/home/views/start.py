"""The start page, and what this is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from baithak.budget import queries as budgets
from baithak.dialogue import queries as dialogues
from baithak.network import queries as network
from baithak.panel import queries as panels
from baithak.web.gate import public
from baithak.web.kept import kept

__all__ = ["about", "start"]


@public("the front door: what this hub is, what is open now, which places take part")
@kept
def start(request: HttpRequest) -> HttpResponse:
    """What is open now, what was heard and decided, which places take part."""
    viewer = request.viewer  # type: ignore[attr-defined]  # set by network.middleware
    heard = list(dialogues.with_a_map(viewer)[:12])
    return render(
        request,
        "home/start.html",
        {
            "open_now": dialogues.open_now(viewer)[:12],
            "budgets_now": budgets.open_now(viewer)[:12],
            "panels_now": panels.open_now(viewer)[:12],
            "heard": heard,
            "counted": budgets.with_a_result(viewer)[:12],
            "drawn": panels.with_a_draw(viewer)[:12],
            "published_data": any(dialogue.imported for dialogue in heard),
            "hubs": [(hub, network.cities_of(viewer, hub)) for hub in network.hubs(viewer)],
        },
    )


@public("says what Baithak is, what it will never be, and how votes are kept")
def about(request: HttpRequest) -> HttpResponse:
    """Plain words about the software and its promises."""
    return render(request, "home/about.html")
