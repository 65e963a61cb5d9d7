"""A plan and its objectives: draft > adopted (the decision is recorded) > running > reviewed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from baithak.network.models import Levelled, Place, new_code
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import ScopedModel, Viewer, lattice
from baithak.plan.models.agreed import Agreed
from baithak.plan.models.review import Challenge, Review

__all__ = ["Objective", "Plan", "PlanState"]


class PlanState(models.TextChoices):
    """Where a plan stands."""

    DRAFT = "draft", _("Draft")
    ADOPTED = "adopted", _("Adopted")
    RUNNING = "running", _("Running")
    REVIEWED = "reviewed", _("Reviewed")


class Plan(Agreed, Levelled):
    """A local action plan: strategy and actions of a place for some years.

    Two people adopt it: the decision (who decided, when, under which number) is recorded with it.
    """

    LONGEST: ClassVar = {
        "title": 200,
        "vision": 1500,
        "need": 2500,
        "theory_of_change": 2500,
        "after_an_incident": 2000,
        "decided_by": 300,
        "decision": 500,
        "reviewed": 2500,
    }

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=PlanState, default=PlanState.DRAFT)
    begins = models.DateField(_("from"))
    ends = models.DateField(_("until"))
    review = models.ForeignKey(Review, models.PROTECT, null=True, blank=True, related_name="plans")
    decided_on = models.DateField(_("day of the decision"), null=True, blank=True)
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)

    class Meta(Levelled.Meta):
        ordering = ["-begins", "-pk"]
        constraints = [
            *Levelled.Meta.constraints,
            models.CheckConstraint(name="plan_plan_state", condition=Q(state__in=PlanState.values)),
            models.CheckConstraint(
                name="plan_plan_ends_after_beginning", condition=Q(ends__gte=F("begins"))
            ),
            models.CheckConstraint(
                name="plan_plan_adopted_with_a_decision",
                condition=Q(state="draft") | Q(decided_on__isnull=False),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("plan:plan", kwargs={"code": self.code})

    @property
    def is_draft(self) -> bool:
        return self.state == PlanState.DRAFT


class Objective(Agreed, ScopedModel):
    """What should be different, and why we think that our actions lead there."""

    LONGEST: ClassVar = {
        "title": 200,
        "if_we": 800,
        "then": 800,
        "because": 800,
        "assumptions": 800,
    }

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="objectives")
    number = models.PositiveSmallIntegerField()
    challenge = models.ForeignKey(
        Challenge, models.PROTECT, null=True, blank=True, related_name="objectives"
    )

    class Meta(ScopedModel.Meta):
        ordering = ["number"]
        constraints = [models.UniqueConstraint("plan", "number", name="plan_objective_number")]

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        return lattice(viewer, "plan__") | Q(plan__place__in=viewer.places_as(CONFIRMERS))

    @property
    def place(self) -> Place:
        return self.plan.place
