"""Every permission of the room.

Whether a thing may be seen at all is decided before, by its place and visibility
(``network.scope``): who may not see it gets 404. So "may act" always implies "may read".
"""

from __future__ import annotations

from typing import Any

import rules

from baithak.network.rules import CONFIRMERS, MECHANISM, OFFICERS, Role, has_role, is_member

__all__ = ["ANSWERERS", "WRITERS"]

#: They keep bodies, meetings, workshops, commitments and days of their place.
WRITERS = OFFICERS | {Role.FACILITATOR}
#: They answer for a place that another place asks.
ANSWERERS = frozenset(
    {Role.NATIONAL_REPRESENTATIVE, Role.HUB_SECRETARIAT, Role.CITY_OFFICER, Role.MAYOR}
)

is_officer = has_role(*OFFICERS)
is_writer = has_role(*WRITERS)
is_team = has_role(*MECHANISM)
is_confirmer = has_role(*CONFIRMERS)


@rules.predicate
def anybody(viewer: Any, thing: Any) -> bool:
    """Whoever may see it."""
    return True


@rules.predicate
def is_member_somewhere(viewer: Any, thing: Any) -> bool:
    """Has any role anywhere."""
    return bool(viewer.is_member)


@rules.predicate
def is_writer_somewhere(viewer: Any, thing: Any) -> bool:
    """Keeps bodies, workshops and commitments of some place."""
    return bool(viewer.places_as(WRITERS))


@rules.predicate
def is_of_who_keeps_it(viewer: Any, commitment: Any) -> bool:
    """The viewer has a role at the place for the organisation that keeps the commitment."""
    return (
        commitment is not None
        and commitment.owner_id is not None
        and any(
            grant.place == commitment.place_id and grant.organisation == commitment.owner_id
            for grant in viewer.grants
        )
    )


@rules.predicate
def is_asked(viewer: Any, request: Any) -> bool:
    """The viewer answers at the place that was asked, or at the one it was passed on to."""
    return request is not None and bool(
        viewer.places_as(ANSWERERS) & {request.to_id, request.escalated_to_id}
    )


@rules.predicate
def is_a_draft(viewer: Any, thing: Any) -> bool:
    return thing is not None and thing.state == "draft"


@rules.predicate
def is_sent(viewer: Any, request: Any) -> bool:
    return request is not None and request.state not in ("draft", "closed")


@rules.predicate
def is_ready(viewer: Any, statement: Any) -> bool:
    return statement is not None and statement.state == "ready"


@rules.predicate
def speaks_for_an_organisation(viewer: Any, thing: Any) -> bool:
    """The viewer's role at the place is for an organisation."""
    return thing is not None and any(
        grant.place == thing.place_id and grant.organisation is not None for grant in viewer.grants
    )


# --- lists and pages hold what each viewer may see
rules.add_rule("coordination.list", anybody)
rules.add_rule("coordination.see", anybody)
# --- bodies, meetings, workshops, commitments, days: of the place
rules.add_rule("coordination.begin", is_writer)
rules.add_rule("coordination.edit", is_writer)
#: Who was there: kept apart from the notes, for the team alone (R15).
rules.add_rule("coordination.see_attendance", is_team)
rules.add_rule("coordination.keep_attendance", is_writer)
#: Note a commitment for a place of one's own, of whatever it was born of.
rules.add_rule("coordination.commit", is_writer_somewhere)
#: Tell how a commitment goes: also those whose organisation keeps it.
rules.add_rule("coordination.tell", is_writer | is_of_who_keeps_it)
# --- who does what: organisations and actions of the place
rules.add_rule("coordination.see_matrix", is_member)
# --- requests between levels: both sides, and nobody else
rules.add_rule("coordination.see_requests", is_member_somewhere)
rules.add_rule("coordination.ask", is_officer)
rules.add_rule("coordination.send", is_officer & is_a_draft)
rules.add_rule("coordination.reply", is_sent & (is_officer | is_asked))
rules.add_rule("coordination.agree_day", is_sent & (is_officer | is_asked))
rules.add_rule("coordination.pass_on", is_officer & is_sent)
rules.add_rule("coordination.close_request", is_officer & is_sent)
# --- the first hour
rules.add_rule("coordination.see_contacts", is_team)
rules.add_rule("coordination.edit_first_hour", is_officer)
rules.add_rule("coordination.endorse", speaks_for_an_organisation)
#: Two people release a joint statement (R19).
rules.add_rule("coordination.release", is_officer & is_ready)
# --- more people see it: two people (R14, R19); fewer: one click
rules.add_rule("coordination.share", is_officer)
rules.add_rule("coordination.narrow", is_officer)
# --- files
rules.add_rule("coordination.import", is_writer)
rules.add_rule("coordination.export", is_member)
