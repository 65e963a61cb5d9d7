"""Forms of the way from draft to published, and of the end."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from baithak.exchange.models import Practice
from baithak.exchange.services.publishing import aims
from baithak.network.forms import LevelForm

__all__ = ["AskReviewForm", "JudgeForm", "RetireForm"]


class AskReviewForm(LevelForm):
    """How far it may go once it is reviewed, and why."""

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, levels=aims(practice), **kwargs)


class JudgeForm(forms.Form):
    """What somebody of another city says of a version."""

    verdict = forms.ChoiceField(
        label=_("Your judgement"),
        choices=[
            ("approve", _("Approve: it is published")),
            ("send_back", _("Send it back to its authors")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    text = forms.CharField(
        label=_("What you say to its authors"),
        help_text=_(
            "Needed where you send it back: what is missing. It stands beside the version under the "
            "name of your city, not yours."
        ),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )


class RetireForm(forms.Form):
    """Why it is no longer done, or no longer holds."""

    because = forms.CharField(
        label=_("Why it is retired"),
        help_text=_("A sentence. Members of the network will see it on the page of the practice."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
