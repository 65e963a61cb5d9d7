"""A place is handed over: the pack, the checklist, every role looked at anew (R25)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baithak.home.rules import READERS
from baithak.network.models import Membership, Place, TwoPersonAct
from baithak.network.scope import ScopedModel, Viewer

__all__ = ["Handover", "HandoverState", "Purpose", "Reapproval", "ReapprovalState", "Tick"]


class Purpose(models.TextChoices):
    """Why a place is handed over."""

    CHANGE = "change", _("Somebody else takes over")
    REHEARSAL = "rehearsal", _("Yearly rehearsal: nothing changes for anybody")


class HandoverState(models.TextChoices):
    """Where the pack stands."""

    WAITING = "waiting", _("Waits to be made")
    MAKING = "making", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be made")
    GONE = "gone", _("Deleted when its time was over")


class Handover(ScopedModel):
    """One handover that two people decided. The pack lies in a file beside the database until ``until``."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    #: The two-person act that decided it; who asked fetches the pack, once.
    act = models.OneToOneField(TwoPersonAct, models.PROTECT, related_name="+")
    purpose = models.CharField(_("why"), max_length=9, choices=Purpose)
    language = models.CharField(_("language"), max_length=2, default="en")
    state = models.CharField(_("state"), max_length=7, choices=HandoverState, default="waiting")
    asked_on = models.DateField(default=timezone.localdate)
    #: When a worker took it up: one that died is found by this.
    claimed = models.DateTimeField(null=True, blank=True)
    #: How often a worker took it up.
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    made = models.DateTimeField(null=True, blank=True)
    #: SHA-256 of the pack, and its size in bytes.
    digest = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    fetched = models.DateTimeField(null=True, blank=True)
    until = models.DateField(_("kept until"))
    #: Until this day every role is looked at anew; those that are not end.
    approve_by = models.DateField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="home_handover_state", condition=Q(state__in=HandoverState.values)
            ),
            models.CheckConstraint(
                name="home_handover_purpose", condition=Q(purpose__in=Purpose.values)
            ),
            models.CheckConstraint(
                name="home_handover_ready_wholly",
                condition=~Q(state="ready")
                | ~Q(digest="") & Q(size__isnull=False, made__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.asked_on}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        return Q() if viewer.system else Q(place__in=viewer.places_as(READERS))

    def get_absolute_url(self) -> str:
        return reverse("home:handover", kwargs={"handover": self.pk})


class ReapprovalState(models.TextChoices):
    """Whether a role goes on under the new leadership."""

    WAITING = "waiting", _("Waits to be looked at")
    KEPT = "kept", _("Goes on")
    ENDED = "ended", _("Ended")
    LATER = "later", _("Looked at in a later handover")


class Reapproval(ScopedModel):
    """One role of one person, looked at anew by somebody else."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="reapprovals")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    state = models.CharField(max_length=7, choices=ReapprovalState, default="waiting")
    on = models.DateField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("handover", "membership", name="home_reapproval_once"),
            models.CheckConstraint(
                name="home_reapproval_state", condition=Q(state__in=ReapprovalState.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} {self.state}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        return Q() if viewer.system else Q(handover__place__in=viewer.places_as(READERS))

    @property
    def place(self) -> Place:
        return self.handover.place


class Tick(ScopedModel):
    """A line of the checklist that only people can know, ticked by one of them."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="ticks")
    code = models.CharField(max_length=32)
    on = models.DateField(default=timezone.localdate)

    class Meta(ScopedModel.Meta):
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("handover", "code", name="home_tick_once")]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.code}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        return Q() if viewer.system else Q(handover__place__in=viewer.places_as(READERS))

    @property
    def place(self) -> Place:
        return self.handover.place
