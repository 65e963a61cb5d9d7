"""What the index reads: everything that can be found, and what changed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from baithak.exchange.models import Change, Lesson, Practice, PracticeState, Resource
from baithak.network.rules import MECHANISM
from baithak.network.scope import Visibility

__all__ = ["OVERLAP", "TEAM", "Findable", "changes_since", "everything", "level", "these"]

Findable = Practice | Lesson | Resource
#: Who sees what is kept at the narrowest level.
TEAM = MECHANISM
#: A line of ``Change`` can be written before and committed after one with a higher number: look back.
OVERLAP = timedelta(minutes=10)


def everything() -> Iterator[Findable]:
    """All that can be found, at every level."""
    yield from _practices()
    yield from Lesson._unscoped.select_related("place", "practice")
    yield from Resource._unscoped.select_related("place")


def _practices(**chosen: object) -> Iterator[Practice]:
    found = (
        Practice._unscoped.filter(state=PracticeState.PUBLISHED, **chosen)
        .select_related("place", "current")
        .prefetch_related("translations")
    )
    yield from found.iterator(chunk_size=500)


def these(things: Iterable[str]) -> Iterator[Findable]:
    """Those of these names that can be found now."""
    names: dict[str, list[str]] = {}
    for thing in things:
        kind, _, name = thing.partition(":")
        names.setdefault(kind, []).append(name)
    yield from _practices(code__in=names.get("practice", []))
    yield from Lesson._unscoped.filter(pk__in=names.get("lesson", [])).select_related(
        "place", "practice"
    )
    yield from Resource._unscoped.filter(pk__in=names.get("resource", [])).select_related("place")


def changes_since(moment: datetime) -> dict[int, str]:
    """Number and thing of every change since then."""
    return dict(Change._unscoped.filter(at__gte=moment).values_list("pk", "thing"))


def level(one: Findable) -> str:
    """Who may see it, as one code: what ``finding.seen_by`` gives a viewer is compared with it."""
    return {
        Visibility.HUB: f"hub:{one.place.hub_id or one.place_id}",
        Visibility.CITY: f"city:{one.place_id}",
        Visibility.MECHANISM: f"team:{one.place_id}",
    }.get(Visibility(one.visibility), one.visibility)
