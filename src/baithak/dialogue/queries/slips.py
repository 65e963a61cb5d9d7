"""The print-outs of slips, for those who make them. How many slips were used is told nowhere."""

from __future__ import annotations

from django.db.models import QuerySet

from baithak.dialogue.models import Batch, Dialogue

__all__ = ["batch_of", "batches"]


def batches(dialogue: Dialogue) -> QuerySet[Batch]:
    """The print-outs, the newest first."""
    return Batch._unscoped.filter(dialogue=dialogue).order_by("-pk")


def batch_of(dialogue: Dialogue, batch: int) -> Batch | None:
    """One print-out of this dialogue."""
    return Batch._unscoped.filter(dialogue=dialogue, pk=batch).first()
