"""A numbered draw: what was promised beforehand, what chance said, who sits (R17)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baithak.network.scope import ScopedModel, Viewer, lattice
from baithak.panel.models.panel import Panel

__all__ = ["BareDrawError", "Draw", "DrawKind", "DrawState"]


class BareDrawError(TypeError):
    """A draw was about to be written past its service."""


class DrawKind(models.TextChoices):
    """Why there is this draw."""

    FIRST = "first", _("First draw")
    REPLACEMENT = "replacement", _("Replacements for seats that were not taken")
    REDRAW = "redraw", _("The whole panel once more")


class DrawState(models.TextChoices):
    """Where a draw stands. What is published, and when, follows from it."""

    WAITING = "waiting", _("The list of panels is being prepared")
    COMPUTING = "computing", _("The list of panels is being worked out")
    FAILED = "failed", _("The list of panels could not be made")
    COMMITTED = "committed", _("Published, waits for chance")
    DRAWN = "drawn", _("Drawn")


class Draw(ScopedModel):
    """One draw of a panel. It holds pseudonyms and hashes, and stays when the registrants are erased.

    ``head`` is the public head of the commitment, ``commitment`` the whole document with every
    listed panel, ``leaves`` the hashes of all registrants' lines in this draw, 32 bytes each.
    ``figures`` is how the panel compares with the pool and the population, under the small-cell rule.
    """

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="draws")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=DrawKind, default=DrawKind.FIRST)
    state = models.CharField(max_length=10, choices=DrawState, default=DrawState.WAITING)
    reason = models.CharField(max_length=500, blank=True)
    #: The chance that was named, in words that leave no choice later, and how it is read.
    named = models.CharField(max_length=300)
    read = models.CharField(max_length=8, default="hash")
    source_at = models.DateTimeField()

    claimed = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    #: What went wrong, as a code with parameters; the pages find the words.
    trouble = models.JSONField(default=dict)

    head = models.JSONField(default=dict)
    commitment = models.TextField(blank=True)
    leaves = models.BinaryField(default=bytes)
    list_hash = models.CharField(max_length=64, blank=True)
    chances = models.JSONField(default=dict)
    committed = models.DateTimeField(null=True)

    randomness = models.CharField(max_length=600, blank=True)
    drawn_number = models.PositiveIntegerField(null=True)
    selected = models.JSONField(default=list)
    #: The roles of the two people who wrote the randomness down.
    witnesses = models.JSONField(default=list)
    receipt = models.TextField(blank=True)
    figures = models.JSONField(default=list)
    drawn = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "number"], name="panel_draw_number"),
            models.CheckConstraint(name="panel_draw_kind", condition=Q(kind__in=DrawKind.values)),
            models.CheckConstraint(
                name="panel_draw_state", condition=Q(state__in=DrawState.values)
            ),
            models.CheckConstraint(
                name="panel_draw_further_with_reason",
                condition=Q(number=1, kind=DrawKind.FIRST)
                | Q(number__gt=1) & ~Q(kind=DrawKind.FIRST) & ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="panel_draw_committed_wholly",
                condition=Q(state__in=[DrawState.COMMITTED, DrawState.DRAWN])
                & Q(committed__isnull=False)
                & ~Q(commitment="")
                & ~Q(list_hash="")
                | Q(state__in=[DrawState.WAITING, DrawState.COMPUTING, DrawState.FAILED])
                & Q(committed=None, commitment=""),
            ),
            models.CheckConstraint(
                name="panel_draw_drawn_wholly",
                condition=Q(state=DrawState.DRAWN, drawn__isnull=False, drawn_number__isnull=False)
                & ~Q(receipt="")
                | ~Q(state=DrawState.DRAWN) & Q(drawn=None, drawn_number=None, receipt=""),
            ),
            # What was promised lies before the chance that was named.
            models.CheckConstraint(
                name="panel_draw_promised_before_chance",
                condition=Q(committed=None) | Q(committed__lt=models.F("source_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.panel_id}/{self.number}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        return lattice(viewer, "panel__")

    def save(self, *args: Any, by_service: bool = False, **kwargs: Any) -> None:
        if not by_service:
            raise BareDrawError("Draws are written by panel.services alone.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise BareDrawError("A draw is never deleted: a further one gets the next number.")

    @property
    def is_published(self) -> bool:
        """Its commitment is out."""
        return self.state in (DrawState.COMMITTED, DrawState.DRAWN)

    @property
    def chance_is_known(self) -> bool:
        """The moment that was named has come."""
        return timezone.now() >= self.source_at

    @property
    def root(self) -> str:
        return str(self.head.get("root", ""))
