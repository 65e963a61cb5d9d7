"""How a plan knows whether it helps: a few indicators with a baseline, a target and readings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from baithak.network.models import Place, Worded
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import ScopedModel, Viewer, lattice
from baithak.plan.models.action import Action
from baithak.plan.models.plan import Objective, Plan

__all__ = ["Indicator", "IndicatorKind", "Reading"]


class IndicatorKind(models.TextChoices):
    """What it measures."""

    OUTPUT = "output", _("Output: what we did")
    OUTCOME = "outcome", _("Outcome: what changed")


class Indicator(Worded, ScopedModel):
    """One indicator of a plan, of an objective or of an action.

    ``of_people`` says that its figures count people: then no figure below the smallest cell is shown (R6).
    ``k`` is the largest smallest cell it ever had, ``counts`` are all counts that a shown figure was ever
    made from, ``baseline_as`` is the one its baseline is shown from (see ``plan.shown``): only services set them.
    """

    LONGEST: ClassVar = {"title": 200, "unit": 60, "method": 1000}

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="indicators")
    number = models.PositiveSmallIntegerField()
    objective = models.ForeignKey(
        Objective, models.PROTECT, null=True, blank=True, related_name="indicators"
    )
    action = models.ForeignKey(
        Action, models.PROTECT, null=True, blank=True, related_name="indicators"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=IndicatorKind)
    of_people = models.BooleanField(_("its figures count people"), default=False)
    baseline = models.DecimalField(
        _("baseline"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    baseline_on = models.DateField(_("day of the baseline"), null=True, blank=True)
    baseline_as = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, editable=False
    )
    k = models.PositiveSmallIntegerField(default=0, editable=False)
    counts = models.JSONField(default=list, blank=True, editable=False)
    target = models.DecimalField(
        _("target"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    target_on = models.DateField(_("day of the target"), null=True, blank=True)

    class Meta(ScopedModel.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("plan", "number", name="plan_indicator_number"),
            models.CheckConstraint(
                name="plan_indicator_kind", condition=Q(kind__in=IndicatorKind.values)
            ),
            models.CheckConstraint(
                name="plan_indicator_baseline_with_its_day",
                condition=Q(baseline=None, baseline_on=None)
                | Q(baseline__isnull=False, baseline_on__isnull=False),
            ),
            models.CheckConstraint(
                name="plan_indicator_target_with_its_day",
                condition=Q(target=None, target_on=None)
                | Q(target__isnull=False, target_on__isnull=False),
            ),
        ]

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        return lattice(viewer, "plan__") | Q(plan__place__in=viewer.places_as(CONFIRMERS))

    @property
    def place(self) -> Place:
        return self.plan.place

    def get_absolute_url(self) -> str:
        return reverse("plan:indicator", kwargs={"code": self.plan.code, "number": self.number})


class Reading(ScopedModel):
    """A reading of an indicator on a day, with where it comes from.

    ``shown_as`` is the count that its shown figure was made from, where the indicator counts people.
    """

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="readings")
    day = models.DateField(_("day"))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2)
    shown_as = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, editable=False
    )
    source = models.CharField(_("where it comes from"), max_length=300)

    class Meta(ScopedModel.Meta):
        ordering = ["day"]
        constraints = [models.UniqueConstraint("indicator", "day", name="plan_reading_once_a_day")]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.day}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        return lattice(viewer, "indicator__plan__") | Q(
            indicator__plan__place__in=viewer.places_as(CONFIRMERS)
        )

    @property
    def place(self) -> Place:
        return self.indicator.plan.place
