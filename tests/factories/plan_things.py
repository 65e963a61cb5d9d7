"""What the permission matrix asks about in the room of plans: one function for each noun."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from baithak.plan.models import (
    Challenge,
    Contribution,
    Mandate,
    Objective,
    Plan,
    Review,
    Severity,
    Task,
)
from factories import plan_part_things
from factories.thing import Thing

TODAY = date(2026, 11, 24)


def things(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    """Everything of the room, by kind. ``canary`` is written into what stays inside the city."""
    return {
        **_mandates(world, canary),
        **_reviews(world, canary),
        **_plans(world, canary),
        **plan_part_things.parts(world, canary, plan),
    }


# --- mandate: a place has one; each level stands with another place
def _mandates(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    sheets, tasks = [], []
    for place, visibility in (("city", "mechanism"), ("other_city", "hub"), ("far_city", "public")):
        inside = canary if place == "city" else ""
        where = getattr(world, place)
        mandate = Mandate._unscoped.create(
            place=where,
            visibility=visibility,
            texts={"en": {"summary": f"Markets and parks {inside}"}},
            languages=["en"],
        )
        Task._unscoped.create(
            mandate=mandate,
            number=1,
            holder="unclear",
            texts={"en": {"title": f"Permits {inside}"}},
            languages=["en"],
        )
        sheets.append(Thing(visibility, {"place": where.slug}, place, visibility))
        tasks.append(Thing(visibility, {"place": where.slug, "number": 1}, place, visibility))
    return {"mandate": sheets, "mandate_task": tasks}


# --- reviews, finished and not
def _reviews(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    found = []
    for visibility, finished in (
        ("mechanism", False),
        ("city", True),
        ("hub", True),
        ("network", False),
        ("public", True),
    ):
        inside = canary if visibility in ("mechanism", "city") else ""
        review = Review._unscoped.create(
            place=world.city,
            visibility=visibility,
            finished=finished,
            # The newest is told of a challenge across places: to the city its own, which stays inside.
            begins=TODAY + timedelta(days=visibility == "city"),
            texts={"en": {"title": f"Review {inside}", "method": f"Walks {inside}"}},
            languages=["en"],
        )
        challenge = Challenge._unscoped.create(
            review=review,
            number=1,
            code="hate_speech",
            because_text=inside,
            texts={"en": {"title": f"Shouting {inside}", "description": f"At {inside}"}},
            languages=["en"],
        )
        Severity._unscoped.create(
            challenge=challenge, group="youth", level="some", note=f"Told {inside}"
        )
        marks = frozenset({"finished"} if finished else set())
        found.append(Thing(visibility, {"review": review.pk}, "city", visibility, marks))
    return {
        "review": found,
        "review_step": [
            replace(one, kwargs={**one.kwargs, "step": step})
            for one in found
            for step in ("how", "challenges", "felt", "limits")
            if step == "how" or one.visibility == "city"
        ],
        "review_challenge": [replace(one, kwargs={**one.kwargs, "number": 1}) for one in found],
        # Everybody may ask for a challenge of the library: strangers look for the city's own in it.
        "challenge_code": [Thing("hate_speech", {"code": "hate_speech"}, "city")],
    }


# --- plans with an objective and somebody who helped
def plan(place: Any, state: str, visibility: str, canary: str = "") -> Plan:
    """A plan as it would be after its whole way, without going it."""
    made = Plan._unscoped.create(
        place=place,
        state=state,
        visibility=visibility,
        begins=TODAY,
        ends=TODAY,
        decided_on=None if state == "draft" else TODAY,
        reviewed_on=TODAY if state == "reviewed" else None,
        texts={"en": {"title": f"Harmony {canary}", "vision": f"Calm {canary}",
                      "decided_by": f"Council {canary}", "reviewed": f"Good {canary}"}},
        languages=["en"],
    )  # fmt: skip
    Objective._unscoped.create(
        plan=made, number=1, texts={"en": {"title": f"Lamps {canary}"}}, languages=["en"]
    )
    return made


def _plans(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    found: dict[str, list[Thing]] = {"plan": [], "plan_objective": [], "plan_contribution": []}
    for state, visibility in (
        ("draft", "mechanism"),
        ("adopted", "city"),
        ("running", "hub"),
        ("reviewed", "network"),
        ("draft", "public"),
        ("running", "public"),
    ):
        inside = canary if visibility in ("mechanism", "city") else ""
        made = plan(world.city, state, visibility, inside)
        helped = Contribution._unscoped.create(
            plan=made,
            group="youth",
            stage="goals",
            on=TODAY,
            texts={"en": {"said": f"More light {inside}", "became": f"Done {inside}"}},
            languages=["en"],
        )
        whole = Thing(
            f"{visibility} {state}", {"code": made.code}, "city", visibility, frozenset({state})
        )
        for kind, more in (
            ("plan", {}),
            ("plan_objective", {"number": 1}),
            ("plan_contribution", {"contribution": helped.pk}),
        ):
            found[kind].append(replace(whole, kwargs={**whole.kwargs, **more}))
    return found
