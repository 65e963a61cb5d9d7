"""What is new, on one page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from baithak.home import news, services
from baithak.home.queries.preferences import has_seen
from baithak.web.gate import gate

__all__ = ["page"]


@dataclass(frozen=True, slots=True)
class _Shown:
    entry: news.Entry
    fresh: bool


@gate("home.see_news")
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The newest first; what came since the viewer last said "read" is marked.

    News have a day and no hour: what came on the day of that word may have come after it, and stays marked.
    """
    viewer = request.viewer  # type: ignore[attr-defined]  # set by network.middleware
    today = timezone.localdate()
    if request.method == "POST":
        services.look_at_news(on=today, by=viewer)
        return redirect("home:news")
    since = has_seen(viewer)
    found = [_Shown(one, since is None or one.came >= since) for one in news.news(viewer, today)]
    return render(
        request,
        "home/news.html",
        {"found": found, "may_read": since != today and any(one.fresh for one in found)},
    )
