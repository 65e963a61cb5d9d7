"""Printing slips: codes are shown once, for the printer, and stored nowhere."""

from __future__ import annotations

import io
import uuid
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import formats, timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from baithak.dialogue import queries, services
from baithak.dialogue.forms import SlipsForm, numbered
from baithak.dialogue.models import Dialogue
from baithak.network import keys
from baithak.report.opinion_svg import Picture
from baithak.report.slips_pdf import Said, SlipSheet, slips_pdf
from baithak.web.gate import gate

__all__ = ["make", "page", "void"]

#: Letters of a title on a slip.
_TITLE = 60


@gate("dialogue.see_slips", on=queries.dialogue)
@require_GET
def page(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """The print-outs there are, and a form that makes one more."""
    return _page(request, dialogue, SlipsForm(initial={"handle": uuid.uuid4()}))


def _page(request: HttpRequest, dialogue: Dialogue, form: SlipsForm) -> HttpResponse:
    words = {
        "dialogue": dialogue,
        "form": form,
        "batches": queries.batches(dialogue),
        "may_make": dialogue.state == "open",
    }
    return render(request, "dialogue/slips.html", words, status=422 if form.errors else 200)


@gate("dialogue.make_slips", on=queries.dialogue)
@require_POST
def make(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """One more print-out: the answer is the sheet itself, as a page or as a PDF."""
    form = SlipsForm(request.POST)
    if form.is_valid():
        try:
            codes = services.make_slips(
                dialogue=dialogue,
                by=request.viewer,  # type: ignore[attr-defined]
                **form.cleaned_data,
            )
        except services.RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        except keys.KeyMissingError:
            form.add_error(
                None, _("The key of this dialogue is missing: tell whoever runs the hub.")
            )
        else:
            if request.POST.get("as") == "pdf":
                return _paper(request, dialogue, codes)
            return _sheet(request, dialogue, codes)
    return _page(request, dialogue, form)


def _say_no(code: str) -> str:
    return {
        "not_open": _("Slips are made while the dialogue is open."),
        "made_before": _(
            "This form was sent before, and its codes were shown then. If they were not printed, "
            "make that batch void below and print a new one."
        ),
    }.get(code, _("This is not possible any more. Reload the page to see how things stand."))


def _link(request: HttpRequest, dialogue: Dialogue) -> str:
    """The address on the slips. It opens in the reader's language."""
    return request.build_absolute_uri(f"/d/{dialogue.code}/slip/")


def _typed(link: str) -> str:
    """The address as people type it."""
    return link.removeprefix("https://").removeprefix("http://")


def _sheet(request: HttpRequest, dialogue: Dialogue, codes: list[str]) -> HttpResponse:
    """The slips as a page to print, in every language of the dialogue, with a QR code each."""
    link = _link(request, dialogue)
    words = {
        "dialogue": dialogue,
        "link": _typed(link),
        "said": _said(dialogue),
        "slips": [{"code": code, "qr": Picture(_qr(f"{link}#{code}"))} for code in codes],
    }
    return _once(render(request, "dialogue/slip_sheet.html", words))


def _paper(request: HttpRequest, dialogue: Dialogue, codes: list[str]) -> HttpResponse:
    """The same as a PDF, ten on a page."""
    link = _link(request, dialogue)
    title = dialogue.texts[dialogue.first_language]["title"]
    sheet = SlipSheet(
        title=title,
        link=_typed(link),
        said=[Said(told["code"], told["title"], told["how"]) for told in _said(dialogue)],
        slips=[(code, _qr(f"{link}#{code}", alone=True)) for code in codes],
    )
    response = HttpResponse(slips_pdf(sheet), content_type="application/pdf")
    name = slugify(title) or dialogue.code
    response["Content-Disposition"] = f'attachment; filename="{name}-slips.pdf"'
    response["Content-Security-Policy"] = "sandbox"
    return _once(response)


def _once(response: HttpResponse) -> HttpResponse:
    """Codes are kept by no cache."""
    response["Cache-Control"] = "private, no-store"
    return response


def _qr(address: str, *, alone: bool = False) -> str:
    """The address as a QR code: SVG for a page, or ``alone`` as a picture of its own.

    Of the eight patterns a code can be laid over, one is taken without trying the others: they all
    read, and a thousand slips are made in a quarter of the time.
    """
    made = segno.make(address, error="m", mask=3)
    if not alone:
        return made.svg_inline(omitsize=True)
    kept = io.BytesIO()
    made.save(kept, kind="svg", omitsize=True, xmldecl=False, nl=False)
    return kept.getvalue().decode()


def _said(dialogue: Dialogue) -> list[dict[str, Any]]:
    """What a slip says in each language of the dialogue that the interface speaks, and in English."""
    known = dict(settings.LANGUAGES)
    told: list[dict[str, Any]] = []
    for code in dict.fromkeys([*(c for c in dialogue.languages if c in known), "en"]):
        with translation.override(code):
            words = [
                _("Scan the picture, or open the address and type the code."),
                _("One slip, one person, no name."),
            ]
            if dialogue.closes:
                day = formats.date_format(timezone.localtime(dialogue.closes), "j F Y")
                words.append(_("Until %(day)s.") % {"day": day})
        title = dialogue.texts.get(code, {}).get("title", "")
        if len(title) > _TITLE:
            title = title[: _TITLE - 1].rstrip() + "…"
        told.append({"code": code, "title": title, "how": " ".join(words)})
    return told


@gate("dialogue.make_slips", on=queries.dialogue)
@require_POST
def void(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """A print-out was lost: those of its slips that nobody has used admit nobody."""
    number = numbered(request.POST.get("batch", ""))
    batch = None if number is None else queries.batch_of(dialogue, number)
    if batch is None:
        messages.error(request, _("Nothing was changed: choose one of the print-outs below."))
    else:
        try:
            services.void_batch(batch=batch, by=request.viewer)  # type: ignore[attr-defined]
        except services.RefusedError as refusal:
            messages.error(request, _say_no(refusal.code))
        else:
            messages.success(
                request, _("Void: its slips that nobody has used admit nobody any more.")
            )
    return redirect("dialogue:slips", code=dialogue.code)
