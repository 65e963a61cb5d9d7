"""Printed slips: whoever holds one takes part once, and is counted as somebody the city reached."""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from baithak.dialogue.models.anonymous import Anonymous
from baithak.dialogue.models.dialogue import Dialogue
from baithak.network.models import Channel
from baithak.network.scope import NOTHING, ScopedModel, Viewer

__all__ = ["HANDED_OUT", "MOST_SLIPS", "Batch", "Slip"]

#: The ways in which a slip reaches somebody.
HANDED_OUT = (Channel.TOKEN, Channel.SESSION, Channel.LOTTERY)
#: Slips of one batch: what is printed in one go.
MOST_SLIPS = 1000


class Batch(ScopedModel):
    """Slips that were printed in one go. A lost print-out is made void: its unused slips die."""

    dialogue = models.ForeignKey(Dialogue, models.PROTECT, related_name="batches")
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
            models.UniqueConstraint(fields=["dialogue", "handle"], name="dialogue_batch_handle"),
            models.CheckConstraint(
                name="dialogue_batch_channel",
                condition=Q(channel__in=[c.value for c in HANDED_OUT]),
            ),
            models.CheckConstraint(
                name="dialogue_batch_size", condition=Q(size__gte=1, size__lte=MOST_SLIPS)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dialogue_id}/{self.pk}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """Read through ``queries``, for those who make them."""
        return Q() if viewer.system else NOTHING


class Slip(Anonymous):
    """A slip: the keyed hash of its code, and whether somebody has begun with it.

    It is tied to no pseudonym: using it gives the phone a fresh token, so that not even the key of
    the dialogue leads from a slip to votes. ``batch`` is forgotten when it is used, because a batch
    could tell who was given it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    dialogue = models.ForeignKey(Dialogue, models.PROTECT, related_name="+", db_index=False)
    mark = models.BinaryField(max_length=32)
    channel = models.CharField(max_length=8, choices=Channel)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="+", db_index=False)
    used = models.BooleanField(default=False)

    class Meta(Anonymous.Meta):
        constraints = [
            models.UniqueConstraint(fields=["dialogue", "mark"], name="dialogue_slip_once"),
            models.CheckConstraint(
                name="dialogue_slip_channel", condition=Q(channel__in=Channel.values)
            ),
            models.CheckConstraint(
                name="dialogue_slip_used_forgets_batch", condition=Q(used=False) | Q(batch=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dialogue_id}"
