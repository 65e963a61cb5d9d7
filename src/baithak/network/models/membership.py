"""Who has which role at which place, from when to when, granted by whom."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baithak.network.models.organisation import Organisation
from baithak.network.models.place import Place
from baithak.network.rules import Role
from baithak.network.scope import ScopedModel, Viewer

__all__ = ["BareSaveError", "Membership", "holds_now"]


class BareSaveError(TypeError):
    """A row that grants power was about to be written past its service."""


def holds_now() -> Q:
    """Memberships that have begun and not ended."""
    now = timezone.now()
    return Q(starts__lte=now) & (Q(ends=None) | Q(ends__gt=now))


class Membership(ScopedModel):
    """A role at a place. Seen by that place's members, written by ``services`` alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=32, choices=Role)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    starts = models.DateTimeField(_("from"), default=timezone.now)
    ends = models.DateTimeField(_("until"), null=True, blank=True)
    #: Nobody for the first people of a hub, whom the command line brings in.
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(ScopedModel.Meta):
        ordering = ["role", "pk"]
        constraints = [
            models.CheckConstraint(
                name="network_membership_role", condition=Q(role__in=Role.values)
            ),
            models.CheckConstraint(
                name="network_membership_ends_after_start",
                condition=Q(ends=None) | Q(ends__gte=F("starts")),
            ),
            models.UniqueConstraint(
                fields=["user", "place", "role"],
                condition=Q(ends=None),
                name="network_membership_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.place_id} {self.user_id}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        return Q() if viewer.system else Q(place__in=viewer.places)

    def save(self, *args: Any, by_service: bool = False, **kwargs: Any) -> None:
        """Refused unless a service writes: a role needs a journal line and, often, two people."""
        if not by_service:
            raise BareSaveError("Roles are given and ended by network.services alone.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise BareSaveError("A membership is ended, never deleted.")
