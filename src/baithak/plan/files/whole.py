"""All of the room at a place as one file, and back into a hub that has none of it yet.

The mandate sheet with its tasks; reviews with challenges and how groups feel them; plans with objectives,
actions (partners, progress, do-no-harm check, what partners said), indicators with their readings, and who
helped. Texts are in all their languages. Organisations go by name, practices and plans by code, an adoption by
its practice's code, a project by its budget's code and number, findings as they are named.

It holds exact figures, as the hub itself does, and everything whoever may see it: it is the city's own
record, made by a command, not a publication. Levels (``visibility``) are told too; who reads the file in
decides whether they hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models

from baithak.budget.models import Project
from baithak.network import files
from baithak.network.files import worded
from baithak.network.models import Organisation, Place, Worded
from baithak.network.scope import SYSTEM
from baithak.plan.models import (
    Action,
    ActionStep,
    Challenge,
    Contribution,
    Indicator,
    Mandate,
    Objective,
    Plan,
    Reading,
    Review,
    RiskCheck,
    Severity,
    SignOff,
    Task,
)
from baithak.plan.shown import plain

__all__ = [
    "FIELDS",
    "KIND",
    "NUMBER",
    "loaded",
    "mandate_told",
    "plan_told",
    "review_told",
    "whole_told",
]

KIND, NUMBER = "plan", 1

#: Of each model the fields that are told as they are; keys to other things are told apart.
FIELDS: dict[type[models.Model], tuple[str, ...]] = {
    Mandate: ("integrated", "decided_on", "review_on"),
    Task: ("number", "holder"),
    Review: ("begins", "ends", "finished"),
    Challenge: ("number", "code", "trend", "because", "because_text"),
    Severity: ("group", "level", "note"),
    Plan: ("code", "state", "begins", "ends", "decided_on", "reviewed_on"),
    Objective: ("number",),
    Action: (
        "number", "state", "admin_level", "prevention_level", "approach", "target_groups", "begins",
        "due", "done_on", "cost", "currency", "added_later", "because", "because_text",
    ),
    ActionStep: ("day", "text", "language", "state", "automatic"),
    RiskCheck: ("left_over", "state", "edition", "checked_on"),
    SignOff: ("edition", "agrees", "note", "language", "on"),
    Indicator: (
        "number", "kind", "of_people", "baseline", "baseline_on", "target", "target_on",
    ),
    Reading: ("day", "value", "source"),
    Contribution: ("group", "stage", "on", "told_back_on"),
}  # fmt: skip


def whole_told(place: Place, *, of_people: bool = True) -> bytes:
    """The file of a place. Without ``of_people`` no indicator tells a figure that counts people (R6)."""
    mandate = Mandate.objects.seen_by(SYSTEM).prefetch_related("tasks").filter(place=place).first()
    reviews = list(
        Review.objects.seen_by(SYSTEM)
        .prefetch_related("challenges__severities")
        .filter(place=place)
        .order_by("begins", "pk")
    )
    plans = list(loaded(place))
    told: dict[str, Any] = {
        "place": {"slug": place.slug, "name": place.name},
        "organisations": files.organisations_told(_organisations(plans)),
    }
    if mandate is not None:
        told["mandate"] = mandate_told(mandate)
    told["reviews"] = [review_told(review) for review in reviews]
    numbers = {review.pk: at for at, review in enumerate(reviews)}
    told["plans"] = [
        {
            **plan_told(plan, of_people=of_people),
            **({"review": numbers[plan.review_id]} if plan.review_id else {}),
        }
        for plan in plans
    ]
    return files.written(KIND, NUMBER, told)


def loaded(place: Place) -> Iterable[Plan]:
    """Plans of a place with all that the file tells of them."""
    return (
        Plan.objects.seen_by(SYSTEM)
        .filter(place=place)
        .select_related("review")
        .prefetch_related(
            "objectives__challenge",
            "actions__objective",
            "actions__owner",
            "actions__funded_by",
            "actions__practice",
            "actions__adoption__practice",
            "actions__project__budget",
            "actions__partnerships__organisation",
            "actions__steps",
            "actions__risk_check__sign_offs__organisation",
            "indicators__objective",
            "indicators__action",
            "indicators__readings",
            "contributions__organisation",
        )
        .order_by("begins", "code")
    )


def _organisations(plans: Iterable[Any]) -> Iterable[Organisation | None]:
    for plan in plans:
        for action in plan.actions.all():
            yield from (action.owner, action.funded_by)
            yield from (one.organisation for one in action.partnerships.all())
            check = getattr(action, "risk_check", None)
            if check is not None:
                yield from (one.organisation for one in check.sign_offs.all())
        yield from (one.organisation for one in plan.contributions.all())


def _told(thing: Any) -> dict[str, Any]:
    """Its fields; what is empty is left out. Levels and texts, where it has them."""
    told: dict[str, Any] = {}
    for name in FIELDS[type(thing)]:
        value = getattr(thing, name)
        if isinstance(value, date):
            value = value.isoformat()
        elif isinstance(value, Decimal):
            value = plain(value)
        if value not in (None, "", []):
            told[name] = value
    if isinstance(thing, Worded):
        told |= worded(thing)
    if hasattr(thing, "visibility"):
        told["visibility"] = thing.visibility
    return told


def mandate_told(mandate: Any) -> dict[str, Any]:
    """A mandate sheet."""
    return {**_told(mandate), "tasks": [_told(one) for one in mandate.tasks.all()]}


def review_told(review: Any) -> dict[str, Any]:
    """A review with its challenges."""
    return {
        **_told(review),
        "challenges": [
            {**_told(one), "severities": [_told(told) for told in one.severities.all()]}
            for one in review.challenges.all()
        ],
    }


def plan_told(plan: Any, *, of_people: bool = True) -> dict[str, Any]:
    """A plan with all its parts, without the review it stands on."""
    return {
        **_told(plan),
        "objectives": [
            {**_told(one), **_named(challenge=one.challenge and one.challenge.number)}
            for one in plan.objectives.all()
        ],
        "actions": [_action(one) for one in plan.actions.all()],
        "indicators": [
            {
                **_figures(one, of_people=of_people),
                **_named(
                    objective=one.objective and one.objective.number,
                    action=one.action and one.action.number,
                ),
            }
            for one in plan.indicators.all()
        ],
        "contributions": [
            {**_told(one), **_named(organisation=one.organisation and one.organisation.name)}
            for one in plan.contributions.all()
        ],
    }


def _figures(indicator: Any, *, of_people: bool) -> dict[str, Any]:
    """Its figures; where they count people also what they were shown from, so that it stays (``plan.shown``)."""
    told = {**_told(indicator), "readings": [_reading(one) for one in indicator.readings.all()]}
    if not indicator.of_people:
        return told
    if not of_people:
        for name in ("baseline", "baseline_on"):
            told.pop(name, None)
        return {**told, "readings": []}
    kept = {"k": indicator.k or None, "counts": indicator.counts or None}
    return {**told, **_named(**kept, baseline_as=_figure(indicator.baseline_as))}


def _reading(reading: Any) -> dict[str, Any]:
    return {**_told(reading), **_named(shown_as=_figure(reading.shown_as))}


def _figure(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _named(**told: Any) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value is not None}


def _action(action: Any) -> dict[str, Any]:
    check = getattr(action, "risk_check", None)
    project: Project | None = action.project
    return {
        **_told(action),
        **_named(
            objective=action.objective and action.objective.number,
            owner=action.owner and action.owner.name,
            funded_by=action.funded_by and action.funded_by.name,
            practice=action.practice and action.practice.code,
            adoption=action.adoption and action.adoption.practice.code,
            project=project
            and project.number
            and {"budget": project.budget.code, "number": project.number},
        ),
        "partners": sorted(one.organisation.name for one in action.partnerships.all()),
        "steps": [_told(one) for one in action.steps.all()],
        **({"check": _check(check)} if check is not None else {}),
    }


def _check(check: Any) -> dict[str, Any]:
    said = sorted(
        check.sign_offs.all(), key=lambda one: (one.edition, one.on, one.organisation.name)
    )
    return {
        **_told(check),
        "sign_offs": [{**_told(one), "organisation": one.organisation.name} for one in said],
    }
