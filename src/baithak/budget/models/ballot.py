"""The ballots: who cast them is not here (R2), and nothing here can be matched with it (R4)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from baithak.budget.models.budget import Budget
from baithak.network.models import Channel
from baithak.network.scope import NOTHING, ScopedModel, Viewer

__all__ = ["Anonymous", "Ballot", "BareBallotError", "Sent", "UsedSlip"]


class BareBallotError(TypeError):
    """A ballot or a slip was about to be written past its service."""


class Anonymous(ScopedModel):
    """A row that nobody looks at: services write it, the count is made from all of them."""

    class Meta(ScopedModel.Meta):
        abstract = True

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        return Q() if viewer.system else NOTHING

    def save(self, *args: Any, **kwargs: Any) -> None:
        raise BareBallotError("Ballots and slips are written by budget.services alone.")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise BareBallotError("Ballots and slips are written by budget.services alone.")


class Ballot(Anonymous):
    """One ballot: ``choices`` is ``3,7,12`` or, with points, ``3:5,7:2``, by project number.

    While the vote is open ``pid`` is the pseudonym of the slip, so that a slip has one ballot and
    can replace it. Sealing puts random bytes in its place, a fresh ``salt`` beside the choices,
    and the closing day on all: from then on no ballot can be told from which slip it came.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="+", db_index=False)
    pid = models.BinaryField(max_length=32)
    channel = models.CharField(max_length=8, choices=Channel)
    choices = models.TextField()
    salt = models.BinaryField(max_length=32, null=True)
    day = models.DateField()

    class Meta(Anonymous.Meta):
        constraints = [
            models.UniqueConstraint(fields=["budget", "pid"], name="budget_ballot_once"),
            models.CheckConstraint(
                name="budget_ballot_channel", condition=Q(channel__in=Channel.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.budget_id}"


class UsedSlip(Anonymous):
    """A slip that was used: written at sealing, beside the ballots and untied from them.

    Auditors compare it with the frozen list of slips; a resident's receipt is found in it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="+", db_index=False)
    pid = models.BinaryField(max_length=32)
    channel = models.CharField(max_length=8, choices=Channel)

    class Meta(Anonymous.Meta):
        constraints = [
            models.UniqueConstraint(fields=["budget", "pid"], name="budget_usedslip_once"),
            models.CheckConstraint(
                name="budget_usedslip_channel", condition=Q(channel__in=Channel.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.budget_id}"


class Sent(Anonymous):
    """A send that arrived: its id is a hash of the form's random key, the slip and the ballot.

    So the same send changes nothing, whenever it comes again. It names no slip, and is deleted when
    the vote is sealed: how often somebody voted anew is told to nobody (R5).
    """

    id = models.UUIDField(primary_key=True)
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="+", db_index=False)

    class Meta(Anonymous.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.budget_id}"
