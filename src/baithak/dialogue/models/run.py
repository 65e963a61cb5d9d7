"""One computed opinion map, with everything needed to show it and to place a newcomer on it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from baithak.dialogue.models.dialogue import Dialogue
from baithak.network.scope import NOTHING, ScopedModel, Viewer

__all__ = ["Run"]


class Run(ScopedModel):
    """A map of a dialogue's votes at one moment.

    ``result`` is the engine's answer without rows per person, kept of the newest run alone; ``table``
    places newcomers and chooses their next statement, and holds no row per person either, kept of the
    newest and of the one that is shown. Both go with the answers (R8). Only a ``released`` run is
    shown: a further one is released when enough new people took part (R7). Pages draw from
    ``published``, the result under the small-cell rule (R6), never from votes.
    """

    dialogue = models.ForeignKey(Dialogue, models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField()
    method = models.CharField(max_length=32)
    seed = models.BigIntegerField(default=0)
    version = models.CharField(max_length=32)
    computed = models.DateTimeField()
    seconds = models.FloatField()
    participants = models.PositiveIntegerField()
    votes = models.PositiveIntegerField()
    released = models.BooleanField(default=False)
    result = models.TextField()
    published = models.TextField()
    table = models.TextField()
    #: How many came in which way (R9), rounded; empty where a way of fewer than k is among them.
    channels = models.JSONField(default=dict)
    #: Who is heard and who is not, by what people said of themselves: rows past R6 (report.voices).
    voices = models.JSONField(default=list)

    class Meta(ScopedModel.Meta):
        ordering = ["-revision"]
        constraints = [
            models.UniqueConstraint(fields=["dialogue", "revision"], name="dialogue_run_revision"),
            models.CheckConstraint(
                name="dialogue_run_revision_from_1", condition=Q(revision__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dialogue_id} revision {self.revision}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """Runs are read through ``queries``, which knows which of them is released."""
        return Q() if viewer.system else NOTHING
