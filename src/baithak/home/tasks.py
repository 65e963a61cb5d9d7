"""The background worker: one look at every room's chores.

A chore is a function without arguments that claims at most a little work by an update that changes
exactly one row, does it, and returns how many things it did. So several workers never do the same
thing twice, and a worker that dies leaves a row that the next one finds.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import datetime
from datetime import time as clock

from django.db import close_old_connections
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baithak.budget import tasks as budget
from baithak.coordination import tasks as coordination
from baithak.dialogue import tasks as dialogue
from baithak.exchange import tasks as exchange
from baithak.home import digest, pack, packs
from baithak.home.models import Handover, HandoverState
from baithak.home.services import handover as handovers
from baithak.journal import retention
from baithak.journal import tasks as journal
from baithak.journal.retention import Left
from baithak.network import tasks as network
from baithak.panel import tasks as panel

__all__ = ["CHORES", "look"]


_HOUR, _MINUTES, _SECONDS = 3600.0, 5 * 60.0, 5.0
_last = {"letters": 0.0, "packs": 0.0, "old packs": 0.0, "roles": 0.0}


def _too_soon(chore: str, seconds: float) -> bool:
    """Whether this process did it less than so many seconds ago; notes the time if not."""
    now = time.monotonic()
    if _last[chore] and now - _last[chore] < seconds:
        return True
    _last[chore] = now
    return False


def send_letters() -> int:
    """Letters that say what is new, at most every five minutes in each worker."""
    return 0 if _too_soon("letters", _MINUTES) else digest.send_waiting()


# --- a place is handed over
def _packs_left() -> Iterator[Left]:
    for slug, n, first, due in (
        Handover._unscoped.filter(state=HandoverState.READY)
        .order_by()
        .values_list("place__slug")
        .annotate(n=Count("pk"), first=Min("made"), due=Min("until"))
    ):
        yield Left(slug, n, first, timezone.make_aware(datetime.combine(due, clock(12))))


retention.class_(
    handovers.PACKS,
    _("Packs of a handover"),
    keeps=_("7 days"),
    law="R8, R19",
    left=_packs_left,
)


def make_a_pack() -> int:
    """One pack of a handover; a worker that dies leaves it to the next one.

    Where none waits, this worker looks again after five seconds.
    """
    if _too_soon("packs", _SECONDS):
        return 0
    handover = handovers.claim()
    if handover is None:
        return 0
    _last["packs"] = 0.0
    try:
        made = pack.build(handover)
        handovers.finish(handover=handover, digest=packs.put(handover, made), size=len(made))
    except Exception:
        log.exception("the pack of handover %s could not be made", handover.pk)
        handovers.finish(handover=handover, digest="", size=0)
    return 1


def forget_old_packs() -> int:
    """Packs whose time is over go; at most once an hour in each worker."""
    return 0 if _too_soon("old packs", _HOUR) else handovers.forget_old_packs()


def end_roles() -> int:
    """Roles that nobody looked at in time end; at most once an hour in each worker."""
    return 0 if _too_soon("roles", _HOUR) else handovers.end_what_nobody_approved()


CHORES = (
    *dialogue.CHORES,
    *budget.CHORES,
    *panel.CHORES,
    *exchange.CHORES,
    *coordination.CHORES,
    *network.CHORES,
    *journal.CHORES,
    send_letters,
    make_a_pack,
    forget_old_packs,
    end_roles,
)

log = logging.getLogger(__name__)


def look() -> int:
    """Do every room's chores once; returns how many things were done."""
    close_old_connections()
    done = 0
    for chore in CHORES:
        try:
            done += chore()
        except Exception:
            # One broken chore must not stop the others; it is tried again at the next look.
            log.exception("chore %s.%s failed", chore.__module__, chore.__qualname__)
    return done
