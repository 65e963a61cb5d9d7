"""A letter that lets one address take one role at one place, once, within seven days."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baithak.network.models.organisation import Organisation
from baithak.network.models.place import Place
from baithak.network.rules import IN_CHARGE, MECHANISM, Role
from baithak.network.scope import ScopedModel, Viewer

__all__ = ["Invitation", "in_seven_days"]


def in_seven_days() -> datetime:
    """When an invitation made now ends."""
    return timezone.now() + timedelta(days=7)


class Invitation(ScopedModel):
    """The token itself is in the letter only; here is its SHA-256."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=32, choices=Role)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    email = models.EmailField(_("e-mail address"))
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=in_seven_days)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="network_invitation_role", condition=Q(role__in=Role.values)
            ),
            models.CheckConstraint(
                name="network_invitation_lower_email", condition=Q(email=Lower("email"))
            ),
            models.CheckConstraint(
                name="network_invitation_expires_later", condition=Q(expires_at__gt=F("invited_at"))
            ),
            models.CheckConstraint(
                name="network_invitation_accepted_or_revoked",
                condition=Q(accepted_at=None) | Q(revoked_at=None),
            ),
            models.CheckConstraint(
                name="network_invitation_accepted_by_somebody",
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["place", "role", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="network_invitation_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.place_id}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """Those who run the place, and whoever invited (the secretariat founding a city)."""
        if viewer.system:
            return Q()
        mine = Q(place__in=viewer.places_as(MECHANISM | IN_CHARGE))
        return mine | Q(invited_by=viewer.user_id) if viewer.user_id is not None else mine

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return (
            self.accepted_at is None
            and self.revoked_at is None
            and self.expires_at > timezone.now()
        )
