"""Forms of the room. Texts are checked by ``services`` and ``wording``; forms ask and show."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from baithak.budget import services
from baithak.budget.models import (
    Budget,
    Completion,
    Project,
    Reason,
    Rule,
    Ties,
    Utility,
    Way,
)
from baithak.budget.models.project import LONGEST
from baithak.budget.models.slip import HANDED_OUT, MOST_SLIPS
from baithak.budget.queries import Sheet
from baithak.budget.services.budgets import SETTINGS
from baithak.network import wording
from baithak.network.models import Place
from baithak.network.slips import spelt

__all__ = [
    "BudgetForm",
    "CloseForm",
    "DecideForm",
    "EntryForm",
    "ImportForm",
    "ProposalForm",
    "RejectForm",
    "SlipsForm",
    "TranslateForm",
    "chosen_in",
    "hints",
]

_HINTS = {
    "mail": gettext_lazy("an e-mail address"),
    "number": gettext_lazy("a telephone or identity number"),
    "link": gettext_lazy("a link"),
}
_AMOUNT: dict[str, Any] = {"max_digits": 16, "decimal_places": 2, "min_value": Decimal("0.01")}


def hints(*texts: str) -> list[str]:
    """What in these texts looks like personal data, in words."""
    found = dict.fromkeys(name for text in texts for name in wording.hints(text))
    return [str(_HINTS[name]) for name in found]


def _languages(budget: Budget) -> list[tuple[str, str]]:
    """The languages people can write in here: the budget's, and the reader's own."""
    known = dict(settings.CONTENT_LANGUAGES)
    mine = [code for code in budget.languages if code in known]
    here = (get_language() or "").split("-")[0]
    if here in known and here not in mine:
        mine.append(here)
    return [(code, known[code]) for code in mine]


# --- proposals
class ProposalForm(forms.Form):
    """A proposal. A hint about personal data asks once, and never forbids."""

    title = forms.CharField(
        label=gettext_lazy("What should be built or done?"),
        help_text=gettext_lazy("A short title, such as “Lamps in the lanes by the harbour”."),
        max_length=3 * LONGEST["title"],  # the real bound is told in words by services
        widget=forms.TextInput(attrs={"dir": "auto", "maxlength": LONGEST["title"] + 40}),
    )
    description = forms.CharField(
        label=gettext_lazy("Why, and for whom?"),
        help_text=gettext_lazy("A few sentences. No names of people, no telephone numbers."),
        required=False,
        max_length=3 * LONGEST["description"],
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language you wrote in"))
    area = forms.ChoiceField(label=gettext_lazy("Area"), required=False)
    landmark = forms.CharField(
        label=gettext_lazy("Where is it?"),
        help_text=gettext_lazy(
            "A place that people know, such as “by the old well”. No house number and no name."
        ),
        required=False,
        max_length=3 * LONGEST["landmark"],
        widget=forms.TextInput(attrs={"dir": "auto", "maxlength": LONGEST["landmark"] + 40}),
    )
    at = forms.CharField(
        label=gettext_lazy("Coordinates"),
        help_text=gettext_lazy(
            "Latitude and longitude as maps show them, such as 8.5874, 81.2152. Only the square of "
            "500 metres around them is kept."
        ),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "text"}),
    )
    cost_low = forms.DecimalField(
        label=gettext_lazy("What might it cost, at least?"),
        help_text=gettext_lazy("A guess is enough; the city works it out later."),
        required=False,
        localize=False,
        **_AMOUNT,
    )
    cost_high = forms.DecimalField(
        label=gettext_lazy("And at most?"), required=False, localize=False, **_AMOUNT
    )
    handle = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, budget: Budget, handle: uuid.UUID
    ) -> None:
        super().__init__(data, initial={"handle": handle, "language": budget.language})
        self.budget = budget
        self.fields["language"].choices = _languages(budget)  # type: ignore[attr-defined]
        if budget.areas:
            self.fields["area"].choices = [  # type: ignore[attr-defined]
                ("", _("The whole city")),
                *budget.area_choices,
            ]
        else:
            del self.fields["area"]
        told = data or {}
        self.found = hints(*(str(told.get(name, "")) for name in LONGEST))
        if self.found:
            self.fields["sure"] = forms.BooleanField(
                label=_("I have checked it: it tells nothing about a person"), required=False
            )

    def clean_at(self) -> tuple[float, float] | None:
        told = self.cleaned_data["at"].strip()
        if not told:
            return None
        found = re.fullmatch(
            r"(-?\d{1,3}(?:\.\d{1,20})?)[,;\s]{1,5}(-?\d{1,3}(?:\.\d{1,20})?)", told
        )
        if found is None:
            raise ValidationError(
                _("Write latitude and longitude with a comma between, such as 8.5874, 81.2152.")
            )
        return float(found[1]), float(found[2])

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        low, high = told.get("cost_low"), told.get("cost_high")
        told["cost"] = (low or high, high or low) if low or high else None
        if self.found and not told.get("sure") and not self.errors:
            raise ValidationError(
                _("This looks as if it holds %(what)s. Please leave out what belongs to a person.")
                % {"what": ", ".join(self.found)},
                code="hint",
            )
        return told

    def facts(self) -> dict[str, Any]:
        """What the services take."""
        told = self.cleaned_data
        return {
            "words": {name: told.get(name, "") for name in LONGEST},
            "language": told["language"],
            "handle": told["handle"],
            "cost": told["cost"],
            "area": told.get("area", ""),
            "at": told["at"],
        }

    def wrong(self, trouble: ValidationError) -> None:
        """What a service found wrong, at the field it is about."""
        for name, told in trouble.message_dict.items():
            place = {"latitude": "at"}.get(name, name)
            self.add_error(place if place in self.fields else None, told)


class RejectForm(forms.Form):
    """Why a proposal is not shown: one of the published reasons."""

    reason = forms.ChoiceField(label=gettext_lazy("Why not?"), choices=Reason.choices)


class DecideForm(forms.Form):
    """Whether a project can be done: on the ballot, joined with another one, or declined."""

    decision = forms.ChoiceField(
        label=gettext_lazy("What becomes of it?"),
        choices=[
            ("accept", gettext_lazy("It can be done: put it on the ballot")),
            ("merge", gettext_lazy("It is a part of another one: join them")),
            ("decline", gettext_lazy("It cannot be done")),
        ],
        widget=forms.RadioSelect,
    )
    cost = forms.DecimalField(
        label=gettext_lazy("Fixed cost"),
        help_text=gettext_lazy("For the ballot: all that is needed to build it."),
        required=False,
        localize=False,
        **_AMOUNT,
    )
    into = forms.ChoiceField(label=gettext_lazy("Join it with"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        project: Project,
        others: Iterable[Sheet] = (),
    ) -> None:
        super().__init__(data, initial={"cost": project.cost or project.cost_high})
        self.fields["into"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *((str(o.project.pk), f"{o.number} · {o.shown.title}") for o in others),
        ]
        names = dict(settings.CONTENT_LANGUAGES)
        self.languages = [code for code in project.budget.languages if code in names]
        for code in self.languages:
            self.fields[f"reason_{code}"] = forms.CharField(
                label=_("Public reason in %(language)s") % {"language": names[code]},
                help_text=_(
                    "Everybody reads it. Needed to join or decline; say what the proposer could do."
                )
                if code == self.languages[0]
                else "",
                required=False,
                max_length=500,
                initial=project.decision.get(code, ""),
                widget=forms.Textarea(attrs={"rows": 3, "lang": code, "dir": "auto"}),
            )

    def reason(self) -> dict[str, str]:
        """The public reason by language."""
        told = self.cleaned_data
        return {code: told.get(f"reason_{code}", "") for code in self.languages}

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        decision = told.get("decision")
        if decision == "accept" and not told.get("cost"):
            self.add_error("cost", _("The ballot needs a fixed cost."))
        if decision == "merge" and not told.get("into"):
            self.add_error("into", _("Choose the project that it becomes a part of."))
        if decision in ("merge", "decline") and not any(
            told.get(f"reason_{code}", "").strip() for code in self.languages
        ):
            self.add_error(
                f"reason_{self.languages[0]}", _("Say why: everybody can read the reason.")
            )
        return told


class TranslateForm(forms.Form):
    """A project's words in one more language, beside the original."""

    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=3 * LONGEST["title"],
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )  # fmt: skip
    description = forms.CharField(
        label=gettext_lazy("Description"), required=False, max_length=3 * LONGEST["description"],
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )  # fmt: skip
    landmark = forms.CharField(
        label=gettext_lazy("Where is it?"), required=False, max_length=3 * LONGEST["landmark"],
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )  # fmt: skip


