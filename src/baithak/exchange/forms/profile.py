"""The form in which a city tells of itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.exchange.likeness_words import TRAITS
from baithak.exchange.models import CityProfile, Mandate
from baithak.exchange.records import library

__all__ = ["ProfileForm"]


class ProfileForm(forms.Form):
    """Challenges, kind of city, mandate, where it lies. Nothing here is needed."""

    challenges = forms.MultipleChoiceField(
        label=_("What your city faces"),
        required=False,
        help_text=_("Situations, never groups of people. Choose the few that matter most."),
        widget=forms.CheckboxSelectMultiple,
    )
    traits = forms.MultipleChoiceField(
        label=_("What kind of city it is"),
        required=False,
        choices=[(code, capfirst(words)) for code, words in TRAITS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    mandate = forms.ChoiceField(
        label=_("What the city may do by law"),
        required=False,
        choices=[("", _("Not told")), *Mandate.choices],
        widget=forms.RadioSelect,
    )
    latitude = forms.FloatField(
        label=_("Latitude"),
        required=False,
        min_value=-90,
        max_value=90,
        help_text=_("In degrees, south of the equator with a minus. Two decimals are kept."),
        widget=forms.NumberInput(attrs={"step": "0.01"}),
    )
    longitude = forms.FloatField(
        label=_("Longitude"),
        required=False,
        min_value=-180,
        max_value=180,
        help_text=_("In degrees, west of Greenwich with a minus. Two decimals are kept."),
        widget=forms.NumberInput(attrs={"step": "0.01"}),
    )

    def __init__(self, *args: Any, profile: CityProfile, **kwargs: Any) -> None:
        told = {name: getattr(profile, name) for name in self.base_fields}
        super().__init__(*args, initial=told, **kwargs)
        taxonomy, language = library().taxonomy, (get_language() or "en").split("-")[0]
        self.fields["challenges"].choices = [
            (code, taxonomy.label("challenges", code, language))
            for code in taxonomy.codes("challenges")
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        pair = ("latitude", "longitude")
        if not any(name in self.errors for name in pair):
            missing = [name for name in pair if data.get(name) is None]
            if len(missing) == 1:
                self.add_error(missing[0], _("Give both latitude and longitude, or neither."))
        return data
