"""Form of an objective: if we …, then …, because …"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from baithak.plan.forms.words import DetailedForm
from baithak.plan.models import Challenge, Objective

__all__ = ["ObjectiveForm"]


class ObjectiveForm(DetailedForm):
    """What should be different, and why our actions should lead there."""

    model = Objective
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "title": (_("What should be different"), _("A change in the city that people can notice."), 1, True),
        "if_we": (_("If we …"), "", 2, False),
        "then": (_("then …"), "", 2, False),
        "because": (_("because …"), _("What makes you think so: a finding, a practice, experience."), 3, False),
        "assumptions": (_("What has to hold for it"), _("What could make it fail."), 2, False),
    }  # fmt: skip

    challenge = forms.ChoiceField(label=_("Challenge that it answers"), required=False)

    def __init__(self, *args: Any, challenges: Iterable[Challenge], **kwargs: Any) -> None:
        self.challenges = {str(one.pk): one for one in challenges}
        super().__init__(*args, **kwargs)
        if "challenge" in self.fields:
            self.fields["challenge"].choices = [  # type: ignore[attr-defined]
                ("", _("None")),
                *((pk, str(one)) for pk, one in self.challenges.items()),
            ]

    def fact(self, name: str) -> Any:
        kept = super().fact(name)
        return "" if kept is None else str(kept.pk)

    def told(self) -> dict[str, Any]:
        told = super().told()
        if "challenge" in told:
            told["challenge"] = self.challenges.get(told["challenge"])
        return told
