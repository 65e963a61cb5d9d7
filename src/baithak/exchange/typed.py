"""What somebody types into a form becomes a record by the same checks as a file does."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from baithak.exchange.records import City, Practice, Problems, library
from baithak.exchange.records.checks import Checks
from baithak.exchange.records.yaml_text import Node
from baithak.report.errors import sentence
from baithak.web.limited import EngineError

__all__ = ["Trouble", "in_order", "proposed", "read"]

_SOURCES = "sources"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a field, and what to do. ``source`` counts the sources from 0."""

    field: str
    words: str
    source: int | None = None


def read(
    told: Mapping[str, Any], cities: Collection[City]
) -> tuple[Practice | None, tuple[Trouble, ...]]:
    """The record, or everything that is wrong with it. A draft may have no sources yet.

    Parameters
    ----------
    told : mapping
        Field to text, to a list of texts, for ``sources`` to a list of mappings; what is empty is
        not told.
    cities : collection of City
        Those a practice may name.
    """
    problems = Problems("")
    checks = Checks(library().taxonomy, cities, problems, draft=True)
    rows = count(1)
    place: dict[int, tuple[str, int | None]] = {}

    def node(value: Any, field: str, at: int | None = None) -> Node:
        """The value as a file would hold it, each part in a row of its own."""
        row = next(rows)
        place[row] = (field, at)
        if isinstance(value, Mapping):
            return Node(row, {name: node(part, field, at) for name, part in value.items()})
        if isinstance(value, str):
            return Node(row, value)
        return Node(row, [node(part, field, number) for number, part in enumerate(value)])

    root = Node(next(rows), {name: node(value, name) for name, value in told.items() if value})
    try:
        record = checks.practice(root)
    except EngineError:  # more problems than anybody wants to hear of
        record = None
    return record, tuple(_trouble(problem, place) for problem in problems.found)


def _trouble(problem: EngineError, place: Mapping[int, tuple[str, int | None]]) -> Trouble:
    field, at = place.get(problem.params.get("row", 0), ("", None))
    named = str(problem.params.get("field", ""))
    params = {
        name: told for name, told in problem.params.items() if name not in ("row", "practice")
    }
    if field == _SOURCES and named != _SOURCES:
        return Trouble(named, _words(problem.code, params), at)
    if at is not None:
        params["row"] = at + 1  # the line of the field in which it stands
    return Trouble(named or field, _words(problem.code, params))


def _words(code: str, params: Mapping[str, Any]) -> str:
    if code == "library.unknown_city":
        return _(
            "“%(value)s” is not in the list of cities. Did you mean: %(near)s? It holds the cities of "
            "the library and of this network."
        ) % {"value": params["value"], "near": params["near"]}
    return sentence(code, params, language=get_language() or "en")


def proposed(city: str, title: str) -> str:
    """A short name from city and title; empty where the title is not in Latin letters.

    Examples
    --------
    >>> proposed("Galle", "Neighbours walk together")
    'galle-neighbours-walk-together'
    >>> proposed("Lahore", "چراغ")
    ''
    """
    if not slugify(title):
        return ""
    words = slugify(f"{city} {title}").replace("_", "-").split("-")
    name = ""
    for word in filter(None, words):
        longer = f"{name}-{word}" if name else word
        if len(longer) > 60:
            break
        name = longer
    return name


def in_order(chosen: Sequence[str], before: Sequence[str]) -> list[str]:
    """What is chosen in the order it had, what is new behind: ticking boxes turns no list around.

    Examples
    --------
    >>> in_order(["a", "b", "c"], ["c", "a", "d"])
    ['c', 'a', 'b']
    """
    kept = [one for one in before if one in chosen]
    return kept + [one for one in chosen if one not in kept]
