"""The form of one group of the checklist."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from baithak.exchange.queries.readiness import Line
from baithak.exchange.readiness import State
from baithak.exchange.services.readiness import Given
from baithak.network import wording

__all__ = ["GroupForm"]


class GroupForm(forms.Form):
    """Three fields for each question: how far, what shows it, which office looks after it."""

    def __init__(self, *args: Any, lines: Iterable[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        states = [(state.value, state.label) for state in State]
        for line in self.lines:
            code = line.question.code
            self.fields[f"{code}_state"] = forms.ChoiceField(
                label=_("How far are you?"),
                choices=states,
                required=False,
                widget=forms.RadioSelect,
                initial=line.state.value if line.state else None,
            )
            self.fields[f"{code}_evidence"] = forms.CharField(
                label=_("What shows it"),
                required=False,
                max_length=500,
                initial=line.evidence,
                help_text=_("A decision, a document, a date. Name no person."),
                widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
            )
            self.fields[f"{code}_owner"] = forms.CharField(
                label=_("Who looks after it"),
                required=False,
                max_length=120,
                initial=line.owner,
                help_text=_("An office, never a person’s name."),
                widget=forms.TextInput(attrs={"dir": "auto"}),
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for line in self.lines:
            code = line.question.code
            for name in ("evidence", "owner"):
                try:
                    data[f"{code}_{name}"] = wording.clean(data.get(f"{code}_{name}", ""))
                except ValidationError as trouble:
                    self.add_error(f"{code}_{name}", trouble)
            told = data.get(f"{code}_evidence") or data.get(f"{code}_owner")
            if (told or line.state) and not data.get(f"{code}_state"):
                self.add_error(f"{code}_state", _("Choose how far you are with this."))
        return data

    @property
    def questions(self) -> list[dict[str, Any]]:
        """Each question with its three fields, as the page shows them."""
        return [
            {
                "line": line,
                "fields": [
                    self[f"{line.question.code}_{n}"] for n in ("state", "evidence", "owner")
                ],
            }
            for line in self.lines
        ]

    def given(self) -> dict[str, Given]:
        """The answers by the question's code; questions left open are not among them."""
        data = self.cleaned_data
        return {
            code: Given(
                State(data[f"{code}_state"]), data[f"{code}_evidence"], data[f"{code}_owner"]
            )
            for code in (line.question.code for line in self.lines)
            if data[f"{code}_state"]
        }
