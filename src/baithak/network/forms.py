"""Forms of the room. Every error says how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.network import queries
from baithak.network.models import Kind, Level, OrganisationType, Place, User, Worded
from baithak.network.rules import ROLES_AT, Role
from baithak.network.scope import Viewer, Visibility

__all__ = [
    "AcceptForm",
    "ElectionForm",
    "InviteForm",
    "LanguageForm",
    "LevelForm",
    "OrganisationForm",
    "PlaceForm",
    "ReasonForm",
    "WordedForm",
]


class InviteForm(forms.Form):
    """Invite an address to a role."""

    email = forms.EmailField(
        label=_("E-mail address"),
        error_messages={
            "invalid": _("This is not an e-mail address: it looks like name@place.org.")
        },
    )
    role = forms.ChoiceField(label=_("Role"))
    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=None, required=False, empty_label=_("None")
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        help_text=_("Needed for roles in charge: a second person decides by it."),
    )

    def __init__(
        self, *args: Any, viewer: Viewer, place: Place, roles: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        allowed = ROLES_AT[place.kind] if roles is None else roles
        self.fields["role"].choices = [(r.value, r.label) for r in Role if r in allowed]
        self.fields["organisation"].queryset = queries.organisations(viewer, place)
        if roles is not None:
            del self.fields["reason"]


class AcceptForm(forms.Form):
    """A new person's name and password."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 letters. Four words you can remember are better than tricks."),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password


class OrganisationForm(forms.Form):
    """An organisation at a place."""

    name = forms.CharField(label=_("Name"), max_length=200)
    types = forms.MultipleChoiceField(
        label=_("Types"), choices=OrganisationType.choices, widget=forms.CheckboxSelectMultiple
    )
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices, initial=Level.LOCAL)


class PlaceForm(forms.Form):
    """A country or a city of a hub."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(k.value, k.label) for k in (Kind.COUNTRY, Kind.CITY)]
    )
    country = forms.ModelChoiceField(
        label=_("Country"),
        queryset=None,
        required=False,
        empty_label=_("None"),
        help_text=_("For a city: the country it belongs to."),
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    slug = forms.SlugField(
        label=_("Short name in addresses"),
        max_length=64,
        help_text=_("Small Latin letters, digits and hyphens. It cannot be changed later."),
    )
    country_code = forms.RegexField(
        label=_("Country code"),
        regex=r"^[A-Z]{2}$",
        required=False,
        help_text=_("For a country: two capital letters, as in ISO 3166."),
        error_messages={"invalid": _("Write two capital letters, such as LK.")},
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=settings.CONTENT_LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    population = forms.IntegerField(
        label=_("Population"), min_value=1, max_value=10**9, required=False
    )

    def __init__(self, *args: Any, viewer: Viewer, hub: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hub = hub
        self.fields["country"].queryset = queries.places_below(viewer, hub)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") == Kind.CITY and not data.get("country"):
            self.add_error("country", _("Choose the country of this city."))
        if data.get("kind") == Kind.COUNTRY and not data.get("country_code"):
            self.add_error("country_code", _("Write the country's two letters, such as LK."))
        return data

    def arguments(self) -> dict[str, Any]:
        """What ``services.add_place`` takes."""
        data = dict(self.cleaned_data)
        country = data.pop("country")
        data["parent"] = country if data["kind"] == Kind.CITY else self.hub
        if data["kind"] == Kind.CITY:
            data["country_code"] = ""
        return {**data, "example": self.hub.example}


class LanguageForm(forms.Form):
    """In which language pages and letters come."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class ReasonForm(forms.Form):
    """Why a second person should confirm."""

    reason = forms.CharField(
        label=_("Why now, and for whom?"),
        help_text=_("A sentence for the second person. It is kept with the act; name nobody."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


class LevelForm(ReasonForm):
    """Let more people see something: how many more, and why. ``levels`` are those on offer."""

    to = forms.ChoiceField(label=_("Who may see it"), widget=forms.RadioSelect)
    field_order = ["to", "reason"]

    def __init__(self, *args: Any, levels: Iterable[Visibility], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(level.value, level.label) for level in levels]


class ElectionForm(forms.Form):
    """The first and the last day of the quiet weeks."""

    begins = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class WordedForm(forms.Form):
    """What is told in one language at a time: a field for each text of the model, and the language.

    A form names its texts in ``words``: name of the text to label, help, rows (1 is one line) and whether it
    is needed. Opened with ``?language=ta`` the fields hold the Tamil texts; ``original`` gives a
    template what stands in the first language, to translate beside it.
    """

    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {}
    model: ClassVar[type[Worded]]

    language = forms.ChoiceField(label=_("Language you write in"))

    def __init__(
        self, *args: Any, thing: Worded | None = None, language: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        known = dict(settings.CONTENT_LANGUAGES)
        here = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
        first = thing.first_language if thing is not None else here
        chosen = language if language in known else first
        self.thing, self.in_language = thing, chosen
        self.fields["language"].choices = list(known.items())  # type: ignore[attr-defined]
        told = thing.texts.get(chosen, {}) if thing is not None else {}
        translating = thing is not None and chosen != thing.first_language
        fields: dict[str, forms.Field] = {}
        for name, (label, help_text, rows, needed) in self.words.items():
            attrs: dict[str, Any] = {"dir": "auto", "lang": chosen}
            widget = (
                forms.TextInput(attrs=attrs)
                if rows == 1
                else forms.Textarea(attrs={**attrs, "rows": rows})
            )
            fields[name] = forms.CharField(
                label=label,
                help_text=help_text,
                max_length=self.model.LONGEST[name],
                required=needed and not translating,
                widget=widget,
            )
        self.fields = {**fields, **self.fields}
        self.initial = {"language": chosen, **told, **self.initial}

    @property
    def original(self) -> dict[str, str]:
        """What stands in the first language while another one is written; else nothing."""
        if self.thing is None or self.in_language == self.thing.first_language:
            return {}
        return dict(self.thing.texts.get(self.thing.first_language, {}))

    def texts(self) -> dict[str, str]:
        """For ``services.texts.put_texts``: the texts by their names."""
        return {name: self.cleaned_data[name] for name in self.words}
