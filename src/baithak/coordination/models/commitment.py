"""What somebody has promised: who, until when, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baithak.coordination.models.meeting import Decision
from baithak.coordination.models.request import Request
from baithak.coordination.models.workshop import Takeaway
from baithak.network.models import Levelled, Organisation, Place, Worded
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import NOTHING, ScopedModel, Viewer, lattice
from baithak.plan.models import Action

__all__ = ["Commitment", "CommitmentState", "CommitmentStep"]


class CommitmentState(models.TextChoices):
    """How far it is."""

    OPEN = "open", _("Open")
    STARTED = "started", _("Started")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


def _kept_by(viewer: Viewer, prefix: str = "") -> Q:
    """Those that an organisation keeps for which the viewer has a role at the place."""
    found = NOTHING
    for grant in viewer.grants:
        if grant.organisation is not None:
            found |= Q(**{f"{prefix}place": grant.place, f"{prefix}owner": grant.organisation})
    return found


class Commitment(Worded, Levelled):
    """A promise of a place, kept by an organisation or a department, never by a person (R1).

    It is born from a decision, a takeaway, a request or a finding (``because``, as ``exchange.findings``
    names them), or is simply noted. ``action`` names the action of a plan that it serves.
    """

    LONGEST: ClassVar = {"title": 400}

    owner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("who keeps it"),
    )  # fmt: skip
    due = models.DateField(_("until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=CommitmentState, default="open")
    done_on = models.DateField(_("done on"), null=True, blank=True)
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="commitments"
    )
    takeaway = models.ForeignKey(
        Takeaway, models.PROTECT, null=True, blank=True, related_name="commitments"
    )
    request = models.ForeignKey(
        Request, models.PROTECT, null=True, blank=True, related_name="commitments"
    )
    action = models.ForeignKey(Action, models.PROTECT, null=True, blank=True, related_name="+")
    because = models.CharField(max_length=128, blank=True)
    because_text = models.CharField(max_length=600, blank=True)
    reminded_on = models.DateField(null=True, blank=True, editable=False)
    #: Since when a letter waits for the end of somebody's quiet hours.
    waits_since = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(Levelled.Meta):
        ordering = ["due", "pk"]
        constraints = [
            *Levelled.Meta.constraints,
            models.CheckConstraint(
                name="coordination_commitment_state",
                condition=Q(state__in=CommitmentState.values),
            ),
            models.CheckConstraint(
                name="coordination_commitment_done_with_its_day",
                condition=Q(state="done", done_on__isnull=False)
                | ~Q(state="done") & Q(done_on=None),
            ),
        ]
        indexes = [models.Index(fields=["due", "state"], name="coordination_commitment_due")]

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """Also by those whose organisation keeps it: they tell how it goes."""
        if viewer.system:
            return Q()  # Q() | x is x
        return super().seen(viewer) | _kept_by(viewer)

    def get_absolute_url(self) -> str:
        return reverse("coordination:commitment", kwargs={"commitment": self.pk})

    @property
    def is_open(self) -> bool:
        """Something is still to do."""
        return self.state in (CommitmentState.OPEN, CommitmentState.STARTED)

    @property
    def is_overdue(self) -> bool:
        """It should be kept by now and is not."""
        return self.is_open and self.due is not None and self.due < timezone.localdate()


class CommitmentStep(ScopedModel):
    """A line of progress, with its day and the state it led to."""

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="steps")
    day = models.DateField(_("day"))
    text = models.CharField(_("what happened"), max_length=600)
    language = models.CharField(max_length=2, default="en")
    state = models.CharField(_("state"), max_length=8, choices=CommitmentState)

    class Meta(ScopedModel.Meta):
        ordering = ["day", "pk"]
        constraints = [
            models.CheckConstraint(
                name="coordination_commitmentstep_state",
                condition=Q(state__in=CommitmentState.values),
            )
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.day}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        return (
            lattice(viewer, "commitment__")
            | Q(commitment__place__in=viewer.places_as(CONFIRMERS))
            | _kept_by(viewer, "commitment__")
        )

    @property
    def place(self) -> Place:
        return self.commitment.place
