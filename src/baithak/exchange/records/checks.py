"""Turn what a file says into records, and collect everything that is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from itertools import chain, islice
from typing import Any, get_args
from urllib.parse import urlsplit

from baithak.exchange.records.city import City
from baithak.exchange.records.fields import FIELDS, LANGUAGES, SOURCE_FIELDS, Field, Kind
from baithak.exchange.records.practice import Practice, Source
from baithak.exchange.records.problems import Problems, near
from baithak.exchange.records.taxonomy import Taxonomy
from baithak.exchange.records.yaml_text import Node

__all__ = ["Checks", "check_city", "check_day", "check_line", "check_url"]

EARLIEST, LATEST = 1900, 2100
MOST_ITEMS = 40
_MOST_NEAR = 400  # cities among which a close spelling is sought
LONGEST_URL = 2_000
# Before spaces are joined and letters put together, a text may be this many times as long.
_SPARE = 8
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NUMBER = re.compile(r"[0-9]{1,6}")
_TONGUE = re.compile(r"[a-z]{2,3}")
_LINE_BREAKS = re.compile(r"\s+")
# Letters that turn the order of what follows (they can make a line read as something else),
# controls, halves of letters, and numbers that will never be letters.
_STRANGE = re.compile(
    "[\u202a-\u202e\u2066-\u2069\0-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane | last) for plane in range(0, 0x110000, 1 << 16) for last in (65534, 65535))
    + "]"
)
# More marks on one letter than any script needs (UAX 15): putting them in order would take hours.
_PILED = re.compile(rb"[^\0]{31}")
_NAMES = tuple(field.name for field in FIELDS)
_REQUIRED = {field.name for field in FIELDS if field.required}


class Checks:
    """What records of one file are checked against.

    Parameters
    ----------
    taxonomy : Taxonomy
    cities : collection of City
        Those a practice may name.
    problems : Problems
        Where everything wrong is collected.
    draft : bool
        Sources may still be missing: they are needed to publish, not to begin.
    """

    def __init__(
        self,
        taxonomy: Taxonomy,
        cities: Collection[City],
        problems: Problems,
        *,
        draft: bool = False,
    ) -> None:
        self.taxonomy = taxonomy
        self.problems = problems
        self.required = _REQUIRED - {"sources"} if draft else _REQUIRED
        self.cities: dict[str, list[str]] = {}
        for city in cities:
            self.cities.setdefault(city.name, []).append(city.country)
        self.seen: dict[str, int] = {}

    def practices(self, nodes: Iterable[Node]) -> tuple[Practice, ...]:
        """All practices; call ``problems.stop()`` before using them."""
        return tuple(told for node in nodes if (told := self.practice(node)) is not None)

    def practice(self, node: Node) -> Practice | None:
        """One practice, None if anything is wrong with it."""
        before = len(self.problems.found)
        self.problems.practice = ""
        if not isinstance(node.value, dict):
            self.problems.add("library.no_record", row=node.row)
            return None
        told = node.value
        name = told["id"].value if "id" in told else ""
        self.problems.practice = name[:80] if isinstance(name, str) else ""
        _only(told, _NAMES, self.problems)
        values: dict[str, Any] = {}
        for field in FIELDS:
            found = told.get(field.name)
            if found is None or found.value in ("", [], {}):
                row = node.row if found is None else found.row
                if field.name in self.required and not self.problems.told(row, field.name):
                    self.problems.add("library.missing", row=row, field=field.name)
                continue
            value = _READ[field.kind](self, field, found)
            if value not in (None, "", ()):
                values[field.name] = value
        self._together(told, values)
        broken = len(self.problems.found) > before or bool(self.required - values.keys())
        self.problems.practice = ""
        return None if broken else Practice(**{"sources": (), **values})

    def _together(self, told: Mapping[str, Node], values: Mapping[str, Any]) -> None:
        """What holds between fields and between records."""
        name = values.get("id")
        if name:
            first = self.seen.setdefault(name, told["id"].row)
            if first != told["id"].row:
                self.problems.add(
                    "library.id_twice", row=told["id"].row, field="id", value=name, first_row=first
                )
        start, end = values.get("start_year"), values.get("end_year")
        if start and end and end < start:
            self.problems.add(
                "library.ends_before", row=told["end_year"].row, field="end_year",
                value=end, expected=start,
            )  # fmt: skip
        city, country = str(values.get("city", "")), str(values.get("country", ""))
        known = country in self.taxonomy.codes("countries")
        if city and known and country not in self.cities.get(city, ()):
            row = told["city"].row
            if city in self.cities:
                self.problems.add(
                    "library.city_elsewhere", row=row, field="city", value=city,
                    country=country, known=", ".join(self.cities[city]),
                )  # fmt: skip
            else:
                self.problems.add(
                    "library.unknown_city", row=row, field="city", value=city,
                    near=_near_city(city, country, self.cities),
                )  # fmt: skip

    # --- one method per kind of field

    def id(self, field: Field, node: Node) -> str:
        value = check_line(node, field.name, 80, self.problems)
        if value and not _ID.fullmatch(value):
            self.problems.add("library.bad_id", row=node.row, field=field.name, value=value)
        return value

    def line(self, field: Field, node: Node) -> str:
        return check_line(node, field.name, field.longest, self.problems)

    def code(self, field: Field, node: Node) -> str:
        value = check_line(node, field.name, 100, self.problems)
        known = self.taxonomy.codes(field.codes)
        if value and value not in known:
            self._unknown(field, node.row, value, known)
        return value

    def codes(self, field: Field, node: Node) -> tuple[str, ...]:
        known = self.taxonomy.codes(field.codes)
        values = self._list(field, node, 100)
        for row, value in values:
            if value not in known:
                self._unknown(field, row, value, known)
        return tuple(value for _, value in values)

    def partners(self, field: Field, node: Node) -> tuple[str, ...]:
        """Codes, or names as they are written: with a capital letter or more than one word."""
        known = self.taxonomy.codes(field.codes)
        values = self._list(field, node, field.longest)
        for row, value in values:
            if value not in known and re.fullmatch(r"[a-z_]+", value):
                self._unknown(field, row, value, known)
        return tuple(value for _, value in values)

    def tongues(self, field: Field, node: Node) -> tuple[str, ...]:
        values = self._list(field, node, 20)
        for row, value in values:
            if not _TONGUE.fullmatch(value):
                self._unknown(field, row, value, tuple(LANGUAGES))
        return tuple(value for _, value in values)

    def texts(self, field: Field, node: Node) -> tuple[str, ...]:
        return tuple(value for _, value in self._list(field, node, field.longest))

    def language(self, field: Field, node: Node) -> str:
        value = check_line(node, field.name, 20, self.problems)
        if value and value not in LANGUAGES:
            self._unknown(field, node.row, value, tuple(LANGUAGES))
        return value

    def year(self, field: Field, node: Node) -> int | None:
        value = check_line(node, field.name, 20, self.problems)
        if _NUMBER.fullmatch(value) and EARLIEST <= int(value) <= LATEST:
            return int(value)
        if value:
            self.problems.add(
                "library.bad_year", row=node.row, field=field.name, value=value,
                earliest=EARLIEST, latest=LATEST,
            )  # fmt: skip
        return None

    def number(self, field: Field, node: Node) -> int | None:
        value = check_line(node, field.name, 20, self.problems)
        if _NUMBER.fullmatch(value) and int(value) > 0:
            return int(value)
        if value:
            self.problems.add("library.bad_number", row=node.row, field=field.name, value=value)
        return None

    def sources(self, field: Field, node: Node) -> tuple[Source, ...]:
        if not isinstance(node.value, list):
            self.problems.add("library.no_list", row=node.row, field=field.name)
            return ()
        if self._too_many(field, node):
            return ()
        found = [self._source(part) for part in node.value]
        seen: dict[str, int] = {}
        for part, source in zip(node.value, found, strict=True):
            if source and seen.setdefault(source.url, part.row) != part.row:
                self.problems.add(
                    "library.twice", row=part.row, field="url", value=source.url[:200]
                )
        return tuple(source for source in found if source is not None)

    def _source(self, node: Node) -> Source | None:
        if not isinstance(node.value, dict):
            self.problems.add("library.no_source", row=node.row, field="sources")
            return None
        told, before = node.value, len(self.problems.found)
        _only(told, SOURCE_FIELDS, self.problems)
        for name in SOURCE_FIELDS:
            if name not in told or told[name].value == "":
                row = told[name].row if name in told else node.row
                self.problems.add("library.missing", row=row, field=name)
        if len(self.problems.found) > before:
            return None
        url = check_url(told["url"], "url", self.problems)
        title = check_line(told["title"], "title", 400, self.problems)
        publisher = check_line(told["publisher"], "publisher", 200, self.problems)
        day = check_day(told["accessed"], "accessed", self.problems)
        return Source(url, title, publisher, day) if url and day else None

    def _list(self, field: Field, node: Node, longest: int) -> list[tuple[int, str]]:
        """The items of a list, each in its row, none twice."""
        if not isinstance(node.value, list):
            self.problems.add("library.no_list", row=node.row, field=field.name)
            return []
        if self._too_many(field, node):
            return []
        found: list[tuple[int, str]] = []
        seen: set[str] = set()
        for part in node.value:
            value = check_line(part, field.name, longest, self.problems)
            if value in seen:
                self.problems.add("library.twice", row=part.row, field=field.name, value=value)
            elif value:
                found.append((part.row, value))
            elif part.value == "":
                self.problems.add("library.empty_item", row=part.row, field=field.name)
            seen.add(value)
        return found

    def _too_many(self, field: Field, node: Node) -> bool:
        if len(node.value) <= MOST_ITEMS:
            return False
        self.problems.add(
            "library.too_many_items", row=node.row, field=field.name,
            value=len(node.value), expected=MOST_ITEMS,
        )  # fmt: skip
        return True

    def _unknown(self, field: Field, row: int, value: str, known: Iterable[str]) -> None:
        self.problems.add(
            "library.unknown_code", row=row, field=field.name, value=value, near=near(value, known)
        )


_READ: dict[str, Any] = {
    kind: getattr(Checks, "line" if kind == "text" else kind) for kind in get_args(Kind)
}


def check_line(node: Node, field: str, longest: int, problems: Problems) -> str:
    """A text as one line in NFC; empty if something is wrong with it."""
    if not isinstance(node.value, str):
        problems.add("library.no_text", row=node.row, field=field)
        return ""
    if len(node.value) > _SPARE * longest:
        return _too_long(node, field, longest, len(node.value), problems)
    strange = _piled(node.value)
    if not strange:
        value = _LINE_BREAKS.sub(" ", unicodedata.normalize("NFC", node.value)).strip()
        found = _STRANGE.search(value)
        strange = found[0] if found else ""
    if strange:
        problems.add(
            "library.bad_character", row=node.row, field=field, value=f"U+{ord(strange):04X}"
        )
        return ""
    if len(value) > longest:
        return _too_long(node, field, longest, len(value), problems)
    return value


def _piled(text: str) -> str:
    """The mark that is one too many on its letter; else empty."""
    if text.isascii():
        return ""
    found = _PILED.search(bytes(map(unicodedata.combining, text)))
    return text[found.end() - 1] if found else ""


def _too_long(node: Node, field: str, longest: int, letters: int, problems: Problems) -> str:
    problems.add("library.too_long", row=node.row, field=field, value=letters, expected=longest)
    return ""


def check_url(node: Node, field: str, problems: Problems) -> str:
    """An http or https address with a host and without a password; else empty."""
    value = check_line(node, field, LONGEST_URL, problems)
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        good = bool(
            parts.scheme in ("http", "https")
            and parts.hostname
            and parts.username is None
            and parts.password is None
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        good = False
    if good and not any(letter.isspace() or letter in '<>"\\^`{|}' for letter in value):
        return value
    problems.add("library.bad_address", row=node.row, field=field, value=value[:200])
    return ""


def check_day(node: Node, field: str, problems: Problems) -> date | None:
    """A day such as 2026-11-23; else None."""
    value = check_line(node, field, 40, problems)
    try:
        if len(value) == 10:
            day = date.fromisoformat(value)
            if EARLIEST <= day.year <= LATEST:
                return day
    except ValueError:
        pass
    if value:
        problems.add("library.bad_day", row=node.row, field=field, value=value)
    return None


def check_city(node: Node, countries: Collection[str], problems: Problems) -> City | None:
    """One entry of a list of cities; None if anything is wrong with it."""
    if not isinstance(node.value, dict):
        problems.add("library.no_record", row=node.row)
        return None
    told, before = node.value, len(problems.found)
    _only(told, _CITY_FIELDS, problems)
    given = {name for name in _CITY_FIELDS if name in told and told[name].value != ""}
    for name in _CITY_FIELDS[:4]:
        # Where it lies may be left out as a whole, not by half.
        if name not in given and (name not in _SIDES or given & _SIDES.keys()):
            problems.add("library.missing", row=node.row, field=name)
    if len(problems.found) > before:
        return None
    name = check_line(told["name"], "name", 100, problems)
    country = check_line(told["country"], "country", 20, problems)
    if country and country not in countries:
        problems.add(
            "library.unknown_code", row=node.row, field="country", value=country,
            near=near(country, countries),
        )  # fmt: skip
    place = [
        _degrees(told[side], side, most, problems) if side in given else None
        for side, most in _SIDES.items()
    ]
    people = told.get("population")
    number: int | None = None
    if people is not None:
        said = check_line(people, "population", 20, problems)
        if re.fullmatch(r"[0-9]{1,9}", said):
            number = int(said)
        else:
            problems.add("library.bad_number", row=people.row, field="population", value=said)
    note = source = ""
    if "population_note" in told:
        note = check_line(told["population_note"], "population_note", 300, problems)
    if "population_source" in told:
        source = check_url(told["population_source"], "population_source", problems)
    if len(problems.found) > before:
        return None
    return City(name, country, place[0], place[1], number, note, source)


_CITY_FIELDS = (
    "name", "country", "lat", "lon", "population", "population_note", "population_source",
)  # fmt: skip
#: The sides of a position, with the most degrees each can have.
_SIDES = {"lat": 90, "lon": 180}


def _degrees(node: Node, field: str, most: int, problems: Problems) -> float:
    value = check_line(node, field, 20, problems)
    if re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,8})?", value) and abs(float(value)) <= most:
        return round(float(value), 2)
    problems.add("library.bad_place", row=node.row, field=field, value=value, expected=most)
    return 0.0


def _only(told: Mapping[str, Node], names: Iterable[str], problems: Problems) -> None:
    """Nothing but these names."""
    known = tuple(names)
    for name, node in told.items():
        if name not in known:
            problems.add(
                "library.unknown_field", row=node.row, field=name[:80], near=near(name, known)
            )


def _near_city(city: str, country: str, cities: Mapping[str, list[str]]) -> str:
    """Close spellings, sought in the same country first; else cities of the same country."""
    same = [name for name, lands in cities.items() if country in lands]
    fold = {name.lower(): name for name in islice(chain(same, cities), _MOST_NEAR)}
    told = near(city, fold)
    if "…" in told or told == ", ".join(list(fold)[:6]):
        return ", ".join(same[:6]) or "-"
    return ", ".join(fold[name] for name in told.split(", "))
