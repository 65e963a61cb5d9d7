"""Who does what by when: an action of a plan, its partners, and how it goes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baithak.budget.models import Project
from baithak.exchange.models import Adoption, Practice
from baithak.network.models import Organisation, Place
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import ScopedModel, Viewer, lattice
from baithak.plan.models.agreed import Agreed
from baithak.plan.models.plan import Objective, Plan

__all__ = ["OPEN", "Action", "ActionState", "ActionStep", "Partnership"]


class ActionState(models.TextChoices):
    """How far it is."""

    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    PAUSED = "paused", _("Paused")
    DROPPED = "dropped", _("Dropped")


#: Something is still to do.
OPEN = (ActionState.PLANNED, ActionState.RUNNING, ActionState.PAUSED)


class Action(Agreed, ScopedModel):
    """One action. Its owner is an organisation or a department, never a person (R1).

    ``because`` names a finding of a dialogue (``exchange.findings``), ``because_text`` keeps its words
    of then where everybody may read them. Codes (``approach``, ``prevention_level``, ``admin_level``,
    ``target_groups``) are those of the practice library's taxonomy. ``added_later``: it came into the plan
    after two people had agreed to it. ``area`` is a ward or a part of
    the city, never an address (R16). ``cost`` is in ``currency`` (ISO 4217) for the whole action.
    """

    LONGEST: ClassVar = {"title": 200, "description": 2000, "area": 120, "funder": 200}

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="actions")
    objective = models.ForeignKey(
        Objective, models.PROTECT, null=True, blank=True, related_name="actions"
    )
    number = models.PositiveSmallIntegerField()
    owner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("who does it"),
    )  # fmt: skip
    state = models.CharField(_("state"), max_length=8, choices=ActionState, default="planned")
    admin_level = models.CharField(_("level of administration"), max_length=16, default="city")
    prevention_level = models.CharField(_("prevention level"), max_length=16, default="primary")
    approach = models.CharField(_("approach"), max_length=64, blank=True)
    target_groups = models.JSONField(_("for whom"), default=list, blank=True)
    begins = models.DateField(_("begins"), null=True, blank=True)
    due = models.DateField(_("done by"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    funded_by = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("who pays"),
    )  # fmt: skip
    added_later = models.BooleanField(default=False, editable=False)
    because = models.CharField(max_length=128, blank=True)
    because_text = models.CharField(max_length=600, blank=True)
    practice = models.ForeignKey(Practice, models.PROTECT, null=True, blank=True, related_name="+")
    adoption = models.ForeignKey(Adoption, models.PROTECT, null=True, blank=True, related_name="+")
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(ScopedModel.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("plan", "number", name="plan_action_number"),
            models.CheckConstraint(
                name="plan_action_state", condition=Q(state__in=ActionState.values)
            ),
            models.CheckConstraint(
                name="plan_action_due_after_beginning",
                condition=Q(begins=None) | Q(due=None) | Q(due__gte=F("begins")),
            ),
            models.CheckConstraint(
                name="plan_action_cost_with_currency",
                condition=Q(cost=None, currency="") | Q(cost__gte=0) & ~Q(currency=""),
            ),
            models.CheckConstraint(
                name="plan_action_done_with_its_day",
                condition=Q(state="done", done_on__isnull=False)
                | ~Q(state="done") & Q(done_on=None),
            ),
        ]
        indexes = [models.Index(fields=["due", "state"], name="plan_action_due")]

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        return lattice(viewer, "plan__") | Q(plan__place__in=viewer.places_as(CONFIRMERS))

    @property
    def place(self) -> Place:
        return self.plan.place

    @property
    def is_open(self) -> bool:
        """Something is still to do."""
        return self.state in OPEN

    @property
    def is_overdue(self) -> bool:
        """It should be done by now and is not."""
        return self.is_open and self.due is not None and self.due < timezone.localdate()

    def get_absolute_url(self) -> str:
        return reverse("plan:action", kwargs={"code": self.plan.code, "number": self.number})


class Partnership(ScopedModel):
    """An organisation that takes part in an action."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="partnerships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Meta(ScopedModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("action", "organisation", name="plan_partnership_once")
        ]

    def __str__(self) -> str:
        return f"{self.action_id} {self.organisation_id}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        return lattice(viewer, "action__plan__") | Q(
            action__plan__place__in=viewer.places_as(CONFIRMERS)
        )

    @property
    def place(self) -> Place:
        return self.action.plan.place


class ActionStep(ScopedModel):
    """A line of progress, with its day and the state it led to.

    ``automatic``: it tells a change of the action itself and says nothing of how far it is.
    """

    action = models.ForeignKey(Action, models.CASCADE, related_name="steps")
    day = models.DateField(_("day"))
    text = models.CharField(_("what happened"), max_length=600)
    language = models.CharField(max_length=2, default="en")
    state = models.CharField(_("state"), max_length=8, choices=ActionState)
    automatic = models.BooleanField(default=False, editable=False)

    class Meta(ScopedModel.Meta):
        ordering = ["day", "pk"]
        constraints = [
            models.CheckConstraint(
                name="plan_actionstep_state", condition=Q(state__in=ActionState.values)
            )
        ]

    def __str__(self) -> str:
        return f"{self.action_id} {self.day}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        return lattice(viewer, "action__plan__") | Q(
            action__plan__place__in=viewer.places_as(CONFIRMERS)
        )

    @property
    def place(self) -> Place:
        return self.action.plan.place
