"""Forms of the journal. Every error says how to mend it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from baithak.journal import words
from baithak.journal.models import Witness

__all__ = ["PeriodForm", "ReceiptForm"]

_DATE = {"invalid": _("Write a day as year-month-day, like 2026-03-31.")}


class PeriodForm(forms.Form):
    """Which lines: about one kind of thing, of one period."""

    kind = forms.ChoiceField(
        label=_("About"),
        required=False,
        error_messages={"invalid_choice": _("Choose a kind from the list.")},
    )
    since = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=_DATE,
    )
    until = forms.DateField(
        label=_("To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=_DATE,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("everything")), *words.kinds()]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        since, until = told.get("since"), told.get("until")
        if since and until and since > until:
            self.add_error("until", _("The period ends before it begins: exchange the two days."))
        return told


class ReceiptForm(forms.Form):
    """A head that a witness brought back: a file, or typed from paper."""

    witness = forms.ModelChoiceField(
        label=_("Which witness"), queryset=None, empty_label=None,
        error_messages={"required": _("Choose the witness who brought it.")},
    )  # fmt: skip
    file = forms.FileField(
        label=_("File that the witness gave back"),
        required=False,
        help_text=_("The receipt or the head, a small file that ends in .json."),
    )
    text = forms.CharField(
        label=_("Or typed"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "spellcheck": "false"}),
        help_text=_(
            "Number, a colon and the 64 letters from the paper; or all of the file's text."
        ),
    )
    differs = forms.BooleanField(
        label=_("I have compared every letter with the paper"),
        required=False,
        help_text=_("Only needed where the journal says something else than the paper."),
    )

    #: Bytes of a file; a receipt has less than one thousand.
    LARGEST = 64 * 1024

    def __init__(self, *args: Any, place: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["witness"].queryset = Witness.objects.filter(place=place, ended=None)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        file = told.get("file")
        if file is not None:
            if file.size > self.LARGEST:
                self.add_error(
                    "file", _("A receipt is a small file: bring the one that ends in .json.")
                )
                return told
            try:
                told["text"] = file.read().decode("utf-8")
            except UnicodeDecodeError:
                self.add_error("file", _("This file is no text: bring the one that ends in .json."))
                return told
        if not told.get("text") and not self.errors:
            self.add_error("text", _("Bring the file, or type number and letters from the paper."))
        return told
