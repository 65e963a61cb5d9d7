"""Lessons: read one, write one, let more or fewer people see it."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.exchange.forms.lessons import LessonForm
from baithak.exchange.models import Adoption, Lesson, Practice
from baithak.exchange.queries import adoptions, practices
from baithak.exchange.queries import lessons as queries
from baithak.exchange.services import lessons as services
from baithak.exchange.services.names import NamesError
from baithak.exchange.views import names
from baithak.exchange.views.said import saved
from baithak.network import sharing
from baithak.network.refusal import RefusedError
from baithak.web.gate import gate

__all__ = ["edit", "listing", "narrow", "page", "share", "write"]

ROWS = 30


@gate("exchange.list")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every lesson the viewer may see; with ``?place=`` those of one place."""
    viewer = request.viewer  # type: ignore[attr-defined]
    place = request.GET.get("place", "")
    words = {
        "page": Paginator(queries.lessons(viewer, place), ROWS).get_page(request.GET.get("page")),
        "place": place,
        "may_write": rules.test_rule("exchange.write_lesson", viewer, None),
    }
    return render(request, "exchange/lessons.html", words)


@gate("exchange.see", on=queries.lesson)
@require_GET
def page(request: HttpRequest, lesson: Lesson) -> HttpResponse:
    """One lesson."""
    return _page(request, lesson)


def _page(request: HttpRequest, lesson: Lesson, status: int = 200, **words: Any) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    acts = ("edit_lesson", "share_lesson", "narrow")
    words = {
        "lesson": lesson,
        "practice": practices.practices(viewer).filter(pk=lesson.practice_id or 0).first(),
        "adoption": adoptions.adoption(viewer, adoption=lesson.adoption_id or 0),
        "may": {act: rules.test_rule(f"exchange.{act}", viewer, lesson) for act in acts},
        **sharing.sharing(request, lesson, words.pop("share_form", None)),
        **words,
    }
    return render(request, "exchange/lesson.html", words, status=status)


def _source(request: HttpRequest) -> tuple[Adoption | None, Practice | None]:
    """The adoption the viewer writes for, or the practice, that the address names."""
    viewer = request.viewer  # type: ignore[attr-defined]
    named = request.GET.get("adoption", "")
    if named.isdecimal() and len(named) < 10:
        adoption = adoptions.adoption(viewer, adoption=int(named))
        if adoption is not None and rules.test_rule("exchange.tend_adoption", viewer, adoption):
            return adoption, adoption.practice if adoption.practice_shown else None
    return None, practices.practice(viewer, code=request.GET.get("practice", ""))


def _prefilled(adoption: Adoption | None, practice: Practice | None) -> dict[str, Any]:
    told: dict[str, Any] = {"challenges": list(practice.record.challenges)} if practice else {}
    if adoption is not None:
        lines = adoption.lesson.split("\n")
        told |= {
            "title": lines[0][:200],
            "text": "\n\n".join(filter(None, [adoption.lesson, adoption.result])),
            "language": adoption.language,
        }
    return told


@gate("exchange.write_lesson")
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """A new lesson: out of an adoption, about a practice, or by itself."""
    viewer = request.viewer  # type: ignore[attr-defined]
    adoption, practice = _source(request)
    told = queries.of_adoption(viewer, adoption) if adoption else None
    if told is not None:
        messages.info(request, _("This adoption has its lesson already: change it here."))
        return redirect(told)
    form = LessonForm(
        request.POST if request.method == "POST" else None,
        places=[adoption.place] if adoption else practices.places_to_write_in(viewer),
        initial=_prefilled(adoption, practice),
    )
    if request.method == "POST" and form.is_valid():
        try:
            lesson = services.write(adoption=adoption, practice=practice, by=viewer, **form.told())
        except RefusedError:
            form.add_error(None, _("This adoption has its lesson already: reload the page."))
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("The lesson is saved. Only your team sees it so far."))
            return redirect(lesson)
    words = {"form": form, "lesson": None, "adoption": adoption, "practice": practice}
    return render(request, "exchange/lesson_form.html", words, status=422 if form.errors else 200)


@gate("exchange.edit_lesson", on=queries.lesson)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, lesson: Lesson) -> HttpResponse:
    """Other words for it."""
    fields = ("title", "text", "language", "challenges")
    form = LessonForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(lesson, name) for name in fields},
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change(
                lesson=lesson,
                looked=names.looked(request),
                by=request.viewer,  # type: ignore[attr-defined]
                **form.told(),
            )
        except NamesError as found:
            names.show(form, found)
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            saved(request, _("Saved."), lesson, changed)
            return redirect(lesson)
    words = {"form": form, "lesson": lesson}
    return render(request, "exchange/lesson_form.html", words, status=422 if form.errors else 200)


@gate("exchange.share_lesson", on=queries.lesson)
@require_POST
def share(request: HttpRequest, lesson: Lesson) -> HttpResponse:
    """Ask that more people see it."""
    form = sharing.ask(request, lesson)
    return redirect(lesson) if form is None else _page(request, lesson, 422, share_form=form)


@gate("exchange.narrow", on=queries.lesson)
@require_POST
def narrow(request: HttpRequest, lesson: Lesson) -> HttpResponse:
    """Fewer people see it, at once."""
    sharing.fewer(request, lesson)
    return redirect(lesson)
