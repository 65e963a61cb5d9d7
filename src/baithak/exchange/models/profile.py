"""What a city tells of itself so that it can be shown cities like it."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from baithak.network.models import Shared

__all__ = ["CityProfile", "Mandate"]


class Mandate(models.TextChoices):
    """What the city may do here by law."""

    OWN = "own", _("The council decides and has money for it")
    SHARED = "shared", _("Shared with the district or the ministry")
    CONVENER = "convener_only", _("The city may invite people to a table, no more")
    UNCLEAR = "unclear", _("Not clear")


class CityProfile(Shared):
    """Declared by the city itself: challenges, mandate, traits, where it lies (two decimals).

    Country, languages and population stand with the place.
    """

    challenges = models.JSONField(_("challenges"), default=list, blank=True)
    traits = models.JSONField(_("what kind of city"), default=list, blank=True)
    mandate = models.CharField(_("mandate"), max_length=16, choices=Mandate, blank=True)
    latitude = models.FloatField(
        _("latitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.FloatField(
        _("longitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )

    class Meta(Shared.Meta):
        constraints = [
            *Shared.Meta.constraints,
            models.UniqueConstraint("place", name="exchange_cityprofile_once"),
            models.CheckConstraint(
                name="exchange_cityprofile_both_or_neither",
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, longitude__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return gettext("Profile of %(place)s") % {"place": self.place}

    def get_absolute_url(self) -> str:
        return reverse("exchange:profile", kwargs={"place": self.place.slug})
