"""Form of who helped to design a plan, and what they heard back."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from baithak.plan.forms.words import DetailedForm, day, labels
from baithak.plan.models import Contribution, Stage
from baithak.plan.queries.reviews import groups

__all__ = ["ContributionForm"]


class ContributionForm(DetailedForm):
    """An organisation or a group of residents, what they said, what became of it."""

    model = Contribution
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "said": (_("What they said"), _("Their point in a few sentences. Name nobody."), 4, True),
        "became": (_("What became of it"), _("Taken up, changed, or not, and why. Everybody who sees the plan reads this."), 4, False),
    }  # fmt: skip

    organisation = forms.ModelChoiceField(
        label=_("Organisation that helped"), queryset=None, required=False, empty_label=_("None")
    )
    group = forms.ChoiceField(label=_("Or a group of residents"), required=False)
    stage = forms.ChoiceField(label=_("At which step"), choices=Stage.choices)
    on = day(_("On"))
    told_back_on = day(
        _("They were told what became of it on"),
        _("Leave it empty until they were."),
        required=False,
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "organisation" in self.fields:
            field: Any = self.fields["organisation"]
            field.queryset = organisations
        if "group" in self.fields:
            self.fields["group"].choices = [("", _("None")), *labels("target_groups", groups())]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "organisation" in self.fields and bool(data.get("organisation")) is bool(
            data.get("group")
        ):
            self.add_error(
                "organisation", _("Choose an organisation or a group of residents, one of them.")
            )
        return data
