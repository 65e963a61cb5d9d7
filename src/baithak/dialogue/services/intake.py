"""The box for residents' statements: closed by hand, or by itself while moderators are behind (R11).

That it has closed itself is worked out from what waits (``queries.takes_statements``), so it holds
without a worker. The worker only writes the moment into the journal and sends letters beforehand.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.core.cache import cache
from django.db import transaction

from baithak.dialogue import letters, queries
from baithak.dialogue.models import Dialogue
from baithak.dialogue.rules import MODERATORS
from baithak.dialogue.services.dialogues import held, note
from baithak.journal.models import Line
from baithak.network import queries as network
from baithak.network.models import State
from baithak.network.refusal import RefusedError
from baithak.network.scope import SYSTEM, Viewer

__all__ = ["REMIND_AFTER", "note_intake", "remind", "switch_intake"]

#: When the oldest statement has waited so long, moderators get a letter: four hours are left.
REMIND_AFTER = timedelta(hours=20)
#: Not another letter about the same dialogue for so long.
_REST = timedelta(hours=12)
_STOPS, _RESUMES = "dialogue.intake_stops", "dialogue.intake_resumes"


@transaction.atomic
def switch_intake(*, dialogue: Dialogue, on: bool, by: Viewer) -> Dialogue:
    """Close or open the box for residents' statements; answering goes on.

    Raises
    ------
    RefusedError
        ``not_open``.
    """
    fresh = held(dialogue.pk)
    if fresh.state != State.OPEN:
        raise RefusedError("not_open")
    if fresh.intake != on:
        fresh.intake = on
        fresh.save(update_fields=["intake"])
        note(fresh, "open_intake" if on else "close_intake", by)
    return fresh


def note_intake() -> int:
    """Write down where the box has closed itself, or opened again, since the last look."""
    return sum(_note(dialogue) for dialogue in queries.open_dialogues())


def _note(dialogue: int) -> int:
    with transaction.atomic():
        fresh = held(dialogue)
        stopped = queries.is_overdue(dialogue) or queries.is_full(dialogue)
        last = (
            Line.objects.filter(
                place=fresh.place.slug, thing=queries.thing(fresh), verb__in=(_STOPS, _RESUMES)
            )
            .order_by("-n")
            .values_list("verb", flat=True)
            .first()
        )
        if stopped == (last == _STOPS):
            return 0
        note(fresh, "intake_stops" if stopped else "intake_resumes", SYSTEM)
        return 1


def remind() -> int:
    """Letters to the moderators of the place where something has waited for twenty hours.

    At most every twelve hours for a dialogue; gives how many letters were sent.
    """
    sent = 0
    for pk, _since in queries.late(REMIND_AFTER):
        if not cache.add(f"dialogue:late:{pk}", 1, int(_REST.total_seconds())):
            continue
        dialogue = Dialogue._unscoped.select_related("place").get(pk=pk)
        team = network.members(SYSTEM, dialogue.place).filter(role__in=MODERATORS)
        for reader in {member.user_id: member.user for member in team}.values():
            transaction.on_commit(partial(letters.queue_waits, dialogue=dialogue, reader=reader))
            sent += 1
    return sent
