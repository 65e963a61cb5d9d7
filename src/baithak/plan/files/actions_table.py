"""Actions of a plan as a table: an empty one, one to take along, and one that was filled in elsewhere.

One row is one action, told in one language. Its name is its number in the plan: what is exported and
brought back unchanged changes nothing. Names of a list are separated by ``;``; ``\\;`` is a semicolon
inside a name.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from baithak.exchange.records import library
from baithak.network import wording
from baithak.network.files import Wrongs, amount_of, day_of
from baithak.network.services.texts import paragraphs
from baithak.network.tables import CSV, XLSX, Sheet, write_csv, write_xlsx
from baithak.plan.models import Action, ActionState, Indicator
from baithak.plan.shown import plain, shown

__all__ = [
    "ABOUT", "COLUMNS", "KINDS", "SHEET", "Row", "cells", "named_in", "read_rows", "table", "template",
]  # fmt: skip

SHEET = "actions"
KINDS = {"csv": CSV, "xlsx": XLSX}

#: Every column: whether it is needed, and what it holds.
ABOUT: dict[str, tuple[bool, Any]] = {
    "number": (False, gettext_lazy("Number of the action in the plan. Empty: a new action.")),
    "title": (True, gettext_lazy("What is done, in one sentence.")),
    "language": (False, gettext_lazy("Language of the texts of this row, such as en or bn. Empty: the plan’s own.")),
    "description": (False, gettext_lazy("How it is done.")),
    "area": (False, gettext_lazy("A ward or a part of the city, never an address.")),
    "objective": (False, gettext_lazy("Number of the objective in the plan.")),
    "owner": (False, gettext_lazy("Organisation or department that does it, never a person.")),
    "partners": (False, gettext_lazy("Organisations that take part, separated by ;")),
    "state": (False, gettext_lazy("One code. Empty: planned.")),
    "done_on": (False, gettext_lazy("Day on which it was done, such as 2027-03-31; needed where the state is done.")),
    "admin_level": (False, gettext_lazy("One code. Empty: city.")),
    "prevention_level": (False, gettext_lazy("One code. Empty: primary.")),
    "approach": (False, gettext_lazy("One code.")),
    "target_groups": (False, gettext_lazy("Codes, separated by ;")),
    "begins": (False, gettext_lazy("Day such as 2027-01-31.")),
    "due": (False, gettext_lazy("Day by which it is done.")),
    "cost": (False, gettext_lazy("For the whole action, such as 120000 or 120000.50.")),
    "currency": (False, gettext_lazy("Three capital letters, such as INR; needed with a cost.")),
    "funded_by": (False, gettext_lazy("Organisation that pays.")),
    "funder": (False, gettext_lazy("Who pays, in words.")),
}  # fmt: skip
COLUMNS = tuple(ABOUT)
_WORDS = ("title", "description", "area", "funder")
_CODES = {
    "admin_level": "admin_levels",
    "prevention_level": "prevention_levels",
    "approach": "approaches",
    "target_groups": "target_groups",
}


# --- out
def cells(action: Action) -> dict[str, str]:
    """The cells of one action: in the language it was written in, organisations by name."""
    told: Mapping[str, str] = action.texts.get(action.first_language, {})
    partners = sorted(one.organisation.name for one in action.partnerships.all())
    return {
        "number": str(action.number),
        "language": action.first_language,
        **{name: str(told.get(name, "")) for name in _WORDS},
        "objective": str(action.objective.number) if action.objective else "",
        "owner": action.owner.name if action.owner else "",
        "partners": _joined(partners),
        "state": action.state,
        "done_on": action.done_on.isoformat() if action.done_on else "",
        "admin_level": action.admin_level,
        "prevention_level": action.prevention_level,
        "approach": action.approach,
        "target_groups": _joined(action.target_groups),
        "begins": action.begins.isoformat() if action.begins else "",
        "due": action.due.isoformat() if action.due else "",
        "cost": plain(action.cost),
        "currency": action.currency,
        "funded_by": action.funded_by.name if action.funded_by else "",
    }


def table(kind: str, actions: Iterable[Action], indicators: Iterable[Indicator] = ()) -> bytes:
    """A file of actions; a workbook also holds the indicators, with figures as they may be shown (R6)."""
    rows = [COLUMNS, *(_row(cells(action)) for action in actions)]
    if kind == "csv":
        return write_csv(rows)
    sheets = [Sheet(SHEET, rows, [_width(name) for name in COLUMNS])]
    told = list(indicators)
    if told:
        sheets.append(Sheet("indicators", list(_indicators(told)), (8, 40, 16, 10, 8, 14, 14, 40)))
    return write_xlsx([*sheets, *_explained()], rtl=_rtl())


def template(kind: str) -> bytes:
    """An empty table; the workbook explains each column and code."""
    return table(kind, ())


def _rtl() -> bool:
    return (get_language() or "en").split("-")[0] in settings.LANGUAGES_BIDI


def _row(told: Mapping[str, str]) -> list[str]:
    return [told[name] for name in COLUMNS]


def _width(name: str) -> int:
    return {"title": 40, "description": 60, "partners": 40, "owner": 30}.get(name, 16)


def _indicators(told: Sequence[Indicator]) -> Iterable[Sequence[str]]:
    yield (
        "number", "title", "unit", "action", "objective", "what", "day", "figure",
    )  # fmt: skip
    for one in told:
        first = one.texts.get(one.first_language, {})
        head = [
            str(one.number), str(first.get("title", "")), str(first.get("unit", "")),
            str(one.action.number) if one.action else "",
            str(one.objective.number) if one.objective else "",
        ]  # fmt: skip
        figures = shown(one)
        if figures.baseline is not None:
            yield (*head, "baseline", figures.baseline.day.isoformat(), _figure(figures.baseline))
        for figure in figures.readings:
            yield (*head, "reading", figure.day.isoformat(), _figure(figure))
        if one.target is not None and one.target_on is not None:
            yield (*head, "target", one.target_on.isoformat(), plain(one.target))


def _figure(figure: Any) -> str:
    return f"<{figure.k}" if figure.value is None else plain(figure.value)


def _explained() -> list[Sheet]:
    columns = [("column", "required", "what it holds")]
    columns += [(name, "yes" if need else "no", str(what)) for name, (need, what) in ABOUT.items()]
    codes = [("column", "code", "label")]
    codes += [("state", state.value, str(state.label)) for state in ActionState]
    terms = library().taxonomy
    language = (get_language() or "en").split("-")[0]
    for name, kind in _CODES.items():
        codes += [(name, code, terms.label(kind, code, language)) for code in terms.codes(kind)]
    codes += [("language", code, str(name)) for code, name in settings.CONTENT_LANGUAGES]
    return [Sheet("columns", columns, (20, 10, 90)), Sheet("codes", codes, (20, 30, 50))]


def _joined(names: Iterable[str]) -> str:
    return "; ".join(re.sub(r"([\\;])", r"\\\1", name) for name in names)


def _parts(text: str) -> list[str]:
    r"""Names between semicolons.

    >>> _parts(r"Youth club; A\; B ;;")
    ['Youth club', 'A; B']
    """
    found = re.findall(r"(?:\\.|[^\\;]|\\$)+", text, flags=re.DOTALL)
    return [
        re.sub(r"\\(.)", r"\1", part.strip(), flags=re.DOTALL) for part in found if part.strip()
    ]


# --- in
@dataclass(frozen=True, slots=True)
class Row:
    """A row that was read. ``number`` None: a new action; organisations are names still."""

    row: int
    number: int | None
    language: str
    texts: dict[str, str]
    objective: int | None
    owner: str
    partners: tuple[str, ...]
    funded_by: str
    facts: dict[str, Any] = field(default_factory=dict)
    #: The columns the table has: others stay as they are.
    columns: frozenset[str] = frozenset()


def named_in(rows: Iterable[Row]) -> list[str]:
    """The organisations that rows name, each once, in their order."""
    told = [name for row in rows for name in (row.owner, *row.partners, row.funded_by) if name]
    return list(dict.fromkeys(told))


def read_rows(
    table: Sequence[tuple[int, Sequence[str]]], *, language: str, objectives: Iterable[int] = ()
) -> list[Row]:
    """The actions of a table, all of them right.

    Parameters
    ----------
    table : numbers of rows and cells, the heads first, as ``network.tables.read_table`` gives them.
    language : of rows that do not say it.
    objectives : the numbers that the plan has.

    Raises
    ------
    FileRefusedError
        Everything that is wrong, each with row, column and remedy.
    """
    wrongs = Wrongs()
    names = _heads(*table[0], wrongs)
    wrongs.stop()
    reader = _Reader(language, frozenset(objectives), frozenset(names), wrongs)
    found = [reader.row(number, names, list(told)) for number, told in table[1:]]
    if not found:
        wrongs.add(_("There is no row below the heads: write one action in each row."))
    seen: dict[tuple[int, str], int] = {}
    for one in found:
        if (
            one.number is not None
            and seen.setdefault((one.number, one.language), one.row) != one.row
        ):
            wrongs.add(
                _("Action %(number)d stands in row %(row)d already. Keep one of the two.")
                % {"number": one.number, "row": seen[one.number, one.language]},
                row=one.row, column="number",
            )  # fmt: skip
    wrongs.stop()
    return found


def _heads(row: int, told: Sequence[str], wrongs: Wrongs) -> list[str]:
    names = [re.sub(r"[\s-]+", "_", cell.strip().lower()) for cell in told]
    while names and not names[-1]:
        names.pop()
    for name in names:
        if name not in ABOUT:
            near = difflib.get_close_matches(name, COLUMNS, 1)
            hint = _(" Did you mean “%(near)s”?") % {"near": near[0]} if near else ""
            wrongs.add(
                _("There is no such column. Take the heads of the empty table.") + hint,
                row=row, column=name[:80],
            )  # fmt: skip
        elif names.count(name) > 1 and names.index(name) != len(names) - 1 - names[::-1].index(
            name
        ):
            wrongs.add(
                _("This column stands here twice. Keep one of the two."), row=row, column=name
            )
    if "title" not in names:
        wrongs.add(_("This column is missing."), row=row, column="title")
    return names


class _Reader:
    """Reads rows and notes what is wrong with each cell."""

    def __init__(
        self, language: str, objectives: frozenset[int], columns: frozenset[str], wrongs: Wrongs
    ) -> None:
        self.language, self.objectives, self.columns = language, objectives, columns
        self.wrongs = wrongs
        self.at = 0
        self.told: dict[str, str] = {}

    def _wrong(self, column: str, what: object) -> None:
        self.wrongs.add(what, row=self.at, column=column)

    def row(self, at: int, names: Sequence[str], told: list[str]) -> Row:
        """One row."""
        self.at = at
        if any(cell.strip() for cell in told[len(names) :]):
            self._wrong("", _("There are more cells than heads. Empty the cells on the right."))
        self.told = {name: cell.strip() for name, cell in zip(names, told, strict=False)}
        language = self._code("language", dict(settings.CONTENT_LANGUAGES)) or self.language
        return Row(
            row=at,
            number=self._whole("number"),
            language=language,
            texts={name: self._words(name) for name in _WORDS if name in self.columns},
            objective=self._objective(),
            owner=self._organisation("owner"),
            partners=tuple(dict.fromkeys(
                self._name("partners", part) for part in _parts(self.told.get("partners", ""))
            )),
            funded_by=self._organisation("funded_by"),
            facts=self._facts(),
            columns=self.columns,
        )  # fmt: skip

    def _words(self, name: str) -> str:
        text = self.told.get(name, "")
        try:
            told = wording.no_persons(paragraphs(text, Action.LONGEST[name]))
        except ValidationError as trouble:
            self.wrongs.refused(trouble, row=self.at, column=name)
            return ""
        if name == "title" and not told:
            self._wrong(name, _("This is needed."))
        return told

    def _organisation(self, column: str) -> str:
        text = self.told.get(column, "")
        return self._name(column, text) if text else ""

    def _name(self, column: str, text: str) -> str:
        try:
            told = wording.no_persons(wording.clean(text))
        except ValidationError as trouble:
            self.wrongs.refused(trouble, row=self.at, column=column)
            return ""
        if len(told) > 200:
            self._wrong(column, _("At most %(most)d letters.") % {"most": 200})
            return ""
        return told

    def _whole(self, column: str) -> int | None:
        text = self.told.get(column, "")
        if not text:
            return None
        if not re.fullmatch(r"[1-9]\d{0,3}", text, re.ASCII):
            self._wrong(
                column,
                _("Write a whole number from %(low)d to %(high)d.") % {"low": 1, "high": 9999},
            )
            return None
        return int(text)

    def _objective(self) -> int | None:
        number = self._whole("objective")
        if number is not None and number not in self.objectives:
            self._wrong(
                "objective",
                _("The plan has no objective %(number)d. Write it in the plan first, or leave the cell empty.")
                % {"number": number},
            )  # fmt: skip
        return number

    def _code(self, column: str, known: Iterable[str], text: str | None = None) -> str:
        given = self.told.get(column, "") if text is None else text
        code = given.lower()
        codes = list(known)
        if code and code not in codes:
            near = difflib.get_close_matches(code, codes, 1)
            hint = _(" Did you mean “%(near)s”?") % {"near": near[0]} if near else ""
            self._wrong(
                column,
                _("“%(value)s” is no code of this column: see the sheet “codes” of the empty workbook.")
                % {"value": given[:60]} + hint,
            )  # fmt: skip
            return ""
        return code

    def _day(self, column: str) -> date | None:
        text = self.told.get(column, "")
        found = day_of(text.removesuffix("T00:00:00"))
        if text and found is None:
            self._wrong(
                column, _("“%(value)s” is no day. Write it like 2027-03-31.") % {"value": text[:40]}
            )
        return found

    def _cost(self) -> Decimal | None:
        text = self.told.get("cost", "").replace(" ", "").replace("\u00a0", "")
        if re.fullmatch(r"\d{1,3}(,\d{2,3})+(\.\d{1,2})?", text, re.ASCII):
            text = text.replace(",", "")
        found = amount_of(text)
        if text and (found is None or found < 0):
            self._wrong("cost", _("“%(value)s” is no amount. Write digits, such as 120000 or 120000.50.") % {"value": text[:40]})  # fmt: skip
            return None
        return found

    def _facts(self) -> dict[str, Any]:
        terms = library().taxonomy
        state = self._code("state", ActionState.values)
        done_on, begins, due = self._day("done_on"), self._day("begins"), self._day("due")
        cost, currency = self._cost(), self.told.get("currency", "").upper()
        if state == ActionState.DONE and done_on is None:
            self._wrong("done_on", _("Say on which day it was done."))
        if state and state != ActionState.DONE and done_on is not None:
            self._wrong(
                "done_on",
                _("Only what is done has this day. Empty it, or write done as the state."),
            )
        if begins and due and due < begins:
            self._wrong("due", _("It must end after it begins."))
        if currency and not re.fullmatch(r"[A-Z]{3}", currency, re.ASCII):
            self._wrong("currency", _("Three capital letters, such as INR."))
        elif cost is not None and not currency:
            self._wrong("currency", _("Say in which currency: three capital letters, such as INR."))
        groups = [
            self._code("target_groups", terms.codes("target_groups"), part)
            for part in _parts(self.told.get("target_groups", ""))
        ]
        facts = {
            "state": state or ActionState.PLANNED.value,
            "done_on": done_on,
            "admin_level": self._code("admin_level", terms.codes("admin_levels")) or "city",
            "prevention_level": self._code("prevention_level", terms.codes("prevention_levels")) or "primary",
            "approach": self._code("approach", terms.codes("approaches")),
            "target_groups": list(dict.fromkeys(filter(None, groups))),
            "begins": begins,
            "due": due,
            "cost": cost,
            "currency": currency if cost is not None else "",
        }  # fmt: skip
        return {name: value for name, value in facts.items() if name in self.columns}
