"""Drawing maps: claimed by an update that changes one row, drawn apart from any page."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from baithak.dialogue import analysis, queries
from baithak.dialogue.models import Dialogue, MapState, Run, Vote
from baithak.journal import services as journal
from baithak.network.scope import SYSTEM

__all__ = ["claim_map", "draw_map", "rest_after"]

#: A worker that has held a map for so long is dead: another one may take it.
_GIVEN_UP = timedelta(minutes=10)
#: Between two drawings of one dialogue lie at least so many seconds, and five times the drawing as
#: long as a vote that just missed one is on the next within a minute: it waits for two drawings.
_REST = 10.0
_FRESH = 55.0
_LONGEST_REST = timedelta(hours=1)


def claim_map() -> int | None:
    """Take one dialogue whose map waits; its id, or ``None``. Two workers never take the same."""
    now = timezone.now()
    waits = Q(map_dirty=True) & ~Q(map_state=MapState.COMPUTING)
    abandoned = Q(map_state=MapState.COMPUTING, map_claimed__lt=now - _GIVEN_UP)
    due = Q(map_due=None) | Q(map_due__lte=now)
    ready = Dialogue._unscoped.filter(due, waits | abandoned)
    for pk in ready.order_by("map_due", "pk").values_list("pk", flat=True)[:20]:
        claimed = ready.filter(pk=pk).update(
            map_state=MapState.COMPUTING, map_claimed=now, map_dirty=False
        )
        if claimed == 1:
            return int(pk)
    return None


def draw_map(dialogue: int) -> Run | None:
    """Draw the map of a claimed dialogue and keep it; a failure is noted and tried again later."""
    try:
        drawn = analysis.draw(dialogue)
    except Exception as trouble:
        _failed(dialogue, trouble)
        raise
    return _keep(dialogue, drawn)


def _failed(dialogue: int, trouble: Exception) -> None:
    told = Dialogue._unscoped.get(pk=dialogue)
    rest = min(timedelta(minutes=2 ** min(told.map_failures, 10)), _LONGEST_REST)
    Dialogue._unscoped.filter(pk=dialogue, map_state=MapState.COMPUTING).update(
        map_state=MapState.FAILED,
        map_claimed=None,
        map_dirty=True,
        map_failures=F("map_failures") + 1,
        map_trouble=f"{type(trouble).__name__}: {trouble}"[:200],
        map_due=timezone.now() + rest,
    )


def rest_after(seconds: float) -> float:
    """How long a dialogue is left alone after a drawing that took so many seconds.

    Examples
    --------
    >>> rest_after(1.0), rest_after(6.0), rest_after(15.0), rest_after(60.0)
    (10.0, 30.0, 25.0, 10.0)
    """
    return max(_REST, min(5 * seconds, _FRESH - 2 * seconds))


@transaction.atomic
def _keep(dialogue: int, drawn: analysis.Drawn | None) -> Run | None:
    held = (
        Dialogue._unscoped.select_for_update(of=("self",)).select_related("place").get(pk=dialogue)
    )
    now = timezone.now()
    seconds = drawn.seconds if drawn is not None else 0.0
    # Nothing is kept of answers that were deleted while it was drawn (R8).
    gone = held.sealed is not None and not Vote._unscoped.filter(dialogue=held).exists()
    run = _store(held, drawn) if drawn is not None and not gone else None
    held.map_state = MapState.STALE if held.map_dirty else MapState.CURRENT
    held.map_claimed, held.map_failures, held.map_trouble = None, 0, ""
    held.map_due = now + timedelta(seconds=rest_after(seconds))
    held.save(update_fields=["map_state", "map_claimed", "map_failures", "map_trouble", "map_due"])
    return run


def _store(dialogue: Dialogue, drawn: analysis.Drawn) -> Run:
    """Keep the run; release what enough new people stand behind since the last release (R7)."""
    runs = Run._unscoped.filter(dialogue=dialogue)
    last = runs.order_by("-revision").values_list("revision", flat=True).first() or 0
    shown = runs.filter(released=True).order_by("-revision")
    before = shown.values_list("participants", flat=True).first() or 0
    told = analysis.to_release(
        drawn.published,
        shown.values_list("published", flat=True).iterator(chunk_size=1),
        new=drawn.participants - before,
    )
    run = Run._unscoped.create(
        dialogue=dialogue,
        revision=last + 1,
        method=drawn.method,
        seed=drawn.seed,
        version=drawn.version,
        computed=timezone.now(),
        seconds=drawn.seconds,
        participants=drawn.participants,
        votes=drawn.votes,
        released=told is not None,
        result=drawn.result,
        published=drawn.published if told is None else told,
        table=drawn.table,
        channels=drawn.channels,
        voices=drawn.voices,
    )
    _keep_least(runs, run)
    if told is not None:
        journal.write(
            verb="dialogue.release_map",
            thing=queries.thing(dialogue),
            by=SYSTEM.signature(),
            place=dialogue.place.slug,
            detail={"revision": str(run.revision), "method": run.method},
        )
    return run


def _keep_least(runs: QuerySet[Run], newest: Run) -> None:
    """Exact figures of the newest map alone: nobody reads those of the ones before again."""
    runs.filter(released=False).exclude(pk=newest.pk).delete()
    runs.exclude(pk=newest.pk).exclude(result="").update(result="")
    shown = runs.filter(released=True).order_by("-revision").values_list("pk", flat=True).first()
    runs.exclude(pk__in=[newest.pk, shown]).exclude(table="").update(table="")
