"""Forms for what comes from files and from other hubs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from baithak.network.forms import ReasonForm
from baithak.network.models import Place

__all__ = ["BundleForm", "ImportForm", "TrustForm"]


class ImportForm(forms.Form):
    """A file of practices, and the place they are of."""

    place = forms.ChoiceField(label=_("Place"))
    file = forms.FileField(
        label=_("File of practices"),
        help_text=_("YAML, CSV or an XLSX workbook, as the export and the template make them."),
    )

    def __init__(self, *args: Any, places: Iterable[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [(str(p.pk), p.local_name) for p in places]


class BundleForm(forms.Form):
    """A bundle of another hub."""

    file = forms.FileField(
        label=_("Bundle"), help_text=_("The ZIP file, as the other hub made it.")
    )


class TrustForm(ReasonForm):
    """Whose bundles to take."""

    name = forms.CharField(label=_("Name of the hub"), max_length=120)
    origin = forms.CharField(
        label=_("Its address"), max_length=260, help_text=_("Such as https://hub.example")
    )
    key = forms.CharField(
        label=_("Its public key"),
        max_length=64,
        help_text=_(
            "64 letters and digits. Let somebody of the other hub read it out to you: a key that came "
            "with the bundle proves nothing."
        ),
    )
    field_order = ["name", "origin", "key", "reason"]
