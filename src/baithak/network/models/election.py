"""The weeks around an election, in which a place keeps quiet (DOMAIN.md, ethics rule 20)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baithak.network.models.place import Place
from baithak.network.scope import ScopedModel, Viewer

__all__ = ["ElectionPeriod"]


class ElectionPeriod(ScopedModel):
    """From ``begins`` to ``ends``, both days included, nothing of the place becomes public that was not.

    What is public stays, residents go on taking part, and results of what ran before are shown.
    Everybody may know it: the public pages say so.
    """

    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    begins = models.DateField(_("first day"))
    ends = models.DateField(_("last day"))

    class Meta(ScopedModel.Meta):
        ordering = ["-begins", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="network_electionperiod_ends_after_beginning",
                condition=Q(ends__gte=F("begins")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.begins}-{self.ends}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        return Q()

    @property
    def is_now(self) -> bool:
        """Whether today is one of its days."""
        return self.begins <= timezone.localdate() <= self.ends

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return self.ends < timezone.localdate()
