"""Sheets of paper as they are typed: one by one, as a table, from a file; and how they are printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from baithak.dialogue.models import MOST_SHEETS, Session
from baithak.dialogue.queries import Card, Shown
from baithak.dialogue.sheet_table import answer_of, spoken

__all__ = [
    "ANSWERS",
    "AT_ONCE",
    "Grid",
    "PrintForm",
    "SheetForm",
    "UploadForm",
    "answer_label",
    "answer_words",
]

#: Sheets of a table on a page, and fields that a form may have.
AT_ONCE, _FIELDS = 10, 900
#: Sheets of one print-out: more make a file that old printers choke on.
MOST_PRINTED = 100
ANSWERS = (
    (1, gettext_lazy("Agree")),
    (-1, gettext_lazy("Disagree")),
    (0, gettext_lazy("Skip, not sure")),
)
_BY_CODE = {"a": 1, "d": -1, "s": 0}
_CODE_OF = {value: code for code, value in _BY_CODE.items()}


def answer_label(value: int | None) -> str:
    """An answer in words, for pages."""
    return _("no answer") if value is None else str(dict(ANSWERS)[value])


def answer_words() -> dict[str, int]:
    """Every word that is read as an answer: letters, signs, and the words of all languages."""
    said = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said.append(tuple(str(label) for _value, label in ANSWERS))
    return spoken(said)  # type: ignore[arg-type]  # triples


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the boxes of a line."""

    code: str
    label: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A statement on the entry page, and what is chosen for it."""

    number: int
    shown: Shown
    choices: tuple[Choice, ...]


class SheetForm(forms.Form):
    """One sheet: its number, and an answer to each statement or none."""

    number = forms.IntegerField(
        label=gettext_lazy("Number of the sheet"),
        min_value=1,
        max_value=MOST_SHEETS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True}),
    )  # fmt: skip

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, cards: Sequence[Card], number: int = 1
    ) -> None:
        super().__init__(data, initial={"number": number})
        self.cards = cards

    def _said(self, card: Card) -> str:
        return str(self.data.get(f"s{card.number}", "")) if self.is_bound else ""

    @property
    def rows(self) -> list[Row]:
        """The lines of the page."""
        labels = [(_CODE_OF[value], str(label)) for value, label in ANSWERS]
        labels.append(("", _("no answer")))
        return [
            Row(
                card.number,
                card.shown,
                tuple(Choice(c, label, c == self._said(card)) for c, label in labels),
            )
            for card in self.cards
        ]

    @property
    def answers(self) -> dict[int, int]:
        """Statement number to answer."""
        said = {card.number: self._said(card) for card in self.cards}
        return {number: _BY_CODE[code] for number, code in said.items() if code in _BY_CODE}

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.answers and "number" in told:
            self.add_error(
                None, _("Nothing is chosen. A sheet on which nothing is ticked is not typed.")
            )
        return told


@dataclass(slots=True)
class Cell:
    """A cell of the table as it was typed."""

    name: str
    label: str
    value: str = ""
    wrong: bool = False


@dataclass(slots=True)
class Grid:
    """Up to ten sheets at once, statements down and sheets across. Nothing typed is ever lost."""

    cards: Sequence[Card]
    data: Mapping[str, Any] = field(default_factory=dict)
    first: int = 1
    errors: list[tuple[str, str]] = field(default_factory=list)
    heads: list[Cell] = field(default_factory=list)
    rows: list[tuple[Card, list[Cell]]] = field(default_factory=list)
    sheets: dict[int, dict[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        across = max(1, min(AT_ONCE, _FIELDS // max(1, len(self.cards)) - 1))
        for at in range(1, across + 1):
            label = _("Number of the sheet in column %(column)d") % {"column": at}
            self.heads.append(Cell(f"n{at}", label, str(self.data.get(f"n{at}", ""))))
        if not self.data:
            for head, number in zip(self.heads, range(self.first, MOST_SHEETS + 1), strict=False):
                head.value = str(number)
        for card in self.cards:
            cells = []
            for at in range(1, across + 1):
                name = f"c{card.number}-{at}"
                label = _("Statement %(statement)d, column %(column)d") % {
                    "statement": card.number,
                    "column": at,
                }
                cells.append(Cell(name, label, str(self.data.get(name, ""))[:40]))
            self.rows.append((card, cells))

    def is_valid(self) -> bool:
        """Read what was typed; every mistake is told with its row and column."""
        known = answer_words()
        for at, head in enumerate(self.heads):
            answers: dict[int, int] = {}
            for card, cells in self.rows:
                try:
                    value = answer_of(cells[at].value, known)
                except ValueError:
                    self._wrong(cells[at], _("“%(value)s” is no answer. Write a, d or s, or leave it empty.")
                                % {"value": cells[at].value})  # fmt: skip
                    continue
                if value is not None:
                    answers[card.number] = value
            number = head.value.strip()
            if not answers:
                continue
            if not (number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= MOST_SHEETS):
                self._wrong(head, _("Write the number that is printed on the paper, from 1 to %(most)d.")
                            % {"most": MOST_SHEETS})  # fmt: skip
            elif int(number) in self.sheets:
                self._wrong(head, _("Sheet %(number)s stands in an earlier column.") % {"number": number})  # fmt: skip
            else:
                self.sheets[int(number)] = answers
        if not self.errors and not self.sheets:
            self._wrong(self.heads[0], _("Nothing is typed yet."))
        return not self.errors

    def _wrong(self, cell: Cell, said: str) -> None:
        cell.wrong = True
        self.errors.append((cell.name, f"{cell.label}: {said}"))


class UploadForm(forms.Form):
    """A table of sheets. The first look changes nothing."""

    file = forms.FileField(
        label=gettext_lazy("Table of sheets"),
        help_text=gettext_lazy("CSV or .xlsx, one row for each sheet; at most 2 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )


class PrintForm(forms.Form):
    """Which sheets are printed, in which language and size."""

    first = forms.IntegerField(label=gettext_lazy("From sheet"), min_value=1, max_value=MOST_SHEETS)
    last = forms.IntegerField(label=gettext_lazy("to sheet"), min_value=1, max_value=MOST_SHEETS)
    language = forms.ChoiceField(label=gettext_lazy("Language"))
    large = forms.BooleanField(label=gettext_lazy("Large print"), required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, session: Session) -> None:
        known = dict(settings.CONTENT_LANGUAGES)
        codes = [c for c in session.dialogue.languages if c in known]
        codes = list(dict.fromkeys([*codes, session.language]))
        initial = {
            "first": 1,
            "last": min(MOST_PRINTED, session.people or 30),
            "language": session.language,
        }
        super().__init__(data or None, initial=initial)
        self.fields["language"].choices = [(code, known[code]) for code in codes]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        first, last = told.get("first"), told.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last number is smaller than the first."))
        elif first and last and last - first >= MOST_PRINTED:
            self.add_error(
                "last",
                _("Print at most %(most)d sheets at a time.") % {"most": MOST_PRINTED},
            )
        return told

    def asked(self) -> dict[str, Any]:
        """What to print: as asked for, or as it is offered at first."""
        if self.is_bound:
            return self.cleaned_data if self.is_valid() else {}
        language = str(self.initial["language"] or get_language() or "en")
        return {**self.initial, "language": language, "large": False}
