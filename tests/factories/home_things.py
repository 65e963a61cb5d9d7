"""What the permission matrix asks about in the house itself: the mayor's page, the overview, a letter's link."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

from baithak.home import digest
from factories import desk as made
from factories.thing import Thing

__all__ = ["things"]


def things(world: SimpleNamespace, canary: str = "") -> dict[str, list[Thing]]:
    """Everything of the room, by kind."""
    _city(world, canary)
    return {
        "mayors_page": list(_pages(world)),
        "mayors_sheet": [
            Thing(f"{page.name} as {kind}", {**page.kwargs, "kind": kind}, page.place, marks=page.marks)
            for page in _pages(world)
            for kind in ("pdf", "docx")
        ],
        "overview": list(_overviews(world)),
        "stop_letter": [
            Thing("of an officer", {"token": digest.token_of(world.people["city"]["city_officer"])}, "city")
        ],
    }  # fmt: skip


def _city(world: SimpleNamespace, canary: str) -> None:
    """Things that the mayor's page tells of, so that it holds the canary."""
    if canary:
        plan = made.plan(world.city, f"Plan of the house {canary}")
        made.action(plan, f"Late {canary}", due=made.days(-3))
        made.commitment(world.city, f"Late {canary}", due=made.days(-2))


def _pages(world: SimpleNamespace) -> Iterator[Thing]:
    yield Thing("a city", {"place": world.city.slug}, "city", marks=frozenset({"has_mayor"}))
    yield Thing("a country", {"place": world.country.slug}, "country")


def _overviews(world: SimpleNamespace) -> Iterator[Thing]:
    overview = frozenset({"overview"})
    marks = frozenset({"overview", "hub_place"})
    yield Thing("the hub", {"place": world.hub.slug}, "hub", "hub", marks=marks)
    yield Thing("a country", {"place": world.country.slug}, "country", marks=overview)
    yield Thing("a city has none", {"place": world.city.slug}, "city")
