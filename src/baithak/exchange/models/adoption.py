"""A city takes a practice up: what it changed and why, how it goes, what came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from baithak.exchange.models.practice import Practice
from baithak.network.models import Place, Shared
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import ScopedModel, Viewer, lattice

__all__ = ["Adoption", "AdoptionState", "AdoptionStep", "Outcome"]


class AdoptionState(models.TextChoices):
    """How far it is."""

    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    STOPPED = "stopped", _("Stopped")


class Outcome(models.TextChoices):
    """What came of it, as the city itself judges. A failure helps the next city as much."""

    OPEN = "open", _("Too early to say")
    WORKED = "worked", _("It worked")
    PARTLY = "partly", _("It worked in part")
    FAILED = "failed", _("It did not work")


class Adoption(Shared):
    """One city's use of one practice. It begins with the team; the owner of the practice is told when
    its level reaches the owner's city.

    ``because`` names what led to it (``dialogue:CODE:3``), ``because_text`` keeps the words of then.
    """

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="adoptions")
    state = models.CharField(_("state"), max_length=8, choices=AdoptionState, default="planned")
    because = models.CharField(max_length=128, blank=True)
    because_text = models.CharField(max_length=600, blank=True)
    reason = models.TextField(_("why we take it up"), max_length=1000)
    changed = models.TextField(_("what we change, and why"), max_length=2000, blank=True)
    result = models.TextField(_("what came of it"), max_length=2000, blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, default="open")
    lesson = models.TextField(_("what others can learn from it"), max_length=1000, blank=True)
    language = models.CharField(_("language of these texts"), max_length=2, default="en")
    begins = models.DateField(_("begins"), null=True, blank=True)
    ends = models.DateField(_("ends"), null=True, blank=True)
    #: The day the practice's owner was told.
    told_on = models.DateField(null=True, blank=True, editable=False)

    class Meta(Shared.Meta):
        ordering = ["-pk"]
        constraints = [
            *Shared.Meta.constraints,
            models.UniqueConstraint("place", "practice", name="exchange_adoption_once"),
            models.CheckConstraint(
                name="exchange_adoption_state", condition=Q(state__in=AdoptionState.values)
            ),
            models.CheckConstraint(
                name="exchange_adoption_outcome", condition=Q(outcome__in=Outcome.values)
            ),
            models.CheckConstraint(
                name="exchange_adoption_ends_after_beginning",
                condition=Q(begins=None) | Q(ends=None) | Q(ends__gte=F("begins")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} · {self.practice}"

    def get_absolute_url(self) -> str:
        return reverse("exchange:adoption", kwargs={"adoption": self.pk})


class AdoptionStep(ScopedModel):
    """A line of progress, with its day."""

    adoption = models.ForeignKey(Adoption, models.CASCADE, related_name="steps")
    day = models.DateField(_("day"))
    text = models.CharField(_("what happened"), max_length=600)

    class Meta(ScopedModel.Meta):
        ordering = ["day", "pk"]

    def __str__(self) -> str:
        return f"{self.adoption_id} {self.day}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        return lattice(viewer, "adoption__") | Q(adoption__place__in=viewer.places_as(CONFIRMERS))

    @property
    def place(self) -> Place:
        return self.adoption.place
