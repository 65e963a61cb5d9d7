"""Workshops in a series: what was raised, which practices were shown, what everybody takes home."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from baithak.exchange.models import Practice
from baithak.network.models import Levelled, OrganisationType, Place, Worded
from baithak.network.rules import CONFIRMERS, MECHANISM
from baithak.network.rules import Role as NetworkRole
from baithak.network.scope import ScopedModel, Viewer, lattice

__all__ = [
    "Part",
    "Participants",
    "Raised",
    "Series",
    "Showcase",
    "Takeaway",
    "Workshop",
    "WorkshopState",
]


class Series(Worded, Levelled):
    """Workshops that belong together, so that the next one begins with what became of the last one."""

    LONGEST: ClassVar = {"title": 200, "description": 1500}

    class Meta(Levelled.Meta):
        ordering = ["pk"]
        constraints = [*Levelled.Meta.constraints]
        verbose_name_plural = "series"

    def get_absolute_url(self) -> str:
        return reverse("coordination:series", kwargs={"series": self.pk})


class WorkshopState(models.TextChoices):
    """Where a workshop stands."""

    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    REPORTED = "reported", _("Report is out")
    CANCELLED = "cancelled", _("Cancelled")


class Workshop(Worded, Levelled):
    """One workshop, of a city or of a hub. Who came is told in aggregate alone (R6, R15)."""

    LONGEST: ClassVar = {
        "title": 200,
        "summary": 1500,
        "where": 200,
        "hosts": 500,
        "funders": 500,
        "thanks": 500,
    }

    series = models.ForeignKey(
        Series, models.PROTECT, null=True, blank=True, related_name="workshops"
    )
    begins = models.DateField(_("first day"))
    ends = models.DateField(_("last day"))
    state = models.CharField(_("state"), max_length=9, choices=WorkshopState, default="planned")
    closed_room = models.BooleanField(_("Chatham House Rule"), default=True)
    #: The report names the countries that people came from; never with a figure below ten.
    name_countries = models.BooleanField(_("name the countries"), default=False)
    licence = models.CharField(_("licence of the report"), max_length=40, default="CC BY 4.0")

    class Meta(Levelled.Meta):
        ordering = ["-begins", "-pk"]
        constraints = [
            *Levelled.Meta.constraints,
            models.CheckConstraint(
                name="coordination_workshop_state", condition=Q(state__in=WorkshopState.values)
            ),
            models.CheckConstraint(
                name="coordination_workshop_ends_after_beginning",
                condition=Q(ends__gte=F("begins")),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("coordination:workshop", kwargs={"workshop": self.pk})

    @property
    def is_reported(self) -> bool:
        """The report is out: what people brought up was looked at for names, counts are settled."""
        return self.state == WorkshopState.REPORTED


class _OfWorkshop(ScopedModel):
    class Meta(ScopedModel.Meta):
        abstract = True

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        return lattice(viewer, "workshop__") | Q(workshop__place__in=viewer.places_as(CONFIRMERS))

    @property
    def place(self) -> Place:
        return self.workshop.place  # type: ignore[attr-defined]


class _OfRoom(_OfWorkshop):
    """What was said in the room: of a closed one the team alone reads it before it was looked at (R15)."""

    class Meta(_OfWorkshop.Meta):
        abstract = True

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        out = Q(workshop__closed_room=False) | Q(workshop__state=WorkshopState.REPORTED)
        return lattice(viewer, "workshop__") & out | Q(
            workshop__place__in=viewer.places_as(CONFIRMERS)
        )


class Participants(_OfWorkshop):
    """How many of one role, country and type of organisation came. A page shows sums of these past the
    small-cell rule, one way at a time (R6, R7). The team that runs the workshop types it, nobody else reads it.
    """

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="participants")
    role = models.CharField(_("role"), max_length=32, choices=NetworkRole)
    country = models.CharField(_("country"), max_length=2)
    organisation_type = models.CharField(
        _("type of organisation"), max_length=32, choices=OrganisationType
    )
    people = models.PositiveSmallIntegerField(_("people"))

    class Meta(_OfWorkshop.Meta):
        ordering = ["pk"]
        verbose_name_plural = "participants"
        constraints = [
            models.UniqueConstraint(
                "workshop", "role", "country", "organisation_type",
                name="coordination_participants_once",
            ),
            models.CheckConstraint(
                name="coordination_participants_some", condition=Q(people__gt=0)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.workshop_id} {self.role} {self.country}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """Those who run the place: everybody else reads what the small-cell rule lets through."""
        return Q() if viewer.system else Q(workshop__place__in=viewer.places_as(MECHANISM))


class Part(Worded, _OfWorkshop):
    """A session of a workshop's programme."""

    LONGEST: ClassVar = {"title": 200, "description": 2000}

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField()

    class Meta(_OfWorkshop.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("workshop", "number", name="coordination_part_number")
        ]


class Raised(Worded, _OfRoom):
    """A challenge that was spoken of, under a shared code, without who spoke or for which city (R15)."""

    LONGEST: ClassVar = {"description": 1000}

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="raised")
    #: A challenge of the practice library's taxonomy.
    code = models.CharField(_("challenge"), max_length=64)

    class Meta(_OfRoom.Meta):
        ordering = ["pk"]
        verbose_name_plural = "raised"
        constraints = [models.UniqueConstraint("workshop", "code", name="coordination_raised_once")]


class Showcase(_OfRoom):
    """A practice that was shown."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="showcases")
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="+")

    class Meta(_OfRoom.Meta):
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("workshop", "practice", name="coordination_showcase_once")
        ]

    def __str__(self) -> str:
        return f"{self.workshop_id} {self.practice_id}"


class Takeaway(Worded, _OfRoom):
    """What everybody takes home. It becomes commitments, or it vanishes."""

    LONGEST: ClassVar = {"title": 600}

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="takeaways")
    number = models.PositiveSmallIntegerField()

    class Meta(_OfRoom.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("workshop", "number", name="coordination_takeaway_number")
        ]
