"""The hours in which no letter reaches somebody."""

from __future__ import annotations

from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from baithak.network.scope import NOTHING, ScopedModel, Viewer

__all__ = ["BEGINS", "ENDS", "Quiet"]

#: The hours of everybody who has chosen none.
BEGINS, ENDS = time(21), time(7)


class Quiet(ScopedModel):
    """Somebody's quiet hours, by the clock of their place; they may go over midnight.

    Where both are the same no hour is quiet. Nobody else sees them: they tell of a person's day.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    begins = models.TimeField(_("from"), default=BEGINS)
    ends = models.TimeField(_("until"), default=ENDS)

    class Meta(ScopedModel.Meta):
        verbose_name_plural = "quiet hours"

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """One's own."""
        if viewer.system:
            return Q()
        return Q(user=viewer.user_id) if viewer.user_id is not None else NOTHING