# --- slips and ballots
class SlipsForm(forms.Form):
    """How many slips to print, and how they reach people."""

    size = forms.IntegerField(
        label=gettext_lazy("How many slips?"),
        help_text=gettext_lazy("Print more batches for more: each batch is one print-out."),
        min_value=1,
        max_value=MOST_SLIPS,
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How do they reach people?"),
        choices=[(way.value, way.label) for way in HANDED_OUT],
        help_text=gettext_lazy(
            "The result tells how many took part in each way, and nothing else."
        ),
    )
    handle = forms.UUIDField(widget=forms.HiddenInput)


class EntryForm(forms.Form):
    """A paper ballot, as a facilitator types it."""

    slip = forms.CharField(
        label=gettext_lazy("Code of the slip"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autofocus": True, "autocomplete": "off", "autocapitalize": "none",
                "spellcheck": "false", "dir": "ltr",
            }
        ),
    )  # fmt: skip
    numbers = forms.CharField(
        label=gettext_lazy("Numbers of the projects"),
        max_length=600,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )
    replace = forms.BooleanField(
        label=gettext_lazy("Put this ballot in the place of the one that is there"), required=False
    )
    handle = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, budget: Budget) -> None:
        super().__init__(data, initial={"handle": uuid.uuid4()})
        self.with_points = budget.way == Way.POINTS
        self.fields["numbers"].help_text = (
            _("With points, such as: 3:5 7:2")
            if self.with_points
            else _("With a space between, such as: 3 7 12")
        )
        if not (data or {}).get("replace"):
            self.fields["replace"].widget = forms.HiddenInput()

    def offer_to_replace(self) -> None:
        """The slip has a ballot: ask whether this one takes its place."""
        self.fields["replace"].widget = forms.CheckboxInput()

    def clean_slip(self) -> str:
        code = spelt(self.cleaned_data["slip"])
        if not code:
            raise ValidationError(
                _("A code has twelve letters and digits, such as abcd-efgh-jkmn.")
            )
        return code

    def clean_numbers(self) -> dict[int, int]:
        chosen: dict[int, int] = {}
        for part in re.split(r"[\s,;]+", self.cleaned_data["numbers"].strip()):
            found = re.fullmatch(r"(\d{1,6})(?::(\d{1,6}))?", part)
            if found is None or bool(found[2]) != self.with_points:
                raise ValidationError(_("“%(part)s” cannot be read.") % {"part": part[:20]})
            if int(found[1]) in chosen:
                raise ValidationError(_("Number %(n)d stands there twice.") % {"n": int(found[1])})
            chosen[int(found[1])] = int(found[2] or 1)
        return chosen


