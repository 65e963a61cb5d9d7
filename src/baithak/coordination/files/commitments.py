"""Commitments as a table, as action trackers are kept: an empty one, one that was filled in, one to take along.

One row is one commitment. Who keeps it is an organisation of the place, by its name; a column about persons
is refused, and so are numbers, addresses and names of people in the cells (R1).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.coordination.models import Commitment, CommitmentState, CommitmentStep
from baithak.exchange.naming import names_in
from baithak.exchange.records import LANGUAGES
from baithak.network import wording
from baithak.network.files import Wrongs, day_of
from baithak.network.models import Organisation
from baithak.network.services.texts import paragraphs, put_texts
from baithak.network.tables import CSV, XLSX, Sheet, write_csv, write_xlsx

__all__ = [
    "COLUMNS",
    "KINDS",
    "SHEET",
    "Row",
    "StepTold",
    "commitments_table",
    "read_commitments",
    "template",
]

COLUMNS = (
    "commitment", "language", "translations", "who_keeps_it", "until", "state", "done_on", "progress",
)  # fmt: skip
SHEET = "commitments"
KINDS = {"csv": CSV, "xlsx": XLSX}
#: What columns of action trackers are called elsewhere.
_ALSO = {
    "what": "commitment", "action": "commitment", "action_point": "commitment", "task": "commitment",
    "title": "commitment", "owner": "who_keeps_it", "responsible": "who_keeps_it",
    "responsible_organisation": "who_keeps_it", "organisation": "who_keeps_it",
    "organization": "who_keeps_it", "lead": "who_keeps_it", "who": "who_keeps_it",
    "department": "who_keeps_it", "due": "until", "due_date": "until", "deadline": "until",
    "by": "until", "by_when": "until", "status": "state", "completed_on": "done_on",
    "done": "done_on", "notes": "progress", "comments": "progress", "remarks": "progress",
    "how_it_goes": "progress",
}  # fmt: skip
_STATES = {
    "not started": "open", "pending": "open", "to do": "open", "in progress": "started",
    "ongoing": "started", "under way": "started", "complete": "done", "completed": "done",
    "closed": "done", "finished": "done", "cancelled": "dropped", "canceled": "dropped",
}  # fmt: skip
#: Words of heads under which trackers keep persons.
_PERSONAL = frozenset(
    ["name", "names", "person", "persons", "people", "representative", "contact", "contacts", "phone", "telephone", "tel", "mobile", "whatsapp", "email", "mail", "address", "nic", "cnic", "nid", "passport", "signature", "initials", "officer", "assignee"]
)  # fmt: skip
_MIDNIGHT = re.compile(r"[T ]00:00(?::00)?$")
#: A form of address before a capital letter: what follows is somebody's name.
_ADDRESSED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Janab|Shri|Smt)\b\.? ?[A-Z]\w+")

Wrong = Callable[[str, object], None]


@dataclass(frozen=True, slots=True)
class StepTold:
    """A line of how it goes. ``day`` None: not told."""

    text: str
    day: date | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that was read. What a cell does not tell is empty and stays as it is."""

    row: int
    language: str
    title: str
    translations: tuple[tuple[str, str], ...]
    owner: Organisation | None
    due: date | None
    state: str
    done_on: date | None
    steps: tuple[StepTold, ...]


def read_commitments(
    rows: Sequence[tuple[int, Sequence[str]]],
    *,
    language: str,
    known: dict[str, Organisation],
    people: Collection[str] = (),
) -> list[Row]:
    """The commitments of a table, all of them right.

    Parameters
    ----------
    rows : numbers and cells, the heads first, as ``network.tables.read_table`` gives them.
    language : in which rows are written that do not say it.
    known : organisations of the place by name.
    people : names of people that must not stand in a cell.

    Raises
    ------
    FileRefusedError
        Everything that is wrong, each with row, column and remedy.
    """
    wrongs = Wrongs()
    names = _heads(rows[0], wrongs)
    wrongs.stop()
    reader = _Reader(language, known, people, wrongs)
    found = [reader.row(number, names, cells) for number, cells in rows[1:]]
    seen: dict[tuple[str, object, object], int] = {}
    for one in found:
        key = (wording.same(one.title), one.owner, one.due)
        if one.title and seen.setdefault(key, one.row) != one.row:
            wrongs.add(
                _("This stands in row %(row)d already. Keep one of the two.") % {"row": seen[key]},
                row=one.row,
                column="commitment",
            )
    if not found:
        wrongs.add(_("There is no row below the heads: write one commitment in each row."))
    wrongs.stop()
    return found


def _heads(first: tuple[int, Sequence[str]], wrongs: Wrongs) -> list[str]:
    number, cells = first
    names: list[str] = []
    for cell in cells:
        name = re.sub(r"[\s/-]+", "_", cell.strip().lower())
        name = _ALSO.get(name, name)
        if name and name not in COLUMNS:
            _unknown(number, cell.strip()[:60], name, wrongs)
        elif name and name in names:
            wrongs.add(_("This column stands twice. Keep one."), row=number, column=cell.strip())
        names.append(name)
    if "commitment" not in names and not wrongs.found:
        wrongs.add(
            _("A column is missing: call it “commitment” and write into it what was promised."),
            row=number,
            column="commitment",
        )
    return names


