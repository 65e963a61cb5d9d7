"""Forms of files: a table of actions, and the types of organisations it brings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from baithak.network.models import OrganisationType

__all__ = ["NewOrganisationsForm", "TableForm"]


class TableForm(forms.Form):
    """A table of actions."""

    file = forms.FileField(
        label=_("Table of actions"),
        help_text=_("CSV or an XLSX workbook with a sheet “actions”, as the export and the empty table have it. At most 5 MB."),
    )  # fmt: skip


class NewOrganisationsForm(forms.Form):
    """Of which type each organisation is that the place does not have yet."""

    def __init__(self, *args: Any, names: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = list(names)
        for number, name in enumerate(self.names):
            self.fields[f"type-{number}"] = forms.ChoiceField(
                label=name,
                choices=[("", _("Choose a type, and it is added")), *OrganisationType.choices],
                error_messages={"required": _("Choose a type, or mend the name in the table.")},
            )

    def told(self) -> dict[str, list[str]]:
        """Name to types."""
        return {
            name: [self.cleaned_data[f"type-{number}"]] for number, name in enumerate(self.names)
        }
