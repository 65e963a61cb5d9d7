"""A guarded act that waits for a second person (R19)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baithak.network.models.place import Place
from baithak.network.rules import CONFIRMERS, Role
from baithak.network.scope import ScopedModel, Viewer

__all__ = ["LABELS", "TwoPersonAct", "tomorrow"]

#: What each guarded act is called; ``services.guarded`` writes here.
LABELS: dict[str, Any] = {}


def tomorrow() -> datetime:
    """When a request made now ends."""
    return timezone.now() + timedelta(hours=24)


class TwoPersonAct(ScopedModel):
    """One person asks, with a reason; within a day another person in another role confirms."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    verb = models.CharField(_("act"), max_length=64)
    thing = models.CharField(max_length=128)
    detail = models.JSONField(default=dict, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_role = models.CharField(max_length=32, choices=Role)
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=tomorrow)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_role = models.CharField(max_length=32, choices=Role, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    #: Withdrawn by who asked, or expired and replaced by a new request.
    closed_at = models.DateTimeField(null=True, blank=True)
    #: What the act allowed once, say fetching a file, was done: it cannot be done again (R19).
    spent_at = models.DateTimeField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="network_twopersonact_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="network_twopersonact_two_people",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="network_twopersonact_two_roles",
                condition=~Q(confirmed_role=F("asked_role")),
            ),
            models.CheckConstraint(
                name="network_twopersonact_in_time",
                condition=Q(confirmed_at=None) | Q(confirmed_at__lte=F("expires_at")),
            ),
            models.CheckConstraint(
                name="network_twopersonact_confirmed_wholly",
                condition=Q(confirmed_by=None, confirmed_at=None, confirmed_role="")
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False)
                & Q(confirmed_role__in=Role.values),
            ),
            models.CheckConstraint(
                name="network_twopersonact_confirmed_or_closed",
                condition=Q(confirmed_at=None) | Q(closed_at=None),
            ),
            models.CheckConstraint(
                name="network_twopersonact_spent_after_confirming",
                condition=Q(spent_at=None) | Q(confirmed_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["verb", "thing"],
                condition=Q(confirmed_at=None, closed_at=None),
                name="network_twopersonact_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.thing}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """Those of the place who could confirm it."""
        return Q() if viewer.system else Q(place__in=viewer.places_as(CONFIRMERS))

    @property
    def label(self) -> str:
        """What the act is called, in the reader's language."""
        return str(LABELS.get(self.verb, self.verb))

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a second person."""
        return (
            self.confirmed_at is None
            and self.closed_at is None
            and self.expires_at > timezone.now()
        )
