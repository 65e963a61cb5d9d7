"""My desk."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from baithak.home import desk
from baithak.network import queries as network
from baithak.web.gate import gate

__all__ = ["page"]


@gate("home.see_desk")
def page(request: HttpRequest) -> HttpResponse:
    """What is mine, what is due, what waits on others."""
    viewer = request.viewer  # type: ignore[attr-defined]  # set by network.middleware
    return render(
        request,
        "home/desk.html",
        {"desk": desk.desk(viewer), "grants": network.memberships_of(viewer)},
    )
