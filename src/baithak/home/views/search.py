"""One search over all rooms."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from baithak.exchange.forms.search import LONGEST, asked
from baithak.home import finding
from baithak.network.limits import Limit, too_often
from baithak.web.gate import gate

__all__ = ["SEARCH", "page"]

#: As many as in the library of practices: a room full of people behind one address stays far below (T18).
SEARCH = Limit("home.search", most=600, seconds=10 * 60)


@gate("home.search")
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """What the viewer may see and asks for, by kind; with ``?kind=`` more of that kind."""
    told = asked(request.GET)
    if len(request.GET.get("q", "")) > LONGEST:
        # What is read of it, in an address that the links of the page can repeat.
        return redirect(f"{reverse('home:search')}?{urlencode({'q': told.words})}")
    kind = request.GET.get("kind", "")
    words = {"q": told.words, "longest": LONGEST, "kind": "", "result": None}
    if told.words:
        wait = SEARCH.wait(request)
        if wait:
            return too_often(request, wait)
        words["kind"] = kind if kind in finding.KINDS else ""
        words["address"] = urlencode({"q": told.words})
        words["result"] = finding.find(
            request.viewer,  # type: ignore[attr-defined]  # set by network.middleware
            told.words,
            language=get_language() or "en",
            kind=str(words["kind"]),
        )
    return render(request, "home/search.html", words)
