"""Permissions of the journal."""

from __future__ import annotations

from typing import Any

import rules

#: Roles that read the journal of their place.
READERS = frozenset({"auditor", "city_officer", "hub_secretariat", "mayor"})


@rules.predicate
def reads_the_journal_of(viewer: Any, journal: Any) -> bool:
    """Auditor, officer, mayor or secretariat of the place: its slug, or its journal."""
    place = getattr(journal, "place", journal)
    return place is not None and bool(viewer.roles_at(place) & READERS)


rules.add_rule("journal.read", reads_the_journal_of)
