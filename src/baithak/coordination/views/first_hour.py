"""The first hour: the card, the contact tree, the sheet of paper for the team."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.coordination.first_hour_paper import first_hour_paper
from baithak.coordination.forms.first_hour import CardForm, ContactForm
from baithak.coordination.limits import SHEETS
from baithak.coordination.models import Contact, ResponseCard
from baithak.coordination.queries import first_hour as queries
from baithak.coordination.services import first_hour as services
from baithak.network import sharing
from baithak.network.forms import LevelForm
from baithak.network.limits import too_often
from baithak.network.refusal import RefusedError
from baithak.report.paper_pdf import paper_pdf
from baithak.web.files import POLICY
from baithak.web.gate import gate

__all__ = [
    "add_contact",
    "contacts",
    "edit",
    "edit_contact",
    "narrow",
    "page",
    "paper",
    "remove_contact",
    "share",
]

_ACTS = ("edit_first_hour", "see_contacts", "share", "narrow")


@gate("coordination.see", on=queries.card)
@require_GET
def page(request: HttpRequest, card: ResponseCard) -> HttpResponse:
    """What a place does in the first hour."""
    return _page(request, card)


def _page(request: HttpRequest, card: ResponseCard, form: LevelForm | None = None) -> HttpResponse:
    viewer, today = request.viewer, timezone.localdate()  # type: ignore[attr-defined]
    may = {act: rules.test_rule(f"coordination.{act}", viewer, card) for act in _ACTS}
    words: dict[str, Any] = {
        "card": card,
        "place": card.place,
        "steps": [line for line in card.text("first_steps").split("\n") if line.strip()],
        "late": card.review_on is not None and card.review_on < today,
        "known": queries.contacts(viewer, card).count() if card.pk and may["see_contacts"] else 0,
        "may": may,
        **sharing.sharing(request, card, form),
    }
    return render(request, "coordination/first_hour.html", words, status=422 if form else 200)


@gate("coordination.edit_first_hour", on=queries.card)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, card: ResponseCard) -> HttpResponse:
    """Write the card, in one language at a time."""
    form = CardForm(
        request.POST if request.method == "POST" else None,
        thing=card if card.pk else None,
        language=request.GET.get("language", ""),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.edit(place=card.place, by=request.viewer, **form.told())  # type: ignore[attr-defined]
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            return redirect(made)
    words = {"card": card, "place": card.place, "form": form}
    return render(
        request, "coordination/first_hour_form.html", words, status=422 if form.errors else 200
    )


@gate("coordination.share", on=queries.kept)
@require_POST
def share(request: HttpRequest, card: ResponseCard) -> HttpResponse:
    """Ask that more people see the card; never the numbers."""
    form = sharing.ask(request, card)
    return redirect(card) if form is None else _page(request, card, form)


@gate("coordination.narrow", on=queries.kept)
@require_POST
def narrow(request: HttpRequest, card: ResponseCard) -> HttpResponse:
    """Fewer people see it, at once."""
    sharing.fewer(request, card)
    return redirect(card)


# --- whom the team calls


@gate("coordination.see_contacts", on=queries.kept)
@require_GET
def contacts(request: HttpRequest, card: ResponseCard) -> HttpResponse:
    """The contact tree with its numbers."""
    viewer = request.viewer  # type: ignore[attr-defined]
    words = {
        "card": card,
        "place": card.place,
        "calls": queries.tree(viewer, card),
        "may_edit": rules.test_rule("coordination.edit_first_hour", viewer, card),
    }
    return render(request, "coordination/contacts.html", words)


@gate("coordination.edit_first_hour", on=queries.kept)
@require_http_methods(["GET", "POST"])
def add_contact(request: HttpRequest, card: ResponseCard) -> HttpResponse:
    """An office that agreed to be called."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = ContactForm(request.POST if request.method == "POST" else None, viewer=viewer, card=card)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_contact(card=card, by=viewer, **form.cleaned_data)
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved. The number is kept locked."))
            return redirect("coordination:contacts", place=card.place.slug)
    return _form(request, card, form)


@gate("coordination.edit_first_hour", on=queries.contact)
@require_http_methods(["GET", "POST"])
def edit_contact(request: HttpRequest, contact: Contact) -> HttpResponse:
    """Another number, another office, a consent given again."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = ContactForm(
        request.POST if request.method == "POST" else None,
        viewer=viewer,
        card=contact.card,
        contact=contact,
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_contact(contact=contact, by=viewer, **form.cleaned_data)
        except RefusedError:
            form.add_error(None, _gone())
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            return redirect("coordination:contacts", place=contact.card.place.slug)
    return _form(request, contact.card, form, contact)


def _gone() -> str:
    return _("This is not possible any more. Reload the page to see how things stand.")


def _form(
    request: HttpRequest, card: ResponseCard, form: ContactForm, contact: Contact | None = None
) -> HttpResponse:
    words = {"card": card, "place": card.place, "form": form, "contact": contact}
    return render(
        request, "coordination/contact_form.html", words, status=422 if form.errors else 200
    )


@gate("coordination.edit_first_hour", on=queries.contact)
@require_POST
def remove_contact(request: HttpRequest, contact: Contact) -> HttpResponse:
    """They do not want to be called any more."""
    try:
        services.remove_contact(contact=contact, by=request.viewer)  # type: ignore[attr-defined]
    except RefusedError:
        messages.error(request, _gone())
    else:
        messages.success(request, _("Removed. The number is gone."))
    return redirect("coordination:contacts", place=contact.card.place.slug)


@gate("coordination.see_contacts", on=queries.kept)
@require_GET
def paper(request: HttpRequest, card: ResponseCard) -> HttpResponse:
    """The card with the numbers on one sheet, for the team alone."""
    wait = SHEETS.wait(request)
    if wait:
        return too_often(request, wait)
    made = first_hour_paper(
        card,
        queries.tree(request.viewer, card),  # type: ignore[attr-defined]
        language=(get_language() or "en").split("-")[0],
        source=request.build_absolute_uri(card.get_absolute_url()),
        made=date_format(timezone.localdate(), "j F Y"),
    )
    return HttpResponse(
        paper_pdf(made).content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="first-hour-{card.place.slug}.pdf"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": POLICY,
            "Cache-Control": "private, no-store",
        },
    )
