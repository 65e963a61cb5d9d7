"""What the journal calls this room's acts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from baithak.home.models import Digest
from baithak.journal import words


def _how_often(code: str) -> Any:
    return Digest(code).label


words.kind("handover", _("Handover"))
words.verb("home.choose_digest", _("chose how often a letter comes: %(digest)s"), digest=_how_often)
words.verb("home.stop_letters", _("ended the letters with the link in one"))
words.verb("home.hand_over", _("began to hand the place over"))
words.verb("home.make_pack", _("made the pack of a handover"))
words.verb("home.fail_pack", _("could not make the pack of a handover"))
words.verb("home.fetch_pack", _("fetched the pack of a handover"))
words.verb("home.forget_pack", _("deleted the pack of a handover, as its time was over"))
words.verb("home.keep_role", _("looked at a role anew: it goes on"))
words.verb("home.end_role", _("looked at a role anew: it has ended"))
words.verb("home.tick", _("ticked a line of the handover's checklist"))
