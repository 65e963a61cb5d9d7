"""A city's checklist: its answers, read back from what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from baithak.exchange.models import Readiness
from baithak.exchange.readiness import GROUPS, Answer, Group, Question, State, standing
from baithak.network.models import Kind, Place
from baithak.network.queries import place_named
from baithak.network.rules import CONFIRMERS, MECHANISM
from baithak.network.scope import Viewer

__all__ = ["Line", "Part", "answer", "answers", "groups", "kept", "lines", "part", "readiness"]


@dataclass(frozen=True, slots=True)
class Line:
    """A question with what the city says to it. ``state`` is None where nobody answered yet."""

    question: Question
    state: State | None = None
    evidence: str = ""
    owner: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A city's checklist and one of its groups."""

    readiness: Readiness
    group: Group

    @property
    def place(self) -> Place:
        """So rules ask it what they ask of the checklist."""
        return self.readiness.place


def readiness(viewer: Viewer, *, place: str) -> Readiness | None:
    """A city's checklist; an empty one for its own people, as long as nobody has begun it."""
    found = kept(viewer, place=place)
    if found is not None or not viewer.roles_at(place) & (CONFIRMERS | MECHANISM):
        return found
    city = place_named(viewer, place=place)
    return Readiness(place=city) if city is not None and city.kind == Kind.CITY else None


def kept(viewer: Viewer, *, place: str) -> Readiness | None:
    """A city's checklist once somebody has answered something."""
    return (
        Readiness.objects.seen_by(viewer)
        .filter(place__slug=place, place__kind=Kind.CITY)
        .select_related("place")
        .first()
    )


def part(viewer: Viewer, *, place: str, group: str) -> Part | None:
    """One group of a checklist that the viewer may see."""
    found = readiness(viewer, place=place)
    asked = next((one for one in GROUPS if one.code == group), None)
    return None if found is None or asked is None else Part(found, asked)


def answer(told: Mapping[str, Any]) -> Answer:
    """What is kept of one answer; anything that is no state or no day counts as not told."""
    try:
        state = State(told.get("state"))
    except ValueError:
        return Answer()
    return Answer(state, _day(told.get("day")))


def _day(told: Any) -> date | None:
    try:
        return date.fromisoformat(str(told))
    except ValueError:
        return None


def answers(of: Readiness) -> dict[str, Answer]:
    """Every answer that was given, by the question's code."""
    return {code: answer(told) for code, told in of.answers.items()}


def lines(of: Readiness, asked: Group, today: date) -> list[Line]:
    """The questions of a group with what the city says to them today."""
    return [_line(one, of.answers.get(one.code), today) for one in asked.questions]


def _line(asked: Question, told: Mapping[str, Any] | None, today: date) -> Line:
    if told is None:
        return Line(asked)
    given = answer(told)
    return Line(
        asked,
        standing(given, today),
        str(told.get("evidence") or ""),
        str(told.get("owner") or ""),
        given.day,
    )


def groups(of: Readiness, today: date) -> list[tuple[Group, list[Line]]]:
    """All groups with their lines, in their order."""
    return [(asked, lines(of, asked, today)) for asked in GROUPS]
