"""Requests to have all votes of a closed dialogue as a file (R19)."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from baithak.dialogue.models import Dialogue
from baithak.dialogue.queries.dialogues import thing
from baithak.network.models import TwoPersonAct
from baithak.network.scope import SYSTEM
from baithak.network.services.two_person import SPEND_WITHIN

__all__ = ["EXPORT_VERB", "export_allowed", "export_request", "last_export"]

#: The guarded act: who asked may fetch the file, once, within a day.
EXPORT_VERB = "dialogue.export"


def _acts(dialogue: Dialogue) -> QuerySet[TwoPersonAct]:
    acts = TwoPersonAct.objects.seen_by(SYSTEM).select_related("asked_by", "confirmed_by")
    return acts.filter(verb=EXPORT_VERB, thing=thing(dialogue))


def export_request(dialogue: Dialogue) -> TwoPersonAct | None:
    """The request that waits for a second person."""
    waiting = _acts(dialogue).filter(
        confirmed_at=None, closed_at=None, expires_at__gt=timezone.now()
    )
    return waiting.first()


def export_allowed(dialogue: Dialogue, user_id: int | None) -> TwoPersonAct | None:
    """The confirmed request of this person that was not used yet."""
    since = timezone.now() - SPEND_WITHIN
    mine = _acts(dialogue).filter(asked_by=user_id, confirmed_at__gt=since, spent_at=None)
    return mine.first()


def last_export(dialogue: Dialogue) -> TwoPersonAct | None:
    """The request whose file was fetched last."""
    return _acts(dialogue).filter(spent_at__isnull=False).order_by("-spent_at").first()
