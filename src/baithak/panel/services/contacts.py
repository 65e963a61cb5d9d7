"""Reading what is under lock: one's own, and the contacts of those drawn, each look journaled."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from baithak.network.scope import Viewer
from baithak.panel import queries
from baithak.panel.models import Panel, Registrant, Seat
from baithak.panel.services import locks
from baithak.panel.services.notes import held, note

__all__ = ["own_data", "read_contacts"]


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


def own_data(*, panel: Panel, registrant: Registrant) -> dict[str, Any]:
    """All that is kept about one person, for that person (P4)."""
    need, consent = getattr(registrant, "need", None), queries.consent_of(registrant)
    answers = {
        category.name: feature.name
        for category in queries.categories(panel.pk)
        for feature in category.features.all()
        if registrant.answers.get(str(category.pk)) == feature.pk
    }
    return {
        "panel": panel.texts[panel.first_language]["title"],
        "answers": answers,
        "contact": locks.unlock(panel, registrant.contact),
        "household_word": "kept as a sign that cannot be read"
        if registrant.household_mark
        else None,
        "needs": list(need.kinds) if need is not None else [],
        "came_by": registrant.channel,
        "name_in_the_draw": registrant.pseudonym or None,
        "line_in_the_draw": registrant.line or None,
        "seat": registrant.seat,
        "consent": None
        if consent is None
        else {
            "purpose": consent.purpose,
            "notice": consent.notice,
            "language": consent.language,
            "day": consent.day.isoformat(),
            "channel": consent.channel,
        },
        "erased_by": panel.erased_on.isoformat(),
    }
