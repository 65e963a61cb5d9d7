"""What is kept of one class of data at one place, as counted last: the clock of R8."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

__all__ = ["Kept"]


class Kept(models.Model):
    """One class at one place; an empty ``place`` is the hub as a whole.

    ``ran`` is the last run of the chore that deletes, ``gone`` how many rows its last deletion took,
    ``proof`` the number of the journal's line about it. ``rows``, ``oldest`` and ``due`` were counted
    at ``counted``: how many are left, since when the oldest is here and when it has to be gone.
    """

    code = models.CharField(max_length=64)
    place = models.CharField(max_length=64, blank=True)
    #: Since when the clock knows of it: a chore that never ran is silent since then.
    since = models.DateTimeField(default=timezone.now)
    ran = models.DateTimeField(null=True, blank=True)
    gone = models.PositiveBigIntegerField(default=0)
    proof = models.PositiveBigIntegerField(null=True, blank=True)
    counted = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveBigIntegerField(default=0)
    oldest = models.DateTimeField(null=True, blank=True)
    due = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["code", "place"]
        constraints = [
            models.UniqueConstraint(fields=["code", "place"], name="journal_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.place}"
