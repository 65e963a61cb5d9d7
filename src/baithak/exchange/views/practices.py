"""A practice: its page, for people and for machines."""

from __future__ import annotations

from typing import Any

import rules
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from baithak.exchange.linked_data import linked as linked_of
from baithak.exchange.models import Practice
from baithak.exchange.portrait import of_practice
from baithak.exchange.queries import adoptions, lessons
from baithak.exchange.queries import practices as queries
from baithak.exchange.queries.questions import reply_time
from baithak.exchange.records import LANGUAGES, Rendering, library
from baithak.exchange.rules import REVIEWERS, WRITERS
from baithak.network import sharing
from baithak.network.forms import LevelForm
from baithak.web.gate import gate

__all__ = ["linked", "page", "share"]

_ACTS = (
    "edit",
    "ask_review",
    "retire",
    "republish",
    "narrow",
    "share",
    "translate",
    "adopt",
    "ask",
)
_LESSONS = 30
#: What a practice can be taken along as, beside the page to print.
_KINDS = [
    ("docx", "DOCX"), ("yaml", "YAML"), ("csv", "CSV"), ("xlsx", "XLSX"), ("json", "JSON-LD"),
    ("bib", "BibTeX"), ("ris", "RIS"),
]  # fmt: skip


@gate("exchange.see", on=queries.practice)
@require_GET
def page(request: HttpRequest, practice: Practice) -> HttpResponse:
    """One practice; ``?side=ur`` shows it in two languages."""
    return _page(request, practice)


def _page(
    request: HttpRequest, practice: Practice, status: int = 200, form: LevelForm | None = None
) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    may = {act: rules.test_rule(f"exchange.{act}", viewer, practice) for act in _ACTS}
    if practice.is_own and viewer.places_as(WRITERS) <= {practice.place_id}:
        may["adopt"] = False  # a place does not take its own practice up
    portrait = of_practice(practice, request.GET.get("side", ""))
    shown = practice.renderings.get(portrait.side or practice.language)
    written = {one.language: one for one in practice.translations.all()} if may["translate"] else {}
    told = [
        {
            "code": code,
            "name": name,
            "told": practice.renderings.get(code),
            "written": written.get(code),
        }
        for code, name in LANGUAGES.items()
        if code != practice.record.language
    ]
    strange = practice.is_own and not viewer.roles_at(practice.place)
    asks = may["ask"] and strange and practice.is_published
    words = {
        "practice": practice,
        "portrait": portrait,
        "may": may,
        "shown_translation": shown,
        "language_name": LANGUAGES[shown.language] if shown else "",
        "languages": [one for one in told if one["told"]],
        "to_translate": told,
        "linked": _linked(request, practice) if practice.is_published else None,
        "family": adoptions.family(viewer, practice),
        "lessons": lessons.of_practice(viewer, practice)[:_LESSONS],
        "may_write_lesson": rules.test_rule("exchange.write_lesson", viewer, None),
        "may_ask_owner": asks,
        "reply_time": reply_time(practice.place) if asks else None,
        "kinds": _KINDS,
        "level": sharing.sharing(request, practice, form)
        if may["narrow"] and practice.current is not None
        else None,
        **_work(viewer, practice),
    }
    return render(request, "exchange/practice.html", words, status=status)


@gate("exchange.share", on=queries.practice)
@require_POST
def share(request: HttpRequest, practice: Practice) -> HttpResponse:
    """Ask that more people see what is published and reviewed."""
    form = sharing.ask(request, practice)
    return redirect(practice) if form is None else _page(request, practice, 422, form)


def _work(viewer: Any, practice: Practice) -> dict[str, Any]:
    """Where the next version stands, for those whom it concerns."""
    if not practice.is_own or not viewer.is_member:
        return {}
    if viewer.roles_at(practice.place):
        seen = queries.versions(viewer, practice).exclude(state="published").first()
        return {"work": seen, "waiting": seen and queries.publish_request(practice)}
    if viewer.places_as(REVIEWERS):
        version = queries.review(viewer, code=practice.code)
        if rules.test_rule("exchange.review", viewer, version):
            return {"work": version, "to_judge": True}
    return {}


def _linked(request: HttpRequest, practice: Practice) -> dict[str, Any]:
    record = practice.record
    return linked_of(
        record,
        library().taxonomy,
        library().city(record.city, record.country),
        url=request.build_absolute_uri(practice.get_absolute_url()),
        renderings={
            language: Rendering(told.title, told.summary)
            for language, told in practice.renderings.items()
        },
    )


@gate("exchange.see", on=queries.practice)
@require_GET
def linked(request: HttpRequest, practice: Practice) -> HttpResponse:
    """The practice in the words of schema.org."""
    return JsonResponse(
        _linked(request, practice),
        content_type="application/ld+json",
        json_dumps_params={"ensure_ascii": False, "sort_keys": True},
    )
