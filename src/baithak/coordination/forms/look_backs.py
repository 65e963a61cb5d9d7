"""The form of a look back."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baithak.coordination.models import LookBack
from baithak.network.forms import WordedForm

__all__ = ["LookBackForm"]


class LookBackForm(WordedForm):
    """What was learnt: places, themes and responses, never persons."""

    model = LookBack
    words: ClassVar = {
        "title": (
            _("What it was about"),
            _(
                "The place and the theme, for instance: the market, a false message. Name no person."
            ),
            1,
            True,
        ),
        "expected": (_("What we had planned"), "", 3, False),
        "happened": (
            _("What happened, and what we did"),
            _(
                "In order, as responses: who was told, who spoke, who went there. Offices, not names."
            ),
            6,
            False,
        ),
        "went_well": (_("What went well"), "", 3, False),
        "change": (
            _("What we change"),
            _("Each of these can become a commitment, with somebody who keeps it and a day."),
            4,
            False,
        ),
        "for_those_affected": (
            _("What became of those affected"),
            _("What they were offered and what they said of it, without telling who they are."),
            3,
            False,
        ),
    }
    on = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    exercise = forms.BooleanField(label=_("It was an exercise"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = {"on": timezone.localdate()}
        if isinstance(self.thing, LookBack):
            kept = {"on": self.thing.on, "exercise": self.thing.exercise}
        self.initial = {**kept, **self.initial}
        self.order_fields(["title", "on", "exercise"])

    def told(self) -> dict[str, Any]:
        """What ``services.look_backs.begin`` and ``change`` take."""
        kept = {name: self.cleaned_data[name] for name in ("on", "exercise", "language")}
        return {**kept, "texts": self.texts()}
