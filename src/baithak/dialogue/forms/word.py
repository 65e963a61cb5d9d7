"""A statement in another language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from baithak.dialogue.models import Dialogue

__all__ = ["TextsForm", "WordingForm", "written_in"]


def written_in(language: str) -> dict[str, str]:
    """What a field for texts in this language says of itself: fonts and direction follow from it."""
    rtl = language in settings.RIGHT_TO_LEFT
    return {"lang": language, "dir": "rtl" if rtl else "ltr"}


class WordingForm(forms.Form):
    """The translation, and the one that stood there when the writer began."""

    text = forms.CharField(required=False, strip=False)
    seen = forms.CharField(required=False, strip=False)


class TextsForm(forms.Form):
    """Title, question and description of a dialogue in one more language."""

    title = forms.CharField(label=gettext_lazy("Title"))
    question = forms.CharField(
        label=gettext_lazy("Question"), widget=forms.Textarea(attrs={"rows": 2})
    )
    description = forms.CharField(
        label=gettext_lazy("What it is about"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, dialogue: Dialogue, language: str
    ) -> None:
        super().__init__(data, initial=dialogue.texts.get(language, {}), prefix="texts")
        for field in self.fields.values():
            field.widget.attrs |= written_in(language)
