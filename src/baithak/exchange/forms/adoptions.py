"""Forms of an adoption: take up, tell how it goes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.exchange.models import Adoption, AdoptionState, Outcome
from baithak.exchange.records import LANGUAGES
from baithak.network.models import Place

__all__ = ["AdoptForm", "ChangeForm", "StepForm"]


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


def _text(label: Any, most: int, help_text: Any = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=most,
        required=required,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )


def _language() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Language you write in"), choices=list(LANGUAGES.items()))


class AdoptForm(forms.Form):
    """Take a practice up."""

    place = forms.ChoiceField(label=_("Place"))
    reason = _text(
        _("Why we take it up"),
        1000,
        _("What it should change where you are. Name nobody."),
        required=True,
    )
    changed = _text(
        _("What we change, and why"),
        2000,
        _("What is different where you are: law, money, languages, who is trusted. Leave it empty until you know."),
    )  # fmt: skip
    begins = _day(_("Begins"), required=False)
    language = _language()
    because = forms.CharField(max_length=128, required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, places: Iterable[Place], because: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.places = {str(place.pk): place for place in places}
        here = (get_language() or "en").split("-")[0]
        self.initial = {
            "because": because,
            "language": here if here in LANGUAGES else "en",
            **self.initial,
        }
        self.fields["place"].choices = [(pk, str(place)) for pk, place in self.places.items()]  # type: ignore[attr-defined]
        if len(self.places) == 1:
            self.fields["place"].widget = forms.HiddenInput()
            self.initial["place"] = next(iter(self.places))

    def told(self) -> dict[str, Any]:
        """What ``services.adoptions.adopt`` is told."""
        return {**self.cleaned_data, "place": self.places[self.cleaned_data["place"]]}


class ChangeForm(forms.Form):
    """How it goes and what came of it."""

    reason = _text(_("Why we take it up"), 1000, required=True)
    changed = _text(_("What we change, and why"), 2000)
    state = forms.ChoiceField(label=_("How far it is"), choices=AdoptionState.choices)
    begins = _day(_("Begins"), required=False)
    ends = _day(_("Ends"), required=False)
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=Outcome.choices,
        help_text=_(
            "As you judge it yourselves. That it did not work helps the next city as much."
        ),
    )
    result = _text(_("What came of it"), 2000, _("What you saw, and how you know."))
    lesson = _text(_("What others can learn from it"), 1000)
    language = _language()

    def __init__(self, *args: Any, adoption: Adoption, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(adoption, name) for name in self.fields}


class StepForm(forms.Form):
    """A line of progress."""

    day = _day(_("Day"), initial=timezone.localdate)
    text = forms.CharField(
        label=_("What happened"), max_length=600, widget=forms.TextInput(attrs={"dir": "auto"})
    )
