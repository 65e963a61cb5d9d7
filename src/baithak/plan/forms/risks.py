"""Forms of the do-no-harm check: the questions in plain words, and what a design partner says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.network.models import Organisation
from baithak.plan.forms.words import DetailedForm, day
from baithak.plan.models import RiskCheck, RiskLevel

__all__ = ["QUESTIONS", "RiskForm", "SignForm"]

#: The questions, in the order in which they are thought through.
QUESTIONS: dict[str, tuple[Any, Any]] = {
    "dividers": (
        _("What keeps people apart here, and could this action make it worse?"),
        _("Old hurts, unequal treatment, rumours, a coming election."),
    ),
    "connectors": (
        _("What brings people together here, and how does this action build on it?"),
        _("A market, a school, a festival, people who are trusted on all sides."),
    ),
    "who_gains": (
        _("Who gains from it, and who might feel left out?"),
        _("Money, jobs, attention, a new lamp: on which side of the road?"),
    ),
    "who_could_be_harmed": (
        _("Who could be harmed, and how?"),
        _("Those who take part, those who speak up, those who are seen with them. Situations, never names."),
    ),
    "labels": (
        _("Which words could mark people?"),
        _("A name of the action, a logo, a list, a picture that says who is “at risk”."),
    ),
    "burden_on_partners": (
        _("What do we ask of partners, and is it fair?"),
        _("Time, money, their good name. Can they say no?"),
    ),
    "precautions": (
        _("What do we do so that nobody is harmed?"),
        _("For each harm you named: what prevents it, and who looks after that."),
    ),
    "stop_signs": (
        _("By which signs do we stop?"),
        _("What we would see early, who says stop, what happens then."),
    ),
}  # fmt: skip


class RiskForm(DetailedForm):
    """The answers of those who plan the action."""

    model = RiskCheck
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        name: (label, help_text, 3, name in ("who_could_be_harmed", "precautions"))
        for name, (label, help_text) in QUESTIONS.items()
    }

    left_over = forms.ChoiceField(
        label=_("Risk that is left when all this is done"),
        choices=RiskLevel.choices,
        widget=forms.RadioSelect,
    )
    checked_on = day(_("Checked on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.thing is None:
            self.initial = {"checked_on": timezone.localdate(), **self.initial}


class SignForm(forms.Form):
    """What a design partner says of the check."""

    organisation = forms.ChoiceField(label=_("For which organisation"))
    agrees = forms.ChoiceField(
        label=_("What do you say?"),
        choices=[
            ("yes", _("We agree: done like this, it should harm nobody")),
            ("no", _("We have a concern: it should be changed first")),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=600,
        help_text=_("Needed for a concern: what worries you, and what would help. Name nobody."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    language = forms.ChoiceField(label=_("Language you write in"))
    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(
        self, *args: Any, organisations: Iterable[Organisation], edition: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(one.pk): one for one in organisations}
        here = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
        self.fields["organisation"].choices = [  # type: ignore[attr-defined]
            (pk, one.name) for pk, one in self.organisations.items()
        ]
        self.fields["language"].choices = list(settings.CONTENT_LANGUAGES)  # type: ignore[attr-defined]
        self.initial = {"edition": edition, "language": here, **self.initial}
        if len(self.organisations) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.initial["organisation"] = next(iter(self.organisations))

    def told(self) -> dict[str, Any]:
        """What ``services.risks.sign`` is told."""
        told = self.cleaned_data
        return {
            "organisation": self.organisations[told["organisation"]],
            "agrees": told["agrees"] == "yes",
            "text": told["text"],
            "language": told["language"],
            "edition": told["edition"],
        }
