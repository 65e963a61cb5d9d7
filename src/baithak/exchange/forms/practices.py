"""The form of a practice: every field of the record, on one page, nothing lost on an error."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.exchange.headings import EVIDENCE, HEADINGS, SOURCE_HEADINGS
from baithak.exchange.records import FIELDS, LANGUAGES, SOURCE_FIELDS, City, Practice, library
from baithak.exchange.typed import in_order, proposed, read
from baithak.network import wording
from baithak.network.models import Place

__all__ = ["MOST_SOURCES", "PracticeForm"]

MOST_SOURCES = 40
_HELP: dict[str, Any] = {
    "id": _(
        "Small Latin letters, digits and hyphens. It cannot be changed later. Leave it empty: it is "
        "made of city and title where the title is in Latin letters."
    ),
    "title": _("What it is, in one line."),
    "city": _("As in the list, in Latin letters."),
    "partner_names": _("One public organisation on each line. Never a private person."),
    "start_year": _("Four digits, such as 2024. Leave it empty where nobody knows."),
    "more_languages": _("Two or three letters each, as in ISO 639, with commas between them."),
    "summary": _("Three or four sentences that a stranger understands."),
    "what_was_done": _("The steps, one on each line."),
    "cost": _("With the currency and the year."),
    "results": _("As a source says it. Leave it empty where none says."),
    "lessons": _("One on each line."),
    "failures": _("One on each line. This is what others look for most, and find least."),
    "not_reached": _("A group that did not come is no fault of the group."),
    "legal_basis": _("The law, order or decision it rests on."),
    "accessed": _("Such as 2026-11-23."),
}
#: Names of the fieldsets, a line about each, and their fields in order.
_PARTS: tuple[tuple[Any, Any, tuple[str, ...]], ...] = (
    (
        _("What and where"),
        "",
        (
            "place", "language", "title", "city", "country", "id", "admin_level",
            "lead_organisation_type", "start_year", "end_year", "challenges", "approaches",
            "target_groups", "prevention_levels", "mechanisms", "partner_types", "partner_names",
            "languages", "more_languages",
        ),
    ),
    (_("In short, and why it began"), "", ("summary", "stimulus")),
    (_("What was done"), "", ("what_was_done", "cost", "staff")),
    (_("What came of it"), "", ("results", "evidence_level")),
    (_("What others can learn"), "", ("lessons", "failures")),
    (
        _("What sources rarely tell"),
        _("Other cities ask for this most. An honest sentence is worth more than a full page."),
        ("replaced", "after_change", "not_reached", "harm"),
    ),
    (_("Legal basis"), "", ("legal_basis",)),
)  # fmt: skip
#: Codes that are ticked, with the fields of the record they belong to.
_TICKED = {
    "challenges": "challenges",
    "approaches": "approaches",
    "target_groups": "target_groups",
    "prevention_levels": "prevention_levels",
    "mechanisms": "mechanisms",
    "partner_types": "organisation_types",
}
_CHOSEN = {
    "country": "countries",
    "admin_level": "admin_levels",
    "lead_organisation_type": "organisation_types",
}
_YEARS = ("start_year", "end_year")
_REQUIRED = {field.name for field in FIELDS if field.required}


class PracticeForm(forms.Form):
    """One practice. ``record`` is what is changed or adapted; ``places`` are offered for a new one.

    After ``is_valid`` the record is in ``record_told``.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        cities: Collection[City],
        places: Iterable[Place] = (),
        record: Practice | None = None,
        code: str = "",
        rows: int = 0,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {**(_initial(record) if record else {}), **kwargs.get("initial", {})}
        super().__init__(data, **kwargs)
        self.cities, self.code = cities, code
        self.places = {str(place.pk): place for place in places}
        self.before = record
        self.record_told: Practice | None = None
        asked = data.get("source_rows", "") if data is not None else ""
        told = int(asked) if asked.isdecimal() and len(asked) < 4 else 0
        least = max(rows, told, len(record.sources) if record and data is None else 0, 1)
        self.rows = min(least, MOST_SOURCES)
        self._build()

    def _build(self) -> None:
        language = (get_language() or "en").split("-")[0]
        taxonomy = library().taxonomy
        if self.places:
            self.fields["place"] = forms.ChoiceField(
                label=_("For which place"),
                choices=[(pk, place.local_name) for pk, place in self.places.items()],
            )
        for field in FIELDS:
            if field.kind in ("line", "text", "texts", "year"):
                rows = {"line": 1, "year": 1, "texts": 6}.get(field.kind, 4)
                self._text(field.name, rows, required=field.required)
        if not self.code:
            self._text("id", 1, required=False)
        self.fields["language"] = forms.ChoiceField(
            label=HEADINGS["language"], choices=list(LANGUAGES.items()), initial=language
        )
        for name, kind in _CHOSEN.items():
            labels = [(code, taxonomy.label(kind, code, language)) for code in taxonomy.codes(kind)]
            if name == "country":
                labels.sort(key=lambda one: one[1].casefold())
            self.fields[name] = forms.ChoiceField(
                label=HEADINGS[name], choices=[("", "—"), *labels]
            )
        for name, kind in _TICKED.items():
            self.fields[name] = forms.MultipleChoiceField(
                label=HEADINGS.get(name, _("Kinds of organisations that took part")),
                choices=[(c, taxonomy.label(kind, c, language)) for c in taxonomy.codes(kind)],
                required=name in _REQUIRED,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": _("Tick at least one.")},
            )
        self.fields["evidence_level"] = forms.ChoiceField(
            label=HEADINGS["evidence_level"],
            choices=[
                (code, _("%(level)s: %(meaning)s") % {
                    "level": taxonomy.label("evidence_levels", code, language),
                    "meaning": EVIDENCE[code],
                })
                for code in taxonomy.codes("evidence_levels")
            ],
            widget=forms.RadioSelect,
            initial="none_stated",
        )  # fmt: skip
        self.fields["languages"] = forms.MultipleChoiceField(
            label=HEADINGS["languages"],
            choices=list(LANGUAGES.items()),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self._text("more_languages", 1, required=False, label=_("Other languages"))
        self._text("partner_names", 3, required=False, label=_("Organisations that took part"))
        for row in range(self.rows):
            for name in SOURCE_FIELDS:
                self._text(f"source_{row}_{name}", 1, required=False, label=SOURCE_HEADINGS[name])
        if self.code:
            self._text("change_note", 2, required=False, label=_("What changed, in a sentence"))

    def _text(self, name: str, rows: int, *, required: bool, label: Any = None) -> None:
        attrs: dict[str, Any] = {"dir": "auto"}
        if name in _YEARS:
            attrs = {"inputmode": "numeric", "autocomplete": "off"}
        if name == "city":
            attrs |= {"list": "cities", "autocomplete": "off"}
        if name.endswith("_url"):
            attrs = {"dir": "ltr", "inputmode": "url", "autocomplete": "off"}
        widget = forms.Textarea({**attrs, "rows": rows}) if rows > 1 else forms.TextInput(attrs)
        self.fields[name] = forms.CharField(
            label=label or HEADINGS[name],
            help_text=_HELP.get("accessed" if name.endswith("_accessed") else name, ""),
            required=required,
            widget=widget,
            error_messages={"required": _("Something must stand here. Fill it in.")},
        )

    # --- for the page

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The fieldsets that have fields here."""
        return [
            {
                "legend": legend,
                "about": about,
                "fields": [
                    {"field": self[name], "ticked": name in _TICKED or name == "languages"}
                    for name in names
                    if name in self.fields
                ],
            }
            for legend, about, names in _PARTS
        ]

    @property
    def source_rows(self) -> list[list[forms.BoundField]]:
        """The fields of each source."""
        return [
            [self[f"source_{row}_{name}"] for name in SOURCE_FIELDS] for row in range(self.rows)
        ]

    @property
    def city_names(self) -> list[str]:
        """What the field of the city offers."""
        return sorted({city.name for city in self.cities})

    def typed(self) -> dict[str, Any]:
        """What stands in the form now, whether right or wrong."""
        return {
            name: field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            for name, field in self.fields.items()
        }

    # --- from the form to the record

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        told = self._told(data)
        if not self.code and not told["id"] and told["city"] and told["title"]:
            told["id"] = proposed(told["city"], told["title"])
            if not told["id"]:
                self.add_error(
                    "id", _("Write a short name in Latin letters: none can be made of this title.")
                )
        record, troubles = read(told, self.cities)
        for trouble in troubles:
            if trouble.field == "id" and not told["id"]:
                continue  # made of city and title, once these are right
            name = self._field_of(trouble.field, trouble.source)
            if name not in self.errors:
                self.add_error(name, trouble.words)
        self.record_told = None if self.errors else record
        return data

    def _field_of(self, field: str, source: int | None) -> str | None:
        """Where a trouble of the record is shown."""
        if source is not None:
            filled = self._filled()
            return f"source_{filled[source]}_{field}"
        name = {"partners": "partner_names", "sources": "source_0_url"}.get(field, field)
        if name == "languages":
            name = "more_languages"
        return name if name in self.fields else None

    def _told(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Everything as ``typed.read`` takes it."""
        told: dict[str, Any] = {
            "id": self.code or data.get("id", ""),
            **{name: data.get(name, "") for name in ("language", "evidence_level", *_CHOSEN)},
            **{name: data.get(name, "").strip() for name in _YEARS},
        }
        for field in FIELDS:
            if field.kind in ("line", "text"):
                told[field.name] = self._clean(field.name, data.get(field.name, ""))
            elif field.kind == "texts":
                told[field.name] = self._lines(field.name, data)
        for name in _TICKED.keys() - {"partner_types"}:
            told[name] = in_order(data.get(name, ()), getattr(self.before, name, ()))
        spoken = data.get("more_languages", "").replace("،", ",").split(",")
        told["languages"] = in_order(
            [*data.get("languages", ()), *(c.strip().lower() for c in spoken if c.strip())],
            getattr(self.before, "languages", ()),
        )
        told["partners"] = in_order(
            [*data.get("partner_types", ()), *self._lines("partner_names", data)],
            getattr(self.before, "partners", ()),
        )
        told["sources"] = [
            {name: self._clean(key, data.get(key, ""))
             for name in SOURCE_FIELDS
             for key in (f"source_{row}_{name}",)}
            for row in self._filled()
        ]  # fmt: skip
        return told

    def _filled(self) -> list[int]:
        """Rows of sources in which anything stands."""
        typed = self.typed()
        return [
            row
            for row in range(self.rows)
            if any((typed.get(f"source_{row}_{name}") or "").strip() for name in SOURCE_FIELDS)
        ]

    def _lines(self, name: str, data: Mapping[str, Any]) -> list[str]:
        lines = (self._clean(name, line) for line in data.get(name, "").splitlines())
        return [line for line in lines if line]

    def _clean(self, name: str, text: str) -> str:
        try:
            return wording.clean(text)
        except ValidationError as trouble:
            if name not in self.errors:
                self.add_error(name, trouble)
            return ""


def _initial(record: Practice) -> dict[str, Any]:
    """The fields of the form as this record fills them."""
    told: dict[str, Any] = {
        field.name: "\n".join(value) if field.kind == "texts" else value
        for field in FIELDS
        if field.kind not in ("sources", "partners", "tongues", "number")
        and (value := getattr(record, field.name)) not in (None, (), "")
    }
    types = library().taxonomy.codes("organisation_types")
    told["partner_types"] = [one for one in record.partners if one in types]
    told["partner_names"] = "\n".join(one for one in record.partners if one not in types)
    told["languages"] = [one for one in record.languages if one in LANGUAGES]
    told["more_languages"] = ", ".join(one for one in record.languages if one not in LANGUAGES)
    for row, source in enumerate(record.sources[:MOST_SOURCES]):
        for name in SOURCE_FIELDS:
            value = getattr(source, name)
            told[f"source_{row}_{name}"] = value.isoformat() if isinstance(value, date) else value
    return told
