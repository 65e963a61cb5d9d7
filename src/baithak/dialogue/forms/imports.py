"""The files of a conversation that others published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from baithak.network.models import Place

__all__ = ["ImportForm"]


class ImportForm(forms.Form):
    """The files of a Polis export. The first look changes nothing."""

    place = forms.ChoiceField(label=gettext_lazy("Place"))
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the statements"), choices=settings.CONTENT_LANGUAGES
    )
    votes = forms.FileField(
        label="participants-votes.csv",
        help_text=gettext_lazy("Who voted how: one line for each person. Required."),
        required=False,
    )
    comments = forms.FileField(
        label="comments.csv",
        help_text=gettext_lazy("The statements themselves. Required."),
        required=False,
    )
    summary = forms.FileField(
        label="summary.csv",
        help_text=gettext_lazy("Topic and address of the conversation."),
        required=False,
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("Empty: the topic named in summary.csv."),
        max_length=120,
        required=False,
    )
    question = forms.CharField(
        label=gettext_lazy("Question that was asked"), max_length=300, required=False
    )
    attribution = forms.CharField(
        label=gettext_lazy("Attribution"),
        help_text=gettext_lazy(
            "Who published the votes and under which licence. Shown on every page."
        ),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, files: Any = None, *, places: Iterable[Place]
    ) -> None:
        super().__init__(data, files)
        self.fields["place"].choices = [(str(p.pk), str(p)) for p in places]  # type: ignore[attr-defined]
