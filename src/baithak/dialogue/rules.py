"""Every permission of the room.

Whether a dialogue may be seen at all is decided before, by its place and visibility
(``network.scope``): who may not see it gets 404. So "may act" always implies "may read".
"""

from __future__ import annotations

from typing import Any

import rules

from baithak.network.rules import CONFIRMERS, OFFICERS, Role, has_role

__all__ = ["HOSTS", "MODERATORS", "TEAM"]

#: They decide about statements. They see neither author nor group (R11).
MODERATORS = frozenset({Role.MODERATOR, Role.FACILITATOR, Role.CITY_OFFICER, Role.HUB_SECRETARIAT})
#: They hold sessions in person and enter what people said on paper.
HOSTS = frozenset({Role.FACILITATOR, Role.CITY_OFFICER, Role.HUB_SECRETARIAT})
#: They see sessions and their minutes.
TEAM = HOSTS | MODERATORS
#: They follow a dialogue from inside: how many take part, in which channel.
WATCHERS = CONFIRMERS | {Role.DEPARTMENT_STAFF}

is_officer = has_role(*OFFICERS)
is_moderator = has_role(*MODERATORS)
is_host = has_role(*HOSTS)
is_watcher = has_role(*WATCHERS)
is_confirmer = has_role(*CONFIRMERS)


@rules.predicate
def anybody(viewer: Any, dialogue: Any) -> bool:
    """Whoever may see the dialogue."""
    return True


@rules.predicate
def is_draft(viewer: Any, dialogue: Any) -> bool:
    return dialogue is not None and dialogue.state == "draft"


@rules.predicate
def is_open(viewer: Any, dialogue: Any) -> bool:
    return dialogue is not None and dialogue.state == "open"


@rules.predicate
def is_closed(viewer: Any, dialogue: Any) -> bool:
    return dialogue is not None and dialogue.state == "closed"


@rules.predicate
def is_imported(viewer: Any, dialogue: Any) -> bool:
    return dialogue is not None and dialogue.imported


@rules.predicate
def is_officer_somewhere(viewer: Any, thing: Any) -> bool:
    """Has an officer's role at any place: lists and forms then offer only those places."""
    return bool(viewer.places_as(OFFICERS))


@rules.predicate
def statements_dialogue_is_open(viewer: Any, statement: Any) -> bool:
    return statement is not None and statement.dialogue.state == "open"


@rules.predicate
def statements_dialogue_keeps_answers(viewer: Any, statement: Any) -> bool:
    """Closed, and its answers are not deleted yet; what others published stays as it is."""
    return statement is not None and statement.dialogue.keeps_answers


@rules.predicate
def sessions_dialogue_is_open(viewer: Any, session: Any) -> bool:
    return session is not None and session.dialogue.state == "open"


@rules.predicate
def hosts_its_dialogue(viewer: Any, session: Any) -> bool:
    return session is not None and is_host(viewer, session.dialogue)


@rules.predicate
def moderates_its_dialogue(viewer: Any, statement: Any) -> bool:
    return statement is not None and is_moderator(viewer, statement.dialogue)


#: The list shows each viewer what that viewer may see.
rules.add_rule("dialogue.list", anybody)
#: The page of one dialogue: question, state, statements, the released map.
rules.add_rule("dialogue.see", anybody)
#: The map and its report hold released figures only, each past the small-cell rule.
rules.add_rule("dialogue.report", anybody)
#: Begin a draft, or import a published conversation as one.
rules.add_rule("dialogue.create", is_officer_somewhere)
rules.add_rule("dialogue.import", is_officer_somewhere)
rules.add_rule("dialogue.edit", is_officer & is_draft)
#: Ask that residents be asked; a second person in another role confirms (R14, R19).
rules.add_rule("dialogue.ask_to_open", is_officer & is_draft)
rules.add_rule("dialogue.confirm_opening", is_confirmer & is_draft)
#: Show an imported conversation to everybody; widening takes two people too.
rules.add_rule("dialogue.publish", is_officer & is_imported)
#: Pause or resume taking part by the open link.
rules.add_rule("dialogue.pause", is_officer & is_open)
rules.add_rule("dialogue.close", is_officer & is_open)
#: How many take part, rounded, and how the map stands.
rules.add_rule("dialogue.watch", is_watcher)
#: The queue can be read for as long as the dialogue is there, decided upon while it is open. After
#: that what should not have been shown can be taken away, until the answers are deleted.
rules.add_rule("dialogue.see_queue", is_moderator)
rules.add_rule(
    "dialogue.moderate",
    moderates_its_dialogue & (statements_dialogue_is_open | statements_dialogue_keeps_answers),
)
#: Close and open the box for residents' statements.
rules.add_rule("dialogue.switch_intake", is_moderator & is_open)
#: Put a statement into another language, read over what somebody else has put.
rules.add_rule("dialogue.see_words", is_moderator)
rules.add_rule("dialogue.translate", moderates_its_dialogue)
#: Print slips that admit one person each, and make a lost print-out void.
rules.add_rule("dialogue.see_slips", is_officer)
rules.add_rule("dialogue.make_slips", is_officer & is_open)
#: What people may say of themselves is fixed before they are asked.
rules.add_rule("dialogue.edit_questions", is_officer & is_draft)
#: Sessions in person: hold them, enter sheets, write minutes.
rules.add_rule("dialogue.see_sessions", has_role(*TEAM))
rules.add_rule("dialogue.begin_session", is_host & is_open)
rules.add_rule("dialogue.enter_sheets", hosts_its_dialogue & sessions_dialogue_is_open)
rules.add_rule("dialogue.edit_session", hosts_its_dialogue)
rules.add_rule("dialogue.write_minutes", hosts_its_dialogue)
#: All votes as a file, once: two people ask and confirm, who asked fetches it (R19).
rules.add_rule("dialogue.ask_to_export", is_officer & is_closed)
rules.add_rule("dialogue.confirm_export", is_confirmer & is_closed)
rules.add_rule("dialogue.fetch_export", is_officer & is_closed)
