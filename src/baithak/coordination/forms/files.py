"""Forms for what comes from files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

__all__ = ["SeatsFileForm"]


class SeatsFileForm(forms.Form):
    """A table of seats."""

    file = forms.FileField(
        label=_("Table of seats"),
        help_text=_("CSV or an XLSX workbook with a sheet “seats”, as the template has it."),
    )
    language = forms.ChoiceField(label=_("Language of the seats’ titles"))

    def __init__(self, *args: Any, language: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = dict(settings.CONTENT_LANGUAGES)
        here = language or (get_language() or settings.LANGUAGE_CODE).split("-")[0]
        self.fields["language"].choices = list(known.items())  # type: ignore[attr-defined]
        self.initial = {"language": here if here in known else "en", **self.initial}
