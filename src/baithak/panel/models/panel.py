"""A panel of residents drawn by public lottery, from draft to erased."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baithak.network.models import Consultation, State

__all__ = ["KEPT_AFTER_SEATING", "NOTICE", "Method", "Panel", "PoolState", "Source"]

#: Which wording of the consent notice is in force. Whoever changes the notice raises it.
NOTICE = "1"
#: How long registrants are kept after the panel is seated (TRUST.md, default retention).
KEPT_AFTER_SEATING = timedelta(days=30)


class Method(models.TextChoices):
    """How chances are spread over the people of the pool."""

    LEXIMIN = "leximin", _("Fairest chances: the smallest as large as can be, then the next")
    MAXIMIN = "maximin", _("The smallest chance as large as can be")
    NASH = "nash", _("The product of all chances as large as can be")


class Source(models.TextChoices):
    """Chance that nobody controls and that lies in the future (R17)."""

    DRAND = "drand", _("A round of the public beacon drand")
    LOTTERY = "lottery", _("A state lottery of a named day")
    DICE = "dice", _("Dice thrown in the hall, written down by two witnesses")
    BALLS = "balls", _("Numbered balls or ten-sided dice: they are the panel's number")


class PoolState(models.TextChoices):
    """Where the check of the pool against the quotas stands."""

    NONE = "none", _("Nobody has registered yet")
    STALE = "stale", _("Waiting to be checked")
    COMPUTING = "computing", _("Being checked")
    CURRENT = "current", _("Checked")
    FAILED = "failed", _("Could not be checked")


class Panel(Consultation):
    """A panel of a place: ``size`` seats, drawn from ``panels`` listed panels.

    ``frozen`` is when the list of registrants was closed, ``seated`` when everybody drawn had
    answered, ``erased`` when nothing about registrants was left. ``keep_until`` bounds all of it:
    what happens or not, registrants are gone after that day.

    ``pool_state`` and ``pool_dirty`` are how registrations and the worker talk, as a dialogue's
    votes and its map do. ``pool_report`` is what the last check told, treated by the small-cell
    rule; ``pool_counted`` is how many people it was about, ``pool_released`` how many the counts
    that are shown were about (R7).
    """

    size = models.PositiveSmallIntegerField(
        _("seats"), validators=[MinValueValidator(2), MaxValueValidator(1000)]
    )
    panels = models.PositiveIntegerField(
        _("listed panels"),
        default=1000,
        validators=[MinValueValidator(100), MaxValueValidator(10_000)],
    )
    method = models.CharField(_("method"), max_length=10, choices=Method, default=Method.LEXIMIN)
    household = models.BooleanField(_("at most one person of each household"), default=True)
    source = models.CharField(_("chance"), max_length=10, choices=Source, default=Source.DICE)
    source_name = models.CharField(_("which one exactly"), max_length=200, blank=True)
    source_at = models.DateTimeField(_("known from"), null=True, blank=True)
    keep_until = models.DateField(_("registrants are erased by"))
    notice = models.CharField(max_length=8, default=NOTICE, editable=False)

    frozen = models.DateTimeField(null=True, editable=False)
    seated = models.DateTimeField(null=True, editable=False)
    #: Why a panel was seated with fewer people than it has seats.
    seated_why = models.CharField(max_length=500, blank=True)
    erased = models.DateTimeField(null=True, editable=False)
    #: Something was withdrawn or changed: pages of the file may still hold it until swept.
    leftovers = models.BooleanField(default=False, editable=False)

    pool_state = models.CharField(max_length=10, choices=PoolState, default=PoolState.NONE)
    pool_dirty = models.BooleanField(default=False)
    pool_claimed = models.DateTimeField(null=True, blank=True)
    pool_due = models.DateTimeField(null=True, blank=True)
    pool_failures = models.PositiveSmallIntegerField(default=0)
    pool_trouble = models.CharField(max_length=200, blank=True)
    pool_report = models.JSONField(default=dict, blank=True)
    pool_counted = models.PositiveIntegerField(default=0)
    pool_released = models.PositiveIntegerField(default=0)

    class Meta(Consultation.Meta):
        ordering = ["-pk"]
        constraints = [
            *Consultation.Meta.constraints,
            models.CheckConstraint(
                name="panel_panel_size", condition=Q(size__gte=2, size__lte=1000)
            ),
            models.CheckConstraint(
                name="panel_panel_panels", condition=Q(panels__gte=100, panels__lte=10_000)
            ),
            models.CheckConstraint(
                name="panel_panel_method", condition=Q(method__in=Method.values)
            ),
            models.CheckConstraint(
                name="panel_panel_source", condition=Q(source__in=Source.values)
            ),
            models.CheckConstraint(
                name="panel_panel_pool_state", condition=Q(pool_state__in=PoolState.values)
            ),
            models.CheckConstraint(
                name="panel_panel_claimed_while_computing",
                condition=Q(pool_claimed=None) | Q(pool_state=PoolState.COMPUTING),
            ),
            models.CheckConstraint(
                name="panel_panel_frozen_after_opening",
                condition=Q(frozen=None) | ~Q(state=State.DRAFT),
            ),
            models.CheckConstraint(
                name="panel_panel_seated_after_freezing",
                condition=Q(seated=None) | Q(frozen__isnull=False),
            ),
            models.CheckConstraint(
                name="panel_panel_erased_only_when_closed",
                condition=Q(erased=None) | Q(state=State.CLOSED),
            ),
        ]
        indexes = [
            models.Index(
                fields=["pool_state"],
                name="panel_waiting",
                condition=Q(pool_dirty=True) | Q(pool_state=PoolState.COMPUTING),
            )
        ]

    def get_absolute_url(self) -> str:
        """Where the city's team works on it."""
        return reverse("panel:overview", kwargs={"code": self.code})

    # --- moments
    @property
    def takes_registrations(self) -> bool:
        """Running, and the list is not frozen."""
        return self.is_running and self.frozen is None

    @property
    def may_set_quotas(self) -> bool:
        """Quotas can be changed until the list is frozen."""
        return self.state != State.CLOSED and self.frozen is None

    @property
    def erased_on(self) -> date:
        """The day by which registrants are gone."""
        if self.seated is None:
            return self.keep_until
        return min(self.keep_until, timezone.localdate(self.seated + KEPT_AFTER_SEATING))

    @property
    def stage(self) -> str:
        """In one word: draft, soon, registering, over, frozen, seated, erased."""
        if self.erased is not None:
            return "erased"
        if self.state == State.DRAFT:
            return "draft"
        if self.seated is not None:
            return "seated"
        if self.frozen is not None:
            return "frozen"
        if self.not_yet:
            return "soon"
        return "registering" if self.takes_registrations else "over"
