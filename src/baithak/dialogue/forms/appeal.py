"""Why a statement that is not shown should be looked at again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.dialogue import services
from baithak.dialogue.forms.statement import hints
from baithak.dialogue.models import Statement

__all__ = ["AppealForm"]


class AppealForm(forms.Form):
    """A few sentences for another moderator. As with statements, personal data is asked about once."""

    text = forms.CharField(
        label=gettext_lazy("Why should it be shown?"),
        help_text=gettext_lazy(
            "For another moderator, in any language. No names, addresses or numbers. At most 500 letters."
        ),
        max_length=2000,  # the real bound is told in words by services.ask_again
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto", "maxlength": 600}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, statement: Statement) -> None:
        super().__init__(data)
        self.statement = statement
        self.found = hints(str((data or {}).get("text", "")))
        if self.found:
            self.fields["sure"] = forms.BooleanField(
                label=_("I have checked it: it tells nothing about a person"), required=False
            )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if self.found and not told.get("sure") and "text" in told:
            raise ValidationError(
                _("This looks as if it holds %(what)s. Please leave out what belongs to a person.")
                % {"what": ", ".join(self.found)},
                code="hint",
            )
        return told

    def send(self) -> bool:
        """Ask for the second look; tells whether that worked."""
        try:
            services.ask_again(statement=self.statement, text=self.cleaned_data["text"])
        except ValidationError as trouble:
            self.add_error("text", trouble)
        except services.RefusedError:
            self.add_error(
                None, _("This is not possible any more. The page above tells how things stand.")
            )
        return not self.errors
