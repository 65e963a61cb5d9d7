"""What files and papers of a plan are made from, each in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch

from baithak.network.scope import Viewer
from baithak.plan.models import Action, ActionStep, Challenge, Indicator, Partnership, Plan
from baithak.plan.queries import indicators
from baithak.plan.queries.organisations import named

__all__ = ["Parts", "parts"]


@dataclass(frozen=True, slots=True)
class Parts:
    """A plan with its actions and indicators; ``names``: how organisations are called, by their ids;
    ``challenges``: what its review names, once that is finished.
    """

    plan: Plan
    actions: list[Action]
    indicators: list[Indicator]
    names: dict[int, str]
    challenges: list[Challenge]


def parts(viewer: Viewer, of: Plan) -> Parts:
    """Everything that a file of this plan tells, as far as the viewer may see it."""
    actions = list(
        Action.objects.seen_by(viewer)
        .filter(plan=of.pk)
        .select_related("owner", "funded_by", "objective__challenge")
        .prefetch_related(
            Prefetch(
                "partnerships",
                queryset=Partnership.objects.seen_by(viewer)
                .select_related("organisation")
                .order_by("organisation__name"),
            ),
            Prefetch("steps", queryset=ActionStep.objects.seen_by(viewer)),
        )
        .order_by("number")
    )
    for one in actions:
        one.plan = of
    held = list(indicators.of_plan(viewer, of))
    organisations = [
        organisation
        for action in actions
        for organisation in (
            action.owner,
            action.funded_by,
            *(one.organisation for one in action.partnerships.all()),
        )
    ]
    named_challenges = list(
        Challenge.objects.seen_by(viewer)
        .filter(review=of.review_id, review__finished=True)
        .order_by("number")
    )
    return Parts(of, actions, held, named(viewer, organisations), named_challenges)
