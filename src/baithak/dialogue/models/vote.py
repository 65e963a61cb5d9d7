"""The votes: who cast them is not here (R2), and nothing here can be matched with it (R4)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from baithak.dialogue.models.dialogue import Dialogue
from baithak.dialogue.models.statement import Statement
from baithak.network.models import Channel
from baithak.network.scope import NOTHING, ScopedModel, Viewer

__all__ = ["BareVoteError", "Participation", "Vote"]


class BareVoteError(TypeError):
    """A vote was about to be written past its service."""


class _Anonymous(ScopedModel):
    """A row that nobody looks at: services write it, the map is drawn from all of them."""

    class Meta(ScopedModel.Meta):
        abstract = True

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        return Q() if viewer.system else NOTHING

    def save(self, *args: Any, **kwargs: Any) -> None:
        raise BareVoteError("Votes are written by dialogue.services alone.")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise BareVoteError("Votes are written by dialogue.services alone.")


class Participation(_Anonymous):
    """Somebody takes part: a pseudonym of this dialogue alone, and how it came in. No date."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    dialogue = models.ForeignKey(Dialogue, models.PROTECT, related_name="+", db_index=False)
    pid = models.BinaryField(max_length=32)
    channel = models.CharField(max_length=8, choices=Channel)

    class Meta(_Anonymous.Meta):
        constraints = [
            models.UniqueConstraint(fields=["dialogue", "pid"], name="dialogue_participation_once"),
            models.CheckConstraint(
                name="dialogue_participation_channel", condition=Q(channel__in=Channel.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dialogue_id}"


class Vote(_Anonymous):
    """One answer: agree 1, skip 0, disagree -1.

    ``turn`` counts changes of mind. Pseudonym, statement and turn are the idempotency key of a
    vote: the same turn sent again changes nothing, an older one arriving late neither. It is set
    to 0 when the dialogue is sealed. The table has no row ids on SQLite, a random primary key, and
    a date without time.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    dialogue = models.ForeignKey(Dialogue, models.PROTECT, related_name="+", db_index=False)
    pid = models.BinaryField(max_length=32)
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="+", db_index=False)
    value = models.SmallIntegerField()
    turn = models.SmallIntegerField(default=0)
    day = models.DateField()

    class Meta(_Anonymous.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue", "pid", "statement"], name="dialogue_vote_once"
            ),
            models.CheckConstraint(name="dialogue_vote_value", condition=Q(value__in=(-1, 0, 1))),
            models.CheckConstraint(name="dialogue_vote_turn", condition=Q(turn__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.dialogue_id}/{self.statement_id}"
