"""A demand for data that an authority put to a place, and how it was answered (R24)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baithak.journal.rules import READERS
from baithak.network.models.place import Place
from baithak.network.scope import ScopedModel, Viewer

__all__ = ["Asker", "Demand", "DemandState"]


class Asker(models.TextChoices):
    """Which kind of body asked. Never a person, never an office that is one person."""

    MINISTRY = "ministry", _("A ministry or another department of government")
    POLICE = "police", _("The police or a prosecutor")
    COURT = "court", _("A court")
    OTHER = "other", _("Another body")


class DemandState(models.TextChoices):
    """Where a demand stands."""

    RECEIVED = "received", _("not answered yet")
    ANSWERED = "answered", _("answered")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("taken back by who asked")


class Demand(ScopedModel):
    """What was asked and answered, in general words: no names, no case numbers of people.

    ``not_held``: the answer was, wholly or in part, that the hub does not have what was asked for.
    """

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place"))
    received = models.DateField(_("received on"))
    asker = models.CharField(_("who asked"), max_length=8, choices=Asker)
    basis = models.CharField(_("legal basis"), max_length=200)
    asked = models.CharField(_("what was asked for"), max_length=600)
    state = models.CharField(max_length=9, choices=DemandState, default=DemandState.RECEIVED)
    answer = models.CharField(_("answer"), max_length=600, blank=True)
    answered = models.DateField(_("answered on"), null=True, blank=True)
    not_held = models.BooleanField(_("we do not hold this"), default=False)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta(ScopedModel.Meta):
        ordering = ["-received", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="network_demand_asker", condition=Q(asker__in=Asker.values)
            ),
            models.CheckConstraint(
                name="network_demand_answered_wholly",
                condition=Q(
                    state=DemandState.RECEIVED, answer="", answered=None, not_held=False
                )
                | Q(
                    state__in=[
                        DemandState.ANSWERED, DemandState.REFUSED, DemandState.WITHDRAWN
                    ],
                    answered__isnull=False,
                )
                & ~Q(answer=""),
            ),
            models.CheckConstraint(
                name="network_demand_answered_later",
                condition=Q(answered=None) | Q(answered__gte=models.F("received")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_asker_display()} · {self.received}"

    @property
    def thing(self) -> str:
        """How journal and guarded acts name it."""
        return f"demand:{self.pk}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """Those who read the journal of the place."""
        return Q() if viewer.system else Q(place__in=viewer.places_as(READERS))

    def save(self, *args: Any, by_service: bool = False, **kwargs: Any) -> None:
        """Demands are written by ``network.services`` alone."""
        if not by_service:
            raise TypeError("A demand is written by network.services.")
        super().save(*args, **kwargs)
