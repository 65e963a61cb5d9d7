"""Reading the contacts of those drawn: the officers of the place alone, and every look is journaled."""

from __future__ import annotations

from django.db import transaction

from baithak.network.scope import Viewer
from baithak.panel import queries
from baithak.panel.models import Panel, Seat
from baithak.panel.services import locks
from baithak.panel.services.notes import held, note

__all__ = ["read_contacts"]


@transaction.atomic
def read_contacts(*, panel: Panel, by: Viewer) -> dict[str, str]:
    """The contacts of those drawn who have not declined, by pseudonym."""
    fresh = held(panel.pk)
    told = {
        person.pseudonym: locks.unlock(fresh, person.contact)
        for person in queries.drawn_people(fresh)
        if person.seat in (Seat.DRAWN, Seat.YES)
    }
    note(fresh, "read_contacts", by, people=str(len(told)))
    return told
