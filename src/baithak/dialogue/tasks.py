"""Chores of the background worker: draw maps, close what is over, seal what is closed and delete its
answers later, watch the queue."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime
from datetime import time as clock

from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baithak.dialogue import queries, services
from baithak.dialogue.models import Dialogue, Participation, Session, Slip
from baithak.dialogue.models.dialogue import KEPT_FOR
from baithak.dialogue.services import sessions
from baithak.journal import retention
from baithak.journal.retention import Left
from baithak.network.models import State

__all__ = [
    "CHORES",
    "close_overdue",
    "forget_minutes",
    "redraw_a_map",
    "retire_sealed",
    "seal_closed",
    "watch_the_queue",
]


def redraw_a_map() -> int:
    """Draw one map that waits. A hundred votes make one map."""
    dialogue = services.claim_map()
    if dialogue is None:
        return 0
    services.draw_map(dialogue)
    return 1


def close_overdue() -> int:
    """Close dialogues whose end has passed."""
    return services.end_overdue()


# --- what is kept, and until when
def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock(12)))


def _answers_left() -> Iterator[Left]:
    """People whose answers are kept. Published conversations of others are open data, not counted."""
    kept = Dialogue._unscoped.filter(retired=None, imported=False)
    people = dict(
        Participation._unscoped.filter(dialogue__in=kept)
        .order_by()
        .values_list("dialogue__place__slug")
        .annotate(n=Count("pk"))
    )
    ends = dict(
        kept.filter(state=State.CLOSED, closes__isnull=False)
        .order_by()
        .values_list("place__slug")
        .annotate(first=Min("closes"))
    )
    for slug, n in people.items():
        end = ends.get(slug)
        yield Left(slug, n, end, None if end is None else end + KEPT_FOR)


def _slips_left() -> Iterator[Left]:
    """Slips of dialogues; they go when the votes are sealed, right after closing."""
    for slug, n in (
        Slip._unscoped.order_by().values_list("dialogue__place__slug").annotate(n=Count("pk"))
    ):
        first = Slip._unscoped.filter(
            dialogue__place__slug=slug, dialogue__state=State.CLOSED
        ).aggregate(first=Min("dialogue__closes"))["first"]
        yield Left(slug, n, first, first)


def _minutes_left() -> Iterator[Left]:
    for slug, n, first in (
        Session._unscoped.exclude(minutes="")
        .order_by()
        .values_list("dialogue__place__slug")
        .annotate(n=Count("pk"), first=Min("day"))
    ):
        # 29 February is remembered until 1 March.
        leap = (first.month, first.day) == (2, 29)
        due = date(first.year + 1, 3, 1) if leap else first.replace(year=first.year + 1)
        yield Left(slug, n, _noon(first), _noon(due))


retention.class_(
    "dialogue.answers",
    _("Answers to dialogues, and what people said of themselves"),
    keeps=_("30 days after closing"),
    law="R3, R8",
    people=True,
    left=_answers_left,
)
retention.class_(
    "dialogue.slips",
    _("Lists of slips handed out for dialogues"),
    keeps=_("until the votes are sealed, right after closing"),
    law="R4, R8",
    left=_slips_left,
)
retention.class_(
    "dialogue.minutes",
    _("Minutes of sessions in person"),
    keeps=_("12 months after the session"),
    law="R8, R15",
    left=_minutes_left,
)


def seal_closed() -> int:
    """Seal the closed dialogues whose votes still lie as they came in."""
    dialogues = queries.to_seal()
    if not dialogues:
        retention.ran("dialogue.slips")
        return 0
    with retention.run("dialogue.slips"):
        done, troubles = services.seal_several(dialogues)
    return _done(done, troubles)


def _done(done: int, troubles: list[Exception]) -> int:
    """The worker tells of what went wrong, after everything else is done."""
    if troubles:
        raise troubles[0]
    return done


def retire_sealed() -> int:
    """Delete the answers of dialogues that closed thirty days ago; their maps stay."""
    dialogues = queries.to_retire()
    if not dialogues:
        retention.ran("dialogue.answers")
        return 0
    with retention.run("dialogue.answers"):
        done, troubles = services.retire_several(dialogues)
    return _done(done, troubles)


# --- the clock of the queue
_MINUTE = 60.0
_last = {"queue": 0.0}


def watch_the_queue() -> int:
    """Write down where the intake closed or opened by itself, and send letters before it does.

    At most once a minute in each worker.
    """
    now = time.monotonic()
    if _last["queue"] and now - _last["queue"] < _MINUTE:
        return 0
    _last["queue"] = now
    return services.note_intake() + services.remind()


# --- sessions in person
_HOUR = 3600.0
_minutes = {"last": 0.0}


def forget_minutes() -> int:
    """Empty the minutes of sessions held a year ago; at most once an hour in each worker."""
    now = time.monotonic()
    if _minutes["last"] and now - _minutes["last"] < _HOUR:
        return 0
    _minutes["last"] = now
    with retention.run("dialogue.minutes"):
        return sessions.forget_minutes()


CHORES = (redraw_a_map, close_overdue, seal_closed, retire_sealed, watch_the_queue, forget_minutes)
