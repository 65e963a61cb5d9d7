"""How many slips to print, and how they reach people."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from baithak.dialogue.models import HANDED_OUT, MOST_SLIPS

__all__ = ["SlipsForm"]


class SlipsForm(forms.Form):
    """One print-out. ``handle`` makes a form that is sent twice harmless."""

    size = forms.IntegerField(
        label=gettext_lazy("How many slips?"),
        help_text=gettext_lazy("Print more batches for more: each batch is one print-out."),
        min_value=1,
        max_value=MOST_SLIPS,
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How do they reach people?"),
        choices=[(way.value, way.label) for way in HANDED_OUT],
        help_text=gettext_lazy(
            "The result tells how many took part in each way, and nothing else."
        ),
    )
    handle = forms.UUIDField(widget=forms.HiddenInput)
