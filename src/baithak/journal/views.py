"""The journal of a place for those who answer for it, and its heads for everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from rules import test_rule

from baithak.journal import forms, printed, queries, retention, services, verify_journal, words
from baithak.journal.queries import PlaceJournal, journal_of, trail_of
from baithak.journal.services.checking import Finding
from baithak.journal.services.heads import latest
from baithak.report.tables import csv_text
from baithak.web.gate import gate, public

#: Lines on a page.
ROWS = 50


def _page(
    request: HttpRequest, journal: PlaceJournal, template: str, *, status: int = 200, **told: Any
) -> HttpResponse:
    viewer = request.viewer
    around = {
        "place": journal.place,
        "place_name": words.place_called(journal.place),
        "brings": test_rule("journal.bring_receipt", viewer, journal),
    }
    return render(request, template, {**around, **told}, status=status)


def _chosen(request: HttpRequest, journal: PlaceJournal) -> tuple[Any, Any]:
    """The form of what is wanted and the lines it chooses: all of them where it needs mending."""
    form = forms.PeriodForm(request.GET or None)
    if not form.is_bound or not form.is_valid():
        return form, journal.lines
    return form, queries.chosen(journal.lines, **form.cleaned_data)


def _kept_in_links(request: HttpRequest) -> str:
    """The address's filter, for the links to other pages and to the table."""
    told = request.GET.copy()
    told.pop("page", None)
    return told.urlencode()


@gate("journal.read", on=journal_of)
@require_safe
def place(request: HttpRequest, journal: PlaceJournal) -> HttpResponse:
    """What was done here, newest first, in plain sentences."""
    return _lines(request, journal, "journal/place.html")


@gate("journal.read", on=trail_of)
@require_safe
def thing(request: HttpRequest, journal: PlaceJournal) -> HttpResponse:
    """What was done to one thing."""
    named = {"thing": journal.thing, "named": words.thing_named(journal.thing)}
    return _lines(request, journal, "journal/thing.html", **named)


def _lines(request: HttpRequest, journal: PlaceJournal, template: str, **told: Any) -> HttpResponse:
    form, lines = _chosen(request, journal)
    page = Paginator(lines, ROWS).get_page(request.GET.get("page"))
    page.object_list = [words.tell(line) for line in page.object_list]
    chosen = _kept_in_links(request)
    status = 422 if form.is_bound and form.errors else 200
    return _page(
        request, journal, template, form=form, page=page, chosen=chosen, status=status, **told
    )


@gate("journal.read", on=journal_of)
@require_safe
def table(request: HttpRequest, journal: PlaceJournal) -> HttpResponse:
    """The chosen lines as a CSV table, safe to open in a workbook."""
    form, lines = _chosen(request, journal)
    if form.is_bound and form.errors:
        return _lines(request, journal, "journal/place.html")
    rows = (
        (
            line.n, line.at, words.tell(line).sentence, line.verb, line.thing, line.by, line.detail,
            line.hash,
        )
        for line in lines.iterator()
    )  # fmt: skip
    heads = ("line", "at", "sentence", "verb", "thing", "by", "detail", "hash")
    return _download(
        csv_text(heads, rows), "text/csv; charset=utf-8", f"journal-{journal.place}.csv"
    )


def _download(body: str | bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@gate("journal.read", on=journal_of)
@require_safe
def export(request: HttpRequest, journal: PlaceJournal) -> StreamingHttpResponse:
    """The chain as JSON lines, to be checked elsewhere; of other places number and hashes only."""
    response = StreamingHttpResponse(
        services.as_json_lines(journal.place), content_type="application/x-ndjson"
    )
    name = f"journal-{journal.place}.jsonl"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


# --- is it whole?


def _findings(check: Any) -> list[Finding]:
    return [] if check is None else [Finding(n, code) for n, code in check.findings]


@gate("journal.read", on=journal_of)
@require_safe
def check(request: HttpRequest, journal: PlaceJournal) -> HttpResponse:
    """How many lines, the last head, the last check, what it found, who witnesses."""
    now = queries.standing()
    return _page(
        request, journal, "journal/check.html", standing=now, findings=_findings(now.check)
    )


@gate("journal.read", on=journal_of)
@require_POST
def ask_for_check(request: HttpRequest, journal: PlaceJournal) -> HttpResponse:
    """Let the background work walk the chain soon."""
    services.ask_for_check(place=journal.place, by=request.viewer.signature(journal.place))
    messages.info(
        request, _("Asked. The check runs in the background: look again in a few minutes.")
    )
    return redirect("journal:check", place=journal.place)


@gate("journal.read", on=journal_of)
@require_safe
def witnesses(request: HttpRequest, journal: PlaceJournal) -> HttpResponse:
    """Who keeps heads outside, what they get and what they brought back."""
    return _page(
        request,
        journal,
        "journal/witnesses.html",
        witnesses=queries.witnesses(journal.place),
        ended=queries.witnesses(journal.place, ended=True),
        standing=queries.standing(),
    )


@gate("journal.bring_receipt", on=journal_of)
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, journal: PlaceJournal) -> HttpResponse:
    """Bring back what a witness kept."""
    form = forms.ReceiptForm(request.POST or None, request.FILES or None, place=journal.place)
    if request.method == "POST" and form.is_valid():
        told, viewer = form.cleaned_data, request.viewer
        try:
            receipt = services.receive(
                witness=told["witness"],
                text=told["text"],
                differs=told["differs"],
                by=viewer.signature(journal.place),
                place=journal.place,
            )
        except ValidationError as trouble:
            form.add_error(None, trouble)
        else:
            messages.success(
                request,
                _("Line %(n)d is kept as %(witness)s saw it. The check begins in a moment.")
                % {"n": receipt.n, "witness": receipt.witness.label},
            )
            return redirect("journal:witnesses", place=journal.place)
    return _page(
        request, journal, "journal/receive.html", form=form, status=422 if form.errors else 200
    )


@gate("journal.read", on=journal_of)
@require_safe
def printed_head(request: HttpRequest, journal: PlaceJournal) -> HttpResponse:
    """The newest signed head on paper, to be kept in a safe place."""
    head = latest()
    if head is None:
        messages.info(
            request, _("No head is signed yet: the background work signs one every hour.")
        )
        return redirect("journal:witnesses", place=journal.place)
    body = printed.pdf(head, get_language() or "en")
    return _download(body, "application/pdf", f"journal-head-{head.n}.pdf")


@gate("journal.read", on=journal_of)
@require_safe
def kept(request: HttpRequest, journal: PlaceJournal) -> HttpResponse:
    """What is kept and until when."""
    return _page(request, journal, "journal/kept.html", kept=retention.standing(journal.place))


# --- for everybody


@public(
    "heads tell nothing but numbers and hashes, and witnesses outside must be able to read them"
)
@require_safe
def heads(request: HttpRequest) -> HttpResponse:
    """How long the journal is, when it was checked, by how many it is witnessed."""
    now = queries.standing()
    told = {"standing": now, "key": services.public_key()}
    return render(request, "journal/heads.html", told)


@public("another hub fetches the heads here, to countersign them")
@require_safe
def feed(request: HttpRequest) -> JsonResponse:
    """The signed heads of the last two days."""
    response = JsonResponse(services.signed_heads(), json_dumps_params={"indent": 1})
    response["Cache-Control"] = "public, max-age=300"
    return response


@public("the program that checks a journal is part of this free software")
@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The stand-alone program that checks an exported journal."""
    source = Path(verify_journal.__file__).read_text(encoding="utf-8")
    response = HttpResponse(source, content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify_journal.py"'
    return response
