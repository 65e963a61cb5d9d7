"""Every permission of the room.

Whether a thing may be seen at all is decided before, by its place and visibility
(``network.scope``): who may not see it gets 404. So "may act" always implies "may read".
"""

from __future__ import annotations

from typing import Any

import rules

from baithak.network.rules import CONFIRMERS, MECHANISM, OFFICERS, has_role, is_member

__all__ = ["REVIEWERS", "WRITERS"]

#: They write practices, adopt them, ask and answer for their place.
WRITERS = MECHANISM
#: They may judge a practice of another city of their hub.
REVIEWERS = MECHANISM

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
def is_member_somewhere(viewer: Any, thing: Any) -> bool:
    """Has any role anywhere."""
    return bool(viewer.is_member)


@rules.predicate
def is_own(viewer: Any, practice: Any) -> bool:
    """Written in this hub, not a copy of somebody else's."""
    return practice is not None and practice.origin == ""


@rules.predicate
def is_published(viewer: Any, practice: Any) -> bool:
    return practice is not None and practice.state == "published"


@rules.predicate
def is_retired(viewer: Any, practice: Any) -> bool:
    return practice is not None and practice.state == "retired"


@rules.predicate
def reviews_for_another_city(viewer: Any, version: Any) -> bool:
    """The version is in review, and the viewer has a reviewing role in another city of the hub and none
    at the practice's own place: nobody judges their own.
    """
    if version is None or version.state != "review" or viewer.roles_at(version.place):
        return False
    hub = version.place.hub_id or version.place.pk
    return any(grant.hub == hub and grant.role in REVIEWERS for grant in viewer.grants)


@rules.predicate
def came_with_the_hub(viewer: Any, resource: Any) -> bool:
    """A link of the shipped shelf: nobody here answers for what it says."""
    return resource is not None and resource.shipped


@rules.predicate
def is_asked_owner(viewer: Any, question: Any) -> bool:
    """The question was put to a place where the viewer answers."""
    return (
        question is not None
        and question.to_place_id is not None
        and question.to_place_id in viewer.places_as(WRITERS)
    )


@rules.predicate
def is_of_a_community(viewer: Any, question: Any) -> bool:
    """The question was put to everybody who faces a challenge, and more than one team sees it."""
    return (
        question is not None
        and question.to_place_id is None
        and question.visibility not in ("mechanism", "city")
    )


@rules.predicate
def question_is_open(viewer: Any, question: Any) -> bool:
    return question is not None and not question.closed


@rules.predicate
def answers_question_is_open_to_its_place(viewer: Any, answer: Any) -> bool:
    """The viewer writes at the place that asked."""
    return answer is not None and is_writer(viewer, answer.question)


@rules.predicate
def is_a_city(viewer: Any, thing: Any) -> bool:
    """A city, or something of a city."""
    return thing is not None and thing.place.kind == "city"


@rules.predicate
def is_a_hub(viewer: Any, place: Any) -> bool:
    return place is not None and place.kind == "hub"


#: Search, map, overview, guide, shelf, feeds and exports hold what each viewer may see.
rules.add_rule("exchange.list", anybody)
rules.add_rule("exchange.see", anybody)
#: Write a practice of one's place, by hand or from a file.
rules.add_rule("exchange.write", is_writer_somewhere)
rules.add_rule("exchange.edit", is_writer & is_own)
#: Ask that it is reviewed and shown to others; a second person in another role confirms (R14, R19).
rules.add_rule("exchange.ask_review", is_officer & is_own)
#: Practices that wait for somebody of another city, and the judgement on one.
rules.add_rule("exchange.see_reviews", is_writer_somewhere)
rules.add_rule("exchange.review", reviews_for_another_city)
rules.add_rule("exchange.retire", is_officer & is_published)
rules.add_rule("exchange.republish", is_officer & is_retired)
#: More people see what is published and reviewed: two people of the place (R14, R19).
rules.add_rule("exchange.share", is_officer & is_published)
#: Fewer people see it: one click (R14).
rules.add_rule("exchange.narrow", is_officer)
rules.add_rule("exchange.translate", is_writer)
#: Take a published practice up at one's own place.
rules.add_rule("exchange.adopt", is_writer_somewhere & is_published)
rules.add_rule("exchange.tend_adoption", is_writer)
rules.add_rule("exchange.share_adoption", is_officer)
#: Ask a peer.
rules.add_rule("exchange.see_questions", is_member_somewhere)
rules.add_rule("exchange.ask", is_writer_somewhere)
rules.add_rule("exchange.share_question", is_officer & ~is_asked_owner)
rules.add_rule(
    "exchange.answer",
    question_is_open & (is_asked_owner | is_of_a_community & is_writer_somewhere | is_writer),
)
rules.add_rule("exchange.close_question", is_writer & question_is_open)
rules.add_rule("exchange.make_lesson", answers_question_is_open_to_its_place)
rules.add_rule("exchange.write_lesson", is_writer_somewhere)
rules.add_rule("exchange.edit_lesson", is_writer)
rules.add_rule("exchange.share_lesson", is_officer)
#: Shelf.
rules.add_rule("exchange.add_resource", is_writer_somewhere)
rules.add_rule("exchange.edit_resource", is_writer & ~came_with_the_hub)
rules.add_rule("exchange.share_resource", is_officer)
#: A city's own pages: its profile, cities like it, its checklist.
rules.add_rule("exchange.see_profile", anybody)
rules.add_rule("exchange.edit_profile", is_writer & is_a_city)
rules.add_rule("exchange.share_profile", is_officer & is_a_city)
rules.add_rule("exchange.see_alike", is_member & is_a_city)
rules.add_rule("exchange.see_readiness", anybody)
rules.add_rule("exchange.edit_readiness", is_writer & is_a_city)
rules.add_rule("exchange.share_readiness", is_officer & is_a_city)
#: Other hubs: whose bundles are taken, send and receive.
rules.add_rule("exchange.see_hubs", is_confirmer & is_a_hub)
rules.add_rule("exchange.trust_hub", is_officer & is_a_hub)
rules.add_rule("exchange.send_bundle", is_officer & is_a_hub)
rules.add_rule("exchange.receive_bundle", is_officer & is_a_hub)
