"""Money that residents share out: from draft to the counted, explained result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.network.models import Consultation, State

__all__ = ["Budget", "Completion", "CountState", "Phase", "Rule", "Ties", "Utility", "Way"]


class Way(models.TextChoices):
    """How people vote."""

    APPROVAL = "approval", _("Choose projects")
    POINTS = "points", _("Spread points")


class Rule(models.TextChoices):
    """How the ballots become a list of funded projects."""

    EQUAL_SHARES = "equal-shares", _("Equal shares: everybody has the same part of the money")
    GREEDY = "greedy", _("Most votes first")


class Utility(models.TextChoices):
    """What a funded project is worth to somebody who chose it."""

    COST = "cost", _("As much as it costs")
    CARDINALITY = "cardinality", _("One, whatever it costs")
    POINTS = "points", _("The points it was given")


class Completion(models.TextChoices):
    """What is done with money that equal shares leave over."""

    ADD1U = "add1u", _("Raise everybody's share step by step, then the most wanted that still fits")
    ADD1 = "add1", _("Raise everybody's share step by step")
    GREEDY = "greedy", _("The most wanted that still fits")
    NONE = "none", _("Nothing: it stays with the city")


class Ties(models.TextChoices):
    """Which of two equal projects comes first."""

    VOTES = "votes", _("The one with more votes, then the cheaper one")
    COST = "cost", _("The cheaper one")
    ID = "id", _("The one with the smaller number")


class CountState(models.TextChoices):
    """Where the count stands."""

    NONE = "none", _("Nothing to count yet")
    WAITING = "waiting", _("Waits to be counted")
    COUNTING = "counting", _("Being counted")
    COUNTED = "counted", _("Counted twice, with the same result")
    DIFFERS = "differs", _("Two counts differ: nothing is published")
    FAILED = "failed", _("Could not be counted")


class Phase(models.TextChoices):
    """What happens with a budget now."""

    DRAFT = "draft", _("Draft")
    ANNOUNCED = "announced", _("Begins soon")
    PROPOSING = "proposing", _("Proposals wanted")
    CHECKING = "checking", _("Being checked")
    READY = "ready", _("Voting begins soon")
    VOTING = "voting", _("Voting")
    COUNTING = "counting", _("Being counted")
    RESULT = "result", _("Result")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a budget's way, with its dates as far as they are known."""

    label: str
    begins: date | None
    ends: date | None
    over: bool
    now: bool


