"""Do no harm: what an action could break, what prevents it, and which design partners agree."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from baithak.network.models import Organisation, Place
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import ScopedModel, Viewer, lattice
from baithak.plan.models.action import Action
from baithak.plan.models.agreed import Agreed

__all__ = ["CheckState", "RiskCheck", "RiskLevel", "SignOff"]


class RiskLevel(models.TextChoices):
    """What is left when the precautions are taken."""

    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class CheckState(models.TextChoices):
    """Where the check stands."""

    DRAFT = "draft", _("Being written")
    ASKED = "asked", _("Design partners are asked")
    SIGNED = "signed", _("Signed by design partners")
    RETURNED = "returned", _("Sent back with concerns")


class RiskCheck(Agreed, ScopedModel):
    """The check of one action. A change of its answers asks the design partners anew.

    It speaks of situations, never of persons or of groups as a risk (R1).
    """

    LONGEST: ClassVar = {
        "dividers": 1000,
        "connectors": 1000,
        "who_gains": 1000,
        "who_could_be_harmed": 1000,
        "labels": 1000,
        "burden_on_partners": 1000,
        "precautions": 1500,
        "stop_signs": 1000,
    }

    action = models.OneToOneField(Action, models.CASCADE, related_name="risk_check")
    left_over = models.CharField(_("risk that is left"), max_length=8, choices=RiskLevel)
    state = models.CharField(_("state"), max_length=8, choices=CheckState, default="draft")
    #: Counts up with each change of the answers: a sign-off is for one edition.
    edition = models.PositiveSmallIntegerField(default=1)
    checked_on = models.DateField(_("checked on"))

    class Meta(ScopedModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="plan_riskcheck_left_over", condition=Q(left_over__in=RiskLevel.values)
            ),
            models.CheckConstraint(
                name="plan_riskcheck_state", condition=Q(state__in=CheckState.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action_id} {self.state}"

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


class SignOff(ScopedModel):
    """What one design partner, an organisation, says of one edition of a check. It names nobody."""

    check_of = models.ForeignKey(RiskCheck, models.CASCADE, related_name="sign_offs")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    edition = models.PositiveSmallIntegerField()
    agrees = models.BooleanField(_("agrees"))
    note = models.CharField(_("note"), max_length=600, blank=True)
    language = models.CharField(max_length=2, default="en")
    on = models.DateField(_("on"))

    class Meta(ScopedModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "check_of", "organisation", "edition", name="plan_signoff_once"
            ),
            models.CheckConstraint(
                name="plan_signoff_concerns_are_told",
                condition=Q(agrees=True) | ~Q(note=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_of_id} {self.organisation_id}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        return lattice(viewer, "check_of__action__plan__") | Q(
            check_of__action__plan__place__in=viewer.places_as(CONFIRMERS)
        )

    @property
    def place(self) -> Place:
        return self.check_of.action.plan.place
