"""What of the room waits for somebody, what it tells of a place, and what a search can find in it.

For the desk, the mayor's page, the hub's overview and the search of ``home``, which stands above.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum

from baithak.network.models import Place
from baithak.network.rules import Role
from baithak.network.scope import SHARED, SYSTEM, Viewer
from baithak.plan.models import (
    OPEN,
    Action,
    ActionState,
    ActionStep,
    Challenge,
    CheckState,
    Contribution,
    Mandate,
    Partnership,
    Plan,
    PlanState,
    Review,
    RiskCheck,
    SignOff,
)
from baithak.plan.rules import WRITERS

__all__ = [
    "GOING_ON",
    "Counted",
    "Findable",
    "actions_counted",
    "actions_of_others",
    "actions_overdue",
    "asked_to_sign",
    "challenges_shared",
    "findable",
    "lately",
    "mandates_to_look_at",
    "my_actions",
    "my_contributions",
    "organisations_of",
    "owed_an_answer",
    "plans_of_place",
    "plans_shared",
    "to_sign",
    "told_back",
]

#: A draft promises nothing yet, a reviewed plan is over.
GOING_ON = (PlanState.ADOPTED, PlanState.RUNNING)


def organisations_of(viewer: Viewer) -> frozenset[int]:
    """The organisations and departments that the viewer speaks for."""
    return frozenset(g.organisation for g in viewer.grants if g.organisation is not None)


# --- what waits for somebody
def _open_actions(viewer: Viewer) -> QuerySet[Action]:
    return (
        Action.objects.seen_by(viewer)
        .filter(state__in=OPEN, plan__state__in=GOING_ON, plan__place__in=viewer.places)
        .select_related("plan__place", "owner")
        .order_by(F("due").asc(nulls_last=True), "pk")
    )


def my_actions(viewer: Viewer) -> QuerySet[Action]:
    """Open actions of the viewer's organisations; for writers also those that nobody does yet."""
    mine = organisations_of(viewer)
    partner = Partnership._unscoped.filter(organisation__in=mine).values("action")
    return _open_actions(viewer).filter(
        Q(owner__in=mine)
        | Q(pk__in=partner)
        | Q(owner=None, plan__place__in=viewer.places_as(WRITERS))
    )


def actions_of_others(viewer: Viewer) -> QuerySet[Action]:
    """Open actions of a writer's places that other organisations do."""
    mine = organisations_of(viewer)
    return (
        _open_actions(viewer)
        .filter(plan__place__in=viewer.places_as(WRITERS), owner__isnull=False)
        .exclude(owner__in=mine)
        .exclude(pk__in=Partnership._unscoped.filter(organisation__in=mine).values("action"))
    )


def _asked_checks(viewer: Viewer) -> QuerySet[RiskCheck]:
    return (
        RiskCheck.objects.seen_by(viewer)
        .filter(state=CheckState.ASKED)
        .exclude(action__plan__state=PlanState.REVIEWED)
        .select_related("action__plan__place", "action__owner")
        .order_by("checked_on", "pk")
    )


def to_sign(viewer: Viewer) -> QuerySet[RiskCheck]:
    """Checks of harm that wait for the viewer's organisation as a design partner."""
    partner = [g for g in viewer.grants if g.role == Role.PARTNER and g.organisation is not None]
    mine = {g.organisation for g in partner}
    signed = SignOff._unscoped.filter(
        check_of=OuterRef("pk"), edition=OuterRef("edition"), organisation__in=mine
    )
    return (
        _asked_checks(viewer)
        .filter(~Exists(signed), action__plan__place__in={g.place for g in partner})
        .exclude(action__owner__in=mine)
    )


def asked_to_sign(viewer: Viewer) -> QuerySet[RiskCheck]:
    """Checks of a writer's places that wait for design partners."""
    return _asked_checks(viewer).filter(action__plan__place__in=viewer.places_as(WRITERS))


def _contributions(viewer: Viewer) -> QuerySet[Contribution]:
    return Contribution.objects.seen_by(viewer).select_related("plan__place", "organisation")


def my_contributions(viewer: Viewer) -> QuerySet[Contribution]:
    """What the viewer's organisations have said, and what became of it: answers first."""
    return (
        _contributions(viewer)
        .filter(organisation__in=organisations_of(viewer))
        .order_by(F("told_back_on").desc(nulls_last=True), "-on", "-pk")
    )


def owed_an_answer(viewer: Viewer) -> QuerySet[Contribution]:
    """Who helped to design a plan of a writer's places and was not told yet what became of it."""
    return (
        _contributions(viewer)
        .filter(told_back_on=None, plan__place__in=viewer.places_as(WRITERS))
        .order_by("on", "pk")
    )


