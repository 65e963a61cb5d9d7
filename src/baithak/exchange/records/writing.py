"""Write practices as YAML, so that what is read again is the same, letter by letter."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable

from baithak.exchange.records.city import City
from baithak.exchange.records.fields import FIELDS, Field
from baithak.exchange.records.practice import Practice, Source

__all__ = ["cities_of", "write_practices"]

_WIDTH = 112
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
# Words that other readers of YAML take for yes, no or nothing.
_TAKEN = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])


def write_practices(practices: Iterable[Practice], cities: Iterable[City] = ()) -> str:
    """The text of a file that ``read_practices`` gives back as these practices.

    Parameters
    ----------
    practices : iterable of Practice
    cities : iterable of City
        Those a reader may not know; see ``cities_of``.

    Returns
    -------
    str
        Fields in the order of ``FIELDS``; what nobody has told is left out.
    """
    lines = ["version: 1"]
    told = [_city(city) for city in cities]
    if told:
        lines += ["cities:", *told]
    body = [_practice(practice) for practice in practices]
    lines.append("practices:" if body else "practices: []")
    return "\n".join(lines) + "\n" + "\n".join(body)


def cities_of(practices: Iterable[Practice], cities: Iterable[City]) -> tuple[City, ...]:
    """The cities these practices name, each once; of two with the same key the later one."""
    named = {(practice.city, practice.country) for practice in practices}
    found = {(city.name, city.country): city for city in cities}
    return tuple(city for key, city in found.items() if key in named)


def _city(city: City) -> str:
    told = {"name": _quoted(city.name), "country": _word(city.country)}
    if city.latitude is not None and city.longitude is not None:
        told |= {"lat": f"{city.latitude:.2f}", "lon": f"{city.longitude:.2f}"}
    if city.population is not None:
        told["population"] = str(city.population)
    if city.population_note:
        told["population_note"] = _quoted(city.population_note)
    if city.population_source:
        told["population_source"] = _quoted(city.population_source)
    return "  - {" + ", ".join(f"{name}: {value}" for name, value in told.items()) + "}"


def _practice(practice: Practice) -> str:
    lines: list[str] = []
    for field in FIELDS:
        value = getattr(practice, field.name)
        if value not in ("", (), None):
            lines += _field(field, value)
    lines[0] = "  - " + lines[0].lstrip()
    return "\n".join(lines) + "\n"


def _field(field: Field, value: object) -> list[str]:
    start = f"    {field.name}:"
    if field.kind == "text":
        return [f"{start} >-", *_folded(str(value), 6)]
    if isinstance(value, tuple) and field.kind == "sources":
        return [start, *(line for source in value for line in _source(source))]
    if isinstance(value, tuple) and field.kind == "texts":
        return [start, *(f"      - {_quoted(item)}" for item in value)]
    if isinstance(value, tuple):
        return [f"{start} [{', '.join(_word(item) for item in value)}]"]
    if isinstance(value, int):
        return [f"{start} {value}"]
    if field.kind == "line":
        return [f"{start} {_quoted(str(value))}"]
    return [f"{start} {_word(str(value))}"]


def _source(source: Source) -> list[str]:
    return [
        f"      - url: {_quoted(source.url)}",
        f"        title: {_quoted(source.title)}",
        f"        publisher: {_quoted(source.publisher)}",
        f"        accessed: {source.accessed.isoformat()}",
    ]


def _folded(text: str, indent: int) -> list[str]:
    """Lines that a reader joins with single spaces again."""
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )


def _word(text: str) -> str:
    """As it is where that is safe, else in quotation marks."""
    if _PLAIN.fullmatch(text) and text.lower() not in _TAKEN:
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    """JSON's way of quoting is also YAML's."""
    return json.dumps(text, ensure_ascii=False)
