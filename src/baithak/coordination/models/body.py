"""A body: who sits in it (as seats, never as people), how often it meets, under which charter."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from baithak.network.models import Levelled, Organisation, Place, Worded
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import ScopedModel, Viewer, lattice

__all__ = ["Balance", "Body", "BodyState", "Rhythm", "Seat"]


class BodyState(models.TextChoices):
    """Whether it works. Formed is not functioning: its health line says how it goes."""

    PLANNED = "planned", _("Planned")
    FORMED = "formed", _("Formed")
    RESTING = "resting", _("Resting")
    DISSOLVED = "dissolved", _("Dissolved")


class Rhythm(models.TextChoices):
    """How often it should meet."""

    MONTHLY = "monthly", _("Every month")
    TWO_MONTHLY = "two_monthly", _("Every two months")
    QUARTERLY = "quarterly", _("Every three months")
    HALF_YEARLY = "half_yearly", _("Every six months")
    YEARLY = "yearly", _("Once a year")
    AS_NEEDED = "as_needed", _("When needed")


class Body(Worded, Levelled):
    """A local prevention network, a peace committee, a national-local platform.

    ``kind`` is a mechanism of the taxonomy. ``above`` is the body it reports to, here or at another place.
    """

    LONGEST: ClassVar = {
        "title": 200,
        "purpose": 1500,
        "charter": 6000,
        "legal_basis": 500,
        "dissolved": 1000,
    }

    kind = models.CharField(_("kind"), max_length=64)
    state = models.CharField(_("state"), max_length=9, choices=BodyState, default="formed")
    rhythm = models.CharField(_("meets"), max_length=12, choices=Rhythm, default="quarterly")
    #: Seats that must be taken for a decision.
    quorum = models.PositiveSmallIntegerField(_("quorum"), null=True, blank=True)
    begins = models.DateField(_("term begins"), null=True, blank=True)
    ends = models.DateField(_("term ends"), null=True, blank=True)
    above = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="below")

    class Meta(Levelled.Meta):
        ordering = ["pk"]
        constraints = [
            *Levelled.Meta.constraints,
            models.CheckConstraint(
                name="coordination_body_state", condition=Q(state__in=BodyState.values)
            ),
            models.CheckConstraint(
                name="coordination_body_rhythm", condition=Q(rhythm__in=Rhythm.values)
            ),
            models.CheckConstraint(
                name="coordination_body_term",
                condition=Q(begins=None) | Q(ends=None) | Q(ends__gt=F("begins")),
            ),
            models.CheckConstraint(
                name="coordination_body_not_above_itself", condition=~Q(above=F("pk"))
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("coordination:body", kwargs={"body": self.pk})


class Seat(Worded, ScopedModel):
    """A seat of a body, as the charter gives it: to an organisation, or to a group of the taxonomy.

    It never says who sits there: that is the organisation's affair.
    """

    LONGEST: ClassVar = {"title": 200}

    body = models.ForeignKey(Body, models.CASCADE, related_name="seats")
    number = models.PositiveSmallIntegerField()
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: A target group of the taxonomy whose voice the seat is for, such as ``youth``.
    group = models.CharField(_("for"), max_length=64, blank=True)
    chairs = models.BooleanField(_("chairs"), default=False)
    votes = models.BooleanField(_("has a vote"), default=True)
    #: Nobody sits there at present.
    vacant = models.BooleanField(_("vacant"), default=False)

    class Meta(ScopedModel.Meta):
        ordering = ["number"]
        constraints = [models.UniqueConstraint("body", "number", name="coordination_seat_number")]

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        return lattice(viewer, "body__") | Q(body__place__in=viewer.places_as(CONFIRMERS))

    @property
    def place(self) -> Place:
        return self.body.place


class Balance(ScopedModel):
    """How the seats of a body were shared out on a day, as counts over the whole body, never by seat."""

    body = models.ForeignKey(Body, models.CASCADE, related_name="balances")
    on = models.DateField(_("on"))
    taken = models.PositiveSmallIntegerField(_("seats taken"))
    women = models.PositiveSmallIntegerField(_("by women"))
    young = models.PositiveSmallIntegerField(_("by people under 30"))
    civil = models.PositiveSmallIntegerField(_("from civil society and communities"))

    class Meta(ScopedModel.Meta):
        ordering = ["-on"]
        constraints = [
            models.UniqueConstraint("body", "on", name="coordination_balance_once_a_day"),
            models.CheckConstraint(
                name="coordination_balance_within",
                condition=Q(women__lte=F("taken"))
                & Q(young__lte=F("taken"))
                & Q(civil__lte=F("taken")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.on}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        return lattice(viewer, "body__") | Q(body__place__in=viewer.places_as(CONFIRMERS))

    @property
    def place(self) -> Place:
        return self.body.place
