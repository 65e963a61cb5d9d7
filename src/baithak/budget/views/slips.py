"""Printing slips: codes are shown once, for the printer, and stored nowhere."""

from __future__ import annotations

import uuid
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from baithak.budget import queries, services
from baithak.budget.forms import SlipsForm
from baithak.budget.models import Batch, Budget
from baithak.network import keys
from baithak.report.opinion_svg import Picture
from baithak.web.gate import gate

__all__ = ["page", "void"]


@gate("budget.make_slips", on=queries.budget)
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, budget: Budget) -> HttpResponse:
    """How many slips there are; a form that makes more and answers with the sheet to print."""
    form = SlipsForm(
        request.POST if request.method == "POST" else None, initial={"handle": uuid.uuid4()}
    )
    if request.method == "POST" and form.is_valid():
        try:
            codes = services.make_slips(
                budget=budget,
                by=request.viewer,  # type: ignore[attr-defined]
                **form.cleaned_data,
            )
        except services.RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        except keys.KeyMissingError:
            form.add_error(None, _("The key of this budget is missing: tell whoever runs the hub."))
        else:
            return _sheet(request, budget, codes)
    words = {
        "budget": budget,
        "form": form,
        "batches": queries.batches(budget),
        "made": sum(queries.slips_made(budget).values()),
    }
    return render(request, "budget/slips.html", words, status=422 if form.errors else 200)


def _say_no(code: str) -> str:
    return {
        "not_open": _("Slips are made while the budget is open."),
        "frozen": _("The vote is open: the list of slips is fixed."),
        "made_before": _(
            "This form was sent before, and its codes were shown then. If they were not printed, "
            "make that batch void below and print a new one."
        ),
    }.get(code, _("This is not possible any more. Reload the page to see how things stand."))


def _sheet(request: HttpRequest, budget: Budget, codes: list[str]) -> HttpResponse:
    """The slips themselves, in every language of the budget, with a QR code each."""
    link = request.build_absolute_uri(f"/b/{budget.code}/")
    words = {
        "budget": budget,
        "link": link.removeprefix("https://").removeprefix("http://"),
        "languages": _said(budget),
        "slips": [{"code": code, "qr": _qr(f"{link}#{code}")} for code in codes],
    }
    return render(request, "budget/sheet.html", words)


def _qr(address: str) -> Picture:
    return Picture(segno.make(address, error="m").svg_inline(omitsize=True))


def _said(budget: Budget) -> list[dict[str, Any]]:
    """The sentences of a slip in each language of the budget that the interface speaks."""
    known = dict(settings.LANGUAGES)
    told = []
    for code in dict.fromkeys([*(c for c in budget.languages if c in known), "en"]):
        with translation.override(code):
            told.append(
                {
                    "code": code,
                    "title": budget.texts.get(code, budget.texts[budget.first_language])["title"],
                    "how": _("Scan the picture, or open the address and type the code."),
                    "who": _("No name, one ballot. Until the vote closes you can vote anew."),
                    "until": budget.closes,
                    "until_words": _("Vote until"),
                }
            )
    return told


@gate("budget.void_slips", on=queries.batch)
@require_POST
def void(request: HttpRequest, batch: Batch) -> HttpResponse:
    """A print-out was lost: its slips do not count."""
    services.void_batch(batch=batch, by=request.viewer)  # type: ignore[attr-defined]
    messages.success(request, _("Void: none of these slips admits to the vote."))
    return redirect("budget:slips", code=batch.budget.code)