def _unknown(number: int, head: str, name: str, wrongs: Wrongs) -> None:
    if _PERSONAL & set(name.split("_")):
        wrongs.add(
            _("This column would hold something about persons. Commitments are kept by organisations: "
              "delete the column from the file, and name the department instead."),
            row=number, column=head,
        )  # fmt: skip
        return
    near = difflib.get_close_matches(name, [*COLUMNS, *_ALSO], n=1)
    told = _("This column is not known. Known: %(known)s.") % {"known": ", ".join(COLUMNS)}
    if near:
        told += " " + _("Did you mean “%(near)s”?") % {"near": near[0]}
    wrongs.add(told, row=number, column=head)


class _Reader:
    """Reads rows and notes what is wrong with each cell."""

    def __init__(
        self,
        language: str,
        known: dict[str, Organisation],
        people: Collection[str],
        wrongs: Wrongs,
    ) -> None:
        self.language, self.known, self.people, self.wrongs = language, known, people, wrongs
        self.folded = {wording.same(name): one for name, one in known.items()}

    def row(self, number: int, names: Sequence[str], cells: Sequence[str]) -> Row:
        if any(cell.strip() for cell in cells[len(names) :]):
            self.wrongs.add(
                _("More cells than there are columns: move them under a head."), row=number
            )
        told = {n: c.strip() for n, c in zip(names, cells, strict=False) if n}

        def wrong(column: str, what: object) -> None:
            self.wrongs.add(what, row=number, column=column)

        language = self.tongue(told.get("language", ""), wrong)
        state = self.state("state", told.get("state", ""), wrong)
        done_on = self.day("done_on", told.get("done_on", ""), wrong, ahead=False)
        if done_on and state and state != CommitmentState.DONE:
            wrong("done_on", _("It has a day on which it was done, and another state. Mend one."))
        return Row(
            row=number,
            language=language,
            title=self.title(told.get("commitment", ""), language, wrong),
            translations=tuple(self.translations(told.get("translations", ""), language, wrong)),
            owner=self.owner(told.get("who_keeps_it", ""), wrong),
            due=self.day("until", told.get("until", ""), wrong),
            state=state or (CommitmentState.DONE if done_on else ""),
            done_on=done_on,
            steps=tuple(self.steps(told.get("progress", ""), wrong)),
        )

    def title(self, text: str, language: str, wrong: Wrong, column: str = "commitment") -> str:
        thing = Commitment()
        try:
            put_texts(thing, language, {"title": text})
        except ValidationError as trouble:
            for one in trouble.messages:
                wrong(column, one)
            return ""
        self.nobody(text, column, wrong)
        return str(thing.texts.get(language, {}).get("title", ""))

    def nobody(self, text: str, column: str, wrong: Wrong) -> None:
        """Note a person's name: it is no wish of theirs to stand in a tracker."""
        found = [*names_in(text, self.people), *_ADDRESSED.findall(text)]
        if found:
            wrong(
                column,
                _("A person is named here: %(names)s. Name the office or the organisation instead.")
                % {"names": ", ".join(dict.fromkeys(found))},
            )

    def tongue(self, text: str, wrong: Wrong) -> str:
        if not text:
            return self.language
        wanted = text.casefold()
        for code, name in LANGUAGES.items():
            if wanted in (code, name.casefold()):
                return code
        wrong("language", _("Write one of: %(known)s.") % {"known": ", ".join(LANGUAGES)})
        return self.language

    def translations(self, cell: str, first: str, wrong: Wrong) -> Iterator[tuple[str, str]]:
        for part in _split(cell, ";"):
            code, *rest = (_plain(one) for one in _split(part, "|"))
            if code not in LANGUAGES or code == first or len(rest) != 1:
                wrong(
                    "translations",
                    _("Write the language’s code, a bar and the text: ta | …. Several are separated by semicolons."),
                )  # fmt: skip
                continue
            text = self.title(rest[0], code, wrong, "translations")
            if text:
                yield code, text

    def owner(self, name: str, wrong: Wrong) -> Organisation | None:
        if not name:
            return None
        found = self.known.get(name) or self.folded.get(wording.same(name))
        if found is not None:
            return found
        near = difflib.get_close_matches(name, list(self.known), n=1, cutoff=0.5)
        told = _("“%(name)s” is not in the directory of this place.") % {"name": name[:80]}
        told += " " + (
            _("Did you mean “%(near)s”?") % {"near": near[0]}
            if near
            else _("Add the organisation there first, or leave the cell empty. Persons keep no commitment.")
        )  # fmt: skip
        wrong("who_keeps_it", told)
        return None

    def day(self, column: str, text: str, wrong: Wrong, *, ahead: bool = True) -> date | None:
        if not text:
            return None
        found = day_of(_MIDNIGHT.sub("", text))
        if found is None:
            wrong(column, _("Write a day such as 2027-03-01."))
        elif not ahead and found > timezone.localdate():
            wrong(column, _("This day is still to come: write what has happened."))
        return found

    def state(self, column: str, text: str, wrong: Wrong) -> str:
        if not text:
            return ""
        wanted = re.sub(r"[\s_-]+", " ", text.strip().casefold())
        for code, label in CommitmentState.choices:
            if wanted in (code, str(label).casefold()):
                return code
        if wanted in _STATES:
            return _STATES[wanted]
        wrong(
            column,
            _("“%(value)s” is no state. Write one of: %(known)s.")
            % {"value": text[:60], "known": ", ".join(CommitmentState.values)},
        )
        return ""

    def steps(self, cell: str, wrong: Wrong) -> Iterator[StepTold]:
        """``day | state | what happened``, several separated by ``;``; or simply what happened."""
        parts = _split(cell, ";")
        told = [_split(part, "|") for part in parts]
        if not any(len(one) == 3 for one in told):  # nobody's own words are cut at a semicolon
            if cell:
                yield from self.step(StepTold(cell), wrong)
            return
        for one in told:
            if len(one) != 3:
                wrong("progress", _("Write: day | state | what happened."))
                continue
            day, state, text = (_plain(part) for part in one)
            yield from self.step(
                StepTold(
                    text,
                    self.day("progress", day, wrong, ahead=False),
                    self.state("progress", state, wrong),
                ),
                wrong,
            )

    def step(self, told: StepTold, wrong: Wrong) -> Iterator[StepTold]:
        most = CommitmentStep._meta.get_field("text").max_length or 0
        try:
            text = wording.no_persons(paragraphs(told.text))
        except ValidationError as trouble:
            for one in trouble.messages:
                wrong("progress", one)
            return
        self.nobody(text, "progress", wrong)
        if len(text) > most:
            wrong("progress", _("At most %(most)d letters.") % {"most": most})
        elif text:
            yield StepTold(text, told.day, told.state)


