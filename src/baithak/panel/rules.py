"""Every permission of the room.

Whether a panel may be seen at all is decided before, by its place and visibility
(``network.scope``): who may not see it gets 404. So "may act" always implies "may read".
"""

from __future__ import annotations

from typing import Any

import rules

from baithak.network.rules import CONFIRMERS, OFFICERS, Role, has_role

__all__ = ["HOSTS"]

#: They meet residents: they can register somebody who asks them to, and receive the panel.
HOSTS = OFFICERS | {Role.FACILITATOR}

is_officer = has_role(*OFFICERS)
is_host = has_role(*HOSTS)
is_confirmer = has_role(*CONFIRMERS)


@rules.predicate
def anybody(viewer: Any, panel: Any) -> bool:
    """Whoever may see the panel."""
    return True


@rules.predicate
def is_officer_somewhere(viewer: Any, thing: Any) -> bool:
    """Has an officer's role at any place: forms then offer only those places."""
    return bool(viewer.places_as(OFFICERS))


@rules.predicate
def is_draft(viewer: Any, panel: Any) -> bool:
    return panel is not None and panel.state == "draft"


@rules.predicate
def is_collecting(viewer: Any, panel: Any) -> bool:
    """Opened, and its list of registrants not frozen yet."""
    return panel is not None and panel.state == "open" and panel.frozen is None


@rules.predicate
def is_frozen(viewer: Any, panel: Any) -> bool:
    """Its list is frozen and its registrants are not erased."""
    return panel is not None and panel.frozen is not None and panel.erased is None


@rules.predicate
def is_being_drawn(viewer: Any, panel: Any) -> bool:
    """Frozen, and not seated yet."""
    return is_frozen(viewer, panel) and panel.state == "open"


@rules.predicate
def categorys_panel_is_a_draft(viewer: Any, category: Any) -> bool:
    return category is not None and category.panel.state == "draft"


@rules.predicate
def is_officer_of_its_panel(viewer: Any, category: Any) -> bool:
    return category is not None and is_officer(viewer, category.panel)


#: The list shows each viewer what that viewer may see.
rules.add_rule("panel.list", anybody)
#: The page of one panel: what it is about, where it stands, its quotas.
rules.add_rule("panel.see", anybody)
rules.add_rule("panel.create", is_officer_somewhere)
rules.add_rule("panel.edit", is_officer & is_draft)
rules.add_rule("panel.edit_category", is_officer_of_its_panel & categorys_panel_is_a_draft)
#: Quotas and the named chance may change until the list is frozen, and again while no list of
#: panels could be published; the services know which.
rules.add_rule("panel.set_quotas", is_officer & (is_draft | is_collecting | is_being_drawn))
#: How the pool stands against the quotas: rounded, and never a person.
rules.add_rule("panel.watch", is_confirmer)
#: Ask that residents can register; a second person in another role confirms (R14, R19).
rules.add_rule("panel.ask_to_open", is_officer & is_draft)
rules.add_rule("panel.confirm_opening", is_confirmer & is_draft)
#: Register somebody in a session or by telephone.
rules.add_rule("panel.register_for", is_host & is_collecting)
#: Close the list and publish the lottery (R17); two people.
rules.add_rule("panel.ask_to_freeze", is_officer & is_collecting)
rules.add_rule("panel.confirm_freezing", is_confirmer & is_collecting)
#: Write down what chance showed; two witnesses.
rules.add_rule("panel.ask_to_draw", is_officer & is_being_drawn)
rules.add_rule("panel.confirm_draw", is_confirmer & is_being_drawn)
#: A further, numbered draw; two people.
rules.add_rule("panel.ask_again", is_officer & is_being_drawn)
#: Let the list of panels be made once more after it failed.
rules.add_rule("panel.try_again", is_officer & is_being_drawn)
#: Those drawn: by pseudonym; their contacts only by a press that is journaled; answers they told.
rules.add_rule("panel.see_drawn", is_officer & is_frozen)
rules.add_rule("panel.read_contacts", is_officer & is_frozen)
rules.add_rule("panel.answer_for", is_officer & is_being_drawn)
#: Who comes, by pseudonym, and what they need to be able to.
rules.add_rule("panel.attendance", is_host & is_frozen)
rules.add_rule("panel.seat", is_officer & is_being_drawn)
