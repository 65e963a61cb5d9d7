"""What is kept of a map: texts, and the map as it may be shown made of them again."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, asdict, fields, is_dataclass
from functools import lru_cache
from typing import Any

from baithak.dialogue.models import Run
from baithak.report.disclosure import PublishedMap

__all__ = ["plain", "published", "rebuilt"]


@lru_cache(maxsize=16)
def _published(pk: int, text: str) -> PublishedMap:
    return rebuilt(PublishedMap, json.loads(text))


def plain(told: PublishedMap) -> dict[str, Any]:
    """The map as plain data, the way it is kept."""
    return asdict(told)


def published(run: Run) -> PublishedMap:
    """The map as it may be shown."""
    return _published(run.pk, run.published)


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def rebuilt(kind: Any, value: Any) -> Any:
    """A frozen dataclass from the plain data that ``asdict`` made of it."""
    origin = typing.get_origin(kind)
    if value is None:
        return None
    if origin in (typing.Union, types.UnionType):
        return rebuilt(next(a for a in typing.get_args(kind) if a is not type(None)), value)
    if origin is tuple:
        inner = typing.get_args(kind)
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(rebuilt(inner[0], part) for part in value)
        return tuple(rebuilt(one, part) for one, part in zip(inner, value, strict=True))
    if origin is dict:
        return {name: rebuilt(typing.get_args(kind)[1], part) for name, part in value.items()}
    if is_dataclass(kind):
        hints = _hints(typing.cast(type, kind))
        # What a later release of the hub has added is left at its default in an older map.
        told = {
            f.name: rebuilt(hints[f.name], value[f.name])
            for f in fields(kind)
            if f.name in value or f.default is MISSING
        }
        return typing.cast(Callable[..., Any], kind)(**told)
    return value
