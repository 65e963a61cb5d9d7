"""One thing that the permission matrix asks about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Thing:
    """A thing with the facts about it that decide, and the arguments of its address."""

    name: str
    kwargs: dict[str, Any]
    place: str = ""
    visibility: str = ""
    marks: frozenset[str] = frozenset()
    ties: dict[str, int | None] = field(default_factory=dict)
    #: The place to whose team it was put, besides its own.
    asked: str = ""
