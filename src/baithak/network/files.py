"""Files that carry what a place wrote down, out of one hub and into another: what their kinds share.

A file is one JSON object: ``format`` (``baithak.plan``), ``number`` of that format, and what the room
puts in. Organisations are named, never numbered; they come along with their types. Reading collects
everything that is wrong, each with its place in the file and a remedy, and writes nothing itself::

    told = opened(content, kind="plan", number=1)        # FileRefusedError: no such file
    for part in told.parts("plans"):
        begins = part.day("begins", needed=True)
        texts, languages = part.texts(Plan)
        part.end()                                       # names that nobody asked for
    told.wrongs.stop()                                   # FileRefusedError with all of it

Tables use the same ``Wrong`` with a row and a column (``network.tables`` reads their cells).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from baithak.network import wording
from baithak.network.models import Level, Organisation, OrganisationType, Place, Worded
from baithak.network.queries import first_days
from baithak.network.scope import SYSTEM, Viewer
from baithak.network.services.place import add_organisation
from baithak.network.services.texts import put_texts

__all__ = [
    "FileRefusedError",
    "NewOrganisation",
    "Part",
    "Wrong",
    "Wrongs",
    "amount_of",
    "bring_organisations",
    "day_of",
    "only_before_anybody",
    "opened",
    "organisations_here",
    "organisations_in",
    "organisations_told",
    "worded",
    "written",
]

#: Bytes of a file. A city's plans and meetings of ten years are about a megabyte.
LARGEST = 20 * 1024 * 1024
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
#: Digits before the point as the tables of this house hold them: 14 in all, two behind the point.
_AMOUNT = re.compile(r"-?\d{1,12}(\.\d{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing wrong with a file: what it is and what to do, and where.

    ``row`` and ``column`` of a table, or ``at``: the way to it in a whole file (``plans[0].begins``).
    """

    what: str
    row: int | None = None
    column: str = ""
    at: str = ""

    def __str__(self) -> str:
        where = [_("row %(row)d") % {"row": self.row}] if self.row is not None else []
        where += [_("column “%(column)s”") % {"column": self.column}] if self.column else []
        where += [self.at] if self.at else []
        if not where:
            return self.what
        return _("%(where)s: %(problem)s") % {"where": ", ".join(where), "problem": self.what}


class FileRefusedError(Exception):
    """A file that is not taken; nothing was written. ``wrongs`` says everything that is wrong."""

    def __init__(self, wrongs: Iterable[Wrong]) -> None:
        self.wrongs = tuple(wrongs)
        super().__init__("; ".join(str(wrong) for wrong in self.wrongs[:3]))


class Wrongs:
    """What is wrong, as it is found. More than ``most`` are counted, not told."""

    def __init__(self, most: int = 500) -> None:
        self.found: list[Wrong] = []
        self.more = 0
        self._most = most

    def add(self, what: object, *, row: int | None = None, column: str = "", at: str = "") -> None:
        """One more."""
        if len(self.found) >= self._most:
            self.more += 1
        else:
            self.found.append(Wrong(str(what), row, column, at))

    def refused(
        self, trouble: ValidationError, *, row: int | None = None, column: str = "", at: str = ""
    ) -> None:
        """What a service or a model refused: at the field it names, else at ``column``."""
        for name, found in getattr(trouble, "error_dict", {"": [trouble]}).items():
            where = "" if name == "__all__" else str(name)
            for one in found:
                for told in one.messages:
                    place = f"{at}.{where}" if at and where else at
                    self.add(told, row=row, column="" if at else where or column, at=place)

    def stop(self) -> None:
        """Refuse the file if anything is wrong."""
        if self.found:
            raise FileRefusedError(self.found)


def written(kind: str, number: int, told: Mapping[str, Any]) -> bytes:
    """A whole file as bytes: UTF-8, every letter as it is, the same for the same."""
    whole = {"format": f"baithak.{kind}", "number": number, **told}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def opened(content: bytes, *, kind: str, number: int) -> Part:
    """The object of a whole file of this kind and number.

    Raises
    ------
    FileRefusedError
        Too large, no JSON, of another kind, or of a newer number than this hub knows.
    """
    told = _object(content)
    name = f"baithak.{kind}"
    if told.get("format") != name:
        _refuse(
            _("This is no file of this kind: its format is not “%(name)s”. Choose the file that an "
              "export of Baithak made.") % {"name": name}
        )  # fmt: skip
    found = told.get("number")
    if not isinstance(found, int) or isinstance(found, bool) or not 1 <= found <= number:
        _refuse(
            _("This file is of format number %(found)s; this hub reads up to %(number)d. Bring this "
              "hub up to date, then import it.") % {"found": str(found)[:20], "number": number}
        )  # fmt: skip
    part = Part(told, "", Wrongs())
    part.seen |= {"format", "number"}
    return part


