"""Permissions of the journal."""

from __future__ import annotations

from typing import Any

import rules

#: Roles that read the journal of their place.
READERS = frozenset(
    {"auditor", "city_officer", "hub_secretariat", "mayor", "national_representative"}
)
#: Roles that bring back what a witness kept.
BRINGERS = READERS - {"mayor"}


def _roles(viewer: Any, journal: Any) -> Any:
    """The viewer's roles at a place: its slug, or something of its journal."""
    place = getattr(journal, "place", journal)
    return frozenset() if place is None else viewer.roles_at(place)


@rules.predicate
def reads_the_journal_of(viewer: Any, journal: Any) -> bool:
    """Who answers for the place, its mayor or its auditor; ``journal`` is its slug, or its journal."""
    return bool(_roles(viewer, journal) & READERS)


@rules.predicate
def brings_receipts_to(viewer: Any, journal: Any) -> bool:
    """Who answers for the place, or its auditor."""
    return bool(_roles(viewer, journal) & BRINGERS)


rules.add_rule("journal.read", reads_the_journal_of)
rules.add_rule("journal.bring_receipt", brings_receipts_to)
