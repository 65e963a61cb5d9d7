"""The seats of a body as a table: an empty one to fill in, one that was filled in, one to take along.

One row is one seat, given to an organisation or kept for a group. A column about persons is refused (R1).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from baithak.coordination.models import Seat
from baithak.coordination.queries.bodies import Seated
from baithak.exchange.records import library
from baithak.network import wording
from baithak.network.files import NewOrganisation, Wrongs
from baithak.network.models import Level, Organisation, OrganisationType
from baithak.network.services.texts import put_texts
from baithak.network.tables import Sheet, write_csv, write_xlsx

__all__ = ["COLUMNS", "KINDS", "SHEET", "SeatRow", "read_seats", "seats_table", "template"]

COLUMNS = ("organisation", "types", "level", "seat", "for_whom", "votes", "chairs", "vacant")
SHEET = "seats"
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ALSO = {
    "seat_title": "seat", "title": "seat", "for": "for_whom", "organization": "organisation",
    "organisation_name": "organisation", "member_organisation": "organisation",
    "type": "types", "vote": "votes", "chair": "chairs",
}  # fmt: skip
#: Words of heads under which lists of persons keep them.
_PERSONAL = frozenset(
    [
        "name",
        "names",
        "surname",
        "forename",
        "person",
        "persons",
        "people",
        "representative",
        "contact",
        "contacts",
        "phone",
        "telephone",
        "tel",
        "mobile",
        "cell",
        "whatsapp",
        "email",
        "mail",
        "address",
        "birth",
        "birthday",
        "dob",
        "age",
        "sex",
        "gender",
        "religion",
        "faith",
        "caste",
        "ethnicity",
        "nic",
        "cnic",
        "nid",
        "aadhaar",
        "aadhar",
        "passport",
        "id",
        "identity",
        "signature",
        "photo",
    ]
)
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A row that was read: the seat, and its organisation by name."""

    row: int
    title: str
    organisation: str
    types: tuple[str, ...]
    level: str
    group: str
    votes: bool
    chairs: bool
    vacant: bool

    @property
    def new_organisation(self) -> NewOrganisation:
        """How the organisation would be added."""
        return NewOrganisation(self.organisation, self.types, self.level)


def read_seats(
    rows: Sequence[tuple[int, Sequence[str]]], *, language: str, known: dict[str, Organisation]
) -> list[SeatRow]:
    """The seats of a table, all of them right.

    Parameters
    ----------
    rows : numbers and cells, the heads first, as ``network.tables.read_table`` gives them.
    language : in which the titles of the seats are written.
    known : organisations of the place by name.

    Raises
    ------
    FileRefusedError
        Everything that is wrong, each with row, column and remedy.
    """
    wrongs = Wrongs()
    names = _heads(rows[0], wrongs)
    wrongs.stop()
    found = [_row(number, names, cells, language, known, wrongs) for number, cells in rows[1:]]
    seen: dict[tuple[str, str], int] = {}
    for one in found:
        key = (one.title.casefold(), one.organisation.casefold())
        if one.title and seen.setdefault(key, one.row) != one.row:
            wrongs.add(
                _("This seat stands in row %(row)d already. Keep one of the two.")
                % {"row": seen[key]},
                row=one.row,
                column="seat",
            )
    if not found:
        wrongs.add(_("There is no row below the heads: write one seat in each row."))
    wrongs.stop()
    return found


def _heads(first: tuple[int, Sequence[str]], wrongs: Wrongs) -> list[str]:
    number, cells = first
    names = []
    for cell in cells:
        name = re.sub(r"[\s-]+", "_", cell.strip().lower())
        name = _ALSO.get(name, name)
        if name and name not in COLUMNS:
            _unknown(number, cell.strip()[:60], name, wrongs)
        elif name and name in names:
            wrongs.add(_("This column stands twice. Keep one."), row=number, column=cell.strip())
        names.append(name)
    if "seat" not in names and not wrongs.found:
        wrongs.add(
            _("A column is missing: call it “seat” and write the title of each seat into it."),
            row=number,
            column="seat",
        )
    return names


def _unknown(number: int, head: str, name: str, wrongs: Wrongs) -> None:
    if _PERSONAL & set(name.split("_")):
        wrongs.add(
            _("This column would hold something about persons. Seats belong to organisations: delete "
              "the column from the file. Names, numbers and addresses of people are kept nowhere here."),
            row=number, column=head,
        )  # fmt: skip
        return
    near = difflib.get_close_matches(name, COLUMNS, n=1)
    told = _("This column is not known. Known: %(known)s.") % {"known": ", ".join(COLUMNS)}
    if near:
        told += " " + _("Did you mean “%(near)s”?") % {"near": near[0]}
    wrongs.add(told, row=number, column=head)


