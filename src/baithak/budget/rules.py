"""Every permission of the room.

Whether a budget may be seen at all is decided before, by its place and visibility
(``network.scope``): who may not see it gets 404. So "may act" always implies "may read".

Who prints the slips, who types paper ballots and who confirms the opening of the vote are different
people in different roles: none of them alone can add ballots that nobody notices.
"""

from __future__ import annotations

from typing import Any

import rules

from baithak.network.rules import CONFIRMERS, OFFICERS, Role, has_role

__all__ = ["MODERATORS", "PROPOSERS"]

#: They decide which proposals are shown. They see no author (R11).
MODERATORS = frozenset({Role.MODERATOR, Role.FACILITATOR, Role.CITY_OFFICER, Role.HUB_SECRETARIAT})
#: They propose for the city, with their name in the journal.
PROPOSERS = OFFICERS | {Role.DEPARTMENT_STAFF}
#: They follow a budget from inside: how many take part, how the count stands.
WATCHERS = CONFIRMERS | {Role.DEPARTMENT_STAFF}

is_officer = has_role(*OFFICERS)
is_moderator = has_role(*MODERATORS)
is_proposer = has_role(*PROPOSERS)
is_watcher = has_role(*WATCHERS)
is_confirmer = has_role(*CONFIRMERS)
is_facilitator = has_role(Role.FACILITATOR)


@rules.predicate
def anybody(viewer: Any, budget: Any) -> bool:
    """Whoever may see the budget."""
    return True


@rules.predicate
def is_draft(viewer: Any, budget: Any) -> bool:
    return budget is not None and budget.state == "draft"


@rules.predicate
def is_open(viewer: Any, budget: Any) -> bool:
    return budget is not None and budget.state == "open"


@rules.predicate
def is_closed(viewer: Any, budget: Any) -> bool:
    return budget is not None and budget.state == "closed"


@rules.predicate
def is_frozen(viewer: Any, budget: Any) -> bool:
    """The vote was opened: projects and slips are fixed."""
    return budget is not None and budget.is_frozen


@rules.predicate
def is_imported(viewer: Any, budget: Any) -> bool:
    return budget is not None and budget.imported


@rules.predicate
def is_officer_somewhere(viewer: Any, thing: Any) -> bool:
    """Has an officer's role at any place: lists and forms then offer only those places."""
    return bool(viewer.places_as(OFFICERS))


@rules.predicate
def can_still_change(viewer: Any, budget: Any) -> bool:
    """Projects can be added, decided upon and translated: not closed, and the vote not opened."""
    return budget is not None and budget.state != "closed" and not budget.is_frozen


@rules.predicate
def its_budget_is_open_and_not_frozen(viewer: Any, thing: Any) -> bool:
    """A project, or a batch of slips, of a budget whose vote is still to come."""
    return thing is not None and thing.budget.state == "open" and not thing.budget.is_frozen


@rules.predicate
def its_budget_can_still_change(viewer: Any, project: Any) -> bool:
    return project is not None and can_still_change(viewer, project.budget)


@rules.predicate
def moderates_its_budget(viewer: Any, project: Any) -> bool:
    return project is not None and is_moderator(viewer, project.budget)


@rules.predicate
def is_officer_of_its_budget(viewer: Any, thing: Any) -> bool:
    return thing is not None and is_officer(viewer, thing.budget)


#: The list shows each viewer what that viewer may see.
rules.add_rule("budget.list", anybody)
#: The page of one budget: question, state, projects, the published result.
rules.add_rule("budget.see", anybody)
rules.add_rule("budget.create", is_officer_somewhere)
#: Explain an election held elsewhere: a closed budget that the team alone sees.
rules.add_rule("budget.import", is_officer_somewhere)
rules.add_rule("budget.edit", is_officer & is_draft)
#: Ask that residents be asked for proposals; a second person in another role confirms (R14, R19).
rules.add_rule("budget.ask_to_open", is_officer & is_draft)
rules.add_rule("budget.confirm_opening", is_confirmer & is_draft)
#: Propose in the name of the city.
rules.add_rule("budget.propose", is_proposer & can_still_change)
rules.add_rule("budget.end_proposals", is_officer & is_open & ~is_frozen)
#: The queue can be read for as long as the budget is there, decided upon until the vote opens.
rules.add_rule("budget.see_queue", is_moderator)
rules.add_rule("budget.moderate", moderates_its_budget & its_budget_is_open_and_not_frozen)
#: Whether it can be done and what it costs: on the ballot, joined with another one, or declined.
rules.add_rule("budget.decide", is_officer_of_its_budget & its_budget_can_still_change)
#: A moderator takes back a moderator's decision, an officer also an officer's.
rules.add_rule("budget.undo", moderates_its_budget & its_budget_can_still_change)
rules.add_rule("budget.translate", moderates_its_budget & its_budget_can_still_change)
#: Print slips; make a lost print-out void. Their list is fixed when the vote opens (R18).
rules.add_rule("budget.make_slips", is_officer & is_open & ~is_frozen)
rules.add_rule("budget.void_slips", is_officer_of_its_budget & its_budget_is_open_and_not_frozen)
#: Ask that the vote opens; a second person in another role confirms projects and slips.
rules.add_rule("budget.ask_to_vote", is_officer & is_open & ~is_frozen)
rules.add_rule("budget.confirm_vote", is_confirmer & is_open & ~is_frozen)
#: Type the paper ballots of a session.
rules.add_rule("budget.enter_ballots", is_facilitator & is_open & is_frozen)
#: Show an imported budget to everybody; widening takes two people (R14, R19).
rules.add_rule("budget.publish", is_officer & is_imported)
rules.add_rule("budget.close", is_officer & is_open)
#: How many take part, rounded, and how the count stands.
rules.add_rule("budget.watch", is_watcher)
#: Count again what could not be counted.
rules.add_rule("budget.recount", is_officer & is_closed)
