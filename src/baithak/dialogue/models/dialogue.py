"""A question that a place asks its residents, from draft to sealed votes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from baithak.network.models import Channel, Consultation, State

__all__ = ["KEPT_FOR", "Dialogue", "MapState"]

#: For so long after closing the answers themselves are kept (TRUST.md 7).
KEPT_FOR = timedelta(days=30)


class MapState(models.TextChoices):
    """Where the opinion map stands."""

    NONE = "none", _("No votes yet")
    STALE = "stale", _("Waiting to be redrawn")
    COMPUTING = "computing", _("Being drawn")
    CURRENT = "current", _("Up to date")
    FAILED = "failed", _("Could not be drawn")


class Dialogue(Consultation):
    """A dialogue of a place. ``sealed`` is when, after closing, the votes were written anew in an
    order that tells nothing.

    ``map_state`` and ``map_dirty`` are how votes and the worker talk: a vote sets ``map_dirty``
    once, the worker clears it when it claims the map, and what arrives meanwhile sets it again.
    """

    open_link = models.BooleanField(
        _("anybody with the link can take part"),
        default=True,
        help_text=_("Votes from the open link are counted, and shown apart from others."),
    )
    #: For conversations that others published: who, under which licence, where. Shown everywhere.
    attribution = models.TextField(_("attribution"), blank=True)
    source_url = models.URLField(_("source"), blank=True)
    imported = models.BooleanField(default=False, editable=False)
    sealed = models.DateTimeField(null=True, editable=False)
    #: Binds the list of receipts and nothing else: SHA-256 over their marks in order (R5).
    root = models.CharField(max_length=64, blank=True, editable=False)
    #: When the votes themselves were deleted (R8): only released maps are left.
    retired = models.DateTimeField(null=True, editable=False)
    #: The earlier round of the same dialogue, to compare with.
    before = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("earlier round"),
    )
    intake = models.BooleanField(
        _("residents can add statements"),
        default=True,
        help_text=_("Where statements wait for a moderator for a day, this closes by itself."),
    )
    #: Hours until a statement was decided, and how many took so long: ``{"3": 12}``.
    waits = models.JSONField(default=dict, editable=False)

    map_state = models.CharField(max_length=10, choices=MapState, default=MapState.NONE)
    map_dirty = models.BooleanField(default=False)
    #: When the worker claimed the map: a worker that died is noticed by it.
    map_claimed = models.DateTimeField(null=True, blank=True)
    #: Not before this moment: a busy dialogue is not redrawn all the time, a broken one rests.
    map_due = models.DateTimeField(null=True, blank=True)
    map_failures = models.PositiveSmallIntegerField(default=0)
    map_trouble = models.CharField(max_length=200, blank=True)

    class Meta(Consultation.Meta):
        ordering = ["-pk"]
        constraints = [
            *Consultation.Meta.constraints,
            models.CheckConstraint(
                name="dialogue_dialogue_map_state", condition=Q(map_state__in=MapState.values)
            ),
            models.CheckConstraint(
                name="dialogue_dialogue_sealed_only_when_closed",
                condition=Q(sealed=None) | Q(state=State.CLOSED),
            ),
            models.CheckConstraint(
                name="dialogue_dialogue_retired_only_when_sealed",
                condition=Q(retired=None) | Q(sealed__isnull=False),
            ),
            models.CheckConstraint(
                name="dialogue_dialogue_claimed_while_computing",
                condition=Q(map_claimed=None) | Q(map_state=MapState.COMPUTING),
            ),
        ]
        indexes = [
            models.Index(
                fields=["map_state"],
                name="dialogue_waiting",
                condition=Q(map_dirty=True) | Q(map_state=MapState.COMPUTING),
            )
        ]

    def get_absolute_url(self) -> str:
        """Where the city's team works on it."""
        return reverse("dialogue:overview", kwargs={"code": self.code})

    # --- moments
    @property
    def takes_votes(self) -> bool:
        """Running, and by link: from anybody."""
        return self.takes_from(Channel.OPEN)

    def takes_from(self, channel: str) -> bool:
        """Whether somebody who came this way can answer now: pausing the link stops the link alone."""
        return self.is_running and (self.open_link or channel != Channel.OPEN)

    @property
    def retires(self) -> datetime | None:
        """When the answers themselves are deleted; ``None`` where that is not known yet, or never."""
        end = self.closes or self.sealed
        return None if self.imported or end is None else end + KEPT_FOR

    @property
    def keeps_answers(self) -> bool:
        """Closed, and not past the day on which the answers are deleted; not what others published."""
        return self.state == State.CLOSED and self.retired is None and not self.imported

    @property
    def has_map(self) -> bool:
        """Whether there is, or will soon be, something to draw."""
        return self.map_state != MapState.NONE
