"""What the table of who does what is counted from: plans, organisations, one line for each action."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from django.conf import settings
from django.db.models import Prefetch, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.translation import get_language

from baithak.coordination.who_does_what import Fact, Office
from baithak.network import queries as network
from baithak.network.models import Place
from baithak.network.scope import Viewer
from baithak.plan.models import Action, Objective, Partnership, Plan, PlanState

__all__ = [
    "actions",
    "facts",
    "joining",
    "objectives",
    "offices",
    "partnerships",
    "plans",
    "readable",
]


def plans(viewer: Viewer, place: Place) -> QuerySet[Plan]:
    """The place's plans that have not been looked back at, as far as the viewer may see them."""
    return (
        Plan.objects.seen_by(viewer)
        .filter(place=place)
        .exclude(state=PlanState.REVIEWED)
        .order_by("-begins", "-pk")
    )


def objectives(viewer: Viewer, of: Iterable[Plan]) -> QuerySet[Objective]:
    """What these plans want to reach."""
    return (
        Objective.objects.seen_by(viewer)
        .filter(plan__in=[plan.pk for plan in of])
        .select_related("plan")
        .order_by("plan", "number")
    )


def offices(viewer: Viewer, place: Place) -> list[Office]:
    """The organisations of the place, by their names."""
    told = network.organisations(viewer, place).values_list("pk", "name", "types", "level")
    return [Office(pk, name, tuple(types), level) for pk, name, types, level in told]


def facts(viewer: Viewer, of: Sequence[Plan]) -> list[Fact]:
    """One line for each action of these plans, without its long texts."""
    told = (
        Action.objects.seen_by(viewer)
        .filter(plan__in=[plan.pk for plan in of])
        .order_by("plan", "number")
        .values_list(
            "pk", "plan_id", "owner_id", "objective_id", "admin_level", "prevention_level", "state",
            _area(of), Cast("target_groups", TextField()),
        )
    )  # fmt: skip
    return [Fact._make((*line[:8], _codes(line[8]))) for line in told]


def _area(of: Sequence[Plan]) -> Coalesce:
    """The area in the reader's language, else in another one that the plan speaks."""
    here = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    spoken = [code for plan in of for code in plan.languages]
    languages = dict.fromkeys(
        [here, *spoken, *(code for code, _name in settings.CONTENT_LANGUAGES)]
    )
    told = [
        NullIf(KeyTextTransform("area", KeyTransform(code, "texts")), Value(""))
        for code in languages
    ]
    return Coalesce(*told, Value(""), output_field=TextField())


@lru_cache(maxsize=1024)
def _codes(told: str) -> tuple[str, ...]:
    return tuple(json.loads(told))


def partnerships(viewer: Viewer, of: Sequence[Plan]) -> list[tuple[int, int]]:
    """Which organisation takes part in which action: (action, organisation)."""
    return list(
        Partnership.objects.seen_by(viewer)
        .filter(action__plan__in=[plan.pk for plan in of])
        .order_by()
        .values_list("action_id", "organisation_id")
    )


def joining(pairs: Iterable[tuple[int, int]], among: Collection[int]) -> Counter[int]:
    """In how many of these actions each organisation takes part."""
    return Counter(organisation for action, organisation in pairs if action in among)


def actions(viewer: Viewer, pks: Sequence[int]) -> list[Action]:
    """These actions with what a list tells of them, in this order."""
    found = {action.pk: action for action in readable(viewer).filter(pk__in=pks)}
    return [found[pk] for pk in pks if pk in found]


def readable(viewer: Viewer) -> QuerySet[Action]:
    """Actions with plan, objective, who does them and who takes part."""
    partners = (
        Partnership.objects.seen_by(viewer)
        .select_related("organisation")
        .order_by("organisation__name")
    )
    return (
        Action.objects.seen_by(viewer)
        .select_related("plan__place", "owner", "objective")
        .prefetch_related(Prefetch("partnerships", partners, "partners"))
    )
