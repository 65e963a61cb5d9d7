"""A guided review of challenges: shared codes, as different groups see them (DOMAIN.md, step 3)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from baithak.network.models import Levelled, Place
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import ScopedModel, Viewer, lattice
from baithak.plan.models.agreed import Agreed

__all__ = ["Challenge", "Review", "Severity", "SeverityLevel", "Trend"]


class Trend(models.TextChoices):
    """Where it goes, as the place itself judges."""

    RISING = "rising", _("Growing")
    STEADY = "steady", _("As before")
    FALLING = "falling", _("Easing")
    UNKNOWN = "unknown", _("Not known")


class SeverityLevel(models.TextChoices):
    """How heavily a group feels it."""

    NONE = "none", _("Not felt")
    SOME = "some", _("Felt at times")
    STRONG = "strong", _("Felt strongly")
    HEAVY = "heavy", _("Weighs on daily life")
    UNHEARD = "unheard", _("Not asked yet")


class Review(Agreed, Levelled):
    """What a place found when it looked at its challenges and strengths, how, and with whom."""

    LONGEST: ClassVar = {
        "title": 200,
        "method": 2000,
        "who_was_heard": 2000,
        "not_heard": 1000,
        "sources": 2000,
        "strengths": 2000,
        "limits": 1500,
    }

    begins = models.DateField(_("from"))
    ends = models.DateField(_("until"), null=True, blank=True)
    #: Finished: told as it stood then. A new look is a new review.
    finished = models.BooleanField(_("finished"), default=False)

    class Meta(Levelled.Meta):
        ordering = ["-begins", "-pk"]
        constraints = [
            *Levelled.Meta.constraints,
            models.CheckConstraint(
                name="plan_review_ends_after_beginning",
                condition=Q(ends=None) | Q(ends__gte=F("begins")),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("plan:review", kwargs={"review": self.pk})


class Challenge(Agreed, ScopedModel):
    """One challenge of a review, under a shared code, so that cities find each other. Never a person,
    never a group as the cause.

    ``because`` names a finding of a dialogue (``exchange.findings``), ``because_text`` keeps its words
    of then where everybody may read them.
    """

    LONGEST: ClassVar = {"title": 200, "description": 2000, "drivers": 1500, "sources": 1500}

    review = models.ForeignKey(Review, models.CASCADE, related_name="challenges")
    number = models.PositiveSmallIntegerField()
    #: A challenge of the practice library's taxonomy.
    code = models.CharField(_("challenge"), max_length=64)
    trend = models.CharField(_("trend"), max_length=8, choices=Trend, default=Trend.UNKNOWN)
    because = models.CharField(max_length=128, blank=True)
    because_text = models.CharField(max_length=600, blank=True)

    class Meta(ScopedModel.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("review", "number", name="plan_challenge_number"),
            models.UniqueConstraint("review", "code", name="plan_challenge_once"),
            models.CheckConstraint(
                name="plan_challenge_trend", condition=Q(trend__in=Trend.values)
            ),
        ]

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        return lattice(viewer, "review__") | Q(review__place__in=viewer.places_as(CONFIRMERS))

    @property
    def place(self) -> Place:
        return self.review.place

    def get_absolute_url(self) -> str:
        return f"{self.review.get_absolute_url()}#challenge-{self.number}"


class Severity(ScopedModel):
    """How one group of the taxonomy feels a challenge, in a word: no figure, no faith, no ethnicity by name."""

    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="severities")
    #: A target group of the taxonomy.
    group = models.CharField(_("group"), max_length=64)
    level = models.CharField(_("how it is felt"), max_length=8, choices=SeverityLevel)
    note = models.CharField(_("how we know"), max_length=300, blank=True)

    class Meta(ScopedModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("challenge", "group", name="plan_severity_once"),
            models.CheckConstraint(
                name="plan_severity_level", condition=Q(level__in=SeverityLevel.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.level}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        return lattice(viewer, "challenge__review__") | Q(
            challenge__review__place__in=viewer.places_as(CONFIRMERS)
        )

    @property
    def place(self) -> Place:
        return self.challenge.review.place
