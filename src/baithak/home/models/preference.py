"""How often somebody wants a letter that says what is new."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from baithak.network.scope import NOTHING, ScopedModel, Viewer

__all__ = ["Digest", "Preference"]


class Digest(models.TextChoices):
    """How often."""

    DAILY = "daily", _("On each day with something new, at most once a day")
    WEEKLY = "weekly", _("Once a week, if there is something new")
    NEVER = "never", _("Never")


class Preference(ScopedModel):
    """One person's choice. Who has chosen nothing gets a letter a week; one click ends that.

    ``sent_on`` is the day of the last letter, or of the last look that found nothing to write.
    ``tried_on`` is the day of the last attempt: a worker claims the letter by moving it
    (``services.claim``). What could not be sent is tried again the next day, and tells what came since
    ``sent_on``.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.CharField(
        _("a letter with what is new"), max_length=6, choices=Digest, default=Digest.WEEKLY
    )
    sent_on = models.DateField(null=True, blank=True, editable=False)
    tried_on = models.DateField(null=True, blank=True, editable=False)

    class Meta(ScopedModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="home_preference_digest", condition=Q(digest__in=Digest.values)
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.digest}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """One's own."""
        if viewer.system:
            return Q()
        return Q(user=viewer.user_id) if viewer.user_id is not None else NOTHING