def mandates_to_look_at(viewer: Viewer, until: date) -> QuerySet[Mandate]:
    """Mandate sheets of a writer's places whose day for another look has come."""
    return (
        Mandate.objects.seen_by(viewer)
        .filter(review_on__lte=until, place__in=viewer.places_as(WRITERS))
        .select_related("place")
        .order_by("review_on", "pk")
    )


def lately(viewer: Viewer, since: date) -> QuerySet[ActionStep]:
    """What was told of actions of the viewer's places since a day, the newest first."""
    return (
        ActionStep.objects.seen_by(viewer)
        .filter(day__gte=since, action__plan__place__in=viewer.places)
        .select_related("action__plan__place")
        .order_by("-day", "-pk")
    )


def told_back(viewer: Viewer, since: date) -> QuerySet[Contribution]:
    """To the viewer's organisations: what became of what they said, told since a day."""
    return my_contributions(viewer).filter(told_back_on__gte=since)


# --- what it tells of a place
def plans_of_place(viewer: Viewer, place: Place) -> QuerySet[Plan]:
    """Plans of a place that are adopted or running, with how many actions each has."""
    return (
        Plan.objects.seen_by(viewer)
        .filter(place=place, state__in=GOING_ON)
        .select_related("place")
        .annotate(of_actions=Count("actions"))
        .order_by("-begins", "-pk")
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """Actions of a place by state, how many are overdue, and their planned costs by currency."""

    states: dict[str, int]
    overdue: int
    costs: dict[str, Decimal]


def _of_place(viewer: Viewer, place: Place) -> QuerySet[Action]:
    return Action.objects.seen_by(viewer).filter(plan__place=place, plan__state__in=GOING_ON)


def actions_counted(viewer: Viewer, place: Place, today: date) -> Counted:
    """Of the place's plans that are adopted or running. Two currencies are never added up."""
    rows = (
        _of_place(viewer, place)
        .order_by()
        .values("state", "currency")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(due__lt=today)), total=Sum("cost"))
    )
    states: dict[str, int] = {}
    costs: dict[str, Decimal] = {}
    overdue = 0
    for row in rows:
        states[row["state"]] = states.get(row["state"], 0) + row["n"]
        overdue += row["late"] if row["state"] in OPEN else 0
        if row["total"] is not None and row["state"] != ActionState.DROPPED:
            costs[row["currency"]] = costs.get(row["currency"], Decimal(0)) + row["total"]
    return Counted(states, overdue, costs)


def actions_overdue(viewer: Viewer, place: Place, today: date) -> QuerySet[Action]:
    """What should be done by now and is not, the longest first."""
    return (
        _of_place(viewer, place)
        .filter(state__in=OPEN, due__lt=today)
        .select_related("plan")
        .order_by("due", "pk")
    )


# --- what cities share with their hub
def plans_shared(viewer: Viewer, cities: Iterable[Place]) -> QuerySet[Plan]:
    """Adopted or running plans that these cities share with their hub or wider."""
    return (
        Plan.objects.seen_by(viewer)
        .filter(place__in=list(cities), state__in=GOING_ON, visibility__in=SHARED)
        .annotate(told=Max("actions__steps__day"))
        .order_by("place", "-begins", "-pk")
    )


def challenges_shared(viewer: Viewer, cities: Iterable[Place]) -> dict[str, set[int]]:
    """By code of the taxonomy: the cities whose finished review, shared with the hub, names it."""
    rows = Challenge.objects.seen_by(viewer).filter(
        review__place__in=list(cities), review__finished=True, review__visibility__in=SHARED
    )
    found: dict[str, set[int]] = {}
    for code, place in rows.order_by("code").values_list("code", "review__place"):
        found.setdefault(code, set()).add(place)
    return found


# --- what a search can find
Findable = Plan | Action | Review | Challenge


def findable(
    kind: str, keys: Iterable[Any] | None = None, *, viewer: Viewer = SYSTEM
) -> QuerySet[Any]:
    """Plans, actions, reviews or challenges by their keys, or all of them, as the viewer may see them.

    ``kind`` ``"action_of_plan"`` gives the actions of these plans, likewise ``"challenge_of_review"``.
    """
    rows: dict[str, QuerySet[Any]] = {
        "plan": Plan.objects.seen_by(viewer).select_related("place"),
        "review": Review.objects.seen_by(viewer).select_related("place"),
        "challenge": Challenge.objects.seen_by(viewer).select_related("review__place"),
        "action": Action.objects.seen_by(viewer).select_related("plan__place"),
    }
    name, _, above = kind.partition("_of_")
    found = rows[name]
    if keys is None:
        return found
    return found.filter(**{f"{above or 'pk'}__in" if above else "pk__in": list(keys)})
