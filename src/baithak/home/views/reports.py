"""The reports of a city, a country or a hub: choose a time, read, take along, see what was counted."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET

from baithak.exchange.records import LANGUAGES
from baithak.home.reports.figures import FIGURES, Book, Scope
from baithak.home.reports.found import lines, years
from baithak.home.reports.periodic import city_report
from baithak.home.reports.periods import Period, period, today_at
from baithak.home.reports.several import report_of_several
from baithak.network.limits import Limit, too_often
from baithak.network.models import Kind, Place
from baithak.network.queries import place_named
from baithak.network.scope import Viewer
from baithak.report import paper_html
from baithak.report.paper import Paper
from baithak.web.files import POLICY
from baithak.web.gate import gate
from baithak.web.kept import kept

__all__ = ["figure", "listing", "page", "paper"]

#: Papers cost more than pages (T18).
PAPERS = Limit("home.reports", most=200, seconds=10 * 60)
#: Reports and lists that are made; those that were kept are not counted.
PAGES = Limit("home.report_pages", most=600, seconds=10 * 60)
ROWS = 50
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
}


class Asked(NamedTuple):
    """A place and a time of it, as an address names them; ``more`` is the kind of a paper, or a figure."""

    place: Place
    period: Period
    more: str = ""


def _asked(viewer: Viewer, *, place: str, period: str) -> Asked | None:
    """A time that has not begun has no report."""
    found, named = place_named(viewer, place=place), _period(period)
    if found is None or named is None or not named.begun(today_at(found)):
        return None
    return Asked(found, named)


_period = period


def _of_kind(viewer: Viewer, *, place: str, period: str, kind: str) -> Asked | None:
    found = _asked(viewer, place=place, period=period) if kind in TYPES else None
    return None if found is None else found._replace(more=kind)


def _of_figure(viewer: Viewer, *, place: str, period: str, figure: str) -> Asked | None:
    found = _asked(viewer, place=place, period=period) if figure in FIGURES else None
    return None if found is None else found._replace(more=figure)


def _is_public(request: HttpRequest) -> bool:
    return request.GET.get("as") == "public"


def _scope(request: HttpRequest, asked: Asked) -> Scope:
    viewer = request.viewer  # type: ignore[attr-defined]  # set by network.middleware
    return Scope.of(viewer, asked.place, asked.period, public=_is_public(request))


def _paper(request: HttpRequest, asked: Asked) -> Paper:
    """In the language that is active; its address is that of the page in this language."""
    named = {"place": asked.place.slug, "period": asked.period.slug}
    source = request.build_absolute_uri(reverse("home:report", kwargs=named))
    make = city_report if asked.place.kind == Kind.CITY else report_of_several
    return make(_scope(request, asked), source=source, preview=_is_public(request))


@gate("home.see_reports", on=place_named)
@require_GET
@kept
def listing(request: HttpRequest, place: Place) -> HttpResponse:
    """For which quarters and years there is something to read."""
    viewer = request.viewer  # type: ignore[attr-defined]
    words = {"place": place, "years": years(viewer, place), "viewpoint": viewer.is_member}
    return render(request, "home/reports.html", words)


@gate("home.see_reports", on=_asked)
@require_GET
@kept
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The report, over what this reader may see."""
    wait = PAGES.wait(request)
    if wait:
        return too_often(request, wait)
    made = _paper(request, asked)
    words: dict[str, Any] = {
        "place": asked.place,
        "period": asked.period,
        "paper": made,
        "blocks": paper_html.blocks(made),
        "languages": LANGUAGES.items(),
        "preview": _is_public(request),
        "is_member": request.viewer.is_member,  # type: ignore[attr-defined]
    }
    return render(request, "home/report.html", words)


@gate("home.see_reports", on=_of_kind)
@require_GET
def paper(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The same to take along; ``?language=`` chooses one of the languages, ``?as=public`` the public view."""
    wait = PAPERS.wait(request)
    if wait:
        return too_often(request, wait)
    language = request.GET.get("language") or translation.get_language() or "en"
    if language not in LANGUAGES:
        raise Http404
    with translation.override(language):
        content = _content(_paper(request, asked), asked.more)
    name = f"{asked.place.slug}-{asked.period.slug}-{language}.{asked.more}"
    return HttpResponse(
        content,
        content_type=TYPES[asked.more],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": POLICY,
        },
    )


def _content(made: Paper, kind: str) -> bytes:
    if kind == "html":
        return paper_html.page(made).encode()
    if kind == "pdf":
        from baithak.report.paper_pdf import paper_pdf  # typst costs a tenth of a second

        return paper_pdf(made).content
    from baithak.report.paper_docx import paper_docx

    return paper_docx(made)


@gate("home.see_reports", on=_of_figure)
@require_GET
@kept
def figure(request: HttpRequest, asked: Asked) -> HttpResponse:
    """What a figure of the report counts, one line each."""
    wait = PAGES.wait(request)
    if wait:
        return too_often(request, wait)
    scope = _scope(request, asked)
    owner = request.GET.get("owner", "")
    found = Book(scope).listed(
        asked.more,
        level=request.GET.get("level", "")[:16],
        owner=int(owner) if owner.isascii() and owner.isdecimal() and len(owner) < 16 else 0,
    )
    if found is None:
        raise Http404
    shown = Paginator(found, ROWS).get_page(request.GET.get("page"))
    words = {
        "place": asked.place,
        "period": asked.period,
        "label": FIGURES[asked.more].label,
        "page": shown,
        "rows": lines(scope, asked.more, shown.object_list),
        "preview": _is_public(request),
        "narrowed": [
            (name, request.GET[name]) for name in ("as", "level", "owner") if request.GET.get(name)
        ],
    }
    return render(request, "home/report_counted.html", words)