class Budget(Consultation):
    """A participatory budget of a place.

    ``opens`` begins the proposals and ``closes`` ends the vote. Between them lies
    ``voting_opened``: from that moment the projects and the list of slips are frozen, and
    ``eligible_root`` commits to the list (R18). ``sealed`` is when, after closing, the ballots
    were written anew in an order that tells nothing; ``ballot_root`` and ``receipt_root`` commit
    to what was cast and to who can check it.
    """

    envelope = models.DecimalField(
        _("money to share out"),
        max_digits=16,
        decimal_places=2,
        validators=[MinValueValidator(1)],
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Three capital letters, as in ISO 4217."))],
    )
    #: ``[{"code": "1", "names": {"en": "Harbour"}}]``; empty where the city is one area.
    areas = models.JSONField(_("areas"), default=list, blank=True)
    way = models.CharField(_("how people vote"), max_length=8, choices=Way, default=Way.APPROVAL)
    most_projects = models.PositiveSmallIntegerField(
        _("projects on a ballot, at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
    )
    within_envelope = models.BooleanField(
        _("what a ballot chooses must fit into the money"), default=False
    )
    points = models.PositiveSmallIntegerField(
        _("points of a ballot"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
    )
    rule = models.CharField(_("rule"), max_length=16, choices=Rule, default=Rule.EQUAL_SHARES)
    utility = models.CharField(
        _("a funded project counts"), max_length=12, choices=Utility, default=Utility.COST
    )
    completion = models.CharField(
        _("money left over"), max_length=8, choices=Completion, default=Completion.ADD1U
    )
    ties = models.CharField(_("of two equal ones"), max_length=8, choices=Ties, default=Ties.VOTES)
    proposals_until = models.DateTimeField(_("proposals until"), null=True, blank=True)
    voting_from = models.DateTimeField(_("voting from"), null=True, blank=True)
    result_on = models.DateField(_("result on"), null=True, blank=True)
    #: Votes that others collected and published: who, under which licence, where.
    attribution = models.TextField(_("attribution"), blank=True)
    source_url = models.URLField(_("source"), blank=True)
    imported = models.BooleanField(default=False, editable=False)

    voting_opened = models.DateTimeField(null=True, editable=False)
    eligible_root = models.CharField(max_length=64, blank=True, editable=False)
    eligible_count = models.PositiveIntegerField(null=True, editable=False)
    sealed = models.DateTimeField(null=True, editable=False)
    ballot_root = models.CharField(max_length=64, blank=True, editable=False)
    receipt_root = models.CharField(max_length=64, blank=True, editable=False)

    count_state = models.CharField(max_length=8, choices=CountState, default=CountState.NONE)
    #: When the worker claimed the count: a worker that died is noticed by it.
    count_claimed = models.DateTimeField(null=True, editable=False)
    #: Not before this moment: a count that broke rests before it is tried again.
    count_due = models.DateTimeField(null=True, editable=False)
    count_failures = models.PositiveSmallIntegerField(default=0, editable=False)
    count_trouble = models.CharField(max_length=200, blank=True, editable=False)

    class Meta(Consultation.Meta):
        ordering = ["-pk"]
        constraints = [
            *Consultation.Meta.constraints,
            models.CheckConstraint(name="budget_budget_envelope", condition=Q(envelope__gt=0)),
            models.CheckConstraint(name="budget_budget_way", condition=Q(way__in=Way.values)),
            models.CheckConstraint(
                name="budget_budget_points_are_what_they_are_worth",
                condition=Q(way=Way.POINTS, utility=Utility.POINTS)
                | Q(way=Way.APPROVAL) & ~Q(utility=Utility.POINTS),
            ),
            models.CheckConstraint(
                name="budget_budget_count_state", condition=Q(count_state__in=CountState.values)
            ),
            models.CheckConstraint(
                name="budget_budget_frozen_with_its_list",
                condition=Q(voting_opened=None, eligible_root="", eligible_count=None)
                | Q(voting_opened__isnull=False, eligible_count__isnull=False)
                & ~Q(eligible_root=""),
            ),
            models.CheckConstraint(
                name="budget_budget_sealed_only_when_closed",
                condition=Q(sealed=None) | Q(state=State.CLOSED),
            ),
            models.CheckConstraint(
                name="budget_budget_claimed_while_counting",
                condition=Q(count_claimed=None) | Q(count_state=CountState.COUNTING),
            ),
        ]

    def get_absolute_url(self) -> str:
        """Where the city's team works on it."""
        return reverse("budget:overview", kwargs={"code": self.code})

    # --- moments
    @property
    def is_frozen(self) -> bool:
        """Projects and slips are fixed: the vote was opened."""
        return self.voting_opened is not None

    @property
    def takes_proposals(self) -> bool:
        """Residents can propose now."""
        return (
            self.is_running
            and not self.is_frozen
            and (self.proposals_until is None or timezone.now() < self.proposals_until)
        )

    @property
    def takes_ballots(self) -> bool:
        """Ballots are taken now."""
        return (
            self.is_running
            and self.is_frozen
            and (self.voting_from is None or self.voting_from <= timezone.now())
        )

    @property
    def phase(self) -> Phase:
        """What happens with it now."""
        if self.state == State.DRAFT:
            return Phase.DRAFT
        if self.state == State.CLOSED:
            return Phase.RESULT if self.count_state == CountState.COUNTED else Phase.COUNTING
        if self.not_yet:
            return Phase.ANNOUNCED
        if not self.is_frozen:
            return Phase.PROPOSING if self.takes_proposals else Phase.CHECKING
        if self.takes_ballots:
            return Phase.VOTING
        return Phase.READY if self.is_running else Phase.COUNTING

    @property
    def timeline(self) -> list[Step]:
        """What happens when, for the page: proposals, checks, the vote, the result."""
        now = {
            Phase.ANNOUNCED: 0, Phase.PROPOSING: 0, Phase.CHECKING: 1, Phase.READY: 1,
            Phase.VOTING: 2, Phase.COUNTING: 3, Phase.RESULT: 3,
        }.get(self.phase)  # fmt: skip
        steps = (
            (_("Proposals"), self.opens, self.proposals_until),
            (_("Checks"), self.proposals_until, self.voting_from),
            (_("Vote"), self.voting_from, self.closes),
            (_("Result"), self.result_on, None),
        )
        return [
            Step(str(label), begins, ends, now is not None and at < now, at == now)
            for at, (label, begins, ends) in enumerate(steps)
        ]

    # --- words
    def area_name(self, code: str) -> str:
        """The area's name in the reader's language where it has one, else in its first."""
        wanted = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
        names: dict[str, Any] = next((a["names"] for a in self.areas if a["code"] == code), {})
        return str(names.get(wanted) or next(iter(names.values()), ""))

    @property
    def area_choices(self) -> list[tuple[str, str]]:
        """Code and name of each area."""
        return [(area["code"], self.area_name(area["code"])) for area in self.areas]
