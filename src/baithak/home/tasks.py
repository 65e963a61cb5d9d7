"""The background worker: one look at every room's chores.

A chore is a function without arguments that claims at most a little work by an update that changes
exactly one row, does it, and returns how many things it did. So several workers never do the same
thing twice, and a worker that dies leaves a row that the next one finds.
"""

from __future__ import annotations

import logging

from django.db import close_old_connections

from baithak.budget import tasks as budget
from baithak.dialogue import tasks as dialogue
from baithak.network import tasks as network
from baithak.panel import tasks as panel

__all__ = ["CHORES", "look"]

CHORES = (*dialogue.CHORES, *budget.CHORES, *panel.CHORES, *network.CHORES)

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
