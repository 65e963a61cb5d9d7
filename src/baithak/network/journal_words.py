"""What the journal calls this room's acts, roles and things."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from baithak.journal import words
from baithak.network import queries
from baithak.network.models import Kind
from baithak.network.rules import Role
from baithak.network.scope import PUBLIC, Visibility

__all__ = ["language", "level", "role"]


def role(code: str) -> Any:
    """A role by its code."""
    return Role(code).label


def level(code: str) -> Any:
    """Who sees something, by its code."""
    return Visibility(code).label


def language(code: str) -> Any:
    """A language by its code, named in itself."""
    return dict(settings.CONTENT_LANGUAGES)[code]


def _place(slug: str) -> str:
    found = queries.place_named(PUBLIC, place=slug)
    return slug if found is None else found.local_name


words.called(_place)
for one in Role:
    words.role(one.value, one.label)
words.role("member", _("Somebody with a role elsewhere"))

words.kind("person", _("Account"))
words.kind("invitation", _("Invitation"))
words.kind("membership", _("Role of a person"))
words.kind("place", _("Place"))
words.kind("organisation", _("Organisation"))
words.kind("demand", _("Demand for data"))
words.kind("electionperiod", _("Election period"))

words.verb("network.add_person", _("made an account"))
words.verb("network.choose_language", _("chose a language: %(language)s"), language=language)
words.verb("network.choose_quiet_hours", _("chose quiet hours for letters"))
words.verb("network.sign_out_everywhere", _("signed out everywhere"))
words.verb("network.invite", _("invited somebody to a role: %(role)s"), role=role)
words.verb("network.revoke_invitation", _("took an invitation back"))
words.verb("network.grant_role", _("took up a role: %(role)s"), role=role)
words.verb("network.end_membership", _("ended somebody's role: %(role)s"), role=role)
words.verb(
    "network.add_place", _("added a place to the network: %(kind)s"), kind=lambda k: Kind(k).label
)
words.verb("network.add_organisation", _("wrote down an organisation"))
words.verb("network.ask_two_person", _("asked a second person to confirm: %(act)s"))
words.verb("network.confirm_two_person", _("confirmed as the second person: %(act)s"))
words.verb("network.withdraw_two_person", _("took back what waited for a second person: %(act)s"))
words.verb("network.spend_two_person", _("did what two people had allowed: %(act)s"))
words.verb("network.write_demand", _("wrote down that an authority asked for data"))
words.verb("network.answer_demand", _("wrote down how a demand for data was answered"))
words.verb(
    "network.change_hands", _("ended every session and open invitation, as the place changes hands")
)
words.verb("network.begin_election", _("noted an election period from %(begins)s to %(ends)s"))
words.verb("network.end_election", _("ended an election period early"))
