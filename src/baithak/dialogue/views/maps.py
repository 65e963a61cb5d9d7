"""The opinion map for everybody who may see the dialogue, and its report to keep."""

from __future__ import annotations

import rules
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from baithak.dialogue import analysis, findings, queries
from baithak.dialogue.models import Dialogue
from baithak.dialogue.queries import Shown
from baithak.exchange.fitting import fitting
from baithak.network.scope import Viewer
from baithak.web.gate import gate

__all__ = ["page", "practices", "report", "rounds"]


@gate("dialogue.see", on=queries.dialogue)
@require_GET
def page(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """The map that was released last, with what each group holds and a table beside it."""
    viewer = request.viewer  # type: ignore[attr-defined]
    words = {
        "dialogue": dialogue,
        "offers_practices": True,
        "for_team": rules.test_rule("dialogue.watch", viewer, dialogue),
        **{
            name: rules.test_rule(f"dialogue.{rule}", viewer, dialogue)
            for name, rule in (
                ("may_slips", "make_slips"),
                ("may_sessions", "begin_session"),
                ("may_words", "see_words"),
            )
        },
        **analysis.map_page(dialogue, {}),
    }
    return render(request, "dialogue/map.html", words)


@gate("dialogue.report", on=queries.dialogue)
@require_GET
def rounds(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """What has changed since the earlier round, as far as the viewer may see that one."""
    earlier = queries.earlier_round(request.viewer, dialogue)  # type: ignore[attr-defined]
    words = {"dialogue": dialogue, **analysis.rounds_page(dialogue, earlier)}
    return render(request, "dialogue/rounds.html", words)


@gate("dialogue.report", on=lambda viewer, *, code, number: _of_number(viewer, code, number))
@require_GET
def practices(request: HttpRequest, thing: tuple[Dialogue, int, Shown]) -> HttpResponse:
    """What other cities do about a finding: practices that mean the same, each with the reason."""
    dialogue, number, shown = thing
    viewer = request.viewer  # type: ignore[attr-defined]
    words = {
        "dialogue": dialogue,
        "shown": shown,
        "fits": fitting(viewer, shown.original, get_language() or "en"),
        "because": findings.name(dialogue.code, number),
        "may_adopt": rules.test_rule("exchange.write", viewer, None),
    }
    return render(request, "dialogue/practices.html", words)


def _of_number(viewer: Viewer, code: str, number: int) -> tuple[Dialogue, int, Shown] | None:
    found = queries.dialogue(viewer, code=code)
    shown = analysis.finding(found, number) if found is not None else None
    return None if found is None or shown is None else (found, number, shown)


@gate("dialogue.report", on=lambda viewer, *, code, kind: _of_kind(viewer, code, kind))
@require_GET
def report(request: HttpRequest, thing: tuple[Dialogue, str]) -> HttpResponse:
    """The same figures as a page, a paper, a Word file or a table, in the language that is chosen."""
    dialogue, kind = thing
    chosen = request.GET.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        chosen = get_language() or settings.LANGUAGE_CODE
    with translation.override(chosen):
        made = analysis.report(dialogue, kind)
    if made is None:
        raise Http404
    name = slugify(dialogue.texts[dialogue.first_language]["title"]) or dialogue.code
    response = HttpResponse(made.body, content_type=made.content_type)
    response["Content-Disposition"] = (
        f'attachment; filename="{name}-{made.revision}-{chosen}.{kind}"'
    )
    # The page brings its own style; as a download it is not shown inside the hub.
    response["Content-Security-Policy"] = "sandbox"
    return response


def _of_kind(viewer: object, code: str, kind: str) -> tuple[Dialogue, str] | None:
    found = queries.dialogue(viewer, code=code)  # type: ignore[arg-type]
    return None if found is None or kind not in analysis.REPORTS else (found, kind)
