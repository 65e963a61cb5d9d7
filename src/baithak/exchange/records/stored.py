"""A practice as JSON holds it, and back: no field lost, none added."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from baithak.exchange.records.fields import FIELDS, SOURCE_FIELDS
from baithak.exchange.records.practice import Practice, Source

__all__ = ["TRANSLATED", "plain", "record_of"]

#: Fields whose words can be told in another language.
TRANSLATED = tuple(f.name for f in FIELDS if f.kind in ("text", "texts") or f.name == "title")


def plain(practice: Practice) -> dict[str, Any]:
    """Every field that is told, as JSON holds it.

    Examples
    --------
    >>> from baithak.exchange.records import library
    >>> told = plain(library().practices[0])
    >>> told["country"], record_of(told) == library().practices[0]
    ('BD', True)
    """
    told: dict[str, Any] = {}
    for field in FIELDS:
        value = getattr(practice, field.name)
        if value in ("", (), None):
            continue
        if field.kind == "sources":
            value = [_source(source) for source in value]
        told[field.name] = list(value) if isinstance(value, tuple) else value
    return told


def _source(source: Source) -> dict[str, str]:
    return {name: str(getattr(source, name)) for name in SOURCE_FIELDS}


def record_of(told: Mapping[str, Any]) -> Practice:
    """The practice that ``plain`` took apart."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in told.items()
    }
    values["sources"] = tuple(
        Source(s["url"], s["title"], s["publisher"], date.fromisoformat(s["accessed"]))
        for s in told.get("sources", ())
    )
    return Practice(**values)
