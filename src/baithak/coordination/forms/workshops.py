"""Forms of a workshop: itself, what it is made of, who came."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from baithak.coordination.forms.bodies import day, keeping, labelled
from baithak.coordination.models import Part, Raised, Series, Takeaway, Workshop
from baithak.exchange.models import Practice
from baithak.exchange.shelf import LICENCES, LINK_ONLY
from baithak.network.forms import WordedForm
from baithak.network.models import OrganisationType
from baithak.network.rules import Role

__all__ = [
    "COUNT_ROWS",
    "CountsForm",
    "PartForm",
    "RaisedForm",
    "ShowcaseForm",
    "TakeawayForm",
    "WorkshopForm",
    "item_form",
]


class WorkshopForm(WordedForm):
    """A workshop: new, changed or told in another language."""

    model = Workshop
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "title": (_("Title"), "", 1, True),
        "summary": (
            _("In short"),
            _("Three or four sentences: what it was about and what came of it. The report begins with them."),
            4,
            False,
        ),
        "where": (_("Where"), _("The house or the hall, and the city."), 1, False),
        "hosts": (_("Hosts"), _("Organisations, never persons."), 2, False),
        "funders": (_("Funders"), _("Everybody may read who pays."), 2, False),
        "thanks": (_("Thanks"), _("To organisations, never to persons."), 2, False),
    }  # fmt: skip

    begins = day(_("First day"))
    ends = day(_("Last day"))
    series = forms.ModelChoiceField(
        label=_("Series"), queryset=None, required=False, empty_label=_("None")
    )
    closed_room = forms.BooleanField(
        label=_("Under the Chatham House Rule"),
        help_text=_(
            "What is said may be used, but not who said it or for which city. Only your team reads it until the report is out."
        ),
        required=False,
    )  # fmt: skip
    name_countries = forms.BooleanField(
        label=_("The report names the countries people came from"),
        help_text=_("As a list. Figures are shown for those with ten people or more alone."),
        required=False,
    )
    licence = forms.ChoiceField(
        label=_("Licence of the report"),
        help_text=_("What others may do with the text."),
        choices=[(code, label) for code, label in LICENCES.items() if code != LINK_ONLY],
    )

    FACTS: ClassVar[tuple[str, ...]] = (
        "begins", "ends", "series", "closed_room", "name_countries", "licence",
    )  # fmt: skip

    def __init__(
        self, *args: Any, series: Any, thing: Workshop | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, thing=thing, **kwargs)
        self.fields["series"].queryset = series  # type: ignore[attr-defined]
        self.fields["series"].label_from_instance = _title  # type: ignore[attr-defined]
        told = {name: getattr(thing, name) for name in self.FACTS} if thing is not None else {}
        fresh = {"closed_room": True, "licence": "CC BY 4.0"}
        self.initial = {**(told or fresh), **self.initial}
        self.keeps = keeping(self, "series", thing.series_id if thing else None)

    def told(self) -> dict[str, Any]:
        """What ``services.workshops`` is told."""
        told = {name: self.cleaned_data[name] for name in self.FACTS}
        if self.keeps and told["series"] is None:
            del told["series"]
        return {"language": self.cleaned_data["language"], "texts": self.texts(), **told}


def _title(series: Series) -> str:
    return f"{series.title} · {series.place.local_name}"


class PartForm(WordedForm):
    """A part of the programme."""

    model = Part
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "title": (_("Part of the programme"), "", 1, True),
        "description": (_("What happened in it"), _("Name nobody."), 5, False),
    }


class RaisedForm(WordedForm):
    """A challenge that was spoken of."""

    model = Raised
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "description": (
            _("What was said about it"),
            _("As the room saw it: neither who spoke nor for which city."),
            4,
            False,
        ),
    }

    code = forms.ChoiceField(label=_("Challenge"))
    field_order = ("code", "description", "language")

    def __init__(self, *args: Any, thing: Raised | None = None, **kwargs: Any) -> None:
        super().__init__(*args, thing=thing, **kwargs)
        if thing is not None:
            del self.fields["code"]
        else:
            self.fields["code"].choices = labelled("challenges")  # type: ignore[attr-defined]
            self.order_fields(self.field_order)


class TakeawayForm(WordedForm):
    """What everybody takes home."""

    model = Takeaway
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "title": (
            _("Takeaway"),
            _("One sentence that somebody can act on. It can become commitments."),
            3,
            True,
        ),
    }


class ShowcaseForm(forms.Form):
    """A practice that was shown."""

    practice = forms.ChoiceField(label=_("Practice"))

    def __init__(self, *args: Any, practices: Iterable[Practice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.practices = {practice.code: practice for practice in practices}
        rows = [(code, practice.title) for code, practice in self.practices.items()]
        self.fields["practice"].choices = sorted(rows, key=lambda row: row[1].casefold())  # type: ignore[attr-defined]


def item_form(kind: str) -> type[WordedForm]:
    """The form of what is told in words."""
    return {"part": PartForm, "raised": RaisedForm, "takeaway": TakeawayForm}[kind]


#: Rows of the table of people; more are added up.
COUNT_ROWS = 60
_EMPTY = 5


class _CountForm(forms.Form):
    """One row: how many people of which role, country and type of organisation."""

    role = forms.ChoiceField(label=_("Role"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    organisation_type = forms.ChoiceField(label=_("Type of organisation"), required=False)
    people = forms.IntegerField(label=_("People"), min_value=0, max_value=9999, required=False)

    def __init__(self, *args: Any, countries: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blank = [("", "—")]
        self.fields["role"].choices = [*blank, *Role.choices]  # type: ignore[attr-defined]
        self.fields["country"].choices = [*blank, *countries]  # type: ignore[attr-defined]
        self.fields["organisation_type"].choices = [*blank, *OrganisationType.choices]  # type: ignore[attr-defined]


class CountsForm(
    forms.formset_factory(_CountForm, extra=_EMPTY, max_num=COUNT_ROWS, validate_max=True)  # type: ignore[misc]
):
    """The table of people. A row without people is left out; each row alone says nothing to anybody else."""

    def __init__(self, *args: Any, countries: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, form_kwargs={"countries": list(countries)}, **kwargs)

    def rows(self) -> list[dict[str, Any]]:
        """What ``services.workshops.count_people`` is told."""
        return [dict(form.cleaned_data) for form in self.forms if form.cleaned_data.get("people")]

    def clean(self) -> None:
        for number, form in enumerate(self.forms, start=1):
            told = form.cleaned_data if form.is_valid() else {}
            named = [name for name in ("role", "country", "organisation_type") if told.get(name)]
            if named and not told.get("people"):
                raise forms.ValidationError(
                    _("Row %(row)d: write how many people, or leave the whole row empty.")
                    % {"row": number}
                )
            if told.get("people") and len(named) < 3:
                raise forms.ValidationError(
                    _("Row %(row)d: choose role, country and type of organisation.")
                    % {"row": number}
                )
