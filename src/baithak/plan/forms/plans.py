"""Forms of a plan: its words, its adoption, looking back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from baithak.network.forms import ReasonForm
from baithak.network.scope import Visibility
from baithak.plan.forms.words import DetailedForm, day
from baithak.plan.models import Plan
from baithak.plan.services.plans import LEVELS

__all__ = ["AdoptForm", "LookBackForm", "PlanForm"]


class PlanForm(DetailedForm):
    """What a plan is about."""

    model = Plan
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "title": (_("Title"), _("Such as: Living together in Kandarpur 2027–2029."), 1, True),
        "vision": (_("Vision"), _("How life here should be when the plan has worked."), 4, False),
        "need": (_("Why it is needed"), _("What the review found, in a few sentences."), 5, False),
        "theory_of_change": (_("Why this should work here"), _("If we do this, then that changes, because …"), 4, False),
        "after_an_incident": (_("What we do after an incident"), _("Who speaks, who helps those affected, who looks back."), 4, False),
    }  # fmt: skip

    begins = day(_("From"))
    ends = day(_("Until"))
    review = forms.ModelChoiceField(
        label=_("Review of challenges behind it"),
        queryset=None,
        required=False,
        empty_label=_("None"),
    )

    def __init__(self, *args: Any, reviews: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "review" in self.fields:
            self.fields["review"].queryset = reviews  # type: ignore[attr-defined]


class AdoptForm(ReasonForm):
    """The decision, who shall see the plan, and why now."""

    decided_by = forms.CharField(
        label=_("Who decided"),
        help_text=_("The council, the mayor’s office, …: an office, never a name."),
        max_length=Plan.LONGEST["decided_by"],
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    decided_on = day(_("Day of the decision"))
    decision = forms.CharField(
        label=_("Number of the decision"),
        help_text=_("As in the minutes, so that it is found again."),
        max_length=Plan.LONGEST["decision"],
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    to = forms.ChoiceField(
        label=_("Who may see the adopted plan"),
        help_text=_("At least those who are to do it."),
        widget=forms.RadioSelect,
    )
    field_order = ["decided_by", "decided_on", "decision", "to", "reason"]

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = Visibility(plan.visibility).width
        wide: Iterable[Visibility] = [level for level in LEVELS if level.width >= now]
        self.fields["to"].choices = [(level.value, level.label) for level in wide]  # type: ignore[attr-defined]


class LookBackForm(forms.Form):
    """What came of the plan."""

    reviewed = forms.CharField(
        label=_("What came of it"),
        help_text=_(
            "As planned? In time? What changed, what did not, what we learned. Name nobody."
        ),
        max_length=Plan.LONGEST["reviewed"],
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )
    reviewed_on = day(_("Looked back on"))
    language = forms.ChoiceField(
        label=_("Language you write in"), choices=settings.CONTENT_LANGUAGES
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"language": plan.first_language, **self.initial}
