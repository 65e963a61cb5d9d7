"""One walk along the whole chain, asked for by a person or by the clock: a state in a row."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

__all__ = ["Check"]


class Check(models.Model):
    """Waits (``claimed`` empty), runs (``claimed``), or is done with what it found.

    ``findings`` holds pairs of a line's number and a code, at most twenty; ``found`` counts them all.
    ``receipts`` is how many heads brought back by witnesses were held against the chain.
    """

    asked = models.DateTimeField(default=timezone.now)
    claimed = models.DateTimeField(null=True, blank=True)
    done = models.DateTimeField(null=True, blank=True)
    lines = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
    receipts = models.PositiveIntegerField(default=0)
    found = models.PositiveBigIntegerField(default=0)
    findings = models.JSONField(default=list)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="journal_check_claimed_before_done",
                condition=Q(done=None) | Q(claimed__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"check {self.pk}"

    @property
    def is_well(self) -> bool:
        """Done, and nothing was found."""
        return self.done is not None and self.found == 0
