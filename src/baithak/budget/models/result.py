"""What was counted, with everything that is needed to show it and to check it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from baithak.budget.models.budget import Budget
from baithak.network.scope import NOTHING, ScopedModel, Viewer

__all__ = ["Result"]


class Result(ScopedModel):
    """A count of a budget's sealed ballots, made twice by two programs with one result.

    ``outcome`` is the engine's answer (ENGINE-budget.md section 5) and stays inside; pages draw
    from ``published``, the same under the small-cell rule (R6). ``root`` is the root of the ballots
    that were counted.
    """

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField()
    version = models.CharField(max_length=32)
    computed = models.DateTimeField()
    seconds = models.FloatField()
    ballots = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    outcome = models.TextField()
    published = models.TextField()

    class Meta(ScopedModel.Meta):
        ordering = ["-revision"]
        constraints = [
            models.UniqueConstraint(fields=["budget", "revision"], name="budget_result_revision"),
            models.CheckConstraint(
                name="budget_result_revision_from_1", condition=Q(revision__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.budget_id} revision {self.revision}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """Results are read through ``queries``, beside their budget."""
        return Q() if viewer.system else NOTHING
