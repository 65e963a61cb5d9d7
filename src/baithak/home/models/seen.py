"""When somebody last looked at the news."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from baithak.network.scope import NOTHING, ScopedModel, Viewer

__all__ = ["Seen"]


class Seen(ScopedModel):
    """On which day somebody last read the news, and so all that came before it: a day, no time, and nobody else sees it."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    on = models.DateField()

    class Meta(ScopedModel.Meta):
        verbose_name_plural = "seen"

    def __str__(self) -> str:
        return f"{self.user_id} {self.on}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """One's own."""
        if viewer.system:
            return Q()
        return Q(user=viewer.user_id) if viewer.user_id is not None else NOTHING
