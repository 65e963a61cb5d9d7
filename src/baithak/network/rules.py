"""Every permission of the room, and the roles that all rooms speak of.

A predicate takes ``(viewer, thing)``; a permission is a sentence of them. The gate of a page asks
``rules.test_rule(permission, viewer, thing)`` after the page's loader found the thing within the
viewer's scope, so a predicate here never needs to ask again whether the thing may be seen.
"""

from __future__ import annotations

from typing import Any

import rules
from django.db import models
from django.utils.translation import gettext_lazy as _

from baithak.journal.rules import READERS

__all__ = [
    "CONFIRMERS",
    "ELEVATED",
    "IN_CHARGE",
    "MECHANISM",
    "OFFICERS",
    "Role",
    "has_role",
    "is_member",
    "is_signed_in",
]


class Role(models.TextChoices):
    """What a person does at a place. A person may have several roles at several places."""

    HUB_SECRETARIAT = "hub_secretariat", _("Hub secretariat")
    CITY_OFFICER = "city_officer", _("City officer")
    FACILITATOR = "facilitator", _("Facilitator")
    MODERATOR = "moderator", _("Moderator")
    DEPARTMENT_STAFF = "department_staff", _("Department staff")
    PARTNER = "partner", _("Partner")
    NATIONAL_REPRESENTATIVE = "national_representative", _("National representative")
    MAYOR = "mayor", _("Mayor")
    AUDITOR = "auditor", _("Auditor")


#: Which roles exist at which kind of place.
ROLES_AT = {
    "hub": frozenset({Role.HUB_SECRETARIAT, Role.FACILITATOR, Role.MODERATOR, Role.AUDITOR}),
    "country": frozenset({Role.NATIONAL_REPRESENTATIVE, Role.AUDITOR}),
    "city": frozenset(Role) - {Role.HUB_SECRETARIAT, Role.NATIONAL_REPRESENTATIVE},
}
#: They see what is kept at the narrowest level, "mechanism".
MECHANISM = frozenset({Role.HUB_SECRETARIAT, Role.CITY_OFFICER, Role.FACILITATOR, Role.MODERATOR})
#: They run a place: people, organisations, requests.
OFFICERS = frozenset({Role.HUB_SECRETARIAT, Role.CITY_OFFICER})
#: They answer for a place of any kind: a country has its representative.
IN_CHARGE = OFFICERS | {Role.NATIONAL_REPRESENTATIVE}
#: Roles whose grant needs two people once a place has somebody in charge (R19).
ELEVATED = IN_CHARGE | {Role.AUDITOR}
#: They can be the second person of a guarded act (R19) in their place.
CONFIRMERS = frozenset(
    {
        Role.HUB_SECRETARIAT,
        Role.CITY_OFFICER,
        Role.FACILITATOR,
        Role.MODERATOR,
        Role.NATIONAL_REPRESENTATIVE,
        Role.MAYOR,
        Role.AUDITOR,
    }
)


def _place(thing: Any) -> Any:
    """The place a thing belongs to: a place belongs to itself."""
    return getattr(thing, "place", thing)


def has_role(*roles: str) -> Any:
    """A predicate: the viewer has one of these roles at the thing's place.

    Example
    -------
    >>> is_moderator = has_role(Role.MODERATOR)
    """
    wanted = frozenset(roles)

    def check(viewer: Any, thing: Any) -> bool:
        return thing is not None and bool(viewer.roles_at(_place(thing)) & wanted)

    return rules.predicate(check, name="has_role:" + "|".join(sorted(wanted)))


@rules.predicate
def is_signed_in(viewer: Any, thing: Any) -> bool:
    """Somebody with an account, whatever the role."""
    return viewer.user_id is not None


@rules.predicate
def is_member(viewer: Any, thing: Any) -> bool:
    """Somebody with any role at the thing's place."""
    return thing is not None and bool(viewer.roles_at(_place(thing)))


@rules.predicate
def is_the_hubs_secretariat(viewer: Any, thing: Any) -> bool:
    """The secretariat of the hub to which the thing's place belongs."""
    place = _place(thing)
    return place is not None and Role.HUB_SECRETARIAT in viewer.roles_at(place.hub_id or place.pk)


@rules.predicate
def is_hub(viewer: Any, place: Any) -> bool:
    """The place is a hub."""
    return place is not None and place.kind == "hub"


@rules.predicate
def invited_them(viewer: Any, invitation: Any) -> bool:
    """The viewer sent this invitation."""
    return (
        invitation is not None
        and viewer.user_id is not None
        and invitation.invited_by_id == viewer.user_id
    )


@rules.predicate
def asked_for_it(viewer: Any, act: Any) -> bool:
    """The viewer is who asked for this guarded act."""
    return act is not None and act.asked_by_id == viewer.user_id


is_officer = has_role(*OFFICERS)
is_confirmer = has_role(*CONFIRMERS)
answers_for_the_place = has_role(*IN_CHARGE)

#: People and roles of a place: names and roles; addresses only for those who may invite.
rules.add_rule("network.see_people", is_member)
#: Invite to a role. For roles in charge this only asks; a second person confirms.
rules.add_rule("network.invite", answers_for_the_place)
rules.add_rule("network.revoke_invitation", answers_for_the_place | invited_them)
rules.add_rule("network.end_membership", answers_for_the_place)
#: The secretariat brings the first officer of a city, and of a country the representative or auditor that
#: is missing.
rules.add_rule("network.found", is_the_hubs_secretariat & ~is_hub)
#: Add a country or a city to a hub.
rules.add_rule("network.add_place", is_the_hubs_secretariat & is_hub)
rules.add_rule("network.see_organisations", is_member)
rules.add_rule("network.add_organisation", is_officer)
#: See the guarded acts that wait for a second person.
rules.add_rule("network.see_requests", is_confirmer)
rules.add_rule("network.confirm", is_confirmer & ~asked_for_it)
rules.add_rule("network.withdraw", asked_for_it)
#: The quiet weeks around an election: one begins them, ending them early takes two people.
rules.add_rule("network.begin_election", answers_for_the_place)
rules.add_rule("network.end_election", answers_for_the_place)
#: Demands for data (R24): seen by those who read the journal, written by who answers for the place; the
#: answer takes two people.
rules.add_rule("network.see_demands", has_role(*READERS))
rules.add_rule("network.write_demand", answers_for_the_place)
rules.add_rule("network.answer_demand", answers_for_the_place)
#: Witnesses of the journal outside this hub (R19, R20): naming one and letting one go take two people.
rules.add_rule("network.ask_witness", answers_for_the_place)
rules.add_rule("network.let_witness_go", answers_for_the_place)
#: One's own account.
rules.add_rule("network.own_account", is_signed_in)