def _object(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST:
        _refuse(_("The file is larger than %(most)d MB.") % {"most": LARGEST // 1024**2})
    try:
        told = json.loads(
            content.decode("utf-8-sig"), parse_constant=_no_number, object_pairs_hook=_once
        )
    except UnicodeDecodeError:
        _refuse(_("This is not UTF-8. Save the file as UTF-8 text."))
    except RecursionError:
        _refuse(_("Values stand inside one another too deeply. Compare with an export."))
    except ValueError as trouble:
        _refuse(
            _("The file is broken (%(why)s). Export it again, or compare it with an export.")
            % {"why": str(trouble)[:200]}
        )
    if not isinstance(told, dict):
        _refuse(_("The file holds no object. Choose the file that an export of Baithak made."))
    return told


def _refuse(what: str) -> Any:
    raise FileRefusedError([Wrong(what)])


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:80]!r} stands twice in one object")
    return told


def day_of(text: str) -> date | None:
    """A day as the files write it (``2027-03-01``); ``None`` where it is none."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def amount_of(text: str) -> Decimal | None:
    """A figure with at most two digits behind the point; ``None`` where it is none."""
    if not _AMOUNT.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


class Part:
    """An object of a file, read field by field; what is wrong is noted in ``wrongs``, nothing raised.

    A field that is not there reads as empty: exports leave out what is empty.
    """

    def __init__(self, told: Mapping[str, Any], at: str, wrongs: Wrongs) -> None:
        self.told = told
        self.at = at
        self.wrongs = wrongs
        self.seen: set[str] = set()

    def where(self, name: str) -> str:
        """The way to a field."""
        return f"{self.at}.{name}" if self.at else name

    def wrong(self, name: str, what: object) -> None:
        """Note that a field is wrong."""
        self.wrongs.add(what, at=self.where(name))

    def _value(self, name: str, needed: bool) -> Any:
        self.seen.add(name)
        value = self.told.get(name)
        if value in (None, "") and needed:
            self.wrong(name, _("This is needed."))
        return value

    def text(
        self,
        name: str,
        most: int = 200,
        *,
        needed: bool = False,
        one_of: Collection[str] | None = None,
    ) -> str:
        """One line of text; with ``one_of`` a code that must be known."""
        value = self._value(name, needed)
        return "" if value in (None, "") else self._said(value, self.where(name), most, one_of)

    def _said(self, value: Any, at: str, most: int, one_of: Collection[str] | None) -> str:
        if not isinstance(value, str):
            self.wrongs.add(_("Write a text in quotation marks."), at=at)
        elif one_of is not None and value not in one_of:
            self.wrongs.add(
                _("“%(value)s” is not known here. Known: %(known)s.")
                % {"value": value[:60], "known": ", ".join(one_of)},
                at=at,
            )
        elif len(value) > most:
            self.wrongs.add(_("At most %(most)d letters.") % {"most": most}, at=at)
        else:
            try:
                return wording.clean(value)
            except ValidationError as trouble:
                self.wrongs.refused(trouble, at=at)
        return ""

    def free(self, name: str, most: int, *, needed: bool = False) -> str:
        """Words that somebody wrote: nothing in them may lead to a person (R1)."""
        told = self.text(name, most, needed=needed)
        try:
            return wording.no_persons(told)
        except ValidationError as trouble:
            self.wrongs.refused(trouble, at=self.where(name))
        return ""

    def whole(
        self, name: str, *, low: int = 1, high: int = 32767, needed: bool = True
    ) -> int | None:
        """A whole number."""
        value = self._value(name, needed)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.wrong(
                name,
                _("Write a whole number from %(low)d to %(high)d.") % {"low": low, "high": high},
            )
            return None
        return value

    def amount(self, name: str, *, needed: bool = False) -> Decimal | None:
        """A figure, written as a text (``"1200.50"``), so that no digit is lost."""
        value = self._value(name, needed)
        if value in (None, ""):
            return None
        found = amount_of(value) if isinstance(value, str) else None
        if found is None:
            self.wrong(name, _('Write a figure as text, such as "1200.50".'))
        return found

    def day(self, name: str, *, needed: bool = False) -> date | None:
        """A day."""
        value = self._value(name, needed)
        if value in (None, ""):
            return None
        found = day_of(value) if isinstance(value, str) else None
        if found is None:
            self.wrong(name, _("Write a day such as 2027-03-01."))
        return found

    def flag(self, name: str) -> bool:
        """Yes or no."""
        value = self._value(name, False)
        if value is not None and not isinstance(value, bool):
            self.wrong(name, _("Write true or false."))
            return False
        return bool(value)

    def strings(
        self, name: str, most: int = 200, *, one_of: Collection[str] | None = None
    ) -> list[str]:
        """A list of texts or codes, none of them twice."""
        value = self._value(name, False)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.wrong(name, _("Write a list of texts."))
            return []
        if len(set(value)) != len(value):
            self.wrong(name, _("Something stands here twice. Keep one of the two."))
        return [
            self._said(one, f"{self.where(name)}[{number}]", most, one_of)
            for number, one in enumerate(value)
        ]

    def parts(self, name: str) -> Iterator[Part]:
        """The objects of a list."""
        value = self._value(name, False)
        if value is None:
            return
        if not isinstance(value, list):
            self.wrong(name, _("Write a list."))
            return
        for number, one in enumerate(value):
            at = f"{self.where(name)}[{number}]"
            if isinstance(one, dict):
                yield Part(one, at, self.wrongs)
            else:
                self.wrongs.add(_("Write an object with named fields."), at=at)

    def part(self, name: str) -> Part | None:
        """An object inside this one; ``None`` where there is none."""
        value = self._value(name, False)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.wrong(name, _("Write an object with named fields."))
            return None
        return Part(value, self.where(name), self.wrongs)

    def texts(
        self, model: type[Worded], needed: Collection[str] = ("title",)
    ) -> tuple[dict[str, Any], list[str]]:
        """``texts`` and ``languages`` of a thing in several languages, as ``put_texts`` leaves them."""
        languages = self.strings("languages", one_of=dict(settings.CONTENT_LANGUAGES))
        told = self.part("texts")
        thing = model()
        for language in filter(None, languages):
            inside = told.part(language) if told is not None else None
            if inside is None:
                self.wrong("texts", _("There are no texts in “%(code)s”.") % {"code": language})
                continue
            words = {name: inside.told[name] for name in model.LONGEST if name in inside.told}
            inside.seen |= words.keys()
            for name in [name for name, word in words.items() if not isinstance(word, str)]:
                inside.wrong(name, _("Write a text in quotation marks."))
                del words[name]
            inside.end()
            try:
                put_texts(thing, language, words, needed=needed)
            except ValidationError as trouble:
                self.wrongs.refused(trouble, at=inside.at)
        if not languages and needed:
            self.wrong("languages", _("Name at least one language."))
        if told is not None:
            told.end()
        return dict(thing.texts), list(thing.languages)

    def end(self) -> None:
        """Names that nobody asked for are wrong: a slip of the pen must not lose what it names."""
        for name in self.told:
            if name not in self.seen:
                self.wrong(
                    str(name)[:80], _("This name is not known here. Compare with an export.")
                )


def worded(thing: Worded) -> dict[str, Any]:
    """``languages`` and ``texts`` of a thing, as ``Part.texts`` reads them."""
    return {"languages": list(thing.languages), "texts": thing.texts}


# --- organisations
def organisations_told(organisations: Iterable[Organisation | None]) -> list[dict[str, Any]]:
    """Organisations that a file names, each once, by their names."""
    named = {one.name: one for one in organisations if one is not None}
    return [
        {"name": name, "types": list(named[name].types), "level": named[name].level}
        for name in sorted(named)
    ]


def organisations_here(place: Place) -> dict[str, Organisation]:
    """The organisations of a place by their names."""
    return {one.name: one for one in Organisation.objects.seen_by(SYSTEM).filter(place=place)}


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """An organisation that a file names and the place does not have yet."""

    name: str
    types: tuple[str, ...]
    level: str


def organisations_in(told: Part) -> dict[str, NewOrganisation]:
    """Those of a whole file's ``organisations``, by their names; nothing is written."""
    found: dict[str, NewOrganisation] = {}
    for part in told.parts("organisations"):
        name = part.free("name", 200, needed=True)
        types = part.strings("types", one_of=OrganisationType.values)
        if not types:
            part.wrong("types", _("Name one or more types."))
        level = part.text("level", one_of=Level.values) or Level.LOCAL
        part.end()
        if name in found:
            part.wrong("name", _("Something stands here twice. Keep one of the two."))
        found[name] = NewOrganisation(name, tuple(types), level)
    return found


def only_before_anybody(place: Place) -> None:
    """Where nobody has had a role yet, a place moves as it stood; elsewhere two people decide (R14, R19).

    Raises
    ------
    FileRefusedError
        Somebody has, or had, a role at the place.
    """
    if first_days([place]):
        wrongs = Wrongs()
        wrongs.add(
            _("Somebody has a role at this place: two people decide here who sees what, and what is adopted or released. Import without levels.")
        )  # fmt: skip
        wrongs.stop()


def bring_organisations(
    told: Iterable[NewOrganisation], *, place: Place, by: Viewer
) -> dict[str, Organisation]:
    """All organisations of the place by name, after those that were missing have been added.

    One that is there already stays as it is. Call it inside the transaction of the import.

    Raises
    ------
    FileRefusedError
        Names that the place refuses, such as one that leads to a person.
    """
    here = organisations_here(place)
    wrongs = Wrongs()
    for one in told:
        if one.name in here:
            continue
        try:
            here[one.name] = add_organisation(
                place=place, name=one.name, types=one.types, level=one.level, by=by
            )
        except ValidationError as trouble:
            wrongs.refused(trouble, at=one.name)
    wrongs.stop()
    return here