def chosen_in(data: Any, way: str) -> dict[int, int]:
    """What a ballot page sent: project number to points (1 where people only choose).

    What cannot be read is left out: the review shows what was understood before anything counts.
    """
    if way == Way.POINTS:
        given = {
            int(name.removeprefix("points-")): data.get(name, "").strip()
            for name in data
            if re.fullmatch(r"points-\d{1,6}", name)
        }
        return {
            number: int(told)
            for number, told in given.items()
            if re.fullmatch(r"\d{1,4}", told) and int(told) > 0
        }
    return {int(told): 1 for told in data.getlist("choose") if re.fullmatch(r"\d{1,6}", told)}


# --- the team's pages
class CloseForm(forms.Form):
    """Closing cannot be undone: the key is destroyed."""

    sure = forms.BooleanField(
        label=gettext_lazy("I know that a closed budget cannot be opened again"),
    )


_WHEN = {"format": "%Y-%m-%dT%H:%M"}
_PARTS = ("title", "question", "description")


def _moment(label: str, help_text: str) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, **_WHEN),
        help_text=help_text,
    )


class BudgetForm(forms.Form):
    """The money, its areas and dates, how people vote, and the texts in the city's languages."""

    envelope = forms.DecimalField(
        label=gettext_lazy("Money to share out"), localize=False, **_AMOUNT
    )
    currency = forms.CharField(
        label=gettext_lazy("Currency"),
        help_text=gettext_lazy("Three letters, such as INR, LKR, BDT, PKR, MVR or NPR."),
        min_length=3,
        max_length=3,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "characters"}),
    )
    way = forms.ChoiceField(
        label=gettext_lazy("How do people vote?"), choices=Way.choices, widget=forms.RadioSelect
    )
    most_projects = forms.IntegerField(
        label=gettext_lazy("Projects on a ballot, at most"),
        help_text=gettext_lazy("Empty: as many as somebody likes."),
        required=False,
        min_value=1,
        max_value=500,
    )
    within_envelope = forms.BooleanField(
        label=gettext_lazy("What a ballot chooses must fit into the money"), required=False
    )
    points = forms.IntegerField(
        label=gettext_lazy("Points of a ballot"),
        help_text=gettext_lazy("Where people spread points."),
        required=False,
        min_value=1,
        max_value=1000,
    )
    rule = forms.ChoiceField(
        label=gettext_lazy("Rule"),
        choices=Rule.choices,
        help_text=gettext_lazy("The result shows both, side by side; this one decides."),
    )
    utility = forms.ChoiceField(
        label=gettext_lazy("To somebody who chose it, a funded project counts"),
        choices=[c for c in Utility.choices if c[0] != Utility.POINTS],
        required=False,
    )
    completion = forms.ChoiceField(
        label=gettext_lazy("Money that equal shares leave over"), choices=Completion.choices
    )
    ties = forms.ChoiceField(
        label=gettext_lazy("Of two that are exactly equal comes first"), choices=Ties.choices
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        languages: Iterable[str],
        places: Iterable[Place] = (),
        budget: Budget | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(budget))
        names = dict(settings.CONTENT_LANGUAGES)
        self.languages = [code for code in languages if code in names]
        places = list(places)
        if budget is None and places:
            self.fields["place"] = forms.ChoiceField(
                label=_("Place"), choices=[(str(p.pk), str(p)) for p in places]
            )
        for position, code in enumerate(self.languages):
            self._language(code, names[code], first=position == 0)
        self.fields["opens"] = _moment(
            _("Proposals from"), _("Empty: as soon as the second person has confirmed.")
        )
        self.fields["proposals_until"] = _moment(
            _("Proposals until"), _("Empty: until you end them.")
        )
        self.fields["voting_from"] = _moment(
            _("Voting from"), _("Empty: as soon as the vote is opened, which takes two people too.")
        )
        self.fields["closes"] = _moment(_("Voting until"), _("Empty: until you close it."))
        self.fields["result_on"] = forms.DateField(
            label=_("Result on"),
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            help_text=_("What residents can expect. The count itself takes seconds."),
        )
        self.fields["tense"] = forms.BooleanField(
            label=_("A tense issue"),
            required=False,
            help_text=_(
                "Religion, ethnicity, caste or displacement: no figure about fewer than 20 people "
                "is ever shown, instead of 10."
            ),
        )

    def _language(self, code: str, name: str, *, first: bool) -> None:
        attrs = {"lang": code, "dir": "auto"}
        self.fields.update(
            {
                f"title_{code}": forms.CharField(
                    label=_("Title in %(language)s") % {"language": name},
                    max_length=120,
                    required=first,
                    widget=forms.TextInput(attrs=attrs),
                ),
                f"question_{code}": forms.CharField(
                    label=_("Question in %(language)s") % {"language": name},
                    max_length=300,
                    required=first,
                    widget=forms.Textarea(attrs={**attrs, "rows": 2}),
                    help_text=_("What the money is for, in one sentence.") if first else "",
                ),
                f"description_{code}": forms.CharField(
                    label=_("What happens with the result, in %(language)s") % {"language": name},
                    max_length=2000,
                    required=False,
                    widget=forms.Textarea(attrs={**attrs, "rows": 3}),
                ),
                f"areas_{code}": forms.CharField(
                    label=_("Areas in %(language)s") % {"language": name},
                    required=False,
                    widget=forms.Textarea(attrs={**attrs, "rows": 4}),
                    help_text=_("One on each line. Empty: the city is one area.")
                    if first
                    else _("The same areas in the same order. An empty line: not translated."),
                ),
            }
        )

    def fieldsets(self) -> list[tuple[str, str, list[Any]]]:
        """Code, name and fields of each language, for the page."""
        names = dict(settings.CONTENT_LANGUAGES)
        return [
            (code, names[code], [self[f"{part}_{code}"] for part in (*_PARTS, "areas")])
            for code in self.languages
        ]

    def group(self, *names: str) -> list[Any]:
        return [self[name] for name in names]

    def money_fields(self) -> list[Any]:
        return self.group("envelope", "currency")

    def vote_fields(self) -> list[Any]:
        return self.group("way", "most_projects", "within_envelope", "points")

    def count_fields(self) -> list[Any]:
        return self.group("rule", "utility", "completion", "ties")

    def date_fields(self) -> list[Any]:
        return self.group(
            "opens", "proposals_until", "voting_from", "closes", "result_on", "tense"
        )  # fmt: skip

    def texts(self) -> dict[str, dict[str, str]]:
        """Language to title, question and description; languages left empty are left out."""
        told = self.cleaned_data
        texts = {
            code: {part: told.get(f"{part}_{code}", "") for part in _PARTS}
            for code in self.languages
        }
        return {code: parts for code, parts in texts.items() if any(parts.values())}

    def areas(self) -> list[dict[str, str]]:
        """One mapping of language to name for each area."""
        return self._areas

    def values(self) -> dict[str, Any]:
        """Everything else, as the services take it."""
        told = {name: self.cleaned_data.get(name) for name in SETTINGS}
        told["currency"] = (told["currency"] or "").upper()
        told["points"] = told["points"] or 10
        told["utility"] = told["utility"] or Utility.COST
        return told

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("way") == Way.POINTS and not told.get("points"):
            self.add_error("points", _("Say how many points a ballot has."))
        for name in list(told):
            if name.startswith(tuple(f"{part}_" for part in _PARTS)) and name in self.fields:
                try:
                    told[name] = wording.clean(told[name] or "")
                except ValidationError as trouble:
                    self.add_error(name, trouble)
        for code in self.languages[1:]:
            title, question = told.get(f"title_{code}"), told.get(f"question_{code}")
            if bool(title) != bool(question):
                missing = "question" if title else "title"
                self.add_error(
                    f"{missing}_{code}", _("Each language needs both a title and a question.")
                )
        self._areas = self._lines(told)
        return told

    def _lines(self, told: dict[str, Any]) -> list[dict[str, str]]:
        """Pair the areas' lines of all languages."""
        columns = {
            code: [line.strip() for line in (told.get(f"areas_{code}") or "").rstrip().splitlines()]
            for code in self.languages
        }
        if not self.languages:
            return []
        first = columns[self.languages[0]]
        for code, lines in columns.items():
            if len(lines) > len(first):
                self.add_error(
                    f"areas_{code}",
                    _("There are %(these)d lines here and %(first)d in %(language)s: line them up.")
                    % {
                        "these": len(lines),
                        "first": len(first),
                        "language": dict(settings.CONTENT_LANGUAGES)[self.languages[0]],
                    },
                )
        areas = [
            {code: lines[at] for code, lines in columns.items() if at < len(lines) and lines[at]}
            for at in range(len(first))
        ]
        try:
            services.budgets.checked_areas([area for area in areas if area])
        except ValidationError as trouble:
            self.add_error(f"areas_{self.languages[0]}", trouble)
        return [area for area in areas if area]


