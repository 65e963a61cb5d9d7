"""The opinion map for everybody who may see the dialogue, and its report to keep."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from baithak.dialogue import analysis, queries
from baithak.dialogue.models import Dialogue
from baithak.web.gate import gate

__all__ = ["page", "report"]


@gate("dialogue.see", on=queries.dialogue)
@require_GET
def page(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """The map that was released last, with what each group holds and a table beside it."""
    return render(
        request, "dialogue/map.html", {"dialogue": dialogue, **analysis.map_page(dialogue, {})}
    )


@gate("dialogue.report", on=lambda viewer, *, code, kind: _of_kind(viewer, code, kind))
@require_GET
def report(request: HttpRequest, thing: tuple[Dialogue, str]) -> HttpResponse:
    """The same figures as a page, a paper or a table."""
    dialogue, kind = thing
    made = analysis.report(dialogue, kind)
    if made is None:
        raise Http404
    name = slugify(dialogue.texts[dialogue.first_language]["title"]) or dialogue.code
    response = HttpResponse(made.body, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}-{made.revision}.{kind}"'
    # The page brings its own style; as a download it is not shown inside the hub.
    response["Content-Security-Policy"] = "sandbox"
    return response


def _of_kind(viewer: object, code: str, kind: str) -> tuple[Dialogue, str] | None:
    found = queries.dialogue(viewer, code=code)  # type: ignore[arg-type]
    return None if found is None or kind not in analysis.REPORTS else (found, kind)
