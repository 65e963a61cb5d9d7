"""Forms of joint statements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from baithak.coordination.models import JointStatement
from baithak.coordination.services.statements import CHECKS
from baithak.network.forms import WordedForm
from baithak.network.models import Organisation

__all__ = ["EndorseForm", "ReadyForm", "StatementForm", "TakeBackForm"]


class StatementForm(WordedForm):
    """The words of a statement, in one language at a time."""

    model = JointStatement
    words: ClassVar = {
        "title": (
            _("In one sentence"),
            _("It stands above the statement and in text messages: keep it short."),
            1,
            True,
        ),
        "text": (
            _("What is known, and what to do"),
            _(
                "What is known and what is not known yet; what people can do; where they find help. "
                "Repeat no rumour, not even to deny it. Name no person."
            ),
            10,
            True,
        ),
    }


class ReadyForm(forms.Form):
    """The list that somebody goes through before a statement counts as agreed."""

    ticked = forms.MultipleChoiceField(
        label=_("Before it counts as agreed"),
        choices=list(CHECKS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class TakeBackForm(forms.Form):
    """One of the organisations for which the viewer has a role: a choice only where there are several."""

    organisation = forms.ChoiceField(label=_("For"))

    def __init__(self, *args: Any, organisations: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(one.pk): one for one in organisations}
        field = self.fields["organisation"]
        field.choices = [(pk, one.name) for pk, one in self.organisations.items()]  # type: ignore[attr-defined]
        if len(self.organisations) < 2:
            field.widget = forms.HiddenInput()
            self.initial = {"organisation": next(iter(self.organisations), ""), **self.initial}

    @property
    def chosen(self) -> Organisation:
        return self.organisations[self.cleaned_data["organisation"]]


class EndorseForm(TakeBackForm):
    """An organisation stands behind a statement."""

    named = forms.BooleanField(
        label=_("Everybody may read that we stand behind it"),
        required=False,
        help_text=_("Without it, only members of this place see the name."),
    )
