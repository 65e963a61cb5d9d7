"""Practices to take along: one, all that are public, an empty table, pages that need no network."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET

from baithak.exchange import finding, tables
from baithak.exchange.exporting import KINDS, TABLES, exported
from baithak.exchange.forms.search import Asked, asked
from baithak.exchange.models import Practice
from baithak.exchange.paper import PAPERS, paper
from baithak.exchange.queries import practices as queries
from baithak.exchange.queries import public
from baithak.exchange.queries.found import rows
from baithak.exchange.records import LANGUAGES, library
from baithak.network.limits import Limit, too_often
from baithak.network.scope import PUBLIC, Viewer
from baithak.web.files import POLICY
from baithak.web.gate import gate

__all__ = ["export_all", "export_one", "offline", "rarely", "template"]

#: Papers and files of the whole library cost more than pages (T18).
FILES = Limit("exchange.files", most=300, seconds=10 * 60)
#: More than any library: whoever exports wants all of it.
_ALL = 100_000


def rarely(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that reads the whole library, for so many tries of an address."""

    @wraps(view)
    def limited(request: HttpRequest, *arguments: object, **named: object) -> HttpResponse:
        wait = FILES.wait(request)
        return too_often(request, wait) if wait else view(request, *arguments, **named)

    return limited


def _file(content: bytes, name: str, media_type: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": POLICY,
        },
    )


def _of_kind(viewer: Viewer, *, code: str, kind: str) -> tuple[Practice, str] | None:
    practice = queries.practice(viewer, code=code)
    return None if practice is None or kind not in {*KINDS, *PAPERS} else (practice, kind)


@gate("exchange.see", on=_of_kind)
@require_GET
def export_one(request: HttpRequest, thing: tuple[Practice, str]) -> HttpResponse:
    """One practice, for whoever may see it; papers in any of the eight languages."""
    practice, kind = thing
    if kind in KINDS:
        content = _exported(request, kind, [practice])
        return _file(content, f"{practice.code}.{kind}", KINDS[kind])
    return _paper(request, practice, kind)


@rarely
def _paper(request: HttpRequest, practice: Practice, kind: str) -> HttpResponse:
    language = request.GET.get("language") or get_language() or "en"
    if language not in LANGUAGES:
        raise Http404
    url = request.build_absolute_uri(practice.get_absolute_url())
    content = paper(practice, kind, language, url=url)
    return _file(content, f"{practice.code}-{language}.{kind}", PAPERS[kind])


@gate("exchange.list")
@require_GET
@rarely
def export_all(request: HttpRequest, kind: str) -> HttpResponse:
    """The public library, or what the same question finds in it."""
    if kind not in KINDS:
        raise Http404
    practices = _asked_for(asked(request.GET))
    return _file(_exported(request, kind, practices), f"practices.{kind}", KINDS[kind])


def _asked_for(told: Asked) -> list[Practice]:
    if told.is_blank:
        return public.public()
    found = finding.find(
        PUBLIC, told.words, filters={**told.filters, "kind": ("practice",)}, limit=_ALL
    )
    seen = rows(PUBLIC, (hit.id for hit in found.hits)).values()
    return sorted((row for row in seen if isinstance(row, Practice)), key=lambda p: p.code)


def _exported(request: HttpRequest, kind: str, practices: list[Practice]) -> bytes:
    def address(code: str) -> str:
        return request.build_absolute_uri(reverse("exchange:practice", kwargs={"code": code}))

    return exported(
        kind,
        [practice.record for practice in practices],
        library().taxonomy,
        queries.cities([*public.member_cities(), *(practice.place for practice in practices)]),
        address,
    )


@gate("exchange.list")
@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty table; the workbook explains each column and code."""
    if kind not in TABLES:
        raise Http404
    if kind == "csv":
        content = tables.template_csv().encode()
    else:
        content = tables.template_xlsx(library().taxonomy)
    return _file(content, f"practices-empty.{kind}", KINDS[kind])


@gate("exchange.list")
@require_GET
@rarely
def offline(request: HttpRequest) -> HttpResponse | FileResponse:
    """The public library as pages that open without a server, made by the background worker."""
    pack = public.offline_pack()
    if pack is None:
        answer = render(
            request,
            "web/message_page.html",
            {
                "heading": gettext("The pages are not ready yet"),
                "what": gettext("They are made anew whenever a practice has changed."),
                "remedy": gettext("Please try again in a few minutes."),
            },
            status=503,
        )
        answer["Retry-After"] = "120"
        return answer
    return FileResponse(
        pack.open("rb"),
        as_attachment=True,
        filename="baithak-library.zip",
        content_type="application/zip",
        headers={"X-Content-Type-Options": "nosniff"},
    )
