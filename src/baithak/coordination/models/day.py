"""The shared calendar: sensitive and joyful days of all communities, and what is prepared for them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from baithak.network.models import Levelled, Organisation, Place, Worded
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import ScopedModel, Viewer, lattice

__all__ = ["Day", "DayKind", "Preparation", "Repeats"]


class DayKind(models.TextChoices):
    """What kind of day it is."""

    JOYFUL = "joyful", _("Joyful")
    SENSITIVE = "sensitive", _("Needs care")
    BOTH = "both", _("Joyful, and needs care")
    CIVIC = "civic", _("Civic: election, anniversary, council")


class Repeats(models.TextChoices):
    """Whether it comes again."""

    ONCE = "once", _("Once")
    YEARLY = "yearly", _("Every year on this date")
    MOVES = "moves", _("Every year on another date, which is set by hand")


class Day(Worded, Levelled):
    """A day, or some days, that many look forward to or worry about."""

    LONGEST: ClassVar = {"title": 200, "description": 1500}

    kind = models.CharField(_("kind"), max_length=9, choices=DayKind)
    begins = models.DateField(_("first day"))
    ends = models.DateField(_("last day"))
    repeats = models.CharField(_("repeats"), max_length=6, choices=Repeats, default="once")

    class Meta(Levelled.Meta):
        ordering = ["begins", "pk"]
        constraints = [
            *Levelled.Meta.constraints,
            models.CheckConstraint(
                name="coordination_day_kind", condition=Q(kind__in=DayKind.values)
            ),
            models.CheckConstraint(
                name="coordination_day_repeats", condition=Q(repeats__in=Repeats.values)
            ),
            models.CheckConstraint(
                name="coordination_day_ends_after_beginning", condition=Q(ends__gte=F("begins"))
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("coordination:day", kwargs={"day": self.pk})


class Preparation(Worded, ScopedModel):
    """A line of the preparation list: what, by which organisation, how many days before."""

    LONGEST: ClassVar = {"title": 300}

    day = models.ForeignKey(Day, models.CASCADE, related_name="preparations")
    number = models.PositiveSmallIntegerField()
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    days_before = models.PositiveSmallIntegerField(_("days before"), default=7)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta(ScopedModel.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("day", "number", name="coordination_preparation_number")
        ]

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        return lattice(viewer, "day__") | Q(day__place__in=viewer.places_as(CONFIRMERS))

    @property
    def place(self) -> Place:
        return self.day.place
