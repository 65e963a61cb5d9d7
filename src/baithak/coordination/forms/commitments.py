"""Forms of a commitment: itself, how it goes, by what a list is narrowed."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.coordination.forms.bodies import day
from baithak.coordination.models import Commitment, CommitmentState
from baithak.exchange.records import LANGUAGES
from baithak.network.forms import WordedForm

__all__ = ["CommitmentForm", "FilterForm", "TellForm", "TrackerForm"]


class CommitmentForm(WordedForm):
    """A commitment: new, changed or told in another language."""

    model = Commitment
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "title": (
            _("What is promised"),
            _("One sentence from which everybody sees whether it was kept."),
            3,
            True,
        ),
    }

    owner = forms.ModelChoiceField(
        label=_("Who keeps it"),
        help_text=_("An organisation or a department, never a person. It gets the reminders."),
        queryset=None,
        required=False,
        empty_label=_("Nobody yet"),
    )
    due = day(_("Until"), required=False)
    action = forms.ModelChoiceField(
        label=_("The action of a plan that it serves"),
        queryset=None,
        required=False,
        empty_label=_("None"),
    )

    FACTS: ClassVar[tuple[str, ...]] = ("owner", "due", "action")

    def __init__(
        self,
        *args: Any,
        owners: Any,
        actions: Any,
        thing: Commitment | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, thing=thing, **kwargs)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]
        self.fields["action"].queryset = actions  # type: ignore[attr-defined]
        if thing is not None:
            self.initial = {**{name: getattr(thing, name) for name in self.FACTS}, **self.initial}

    def told(self) -> dict[str, Any]:
        """What ``services.commitments`` is told."""
        return {
            "language": self.cleaned_data["language"],
            "texts": self.texts(),
            **{name: self.cleaned_data[name] for name in self.FACTS},
        }


class TellForm(forms.Form):
    """How it goes."""

    day = day(_("Day"), initial=timezone.localdate)
    text = forms.CharField(
        label=_("What happened"),
        help_text=_("If it is dropped: why. Name nobody."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    state = forms.ChoiceField(label=_("How far it is"), choices=CommitmentState.choices)
    language = forms.ChoiceField(label=_("Language you write in"), choices=list(LANGUAGES.items()))

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = (get_language() or "en").split("-")[0]
        self.initial = {
            "state": commitment.state,
            "language": here if here in LANGUAGES else "en",
            **self.initial,
        }


class FilterForm(forms.Form):
    """By what the list is narrowed. Everything stands in the address."""

    place = forms.ChoiceField(label=_("Place"), required=False)
    owner = forms.ChoiceField(label=_("Who keeps it"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("left", _("Still to do")), *CommitmentState.choices],
    )
    source = forms.ChoiceField(
        label=_("Born of"),
        required=False,
        choices=[
            ("", _("All")),
            ("takeaway", _("a workshop")),
            ("decision", _("a meeting")),
            ("request", _("a request")),
            ("finding", _("a finding")),
            ("noted", _("nothing else")),
        ],
    )
    late = forms.BooleanField(label=_("Only what is overdue"), required=False)

    def __init__(self, *args: Any, places: Any, owners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("All"))]
        self.fields["place"].choices = [*every, *((p.slug, p.local_name) for p in places)]  # type: ignore[attr-defined]
        self.fields["owner"].choices = [*every, *((str(o.pk), o.name) for o in owners)]  # type: ignore[attr-defined]
        if not owners:
            del self.fields["owner"]


class TrackerForm(forms.Form):
    """A table of commitments."""

    file = forms.FileField(
        label=_("Action tracker"),
        help_text=_(
            "CSV, or an XLSX workbook with a sheet “commitments”, as the empty table has it."
        ),
    )
    language = forms.ChoiceField(
        label=_("Language of the rows that do not say it"), choices=list(LANGUAGES.items())
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = (get_language() or "en").split("-")[0]
        self.initial = {"language": here if here in LANGUAGES else "en", **self.initial}
