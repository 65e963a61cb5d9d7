"""Versions of a practice: which there are, and what changed from one to the next."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from baithak.exchange.differences import differences
from baithak.exchange.models import Practice, Version
from baithak.exchange.portrait import of_version
from baithak.exchange.queries import practices as queries
from baithak.web.gate import gate

__all__ = ["listing", "page"]


@gate("exchange.see", on=queries.practice)
@require_GET
def listing(request: HttpRequest, practice: Practice) -> HttpResponse:
    """Every version the viewer may read, the newest first."""
    versions = queries.versions(request.viewer, practice)  # type: ignore[attr-defined]
    page = Paginator(versions, 30).get_page(request.GET.get("page"))
    return render(request, "exchange/versions.html", {"practice": practice, "page": page})


@gate("exchange.see", on=queries.version)
@require_GET
def page(request: HttpRequest, version: Version) -> HttpResponse:
    """One version, its review and what changed since the one before."""
    previous = queries.previous(request.viewer, version)  # type: ignore[attr-defined]
    words = {
        "edition": version,  # the footer says the version of Baithak
        "portrait": of_version(version),
        "previous": previous,
        "changes": differences(previous.data, version.data) if previous else (),
    }
    return render(request, "exchange/version.html", words)
