"""Who registered: the least that a lottery needs, the contact under lock, needs kept apart."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from baithak.network.models import Channel
from baithak.network.scope import NOTHING, ScopedModel, Viewer
from baithak.panel.models.panel import Panel

__all__ = ["BareRegistrantError", "Consent", "Need", "NeedKind", "Registrant", "Seat"]


class BareRegistrantError(TypeError):
    """Something about a person was about to be written past its service."""


class Seat(models.TextChoices):
    """What the lottery and the person's own answer made of a registration."""

    NONE = "none", _("Not drawn")
    DRAWN = "drawn", _("Drawn, has not answered yet")
    YES = "yes", _("Takes the seat")
    NO = "no", _("Does not take the seat")
    WITHDRAWN = "withdrawn", _("Withdrew")


class NeedKind(models.TextChoices):
    """What makes it possible to come. A closed list: nobody describes a person here."""

    STEP_FREE = "step_free", _("A way without steps")
    CHILDCARE = "childcare", _("Childcare during the sessions")
    INTERPRETER = "interpreter", _("An interpreter")
    SIGN = "sign", _("Sign language")
    TRANSPORT = "transport", _("Transport to the hall and back")
    LARGE_PRINT = "large_print", _("Large print")


class _Private(ScopedModel):
    """A row that nobody browses: services write it, ``queries`` hand out what a page needs."""

    class Meta(ScopedModel.Meta):
        abstract = True

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        return Q() if viewer.system else NOTHING

    def save(self, *args: Any, by_service: bool = False, **kwargs: Any) -> None:
        if not by_service:
            raise BareRegistrantError("Registrants are written by panel.services alone.")
        super().save(*args, **kwargs)


class Registrant(_Private):
    """Somebody who would sit on the panel. No name, no birth date, no time of day.

    ``code_mark``, ``contact_mark`` and ``household_mark`` are keyed hashes: they tell that two
    things are the same, and nothing else, and nothing at all once the panel's key is destroyed.
    ``contact`` is encrypted under that key. ``answers`` maps a category's id to a feature's.

    ``line``, ``leaf`` and ``pseudonym`` are filled when the list is frozen: the line as the
    commitment holds it, its hash, and the name by which the draw speaks of the person. ``counted``
    is false where somebody registered twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    panel = models.ForeignKey(Panel, models.PROTECT, related_name="+")
    code_mark = models.CharField(max_length=64)
    contact = models.TextField(blank=True)
    contact_mark = models.CharField(max_length=64, blank=True)
    household_mark = models.CharField(max_length=64, blank=True)
    answers = models.JSONField(default=dict)
    channel = models.CharField(max_length=8, choices=Channel)
    counted = models.BooleanField(default=True)
    pseudonym = models.CharField(max_length=8, blank=True)
    line = models.TextField(blank=True)
    leaf = models.CharField(max_length=64, blank=True)
    seat = models.CharField(max_length=10, choices=Seat, default=Seat.NONE)
    #: The number of the draw that gave the seat.
    draw = models.PositiveSmallIntegerField(null=True)

    class Meta(_Private.Meta):
        # Random: no order tells who came when.
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "code_mark"], name="panel_registrant_code"),
            models.UniqueConstraint(
                fields=["panel", "pseudonym"],
                condition=~Q(pseudonym=""),
                name="panel_registrant_pseudonym",
            ),
            models.CheckConstraint(
                name="panel_registrant_channel", condition=Q(channel__in=Channel.values)
            ),
            models.CheckConstraint(name="panel_registrant_seat", condition=Q(seat__in=Seat.values)),
            models.CheckConstraint(
                name="panel_registrant_withdrawn_is_empty",
                condition=~Q(seat=Seat.WITHDRAWN)
                | Q(contact="", contact_mark="", household_mark="", line="", answers={}),
            ),
            models.CheckConstraint(
                name="panel_registrant_seat_by_a_draw",
                condition=Q(seat__in=[Seat.NONE, Seat.WITHDRAWN]) | Q(draw__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.pseudonym or str(self.panel_id)


class Need(_Private):
    """What a registrant needs to be able to come; kept apart, read for the attendance list only."""

    registrant = models.OneToOneField(Registrant, models.CASCADE, related_name="need")
    kinds = models.JSONField(default=list)

    class Meta(_Private.Meta):
        ordering = ["pk"]

    def __str__(self) -> str:
        return ", ".join(self.kinds)


class Consent(_Private):
    """That somebody agreed, to which notice, when and how (P1). Outlives a withdrawal, not the panel."""

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="+")
    #: The registrant's random id: a pseudonym that leads nowhere once the registrant is gone.
    who = models.UUIDField()
    purpose = models.CharField(max_length=64)
    notice = models.CharField(max_length=8)
    language = models.CharField(max_length=8)
    channel = models.CharField(max_length=8, choices=Channel)
    day = models.DateField()
    withdrawn = models.DateField(null=True)

    class Meta(_Private.Meta):
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "who"], name="panel_consent_once"),
            models.CheckConstraint(
                name="panel_consent_channel", condition=Q(channel__in=Channel.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.panel_id} {self.day}"
