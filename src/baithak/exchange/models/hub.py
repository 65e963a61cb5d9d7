"""Other hubs whose practices this hub takes, and the bundles it has sent."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from baithak.network.models import Place
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import ScopedModel, Viewer

__all__ = ["SentBundle", "TrustedHub"]


class TrustedHub(ScopedModel):
    """A hub whose signed bundles are taken. Trusting a key takes two people (R19).

    ``last_number`` is the number of its newest bundle taken here: an older one is refused.
    """

    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    name = models.CharField(_("name of the hub"), max_length=120)
    origin = models.CharField(_("address of the hub"), max_length=260)
    key = models.CharField(
        _("public key"),
        max_length=64,
        validators=[RegexValidator(r"^[0-9a-f]{64}$", _("64 digits 0-9 and letters a-f."))],
    )
    last_number = models.PositiveIntegerField(default=0)
    since = models.DateField()

    class Meta(ScopedModel.Meta):
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("place", "origin", name="exchange_trustedhub_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        return Q() if viewer.system else Q(place__in=viewer.places_as(CONFIRMERS))


class SentBundle(ScopedModel):
    """A bundle this hub has signed: its number, its day, what it held."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    day = models.DateField()
    practices = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta(ScopedModel.Meta):
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint("place", "number", name="exchange_sentbundle_number"),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.number}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        return Q() if viewer.system else Q(place__in=viewer.places_as(CONFIRMERS))
