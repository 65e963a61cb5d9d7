"""Every write of the room: keyword-only, atomic, by a viewer, with its journal line."""

from baithak.network.services.account import (
    add_person,
    choose_language,
    sign_out_everywhere,
)
from baithak.network.services.membership import (
    accept_invitation,
    ask_to_invite,
    end_membership,
    grant_role,
    invite,
    revoke_invitation,
)
from baithak.network.services.place import add_organisation, add_place
from baithak.network.services.texts import checked_texts
from baithak.network.services.two_person import (
    ask_two_person,
    confirm_two_person,
    guarded,
    withdraw_two_person,
)
from baithak.network.services.visibility import ask_widening, narrow

__all__ = [
    "accept_invitation",
    "add_organisation",
    "add_person",
    "add_place",
    "ask_to_invite",
    "ask_two_person",
    "ask_widening",
    "checked_texts",
    "choose_language",
    "confirm_two_person",
    "end_membership",
    "grant_role",
    "guarded",
    "invite",
    "narrow",
    "revoke_invitation",
    "sign_out_everywhere",
    "withdraw_two_person",
]
