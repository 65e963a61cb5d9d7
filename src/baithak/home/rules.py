"""Every permission of the room."""

from __future__ import annotations

from typing import Any

import rules

from baithak.network.rules import CONFIRMERS, IN_CHARGE, Role, has_role, is_signed_in

__all__ = ["MAYORS_PAGE", "READERS", "opens_the_overview"]

#: Whose page the mayor's page is: the mayor's, and of those who prepare it or look after it.
MAYORS_PAGE = frozenset({Role.MAYOR, Role.CITY_OFFICER, Role.AUDITOR})
#: Who sees how a handover goes: those in charge, and whoever can be the second person.
READERS = CONFIRMERS | IN_CHARGE


@rules.predicate
def anybody(viewer: Any, thing: Any) -> bool:
    """Whoever may see it."""
    return True


@rules.predicate
def is_of_the_hub(viewer: Any, place: Any) -> bool:
    """Has a role at any place of the hub."""
    return place is not None and place.kind == "hub" and place.pk in viewer.hubs


@rules.predicate
def represents_the_country(viewer: Any, place: Any) -> bool:
    """A role at the country itself, or the secretariat of the hub above it."""
    return (
        place is not None
        and place.kind == "country"
        and (bool(viewer.roles_at(place)) or viewer.has(Role.HUB_SECRETARIAT, place.hub_id))
    )


@rules.predicate
def asked_for_the_handover(viewer: Any, handover: Any) -> bool:
    """The viewer is who asked, and still has that role."""
    return (
        handover is not None
        and handover.act.asked_by_id == viewer.user_id
        and viewer.has(handover.act.asked_role, handover.place)
    )


@rules.predicate
def has_no_mayor(viewer: Any, thing: Any) -> bool:
    """Of a hub or a country: there the auditor is often the only other person."""
    return thing is not None and thing.place.kind != "city"


@rules.predicate
def is_their_own_role(viewer: Any, reapproval: Any) -> bool:
    return reapproval is not None and reapproval.membership.user_id == viewer.user_id


#: Who opens the overview of a hub or a country; to others it does not exist.
opens_the_overview = is_of_the_hub | represents_the_country

#: The desk shows each person what waits for them, each thing within its own room's scope.
rules.add_rule("home.see_desk", is_signed_in)
#: What is new, of the same rooms and within the same scope.
rules.add_rule("home.see_news", is_signed_in)
#: How often the hub writes to me, and at which hours never.
rules.add_rule("home.choose_letters", is_signed_in)
#: One search over all rooms: it finds what the viewer may see.
rules.add_rule("home.search", is_signed_in)
#: The mayor's page of the place: its own mayor, officers and auditors. To others it does not exist.
rules.add_rule("home.see_mayor", has_role(*MAYORS_PAGE))
#: What cities share with their hub; what the cities of a country asked it.
rules.add_rule("home.see_hub", opens_the_overview)
# --- a place is handed over (R25): two people decide, who asked fetches the pack
rules.add_rule("home.see_handover", has_role(*READERS))
rules.add_rule("home.hand_over", has_role(*IN_CHARGE))
rules.add_rule("home.fetch_pack", asked_for_the_handover)
#: Nobody looks at their own role.
rules.add_rule(
    "home.reapprove",
    (has_role(*IN_CHARGE, Role.MAYOR) | has_role(Role.AUDITOR) & has_no_mayor) & ~is_their_own_role,
)
rules.add_rule("home.tick", has_role(*IN_CHARGE, Role.MAYOR))
#: Reports of a quarter or a year: each reader's over what that reader may see, everybody's over what is public.
rules.add_rule("home.see_reports", anybody)
