"""Every write of the room: keyword-only, atomic, by a viewer, with its journal line."""

from baithak.network.services.account import (
    add_person,
    choose_language,
    sign_out_everywhere,
)
from baithak.network.services.demands import ask_to_answer_demand, write_demand
from baithak.network.services.election import ask_to_end_election, begin_election
from baithak.network.services.membership import (
    accept_invitation,
    ask_to_invite,
    end_membership,
    grant_role,
    invite,
    revoke_invitation,
)
from baithak.network.services.place import add_organisation, add_place
from baithak.network.services.publicity import refuse_around_election
from baithak.network.services.quiet import choose_quiet_hours
from baithak.network.services.texts import checked_texts
from baithak.network.services.two_person import (
    ask_two_person,
    confirm_two_person,
    guarded,
    spend_two_person,
    to_everybody,
    withdraw_two_person,
)
from baithak.network.services.visibility import ask_widening, narrow
from baithak.network.services.witnesses import ask_for_witness, ask_to_let_witness_go

__all__ = [
    "accept_invitation",
    "add_organisation",
    "add_person",
    "add_place",
    "ask_for_witness",
    "ask_to_answer_demand",
    "ask_to_end_election",
    "ask_to_invite",
    "ask_to_let_witness_go",
    "ask_two_person",
    "ask_widening",
    "begin_election",
    "checked_texts",
    "choose_language",
    "choose_quiet_hours",
    "confirm_two_person",
    "end_membership",
    "grant_role",
    "guarded",
    "invite",
    "narrow",
    "refuse_around_election",
    "revoke_invitation",
    "sign_out_everywhere",
    "spend_two_person",
    "to_everybody",
    "withdraw_two_person",
    "write_demand",
]
