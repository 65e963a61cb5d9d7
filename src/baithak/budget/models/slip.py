"""Printed slips: whoever holds one may vote once (R2). Codes are printed and never stored."""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from baithak.budget.models.ballot import Anonymous
from baithak.budget.models.budget import Budget
from baithak.network.models import Channel
from baithak.network.scope import NOTHING, ScopedModel, Viewer

__all__ = ["HANDED_OUT", "MOST_SLIPS", "Batch", "Slip"]

#: The ways in which a slip reaches somebody.
HANDED_OUT = (Channel.TOKEN, Channel.SESSION)
#: Slips of one batch: what a browser prints in one go.
MOST_SLIPS = 1000


class Batch(ScopedModel):
    """Slips that were printed in one go. Until the vote opens a lost print-out can be made void."""

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="batches")
    channel = models.CharField(
        _("how they reach people"),
        max_length=8,
        choices=[(c.value, c.label) for c in HANDED_OUT],
    )
    size = models.PositiveIntegerField(
        _("how many"), validators=[MinValueValidator(1), MaxValueValidator(MOST_SLIPS)]
    )
    handle = models.UUIDField()
    made = models.DateField()
    void = models.BooleanField(default=False)

    class Meta(ScopedModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["budget", "handle"], name="budget_batch_handle"),
            models.CheckConstraint(
                name="budget_batch_channel", condition=Q(channel__in=[c.value for c in HANDED_OUT])
            ),
            models.CheckConstraint(
                name="budget_batch_size", condition=Q(size__gte=1, size__lte=MOST_SLIPS)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.budget_id}/{self.pk}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """Read through ``queries``, for those who make them."""
        return Q() if viewer.system else NOTHING


class Slip(Anonymous):
    """One slip of the list of who may vote: the pseudonym of its code, and how it is handed out.

    ``batch`` is forgotten when the vote opens: a batch could tell who was given it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="+", db_index=False)
    pid = models.BinaryField(max_length=32)
    channel = models.CharField(max_length=8, choices=Channel)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta(Anonymous.Meta):
        constraints = [
            models.UniqueConstraint(fields=["budget", "pid"], name="budget_slip_once"),
            models.CheckConstraint(
                name="budget_slip_channel", condition=Q(channel__in=Channel.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.budget_id}"
