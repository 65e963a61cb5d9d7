"""The mayor's page, on the screen and as one sheet."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET

from baithak.home import mayor
from baithak.network.limits import Limit, too_often
from baithak.network.models import Place
from baithak.network.scope import Viewer
from baithak.report import paper_html
from baithak.report.paper import Paper
from baithak.web.files import POLICY
from baithak.web.gate import gate

__all__ = ["page", "paper"]

#: A sheet costs more than a page (T18).
SHEETS = Limit("home.sheets", most=100, seconds=10 * 60)
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def _language(request: HttpRequest) -> str:
    """The one that was asked for, else the reader's."""
    chosen = request.GET.get("language") or translation.get_language() or "en"
    if chosen not in dict(settings.LANGUAGES):
        raise Http404
    return chosen


def _sheet(request: HttpRequest, told: mayor.Page, most: int, *, whole: bool = False) -> Paper:
    address = reverse("home:mayor", kwargs={"place": told.place.slug})
    return mayor.paper(told, source=request.build_absolute_uri(address), most=most, whole=whole)


@gate("home.see_mayor", on=mayor.place_of)
@require_GET
def page(request: HttpRequest, place: Place) -> HttpResponse:
    """On the screen, in the language that was asked for."""
    language = _language(request)
    with translation.override(language):
        told = mayor.page(request.viewer, place)  # type: ignore[attr-defined]
        sheet = _sheet(request, told, 3, whole=True)
    words = {
        "place": place,
        "paper": sheet,
        "blocks": paper_html.blocks(sheet),
        "languages": settings.LANGUAGES,
        "chosen": language,
    }
    return render(request, "home/mayor.html", words)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The page of a place as a file of one kind."""

    place: Place
    kind: str


def _of_kind(viewer: Viewer, *, place: str, kind: str) -> _Asked | None:
    found = mayor.place_of(viewer, place=place)
    return None if found is None or kind not in TYPES else _Asked(found, kind)


@gate("home.see_mayor", on=_of_kind)
@require_GET
def paper(request: HttpRequest, thing: _Asked) -> HttpResponse:
    """As PDF or as a Word file; ``?language=`` chooses one of the languages."""
    place, kind = thing.place, thing.kind
    wait = SHEETS.wait(request)
    if wait:
        return too_often(request, wait)
    language = _language(request)
    with translation.override(language):
        told = mayor.page(request.viewer, place)  # type: ignore[attr-defined]
        content = _content(request, told, kind)
    return HttpResponse(
        content,
        content_type=TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="mayor-{place.slug}-{language}.{kind}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": POLICY,
        },
    )


def _content(request: HttpRequest, told: mayor.Page, kind: str) -> bytes:
    if kind == "docx":
        from baithak.report.paper_docx import paper_docx

        return paper_docx(_sheet(request, told, 3))
    from baithak.report.paper_pdf import paper_pdf  # typst costs a tenth of a second

    for most in (3, 2, 1):
        made = paper_pdf(_sheet(request, told, most))
        if made.pages == 1:
            break
    return made.content