def _row(
    number: int,
    names: Sequence[str],
    cells: Sequence[str],
    language: str,
    known: dict[str, Organisation],
    wrongs: Wrongs,
) -> SeatRow:
    if len([c for c in cells[len(names) :] if c.strip()]):
        wrongs.add(_("More cells than there are columns: move them under a head."), row=number)
    told = {n: c.strip() for n, c in zip(names, cells, strict=False) if n}

    def wrong(column: str, what: object) -> None:
        wrongs.add(what, row=number, column=column)

    seat = Seat()
    try:
        put_texts(seat, language, {"title": told.get("seat", "")})
    except ValidationError as trouble:
        for one in trouble.messages:
            wrong("seat", one)
    organisation = _organisation(told.get("organisation", ""), wrong)
    types = _types(told.get("types", ""), wrong)
    if organisation and organisation not in known and not types:
        wrong("types", _("A new organisation needs its types, separated by semicolons."))
    return SeatRow(
        row=number,
        title=seat.texts.get(language, {}).get("title", ""),
        organisation=organisation,
        types=types,
        level=_code("level", told.get("level", ""), dict(Level.choices), wrong) or Level.LOCAL,
        group=_code("for_whom", told.get("for_whom", ""), _groups(), wrong),
        votes=_yes("votes", told.get("votes", ""), True, wrong),
        chairs=_yes("chairs", told.get("chairs", ""), False, wrong),
        vacant=_yes("vacant", told.get("vacant", ""), False, wrong),
    )


def _organisation(name: str, wrong: Callable[[str, object], None]) -> str:
    try:
        told = wording.no_persons(wording.clean(name))
    except ValidationError as trouble:
        for one in trouble.messages:
            wrong("organisation", one)
        return ""
    if len(told) > _LONGEST_NAME:
        wrong("organisation", _("At most %(most)d letters.") % {"most": _LONGEST_NAME})
    return told


def _groups() -> dict[str, object]:
    taxonomy, here = library().taxonomy, get_language() or settings.LANGUAGE_CODE
    return {
        code: taxonomy.label("target_groups", code, here)
        for code in taxonomy.codes("target_groups")
    }


def _types(cell: str, wrong: Callable[[str, object], None]) -> tuple[str, ...]:
    found = []
    for one in cell.split(";"):
        if one.strip():
            code = _code("types", one.strip(), dict(OrganisationType.choices), wrong)
            if code and code not in found:
                found.append(code)
    return tuple(found)


def _code(
    column: str, text: str, choices: dict[str, object], wrong: Callable[[str, object], None]
) -> str:
    """The code of a list that a cell names by code or by label."""
    if not text:
        return ""
    wanted = text.strip().casefold()
    for code, label in choices.items():
        if wanted in (code, code.replace("_", " "), str(label).casefold()):
            return code
    near = difflib.get_close_matches(wanted.replace(" ", "_"), list(choices), n=1, cutoff=0.5)
    told = _("“%(value)s” is not in the list.") % {"value": text[:60]}
    told += " " + (
        _("Did you mean “%(near)s”?") % {"near": near[0]}
        if near
        else _("The template’s sheet of codes holds all that are known.")
    )
    wrong(column, told)
    return ""


def _yes(column: str, text: str, otherwise: bool, wrong: Callable[[str, object], None]) -> bool:
    if not text:
        return otherwise
    folded = text.casefold()
    if folded in ("yes", "y", "true", "1", "x", _("yes").casefold()):
        return True
    if folded in ("no", "n", "false", "0", "-", _("no").casefold()):
        return False
    wrong(column, _("Write yes or no."))
    return otherwise


# --- to take along
def template(kind: str) -> bytes:
    """An empty table; the workbook explains each column and code."""
    return _written(kind, [])


def seats_table(kind: str, seats: Iterable[Seated], language: str) -> bytes:
    """The seats, with their titles in one language (else in the first one they have)."""
    rows = []
    for one in seats:
        seat, organisation = one.seat, one.organisation
        told = seat.texts.get(language) or seat.texts.get(seat.first_language, {})
        rows.append(
            [
                organisation.name if organisation else "",
                "; ".join(organisation.types) if organisation else "",
                organisation.level if organisation else "",
                told.get("title", ""),
                seat.group,
                "yes" if seat.votes else "no",
                "yes" if seat.chairs else "no",
                "yes" if seat.vacant else "no",
            ]
        )
    return _written(kind, rows)


def _written(kind: str, rows: list[list[str]]) -> bytes:
    table = [list(COLUMNS), *rows]
    if kind == "csv":
        return write_csv(table)
    about = [
        [_("column"), _("what it holds")],
        ["organisation", _("Its name. Empty where the seat is kept for a group or is vacant.")],
        [
            "types",
            _("Codes of the sheet “codes”, separated by semicolons. Needed where it is new."),
        ],
        ["level", _("A code of the sheet “codes”. Empty: local.")],
        ["seat", _("The title of the seat, as the charter has it. Needed. No person is named.")],
        ["for_whom", _("The group whose voice the seat is for: a code of the sheet “codes”.")],
        ["votes", _("yes or no. Empty: yes.")],
        ["chairs", _("yes or no. Empty: no.")],
        ["vacant", _("yes or no. Empty: no.")],
    ]
    codes = [[_("column"), _("code"), _("label")]]
    codes += [["types", code, str(label)] for code, label in OrganisationType.choices]
    codes += [["level", code, str(label)] for code, label in Level.choices]
    codes += [["for_whom", code, str(label)] for code, label in _groups().items()]
    sheets = [
        Sheet(SHEET, table, [36, 28, 14, 36, 24, 10, 10, 10]),
        Sheet("columns", about, [18, 90]),
        Sheet("codes", codes, [14, 30, 44]),
    ]
    return write_xlsx(sheets)