# --- lists in a cell
def _split(text: str, sign: str) -> list[str]:
    r"""Parts between the signs, those after a backslash left alone.

    >>> _split(r"one\; still one; two;", ";")
    ['one\\; still one', 'two']
    """
    parts = re.findall(rf"(?:\\.|[^\\{re.escape(sign)}]|\\$)+", text, flags=re.DOTALL)
    return [part for part in (part.strip() for part in parts) if part]


def _plain(text: str) -> str:
    r"""``\;`` as ``;``."""
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _kept(text: str) -> str:
    r"""``;`` as ``\;``: what ``_split`` and ``_plain`` undo."""
    return re.sub(r"([\\;|])", r"\\\1", text)


# --- to take along
def template(kind: str) -> bytes:
    """An empty table; the workbook explains each column."""
    return _written(kind, [])


def commitments_table(kind: str, commitments: Iterable[Commitment]) -> bytes:
    """All of them, as ``read_commitments`` reads them."""
    return _written(kind, [_cells(one) for one in commitments])


def _cells(one: Commitment) -> list[str]:
    first = one.first_language
    others = [
        f"{code} | {_kept(told['title'])}"
        for code in one.languages
        if code != first and (told := one.texts[code]).get("title")
    ]
    steps = [
        f"{step.day.isoformat()} | {step.state} | {_kept(step.text)}" for step in one.steps.all()
    ]
    return [
        str(one.texts.get(first, {}).get("title", "")),
        first,
        "; ".join(others),
        one.owner.name if one.owner else "",
        one.due.isoformat() if one.due else "",
        one.state,
        one.done_on.isoformat() if one.done_on else "",
        "; ".join(steps),
    ]


def _written(kind: str, rows: list[list[str]]) -> bytes:
    table = [list(COLUMNS), *rows]
    if kind == "csv":
        return write_csv(table)
    about = [
        [_("column"), _("what it holds")],
        ["commitment", _("What is promised, in one sentence. Needed. No person is named.")],
        ["language", _("The code of the language it is written in. Empty: the one you choose.")],
        ["translations", _("ta | text; ur | text. Can stay empty.")],
        ["who_keeps_it", _("The organisation’s name, as the directory of the place has it.")],
        ["until", _("A day such as 2027-03-01.")],
        ["state", _("One of: %(known)s. Empty: open.") % {"known": ", ".join(CommitmentState.values)}],
        ["done_on", _("The day on which it was done.")],
        ["progress", _("2027-02-01 | started | what happened; several separated by semicolons. A sentence alone will do.")],
    ]  # fmt: skip
    codes = [[_("column"), _("code"), _("label")]]
    codes += [["state", code, str(label)] for code, label in CommitmentState.choices]
    codes += [["language", code, name] for code, name in LANGUAGES.items()]
    return write_xlsx(
        [
            Sheet(SHEET, table, [60, 10, 40, 34, 12, 12, 12, 60]),
            Sheet("columns", about, [18, 90]),
            Sheet("codes", codes, [14, 14, 30]),
        ]
    )
