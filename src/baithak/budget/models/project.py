"""What money is asked for, in the languages it is told in. It knows no author."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from baithak.budget.models.budget import Budget
from baithak.network.rules import MECHANISM, Role
from baithak.network.scope import ScopedModel, Viewer, lattice

__all__ = [
    "LONGEST",
    "ON_THE_PAGE",
    "Project",
    "ProjectState",
    "ProjectWording",
    "Reason",
    "Source",
    "WordingKind",
]

#: The texts of a project and how many letters each may have.
LONGEST = {"title": 100, "description": 1500, "landmark": 120}


class ProjectState(models.TextChoices):
    """What became of a proposal."""

    PENDING = "pending", _("Waits for a moderator")
    REJECTED = "rejected", _("Not shown")
    PROPOSED = "proposed", _("Proposed, being checked")
    ACCEPTED = "accepted", _("On the ballot")
    MERGED = "merged", _("Joined with another one")
    DECLINED = "declined", _("Cannot be done")


#: What everybody can read.
ON_THE_PAGE = (
    ProjectState.PROPOSED,
    ProjectState.ACCEPTED,
    ProjectState.MERGED,
    ProjectState.DECLINED,
)


class Source(models.TextChoices):
    """Who proposes."""

    RESIDENT = "resident", _("Proposed by residents")
    DEPARTMENT = "department", _("Proposed by the city")


class Reason(models.TextChoices):
    """The published list: a proposal is not shown for one of these and for nothing else."""

    PERSON = "person", _("It names a person, or an exact address")
    ATTACK = "attack", _("It attacks or insults people, instead of saying what should be built")
    THREAT = "threat", _("It threatens, or calls for violence")
    OFF_TOPIC = "off_topic", _("It is not something this budget can pay for")
    DUPLICATE = "duplicate", _("It has been proposed already")
    UNCLEAR = "unclear", _("It cannot be understood, or advertises something")


class Project(ScopedModel):
    """One project of a budget.

    ``number`` is its name for people and on paper ballots; it is given when the project is first
    shown. ``cost`` is fixed when it is put on the ballot. ``row`` and ``column`` are its square of
    500 m (``grid``), the only place that is kept. ``decision`` holds the public reason of what
    officers decided, by language. ``handle`` is the random key of the form it came from: it makes
    a repeated send harmless. There is no author, no pseudonym and no time of day (R2-R4).
    """

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="projects")
    number = models.PositiveIntegerField(null=True)
    source = models.CharField(max_length=12, choices=Source)
    state = models.CharField(max_length=8, choices=ProjectState, default=ProjectState.PENDING)
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    cost_low = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    cost_high = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    cost = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    decision = models.JSONField(default=dict)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged", db_index=True
    )
    area = models.CharField(max_length=8, blank=True)
    row = models.IntegerField(null=True)
    column = models.IntegerField(null=True)
    handle = models.UUIDField(null=True)
    received = models.DateField()

    class Meta(ScopedModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["budget", "number"], name="budget_project_number"),
            models.UniqueConstraint(fields=["budget", "handle"], name="budget_project_handle"),
            models.CheckConstraint(
                name="budget_project_state", condition=Q(state__in=ProjectState.values)
            ),
            models.CheckConstraint(
                name="budget_project_source", condition=Q(source__in=Source.values)
            ),
            models.CheckConstraint(
                name="budget_project_rejected_with_reason",
                condition=Q(state=ProjectState.REJECTED, reason__in=Reason.values)
                | ~Q(state=ProjectState.REJECTED) & Q(reason=""),
            ),
            models.CheckConstraint(
                name="budget_project_shown_with_number",
                condition=~Q(state__in=ON_THE_PAGE) | Q(number__isnull=False),
            ),
            models.CheckConstraint(
                name="budget_project_on_the_ballot_with_cost",
                condition=Q(state=ProjectState.ACCEPTED, cost__gt=0)
                | ~Q(state=ProjectState.ACCEPTED) & Q(cost=None),
            ),
            models.CheckConstraint(
                name="budget_project_merged_into_another",
                condition=Q(state=ProjectState.MERGED, merged_into__isnull=False)
                & ~Q(merged_into=F("pk"))
                | ~Q(state=ProjectState.MERGED) & Q(merged_into=None),
            ),
            models.CheckConstraint(
                name="budget_project_cost_range",
                condition=Q(cost_low=None, cost_high=None)
                | Q(cost_low__gt=0, cost_high__gte=F("cost_low")),
            ),
            models.CheckConstraint(
                name="budget_project_whole_square",
                condition=Q(row=None, column=None) | Q(row__isnull=False, column__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["budget"],
                name="budget_project_waiting",
                condition=Q(state=ProjectState.PENDING),
            )
        ]

    def __str__(self) -> str:
        return f"{self.budget_id}/{self.number or '-'}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """As its budget; what a moderator has not let in by the team alone."""
        if viewer.system:
            return Q()
        inside = viewer.places_as(MECHANISM | {Role.DEPARTMENT_STAFF})
        return lattice(viewer, "budget__") & (
            Q(state__in=ON_THE_PAGE) | Q(budget__place__in=inside)
        )


class WordingKind(models.TextChoices):
    """How a wording came about; readers are told."""

    ORIGINAL = "original", _("Original")
    HUMAN = "human", _("Translated by a person")
    MACHINE = "machine", _("Translated by machine, not yet checked")


class ProjectWording(ScopedModel):
    """A project in one language. ``landmark`` says where in words: never a house number."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="wordings")
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=LONGEST["title"])
    description = models.CharField(max_length=LONGEST["description"], blank=True)
    landmark = models.CharField(max_length=LONGEST["landmark"], blank=True)
    kind = models.CharField(max_length=8, choices=WordingKind)

    class Meta(ScopedModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "language"], name="budget_wording_once_a_language"
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(kind=WordingKind.ORIGINAL),
                name="budget_wording_one_original",
            ),
            models.CheckConstraint(
                name="budget_wording_kind", condition=Q(kind__in=WordingKind.values)
            ),
            models.CheckConstraint(name="budget_wording_not_empty", condition=~Q(title="")),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        return lattice(viewer, "project__budget__")
