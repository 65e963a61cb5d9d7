"""The votes: who cast them is not here (R2), and nothing here can be matched with it (R4)."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from baithak.dialogue.models.anonymous import Anonymous
from baithak.dialogue.models.dialogue import Dialogue
from baithak.dialogue.models.statement import Statement
from baithak.network.models import Channel

__all__ = ["Participation", "Receipt", "Vote"]


class Participation(Anonymous):
    """Somebody takes part: a pseudonym of this dialogue alone, and how it came in. No date."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    dialogue = models.ForeignKey(Dialogue, models.PROTECT, related_name="+", db_index=False)
    pid = models.BinaryField(max_length=32)
    channel = models.CharField(max_length=8, choices=Channel)

    class Meta(Anonymous.Meta):
        constraints = [
            models.UniqueConstraint(fields=["dialogue", "pid"], name="dialogue_participation_once"),
            models.CheckConstraint(
                name="dialogue_participation_channel", condition=Q(channel__in=Channel.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dialogue_id}"


class Vote(Anonymous):
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

    class Meta(Anonymous.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue", "pid", "statement"], name="dialogue_vote_once"
            ),
            models.CheckConstraint(name="dialogue_vote_value", condition=Q(value__in=(-1, 0, 1))),
            models.CheckConstraint(name="dialogue_vote_turn", condition=Q(turn__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.dialogue_id}/{self.statement_id}"


class Receipt(Anonymous):
    """That somebody's answers are in, and nothing of what they said (R5).

    ``mark`` is a hash of the token alone, written with the first vote. It cannot be told which
    pseudonym it belongs to without the token, and after closing not even with it. Who keeps a
    receipt finds its mark in the published list; ``Dialogue.root`` binds that list.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    dialogue = models.ForeignKey(Dialogue, models.PROTECT, related_name="+", db_index=False)
    mark = models.BinaryField(max_length=16)

    class Meta(Anonymous.Meta):
        constraints = [
            models.UniqueConstraint(fields=["dialogue", "mark"], name="dialogue_receipt_once"),
        ]

    def __str__(self) -> str:
        return f"{self.dialogue_id}"
