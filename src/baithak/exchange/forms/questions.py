"""Forms of questions to peers: ask, answer, bring one before a community."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.exchange.records import LANGUAGES, library
from baithak.network.models import Place

__all__ = ["AnswerForm", "AskForm"]


class _FromATeam(forms.Form):
    """Words of a team: ``places`` are those it may write for; with one there is nothing to choose."""

    place = forms.ChoiceField(label=_("Place"))
    language = forms.ChoiceField(label=_("Language you write in"), choices=list(LANGUAGES.items()))

    def __init__(self, *args: Any, places: Iterable[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {str(place.pk): place for place in places}
        here = (get_language() or "en").split("-")[0]
        self.initial = {"language": here if here in LANGUAGES else "en", **self.initial}
        self.fields["place"].choices = [(pk, str(place)) for pk, place in self.places.items()]
        if len(self.places) == 1:
            self.fields["place"].widget = forms.HiddenInput()
            self.initial["place"] = next(iter(self.places))

    @property
    def chosen(self) -> Place:
        """The place for which it is written."""
        return self.places[self.cleaned_data["place"]]

    @property
    def words(self) -> dict[str, str]:
        """Text and language."""
        return {name: self.cleaned_data[name] for name in ("text", "language")}


class AskForm(_FromATeam):
    """A question. ``challenges``: those on offer, the likeliest first; none where an owner is asked."""

    text = forms.CharField(
        label=_("Your question"),
        max_length=1500,
        help_text=_("One thing that you want to know, and why. Name no person."),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )
    challenge = forms.ChoiceField(
        label=_("Challenge"), help_text=_("Everybody who faces it can answer.")
    )
    chatham = forms.BooleanField(
        label=_("Under the Chatham House Rule"),
        required=False,
        help_text=_(
            "Nobody is told which city asks or answers, and days are told by the week only. "
            "Where few cities take part, others may still guess."
        ),
    )
    field_order = ["place", "challenge", "text", "language", "chatham"]

    def __init__(self, *args: Any, challenges: Sequence[str] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if challenges is None:
            del self.fields["challenge"]
            return
        taxonomy, here = library().taxonomy, get_language() or "en"
        self.fields["challenge"].choices = [
            (code, taxonomy.label("challenges", code, here)) for code in challenges
        ]


class AnswerForm(_FromATeam):
    """An answer."""

    text = forms.CharField(
        label=_("Your answer"),
        max_length=3000,
        help_text=_("What you did, what came of it. Name no person."),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )
    field_order = ["place", "text", "language"]
