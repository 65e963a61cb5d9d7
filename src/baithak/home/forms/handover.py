"""Ask for a handover."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.home.models import Purpose

__all__ = ["HandoverForm"]


class HandoverForm(forms.Form):
    """Why, in which language the pack is written, and the reason that the second person reads."""

    purpose = forms.ChoiceField(
        label=_("Why"), choices=Purpose.choices, widget=forms.RadioSelect, initial=Purpose.REHEARSAL
    )
    language = forms.ChoiceField(label=_("Language of the pack"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("The second person decides by it."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = list(settings.LANGUAGES)  # type: ignore[attr-defined]
        self.initial = {"language": (get_language() or "en").split("-")[0], **self.initial}
