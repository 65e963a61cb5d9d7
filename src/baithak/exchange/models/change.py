"""That something findable changed: every process keeps its own index up to date by these lines."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from baithak.network.scope import NOTHING, ScopedModel, Viewer

__all__ = ["Change"]


class Change(ScopedModel):
    """``thing`` names what to read anew (``practice:delhi-aman-committees``). Of the hub itself, deleted after a week."""

    thing = models.CharField(max_length=100)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta(ScopedModel.Meta):
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.thing

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        return Q() if viewer.system else NOTHING
