"""Every permission of the room.

Whether a thing may be seen at all is decided before, by its place and visibility
(``network.scope``): who may not see it gets 404. So "may act" always implies "may read".
"""

from __future__ import annotations

from typing import Any

import rules

from baithak.network.rules import CONFIRMERS, OFFICERS, Role, has_role, is_member

__all__ = ["WRITERS"]

#: They write mandates, reviews and plans of their place.
WRITERS = OFFICERS | {Role.FACILITATOR}

is_officer = has_role(*OFFICERS)
is_writer = has_role(*WRITERS)
is_confirmer = has_role(*CONFIRMERS)


@rules.predicate
def anybody(viewer: Any, thing: Any) -> bool:
    """Whoever may see it."""
    return True


@rules.predicate
def is_writer_somewhere(viewer: Any, thing: Any) -> bool:
    """Has a writing role at any place: lists and forms then offer only those places."""
    return bool(viewer.places_as(WRITERS))


@rules.predicate
def is_draft(viewer: Any, plan: Any) -> bool:
    return plan is not None and plan.state == "draft"


@rules.predicate
def is_adopted(viewer: Any, plan: Any) -> bool:
    return plan is not None and plan.state == "adopted"


@rules.predicate
def is_running(viewer: Any, plan: Any) -> bool:
    return plan is not None and plan.state == "running"


def _plan(part: Any) -> Any:
    """The plan of an objective, an action, an indicator or a check; a plan is its own."""
    return (
        getattr(part, "plan", None) or getattr(getattr(part, "action", None), "plan", None) or part
    )


@rules.predicate
def is_not_reviewed(viewer: Any, part: Any) -> bool:
    """A plan that was looked back at stays as it was, with all its parts."""
    return part is not None and _plan(part).state != "reviewed"


@rules.predicate
def is_of_who_does_it(viewer: Any, part: Any) -> bool:
    """The viewer has a role at the place for the organisation that does the action, or an indicator's."""
    action = part if hasattr(part, "owner_id") else getattr(part, "action", None)
    return (
        action is not None
        and action.owner_id is not None
        and any(
            grant.place == part.plan.place_id and grant.organisation == action.owner_id
            for grant in viewer.grants
        )
    )


@rules.predicate
def is_of_a_partner(viewer: Any, check: Any) -> bool:
    """The viewer speaks for an organisation of the place, and not for the one that does the action."""
    return check is not None and any(
        grant.place == check.place.pk
        and grant.role == Role.PARTNER
        and grant.organisation not in (None, check.action.owner_id)
        for grant in viewer.grants
    )


# --- lists and pages hold what each viewer may see
rules.add_rule("plan.list", anybody)
rules.add_rule("plan.see", anybody)
# --- mandate sheet and review of challenges, of the place
rules.add_rule("plan.write_mandate", is_writer)
rules.add_rule("plan.begin_review", is_writer)
rules.add_rule("plan.edit_review", is_writer)
# --- plan: a new one of the place; its words, objectives, actions, indicators, who helped
rules.add_rule("plan.begin", is_writer)
rules.add_rule("plan.edit", is_writer & is_not_reviewed)
#: More languages of the plan and its objectives, also once it was looked back at.
rules.add_rule("plan.translate", is_writer)
#: Two people adopt it (R19); then an officer sets it running and, at its end, looks back.
rules.add_rule("plan.adopt", is_officer & is_draft)
rules.add_rule("plan.run", is_officer & is_adopted)
rules.add_rule("plan.look_back", is_officer & is_running)
#: Tell how an action goes, how an indicator reads: also those whose organisation does it.
rules.add_rule("plan.tell", is_not_reviewed & (is_writer | is_of_who_does_it))
# --- do no harm: writers answer, design partners of other organisations sign
rules.add_rule("plan.check_risk", is_writer & is_not_reviewed)
rules.add_rule("plan.sign", is_of_a_partner & is_not_reviewed)
# --- more people see it: two people (R14, R19); fewer: one click
rules.add_rule("plan.share", is_officer)
rules.add_rule("plan.narrow", is_officer)
# --- files: actions from a table; the whole plan out and in
rules.add_rule("plan.import", is_writer & is_not_reviewed)
rules.add_rule("plan.export", is_member)
