"""Drawn maps: what was released, and what the worker left for routing."""

from __future__ import annotations

from baithak.dialogue.models import Run
from baithak.dialogue.queries.lately import Lately

__all__ = [
    "latest_run",
    "latest_table",
    "published_text",
    "released_run",
    "released_runs",
    "table",
]


def released_run(dialogue: int) -> Run | None:
    """The newest map that may be shown (R7)."""
    return (
        Run._unscoped.filter(dialogue=dialogue, released=True)
        .defer("result")
        .order_by("-revision")
        .first()
    )


def released_runs(dialogue: int) -> list[Run]:
    """Every map that was shown, the first one first, without the texts it is drawn from."""
    found = Run._unscoped.filter(dialogue=dialogue, released=True)
    return list(found.only("pk", "revision", "computed").order_by("revision"))


def published_text(run: int) -> str:
    """What a map may show, as it is kept."""
    return Run._unscoped.filter(pk=run).values_list("published", flat=True).get()


def _newest(dialogue: int) -> int | None:
    run = Run._unscoped.filter(dialogue=dialogue).order_by("-revision")
    return run.values_list("pk", flat=True).first()


#: For fifteen seconds a worker may route by a table that has been redrawn meanwhile.
tables: Lately[int | None] = Lately(15.0, _newest)


def latest_table(dialogue: int) -> int | None:
    """The id of the newest map, released or not; looked up every 15 seconds."""
    return tables(dialogue)


def table(run: int) -> str:
    """What a map left for placing people and choosing statements; empty where it is gone."""
    return Run._unscoped.filter(pk=run).values_list("table", flat=True).first() or ""


def latest_run(dialogue: int) -> Run | None:
    """The newest map, released or not: for routing and for the worker."""
    return Run._unscoped.filter(dialogue=dialogue).order_by("-revision").first()
