"""Read YAML without trusting it: texts with the rows they stand in, and nothing else.

No aliases, no tags, no types: what stands in the file stays text until a field says what it wants,
so that Norway's ``NO`` is a country and ``1:30`` is no number of seconds (TRUST.md M13, R21).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from baithak.engine.errors import EngineError

__all__ = ["LARGEST", "MOST", "Node", "parse"]

LARGEST = 4 * 1024 * 1024  # bytes; a library of some two thousand practices
_DEEPEST = 12
MOST = 150_000  # values of all kinds
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
# What YAML allows in a file; the parser's own complaint about others names no row.
_STRANGE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]"
)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the row of the file it begins in: a text, a list, or names with values."""

    row: int
    value: str | list[Node] | dict[str, Node]


def parse(content: bytes, file: str = "") -> Node:
    """The one document of a YAML file.

    Parameters
    ----------
    content : bytes
        UTF-8, at most 4 MiB, 150,000 values, 12 levels.
    file : str
        Its name, for errors.

    Raises
    ------
    EngineError
        ``library.too_large``, ``library.encoding``, ``library.bad_character``,
        ``library.broken_yaml``, ``library.yaml_alias``, ``library.yaml_tag``,
        ``library.too_deep``, ``library.too_many_values``, ``library.name_twice``,
        ``library.strange_name``, ``library.empty_file``.

    Examples
    --------
    >>> parse(b"country: NO").value["country"]
    Node(row=1, value='NO')
    """
    if len(content) > LARGEST:
        raise _wrong("library.too_large", file, value=LARGEST // 1024**2)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise _wrong("library.encoding", file, row=row) from None
    # Every value but the first stands behind one of these: a bomb is seen before it is parsed.
    if sum(map(text.count, ",\n:[{")) > 2 * MOST:
        raise _wrong("library.too_many_values", file, value=MOST)
    strange = _STRANGE.search(text)
    if strange:
        row = text.count("\n", 0, strange.start()) + 1
        raise _wrong("library.bad_character", file, row=row, value=f"U+{ord(strange[0]):04X}")
    try:
        return _Builder(file).document(yaml.parse(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = mark.line + 1 if mark else None
        raise _wrong("library.broken_yaml", file, row=place, value=error.problem) from None
    except yaml.YAMLError as error:
        told = str(error).split("\n", 1)[0]
        raise _wrong("library.broken_yaml", file, value=told) from None


#: An event of the parser, in Python or in C: they share attributes, not a class.
_Event = Any


class _Builder:
    """Nodes out of the parser's events, counted while they come."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.left = MOST

    def document(self, events: Iterator[_Event]) -> Node:
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                node = self._node(event, events, _DEEPEST)
                break
        else:
            raise _wrong("library.empty_file", self.file)
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                raise self._wrong("library.broken_yaml", event, value="second document")
        return node

    def _node(self, event: _Event, events: Iterator[_Event], levels: int) -> Node:
        self.left -= 1
        if self.left < 0:
            raise self._wrong("library.too_many_values", event, value=MOST)
        if levels < 0:
            raise self._wrong("library.too_deep", event, value=_DEEPEST)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._wrong("library.yaml_alias", event, value=event.anchor)
        if event.tag is not None:
            raise self._wrong("library.yaml_tag", event, value=event.tag)
        row = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            empty = event.implicit[0] and event.value in _NOTHING  # implicit: without quotes
            return Node(row, "" if empty else event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(row, list(self._items(events, levels)))
        return Node(row, self._names(events, levels))

    def _items(self, events: Iterator[_Event], levels: int) -> Iterator[Node]:
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self._node(event, events, levels - 1)

    def _names(self, events: Iterator[_Event], levels: int) -> dict[str, Node]:
        told: dict[str, Node] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            name = self._node(event, events, levels - 1).value
            if not isinstance(name, str):
                raise self._wrong("library.strange_name", event)
            if name in told:
                raise self._wrong("library.name_twice", event, value=name, field=name)
            told[name] = self._node(next(events), events, levels - 1)
        return told

    def _wrong(self, code: str, event: _Event, **params: object) -> EngineError:
        return _wrong(code, self.file, row=event.start_mark.line + 1, **params)


def _wrong(code: str, file: str, **params: object) -> EngineError:
    known = {name: value for name, value in params.items() if value is not None}
    return EngineError(code, **({"file": file} if file else {}), **known)
