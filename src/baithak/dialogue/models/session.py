"""A session in person: a village, a courtyard, a school. People answer on paper or aloud."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from baithak.dialogue.models.anonymous import Anonymous
from baithak.dialogue.models.dialogue import Dialogue
from baithak.dialogue.rules import TEAM
from baithak.network.models import Place
from baithak.network.scope import ScopedModel, Viewer

__all__ = ["MOST_SHEETS", "Session", "Sheet"]

#: Ballot sheets of one session.
MOST_SHEETS = 500


class Session(ScopedModel):
    """One session. Who came is written down nowhere; how many is, for the team alone.

    ``ward`` is a ward, village or neighbourhood, never an address (R16). ``minutes`` have no author
    and no time (R15). ``key`` ties the number on a sheet of paper to a pseudonym while the dialogue
    is open, so that a sheet entered twice is found; the dialogue's key is needed too.
    """

    dialogue = models.ForeignKey(Dialogue, models.PROTECT, related_name="sessions")
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    day = models.DateField(_("day"))
    ward = models.CharField(
        _("where"),
        max_length=80,
        help_text=_("A ward, village or neighbourhood. No address."),
    )
    language = models.CharField(_("language spoken"), max_length=8)
    #: Who holds it now; it belongs to the dialogue.
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    people = models.PositiveIntegerField(
        _("how many people came"), null=True, blank=True, help_text=_("About, for your team alone.")
    )
    minutes = models.TextField(_("minutes"), blank=True, max_length=10_000)

    class Meta(ScopedModel.Meta):
        ordering = ["-day", "-pk"]
        constraints = [
            models.CheckConstraint(name="dialogue_session_ward", condition=~Q(ward="")),
        ]

    def __str__(self) -> str:
        return f"{self.ward}, {self.day}"

    @property
    def place(self) -> Place:
        """Whose team holds it."""
        return self.dialogue.place

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """The team of the place alone: a session of few people tells who took part."""
        return Q() if viewer.system else Q(dialogue__place__in=viewer.places_as(TEAM))


class Sheet(Anonymous):
    """That the sheet with this number was entered. What it said is among the votes, untied from it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.ForeignKey(Session, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()

    class Meta(Anonymous.Meta):
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="dialogue_sheet_once"),
            models.CheckConstraint(
                name="dialogue_sheet_number", condition=Q(number__gte=1, number__lte=MOST_SHEETS)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}"
