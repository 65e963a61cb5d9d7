"""How often a letter comes, and in which hours none."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from baithak.home.models import Digest

__all__ = ["LettersForm"]


class LettersForm(forms.Form):
    """Both choices on one form: they answer one question."""

    digest = forms.ChoiceField(
        label=_("A letter with what is new"), choices=Digest.choices, widget=forms.RadioSelect
    )
    begins = forms.TimeField(
        label=_("Quiet from"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Write the time as hours and minutes, such as 21:00.")},
    )
    ends = forms.TimeField(
        label=_("Quiet until"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("The same time twice: no hour is quiet."),
        error_messages={"invalid": _("Write the time as hours and minutes, such as 07:00.")},
    )

    @property
    def choices(self) -> dict[str, Any]:
        """What was chosen, by service."""
        told = self.cleaned_data
        return {"digest": told["digest"], "begins": told["begins"], "ends": told["ends"]}
