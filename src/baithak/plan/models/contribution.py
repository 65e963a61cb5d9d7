"""Who helped to design a plan, what they said, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from baithak.network.models import Organisation, Place, Worded
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import ScopedModel, Viewer, lattice
from baithak.plan.models.plan import Plan

__all__ = ["Contribution", "Stage"]


class Stage(models.TextChoices):
    """At which step they helped."""

    MAPPING = "mapping", _("Seeing the situation")
    GOALS = "goals", _("Choosing goals")
    ACTIONS = "actions", _("Designing actions")
    RISKS = "risks", _("Looking for harm")
    REVIEW = "review", _("Looking back")


class Contribution(Worded, ScopedModel):
    """An organisation, or a group of the taxonomy, helped to design the plan; they are owed an answer."""

    LONGEST: ClassVar = {"said": 2000, "became": 2000}

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="contributions")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: A target group of the taxonomy, where residents themselves helped.
    group = models.CharField(_("group"), max_length=64, blank=True)
    stage = models.CharField(_("step"), max_length=8, choices=Stage)
    on = models.DateField(_("on"))
    told_back_on = models.DateField(_("they were told what became of it on"), null=True, blank=True)

    class Meta(ScopedModel.Meta):
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="plan_contribution_stage", condition=Q(stage__in=Stage.values)
            ),
            models.CheckConstraint(
                name="plan_contribution_of_one",
                condition=Q(organisation=None) & ~Q(group="")
                | Q(organisation__isnull=False, group=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.stage} {self.on}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        return lattice(viewer, "plan__") | Q(plan__place__in=viewer.places_as(CONFIRMERS))

    @property
    def place(self) -> Place:
        return self.plan.place
