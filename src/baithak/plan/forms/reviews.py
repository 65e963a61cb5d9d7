"""Forms of a guided review, one for each step."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from baithak.plan.forms.words import DetailedForm, day, labels
from baithak.plan.models import Challenge, Review, Severity, SeverityLevel, Trend
from baithak.plan.queries.reviews import codes, groups
from baithak.plan.services.reviews import Felt

__all__ = ["ChallengeForm", "FeltForm", "HowForm", "LimitsForm"]


class HowForm(DetailedForm):
    """First step: how we look, and with whom."""

    model = Review
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "title": (_("Title"), _("Such as: Review of challenges and strengths 2027."), 1, True),
        "method": (_("How we look"), _("Walks, talks, a dialogue, figures of services: what, when, in which languages."), 4, False),
        "who_was_heard": (_("Who was heard"), _("Groups and offices, never names. How many may be told, who they are not."), 4, False),
        "not_heard": (_("Who was not heard, and why"), "", 3, False),
        "sources": (_("Sources"), _("Documents and figures that others can look up."), 3, False),
    }  # fmt: skip

    begins = day(_("From"))
    ends = day(_("Until"), required=False)


class LimitsForm(DetailedForm):
    """Last step: what connects, and what this review cannot say."""

    model = Review
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "strengths": (_("What connects people here"), _("Places, habits and institutions that hold."), 4, False),
        "limits": (_("What this review cannot say"), _("Who is missing, what is guessed, what may have changed."), 4, True),
    }  # fmt: skip


class ChallengeForm(DetailedForm):
    """A challenge under a code that all cities share."""

    model = Challenge
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "title": (_("In our words"), _("How people here would say it. No person and no group is the challenge."), 1, True),
        "description": (_("What happens"), _("Situations and places, never persons."), 4, False),
        "drivers": (_("What feeds it"), "", 3, False),
        "sources": (_("How we know"), "", 2, False),
    }  # fmt: skip

    code = forms.ChoiceField(
        label=_("Challenge"),
        help_text=_("All cities use the same list, so that those with the same challenge find each other."),
    )  # fmt: skip
    trend = forms.ChoiceField(
        label=_("Where it goes"), choices=Trend.choices, initial=Trend.UNKNOWN, widget=forms.RadioSelect
    )  # fmt: skip
    because = forms.CharField(max_length=128, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].choices = [("", "—"), *labels("challenges", codes())]  # type: ignore[attr-defined]
        if self.thing is not None:
            self.fields.pop("because", None)


#: Notes are as long as the model's.
_MOST = 300


class FeltForm(forms.Form):
    """How each group feels a challenge: a word, and how that is known."""

    def __init__(self, *args: Any, challenge: Challenge, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = {row.group: row for row in challenge.severities.all()}  # type: ignore[attr-defined]
        self.groups = labels("target_groups", groups())
        words = [("", _("Nothing is said")), *SeverityLevel.choices]
        for group, label in self.groups:
            kept: Severity | None = told.get(group)
            self.fields[f"felt_{group}"] = forms.ChoiceField(
                label=label,
                choices=words,
                required=False,
                initial=kept.level if kept else "",
            )
            self.fields[f"note_{group}"] = forms.CharField(
                label=_("How we know"),
                max_length=_MOST,
                required=False,
                initial=kept.note if kept else "",
                widget=forms.TextInput(attrs={"dir": "auto"}),
            )

    def lines(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Each group with its two fields."""
        return [(label, self[f"felt_{code}"], self[f"note_{code}"]) for code, label in self.groups]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for code, _label in self.groups:
            if data.get(f"note_{code}") and not data.get(f"felt_{code}"):
                self.add_error(
                    f"felt_{code}", _("Choose a word for this group, or empty the note.")
                )
        return data

    def felt(self) -> dict[str, Felt]:
        """What ``services.reviews.tell_how_it_is_felt`` takes."""
        data = self.cleaned_data
        return {
            code: Felt(data[f"felt_{code}"], data[f"note_{code}"])
            for code, _label in self.groups
            if data[f"felt_{code}"]
        }