def _initial(budget: Budget | None) -> dict[str, Any]:
    if budget is None:
        return {
            "way": Way.APPROVAL, "points": 10, "rule": Rule.EQUAL_SHARES, "utility": Utility.COST,
            "completion": Completion.ADD1U, "ties": Ties.VOTES,
        }  # fmt: skip
    told: dict[str, Any] = {name: getattr(budget, name) for name in SETTINGS}
    for code, parts in budget.texts.items():
        told.update({f"{part}_{code}": text for part, text in parts.items()})
        lines = [area["names"].get(code, "") for area in budget.areas]
        told[f"areas_{code}"] = "\n".join(lines).rstrip()
    return told


class ImportForm(forms.Form):
    """An election held elsewhere. The first look changes nothing."""

    place = forms.ChoiceField(label=gettext_lazy("Place"))
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the projects"), choices=settings.CONTENT_LANGUAGES
    )
    file = forms.FileField(
        label=gettext_lazy("File of the election"),
        help_text=gettext_lazy(
            "A .pb file (Pabulib), or meta, projects and votes as an XLSX workbook or a ZIP of CSV files."
        ),
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("Empty: the description in the file."),
        max_length=120,
        required=False,
    )
    question = forms.CharField(
        label=gettext_lazy("Question that was asked"), max_length=300, required=False
    )
    attribution = forms.CharField(
        label=gettext_lazy("Attribution"),
        help_text=gettext_lazy(
            "Who published the ballots and under which licence. Shown on every page."
        ),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    source_url = forms.URLField(
        label=gettext_lazy("Address of the source"), required=False, assume_scheme="https"
    )

    def __init__(self, *args: Any, places: Iterable[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [(str(p.pk), p.local_name) for p in places]
