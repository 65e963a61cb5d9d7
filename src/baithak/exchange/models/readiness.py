"""A city's answers to the readiness checklist: its own mirror, private unless it publishes them."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from baithak.network.models import Shared

__all__ = ["Readiness"]


class Readiness(Shared):
    """``answers`` maps a question's code to ``state``, ``evidence``, ``owner`` and ``day``.

    No score is kept or computed: three next steps come of it.
    """

    answers = models.JSONField(default=dict, blank=True)
    changed_on = models.DateField(null=True, blank=True)

    class Meta(Shared.Meta):
        constraints = [
            *Shared.Meta.constraints,
            models.UniqueConstraint("place", name="exchange_readiness_once"),
        ]

    def __str__(self) -> str:
        return _("Readiness checklist of %(place)s") % {"place": self.place}

    def get_absolute_url(self) -> str:
        return reverse("exchange:readiness", kwargs={"place": self.place.slug})
