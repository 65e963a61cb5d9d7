"""What the journal calls this room's acts and things."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from baithak.journal import words
from baithak.network.journal_words import level

words.kind("panel", _("Panel"))

words.verb("panel.create", _("wrote a new panel"))
words.verb("panel.edit", _("changed the texts of a panel"))
words.verb("panel.open", _("opened the registration for a panel"))
words.verb("panel.narrow", _("let fewer people see a panel: %(to)s"), to=level)
words.verb("panel.add_category", _("added a question that makes the panel a mirror of the city"))
words.verb("panel.edit_category", _("changed a question that makes the panel a mirror of the city"))
words.verb(
    "panel.remove_category", _("removed a question that makes the panel a mirror of the city")
)
words.verb("panel.set_quotas", _("set how many people of each kind a panel needs"))
words.verb("panel.name_chance", _("named the public source of chance for the draw"))
words.verb("panel.register_for", _("registered somebody who asked for help with it"))
words.verb("panel.freeze", _("closed the pool, so that nobody can be added or removed"))
words.verb("panel.commit", _("published the fingerprint of the list of possible panels"))
words.verb("panel.prepare_again", _("had the list of possible panels made again"))
words.verb("panel.draw", _("drew the panel by public chance"))
words.verb("panel.draw_again", _("began another draw: %(kind)s"))
words.verb("panel.read_contacts", _("read how to reach those who were drawn"))
words.verb("panel.answer_for", _("wrote down whether somebody who was drawn takes the seat"))
words.verb("panel.seat", _("seated the panel"))
words.verb("panel.erase", _("deleted everything about the people registered, on time"))
