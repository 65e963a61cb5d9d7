"""Practices that fit: a door for a sentence or a challenge, wherever it comes from."""

from __future__ import annotations

import rules
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from baithak.exchange.fitting import fitting
from baithak.exchange.records import library
from baithak.exchange.views.search import SEARCH
from baithak.network.limits import too_often
from baithak.web.gate import gate

__all__ = ["page"]

#: A longer text is cut: what fits is found by its first sentences.
MOST = 600


@gate("exchange.list")
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """What fits the text or the challenges that the address names."""
    viewer = request.viewer  # type: ignore[attr-defined]
    language = (get_language() or "en").split("-")[0]
    text = request.GET.get("text", "")[:MOST]
    taxonomy = library().taxonomy
    chosen = [
        code for code in taxonomy.codes("challenges") if code in request.GET.getlist("challenge")
    ]
    asked = bool(text.strip() or chosen)
    if asked:
        wait = SEARCH.wait(request)
        if wait:
            return too_often(request, wait)
    words = {
        "text": text,
        "asked": asked,
        "fits": fitting(viewer, text, language, chosen) if asked else (),
        "chosen": chosen,
        "challenges": taxonomy.codes("challenges"),
        "may_adopt": rules.test_rule("exchange.write", viewer, None),
    }
    return render(request, "exchange/fitting.html", words)
