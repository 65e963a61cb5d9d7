"""A meeting: what is on the agenda, what was decided, what the minutes say to whom."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from baithak.coordination.models.body import Body
from baithak.network.models import Levelled, Organisation, Place, Worded
from baithak.network.rules import CONFIRMERS, MECHANISM
from baithak.network.scope import NOTHING, ScopedModel, Viewer, Visibility, lattice

__all__ = ["AgendaItem", "Attendance", "Decision", "Meeting", "MeetingState", "Note"]


class MeetingState(models.TextChoices):
    """Where a meeting stands."""

    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")


class Meeting(Worded, Levelled):
    """A meeting of a body, or of several who have none.

    ``closed_room`` sets the Chatham House Rule (R15): notes have no author and no time, names of
    places, organisations and people are flagged before a note leaves the room.
    ``present`` is how many seats were taken, without saying which.
    """

    LONGEST: ClassVar = {"title": 200, "purpose": 1000, "cancelled": 500}

    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="meetings")
    on = models.DateField(_("day"))
    at = models.TimeField(_("time"), null=True, blank=True)
    where = models.CharField(_("where"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=MeetingState, default="planned")
    closed_room = models.BooleanField(_("Chatham House Rule"), default=False)
    present = models.PositiveSmallIntegerField(_("seats taken"), null=True, blank=True)
    #: Its day when it was first held or minuted: none later, or minutes would be kept for longer (R8, R15).
    latest = models.DateField(null=True, blank=True, editable=False)
    #: A keyed sign of the words of a closed room that somebody has looked through for names.
    looked = models.CharField(max_length=64, blank=True, editable=False)

    class Meta(Levelled.Meta):
        ordering = ["-on", "-pk"]
        constraints = [
            *Levelled.Meta.constraints,
            models.CheckConstraint(
                name="coordination_meeting_state", condition=Q(state__in=MeetingState.values)
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("coordination:meeting", kwargs={"meeting": self.pk})

    @property
    def why_cancelled(self) -> tuple[str, str]:
        """Why it does not take place, with its language: the reader's, else the one it was told in."""
        told = {code: said["cancelled"] for code, said in self.texts.items() if "cancelled" in said}
        here = self.language if self.language in told else next(iter(told), "")
        return here, told.get(here, "")

    @property
    def has_quorum(self) -> bool | None:
        """Whether enough seats were taken for a decision; ``None`` where that is not known."""
        if self.body is None or self.body.quorum is None or self.present is None:
            return None
        return self.present >= self.body.quorum


class _OfMeeting(ScopedModel):
    class Meta(ScopedModel.Meta):
        abstract = True

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        return lattice(viewer, "meeting__") | Q(meeting__place__in=viewer.places_as(CONFIRMERS))

    @property
    def place(self) -> Place:
        return self.meeting.place  # type: ignore[attr-defined]


class AgendaItem(Worded, _OfMeeting):
    """A point of the agenda."""

    LONGEST: ClassVar = {"title": 300}

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    number = models.PositiveSmallIntegerField()

    class Meta(_OfMeeting.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("meeting", "number", name="coordination_agenda_number")
        ]


class Decision(Worded, _OfMeeting):
    """What was decided. Where something must follow, a commitment is born from it."""

    LONGEST: ClassVar = {"title": 600}

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="decisions")
    number = models.PositiveSmallIntegerField()

    class Meta(_OfMeeting.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("meeting", "number", name="coordination_decision_number")
        ]


class Note(Worded, ScopedModel):
    """A paragraph of the minutes, with a level of its own that is never wider than the meeting's.

    No author, no time, no history of changes (R15). Gone twelve months after the meeting.
    """

    LONGEST: ClassVar = {"title": 2000}

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="notes")
    number = models.PositiveSmallIntegerField()
    visibility = models.CharField(
        _("who can see it"), max_length=16, choices=Visibility, default=Visibility.MECHANISM
    )

    class Meta(ScopedModel.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("meeting", "number", name="coordination_note_number"),
            models.CheckConstraint(
                name="coordination_note_visibility",
                condition=Q(visibility__in=Visibility.values),
            ),
        ]

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        both = lattice(viewer, "meeting__") & _own_level(viewer)
        return both | Q(meeting__place__in=viewer.places_as(CONFIRMERS))

    @property
    def place(self) -> Place:
        return self.meeting.place


def _own_level(viewer: Viewer) -> Q:
    """The lattice by the note's own level and its meeting's place."""
    seen = Q(visibility=Visibility.PUBLIC)
    if viewer.is_member:
        hubs = Q(meeting__place__hub__in=viewer.hubs) | Q(meeting__place__in=viewer.hubs)
        seen |= Q(visibility=Visibility.NETWORK)
        seen |= Q(visibility=Visibility.HUB) & hubs
        seen |= Q(visibility=Visibility.CITY, meeting__place__in=viewer.places)
        seen |= Q(visibility=Visibility.MECHANISM, meeting__place__in=viewer.places_as(MECHANISM))
    return seen


class Attendance(ScopedModel):
    """That an organisation was there: kept apart from the notes, never exported, gone after 30 days (R15).

    Only those who keep the minutes see it, to know whom to send them to.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Meta(ScopedModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("meeting", "organisation", name="coordination_attendance_once")
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.organisation_id}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        places = viewer.places_as(MECHANISM)
        return Q(meeting__place__in=places) if places else NOTHING

    @property
    def place(self) -> Place:
        return self.meeting.place
