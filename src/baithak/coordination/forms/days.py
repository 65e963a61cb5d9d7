"""Forms of the shared calendar."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.coordination.forms.bodies import day as _day
from baithak.coordination.models import Day, DayKind, Repeats
from baithak.network import queries as network
from baithak.network.forms import WordedForm
from baithak.network.models import Place
from baithak.network.scope import Viewer

__all__ = ["DayForm", "NextForm", "PreparationForm"]


class DayForm(WordedForm):
    """A day, or some days, that many look forward to or worry about."""

    model = Day
    words: ClassVar = {
        "title": (
            _("What the day is called"),
            _("As those call it whose day it is."),
            1,
            True,
        ),
        "description": (
            _("What is good to know"),
            _("What happens, where the city feels it, what helped in other years. Name no person."),
            4,
            False,
        ),
    }
    kind = forms.ChoiceField(label=_("Kind"), choices=DayKind.choices)
    begins = _day(_("First day"))
    ends = _day(_("Last day"), required=False, help_text=_("Leave it empty for a single day."))
    repeats = forms.ChoiceField(label=_("Does it come again?"), choices=Repeats.choices)
    field_order = ["title", "kind", "begins", "ends", "repeats", "description", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(self.thing, Day):
            kept = {name: getattr(self.thing, name) for name in ("kind", "begins", "repeats")}
            ends = self.thing.ends if self.thing.ends > self.thing.begins else None
            self.initial = {**kept, "ends": ends, **self.initial}
        self.order_fields(self.field_order)

    def told(self) -> dict[str, Any]:
        """What ``services.days.begin`` and ``change`` take."""
        kept = {
            name: self.cleaned_data[name]
            for name in ("kind", "begins", "ends", "repeats", "language")
        }
        return {**kept, "texts": self.texts()}


class NextForm(forms.Form):
    """The next date of a day that moves."""

    begins = _day(_("First day"))
    ends = _day(_("Last day"), required=False, help_text=_("Leave it empty for a single day."))


class PreparationForm(forms.Form):
    """A line of the preparation list."""

    text = forms.CharField(
        label=_("What is to be prepared"),
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    organisation = forms.ModelChoiceField(
        label=_("Who does it"), queryset=None, required=False, empty_label=_("Not said yet")
    )
    days_before = forms.IntegerField(label=_("Days before"), min_value=0, max_value=366, initial=7)
    language = forms.ChoiceField(
        label=_("Language you write in"), choices=settings.CONTENT_LANGUAGES
    )

    def __init__(self, *args: Any, viewer: Viewer, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
        self.initial = {"language": here, **self.initial}
        self.fields["organisation"].queryset = network.organisations(viewer, place)  # type: ignore[attr-defined]
