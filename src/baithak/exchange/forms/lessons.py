"""The form of a lesson."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.exchange.records import LANGUAGES, library
from baithak.network.models import Place

__all__ = ["LessonForm"]


class LessonForm(forms.Form):
    """A few sentences another city can use. ``places`` are those on offer; none for a change."""

    place = forms.ChoiceField(label=_("Place"))
    title = forms.CharField(
        label=_("The lesson in one line"),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    text = forms.CharField(
        label=_("The lesson"),
        max_length=2000,
        help_text=_("What happened, why you think so, what you would do otherwise. Name nobody."),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
    )
    language = forms.ChoiceField(label=_("Language you write in"), choices=list(LANGUAGES.items()))
    challenges = forms.MultipleChoiceField(
        label=_("Challenges"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, places: Iterable[Place] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {str(place.pk): place for place in places}
        here = (get_language() or "en").split("-")[0]
        self.initial = {"language": here if here in LANGUAGES else "en", **self.initial}
        taxonomy = library().taxonomy
        self.fields["challenges"].choices = [  # type: ignore[attr-defined]
            (code, taxonomy.label("challenges", code, here))
            for code in taxonomy.codes("challenges")
        ]
        self.fields["place"].choices = [(pk, str(place)) for pk, place in self.places.items()]  # type: ignore[attr-defined]
        if len(self.places) == 1:
            self.fields["place"].widget = forms.HiddenInput()
            self.initial["place"] = next(iter(self.places))
        elif not self.places:
            del self.fields["place"]

    def told(self) -> dict[str, Any]:
        """What ``services.lessons`` is told."""
        told = dict(self.cleaned_data)
        if "place" in told:
            told["place"] = self.places[told["place"]]
        return told
