"""What the law lets a place do for living together, what others hold, and who leads (DOMAIN.md, step 0)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from baithak.network.models import Levelled, Place, Worded
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import ScopedModel, Viewer, lattice

__all__ = ["Holder", "Mandate", "Task"]


class Holder(models.TextChoices):
    """Who may do a task by law."""

    CITY = "city", _("The city")
    SHARED = "shared", _("The city with others")
    DISTRICT = "district", _("District administration")
    REGION = "region", _("Province or state")
    NATIONAL = "national", _("National government")
    OTHER = "other", _("Somebody else")
    UNCLEAR = "unclear", _("Not clear")


class Mandate(Worded, Levelled):
    """The mandate sheet of a place: one for each place."""

    LONGEST: ClassVar = {
        "summary": 1500,
        "decision": 500,
        "lead_office": 200,
        "deputy_office": 200,
        "across_parties": 1000,
        "budget_line": 500,
        "reserved": 1500,
    }

    #: Alone, or inside another plan of the city.
    integrated = models.BooleanField(_("part of another plan of the city"), default=False)
    decided_on = models.DateField(_("day of the decision to start"), null=True, blank=True)
    review_on = models.DateField(_("look at it again on"), null=True, blank=True)

    class Meta(Levelled.Meta):
        constraints = [
            *Levelled.Meta.constraints,
            models.UniqueConstraint("place", name="plan_mandate_once"),
        ]

    def __str__(self) -> str:
        return str(self.place)

    def get_absolute_url(self) -> str:
        return reverse("plan:mandate", kwargs={"place": self.place.slug})


class Task(Worded, ScopedModel):
    """A line of the mandate map: a task, and who may do it by which law."""

    LONGEST: ClassVar = {"title": 200, "legal_basis": 300, "note": 500}

    mandate = models.ForeignKey(Mandate, models.CASCADE, related_name="tasks")
    number = models.PositiveSmallIntegerField()
    holder = models.CharField(_("who may do it"), max_length=8, choices=Holder)

    class Meta(ScopedModel.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("mandate", "number", name="plan_task_number"),
            models.CheckConstraint(name="plan_task_holder", condition=Q(holder__in=Holder.values)),
        ]

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        return lattice(viewer, "mandate__") | Q(mandate__place__in=viewer.places_as(CONFIRMERS))

    @property
    def place(self) -> Place:
        return self.mandate.place

    @property
    def legal_basis(self) -> str:
        """By which law, in whichever language it was told."""
        told = (self.texts.get(code, {}).get("legal_basis") for code in self.languages)
        return next((str(law) for law in told if law), "")

    @property
    def is_gap(self) -> bool:
        """Nobody could say yet who may do it, or by which law."""
        return self.holder == Holder.UNCLEAR or not self.legal_basis
