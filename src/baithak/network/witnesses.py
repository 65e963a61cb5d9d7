"""Naming a witness of the journal, and letting one go: forms and pages; the list is the journal's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from baithak.journal.models import Witness, WitnessKind
from baithak.journal.queries import witness_named
from baithak.network import queries, services, sharing
from baithak.network.models import Place
from baithak.network.views.pages import form_page
from baithak.web.gate import gate

# In views `request` is Any: the middleware of this room sets `viewer` on Django's HttpRequest.
__all__ = ["LetGoForm", "WitnessForm", "ask_to_let_witness_go", "ask_witness"]


def _why() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Why, for the second person"),
        max_length=500,
        help_text=gettext_lazy("Somebody in another role reads this and confirms within a day."),
    )


class WitnessForm(forms.Form):
    """Somebody outside who keeps heads."""

    label = forms.CharField(
        label=gettext_lazy("Who keeps them"),
        max_length=120,
        help_text=gettext_lazy(
            "Another city, the hub's secretariat, an office: never a person's name."
        ),
    )
    kind = forms.ChoiceField(label=gettext_lazy("How they get them"), choices=WitnessKind.choices)
    address = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        help_text=gettext_lazy(
            "Only for a witness by letter: the address of an office outside this hub."
        ),
        error_messages={
            "invalid": gettext_lazy("This is not an e-mail address: it looks like name@place.org.")
        },
    )
    key = forms.CharField(
        label=gettext_lazy("Public key"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"dir": "ltr", "spellcheck": "false"}),
        help_text=gettext_lazy("Only for another hub: 64 letters, on its page about its journal."),
    )
    reason = _why()


class LetGoForm(forms.Form):
    """Why a witness is let go."""

    reason = _why()


@dataclass(frozen=True)
class _Named:
    """A witness with the place that named it."""

    place: Place
    witness: Witness


def _named(viewer: Any, *, place: str, witness: int) -> _Named | None:
    found, here = witness_named(witness), queries.place_of_members(viewer, place=place)
    if found is None or here is None or found.place != here.slug:
        return None
    return _Named(here, found)


def _asked(request: Any, place: Place) -> HttpResponse:
    messages.info(request, _("Asked. A second person in another role confirms it within a day."))
    return redirect("network:requests", place=place.slug)


@gate("network.ask_witness", on=queries.place_of_members)
@require_http_methods(["GET", "POST"])
def ask_witness(request: Any, place: Place) -> HttpResponse:
    """Ask that somebody outside keeps heads from now on."""
    form = WitnessForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_for_witness(**form.cleaned_data, place=place, by=request.viewer)
        except (ValidationError, PermissionDenied) as trouble:
            sharing.refuse(form, trouble)
        else:
            return _asked(request, place)
    return form_page(request, "network/ask_witness.html", form, place=place)


@gate("network.let_witness_go", on=_named)
@require_http_methods(["GET", "POST"])
def ask_to_let_witness_go(request: Any, named: _Named) -> HttpResponse:
    """Ask that a witness gets no more heads."""
    form = LetGoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_to_let_witness_go(
                **form.cleaned_data, place=named.place, witness=named.witness, by=request.viewer
            )
        except (ValidationError, PermissionDenied) as trouble:
            sharing.refuse(form, trouble)
        else:
            return _asked(request, named.place)
    return form_page(
        request, "network/let_witness_go.html", form, place=named.place, witness=named.witness
    )
