"""The report of a workshop as a page and as a file, in any of the languages."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET

from baithak.coordination.limits import PAPERS
from baithak.coordination.models import Workshop
from baithak.coordination.queries import workshops as queries
from baithak.coordination.reports.event import event_report
from baithak.exchange.records import LANGUAGES
from baithak.network.limits import too_often
from baithak.network.scope import Viewer
from baithak.report import paper_html
from baithak.report.paper import Paper
from baithak.web.files import POLICY
from baithak.web.gate import gate

__all__ = ["download", "page"]

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def _paper(request: HttpRequest, workshop: Workshop) -> Paper:
    """In the language that is active; its address is that of the page in this language."""
    address = reverse("coordination:event_report", kwargs={"workshop": workshop.pk})
    return event_report(
        request.viewer,  # type: ignore[attr-defined]
        workshop,
        source=request.build_absolute_uri(address),
    )


@gate("coordination.see", on=queries.report)
@require_GET
def page(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """The report."""
    paper = _paper(request, workshop)
    words = {
        "workshop": workshop,
        "paper": paper,
        "blocks": paper_html.blocks(paper),
        "languages": LANGUAGES.items(),
    }
    return render(request, "coordination/event_report.html", words)


def _of_kind(viewer: Viewer, *, workshop: int, kind: str) -> tuple[Workshop, str] | None:
    found = queries.report(viewer, workshop=workshop, kind=kind)
    return None if found is None else (found, kind)


@gate("coordination.see", on=_of_kind)
@require_GET
def download(request: HttpRequest, thing: tuple[Workshop, str]) -> HttpResponse:
    """The report as PDF or as a Word file; ``?language=`` chooses one of the languages."""
    workshop, kind = thing
    wait = PAPERS.wait(request)
    if wait:
        return too_often(request, wait)
    language = request.GET.get("language") or translation.get_language() or "en"
    if language not in LANGUAGES:
        raise Http404
    with translation.override(language):
        content = _content(_paper(request, workshop), kind)
    return HttpResponse(
        content,
        content_type=TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="workshop-{workshop.pk}-{language}.{kind}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": POLICY,
        },
    )


def _content(paper: Paper, kind: str) -> bytes:
    if kind == "pdf":
        from baithak.report.paper_pdf import paper_pdf  # typst costs a tenth of a second

        return paper_pdf(paper).content
    from baithak.report.paper_docx import paper_docx

    return paper_docx(paper)
