"""The form of something on the shelf: a link or a file, with whose it is and what may be done with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.exchange import guide
from baithak.exchange.models import Resource, ResourceKind
from baithak.exchange.records import LANGUAGES, library
from baithak.exchange.shelf import LICENCES, NO_STEP
from baithak.network.models import Place

__all__ = ["RemoveForm", "ResourceForm"]

_OTHER = "other"
_SAME = ("title", "about", "language", "kind", "step", "publisher", "url", "challenges")


def _line(label: Any, most: int, **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"dir": "auto"})
    return forms.CharField(label=label, max_length=most, widget=widget, **more)


class ResourceForm(forms.Form):
    """``resource`` is what is changed; ``places`` are those on offer for a new one."""

    place = forms.ChoiceField(label=_("Place"))
    title = _line(_("Title"), 200)
    about = forms.CharField(
        label=_("What it is about"),
        max_length=2000,
        required=False,
        help_text=_("In a sentence or two: whom it helps, and with what."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    url = forms.CharField(
        label=_("Link"),
        max_length=2000,
        required=False,
        help_text=_("The whole address, as https://city.example/guide. The hub itself never opens it."),
        widget=forms.URLInput,
        error_messages={"max_length": _("This link is too long: give a shorter one.")},
    )  # fmt: skip
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        widget=forms.FileInput,
        error_messages={
            "empty": _("This file is empty. Choose it again."),
            "max_length": _("The name of this file is too long: give it a shorter one."),
        },
        max_length=200,
    )
    publisher = _line(_("Published by"), 200, help_text=_("An office or organisation, no person."))
    licence = forms.ChoiceField(
        label=_("Licence"),
        help_text=_("What others may do with it. Look on its first or last page."),
        choices=[("", _("Choose one")), *LICENCES.items(), (_OTHER, _("Another licence"))],
    )
    other_licence = _line(
        _("The other licence"), 100, required=False, help_text=_("As it is written there.")
    )
    language = forms.ChoiceField(
        label=_("Language it is written in"), choices=list(LANGUAGES.items())
    )
    kind = forms.ChoiceField(label=_("What it is"), choices=ResourceKind.choices)
    step = forms.ChoiceField(
        label=_("Step of the guide"),
        required=False,
        choices=[("", NO_STEP), *((step.code, step.title) for step in guide.STEPS)],
    )
    challenges = forms.MultipleChoiceField(
        label=_("Challenges"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        places: Iterable[Place] = (),
        resource: Resource | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        here = (get_language() or "en").split("-")[0]
        self.initial = {"language": here if here in LANGUAGES else "en"}
        if resource is not None:
            self.initial = {name: getattr(resource, name) for name in _SAME}
            known = resource.licence in LICENCES
            self.initial["licence"] = resource.licence if known else _OTHER
            self.initial["other_licence"] = "" if known else resource.licence
        most = settings.FILES_LARGEST // 1024**2
        kinds = _("A picture, a PDF, an office document or a text, up to %(most)s MB.") % {
            "most": most
        }
        keeps = resource is not None and resource.file_name
        self.fields["file"].help_text = (
            _("Choose one only to replace the file that is there.") if keeps else kinds
        )
        taxonomy = library().taxonomy
        self.fields["challenges"].choices = [  # type: ignore[attr-defined]
            (code, taxonomy.label("challenges", code, here))
            for code in taxonomy.codes("challenges")
        ]
        self._offer(places)

    def _offer(self, places: Iterable[Place]) -> None:
        self.places = {str(place.pk): place for place in places}
        self.fields["place"].choices = [(pk, str(place)) for pk, place in self.places.items()]  # type: ignore[attr-defined]
        if len(self.places) == 1:
            self.fields["place"].widget = forms.HiddenInput()
            self.initial["place"] = next(iter(self.places))
        elif not self.places:
            del self.fields["place"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("licence") == _OTHER and not data.get("other_licence"):
            self.add_error("other_licence", _("Write which licence it is, or choose one above."))
        return data

    def told(self) -> dict[str, Any]:
        """What ``services.resources`` is told, without the file."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "file"}
        other = told.pop("other_licence")
        if told["licence"] == _OTHER:
            told["licence"] = other
        if "place" in told:
            told["place"] = self.places[told["place"]]
        return told


class RemoveForm(forms.Form):
    """A tick before it is gone."""

    sure = forms.BooleanField(label=_("Yes, remove it for good, its file too."))
