"""Rows for the desk, the mayor's page, the hub's overview and the search, written straight into their tables.

Services of the rooms have their own tests and factories; these rows are as those services leave them.
"""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from baithak.coordination import models as coordination
from baithak.network.models import Organisation, Place
from baithak.network.rules import ROLES_AT, Role
from baithak.plan import models as plans
from factories import network as make

__all__ = [
    "action", "body", "card", "check", "city", "commitment", "contribution", "crowd", "day", "days", "mandate",
    "meeting", "plan", "preparation", "request", "review", "statement", "told", "workshop",
]  # fmt: skip


def days(number: int) -> date:
    """So many days from today."""
    return timezone.localdate() + timedelta(days=number)


def told(language: str = "en", **texts: str) -> dict[str, Any]:
    """Texts in one language, for a worded thing."""
    return {"texts": {language: texts}, "languages": [language]}


def city(land: Place | None = None, name: str = "Kandarpur") -> SimpleNamespace:
    """A city with two departments, and somebody for each role."""
    place = make.city(land, name)
    health = make.organisation(place, f"Health department of {name}", types=["local_government"])
    club = make.organisation(place, f"Boat club of {name}", types=["cso"])
    speaks_for = {"department_staff": health, "partner": club}
    people = {}
    for role in Role:
        if role in ROLES_AT[place.kind]:
            people[role.value] = make.person(f"{role.value} of {name}")
            make.grant(people[role.value], place, role, **_for(speaks_for, role))
    return SimpleNamespace(place=place, health=health, club=club, people=people)


def _for(speaks_for: dict[str, Organisation], role: str) -> dict[str, Organisation]:
    return {"organisation": speaks_for[role]} if role in speaks_for else {}


def plan(place: Place, title: str = "Plan of the two banks", **fields: Any) -> plans.Plan:
    kept = {
        "state": "running", "visibility": "city", "begins": days(-100), "ends": days(600),
        "decided_on": days(-90), **told(title=title, vision="Neighbours who know each other."),
    }  # fmt: skip
    return plans.Plan._unscoped.create(place=place, **{**kept, **fields})


def action(of: plans.Plan, title: str = "Lights at the quay", **fields: Any) -> plans.Action:
    number = of.actions.count() + 1
    kept = {"number": number, "state": "planned", **told(title=title)}
    return plans.Action._unscoped.create(plan=of, **{**kept, **fields})


def check(of: plans.Action, **fields: Any) -> plans.RiskCheck:
    kept = {"left_over": "low", "state": "asked", "checked_on": days(-2)}
    return plans.RiskCheck._unscoped.create(action=of, **{**kept, **fields})


def contribution(
    of: plans.Plan, organisation: Organisation | None = None, said: str = "Ask the boatmen.",
    **fields: Any,
) -> plans.Contribution:  # fmt: skip
    kept = {"stage": "goals", "on": days(-80), "group": "" if organisation else "youth"}
    texts = {"said": said, "became": fields.pop("became", "")}
    return plans.Contribution._unscoped.create(
        plan=of, organisation=organisation, **{**kept, **told(**texts), **fields}
    )


def mandate(place: Place, **fields: Any) -> plans.Mandate:
    kept = {
        "visibility": "city",
        **told(summary="May convene.", lead_office="Office for living together", deputy_office=""),
    }
    return plans.Mandate._unscoped.create(place=place, **{**kept, **fields})


def review(
    place: Place, *codes: str, title: str = "What weighs on us", **fields: Any
) -> plans.Review:
    kept = {"visibility": "hub", "begins": days(-200), "finished": True, **told(title=title)}
    found = plans.Review._unscoped.create(place=place, **{**kept, **fields})
    for number, code in enumerate(codes, 1):
        plans.Challenge._unscoped.create(
            review=found, number=number, code=code, **told(title=f"Challenge {code}")
        )
    return found


def commitment(
    place: Place, title: str = "Open the hall", **fields: Any
) -> coordination.Commitment:
    kept = {"visibility": "city", **told(title=title)}
    return coordination.Commitment._unscoped.create(place=place, **{**kept, **fields})


def body(place: Place, title: str = "Peace committee", **fields: Any) -> coordination.Body:
    kept = {"kind": "peace_committee", "visibility": "city", **told(title=title)}
    return coordination.Body._unscoped.create(place=place, **{**kept, **fields})


def meeting(
    place: Place, title: str = "Before the fair", on: int = 3, **fields: Any
) -> coordination.Meeting:
    kept = {"visibility": "city", "on": days(on), **told(title=title)}
    return coordination.Meeting._unscoped.create(place=place, **{**kept, **fields})


def day(
    place: Place, title: str = "Fair of boats", on: int = 20, **fields: Any
) -> coordination.Day:
    kept = {
        "visibility": "city", "kind": "joyful", "begins": days(on), "ends": days(on),
        **told(title=title),
    }  # fmt: skip
    return coordination.Day._unscoped.create(place=place, **{**kept, **fields})


def preparation(
    of: coordination.Day, title: str = "Ask for drinking water", **fields: Any
) -> coordination.Preparation:
    kept = {"number": of.preparations.count() + 1, "days_before": 7, **told(title=title)}
    return coordination.Preparation._unscoped.create(day=of, **{**kept, **fields})


def request(
    place: Place, to: Place, title: str = "Figures on schools", **fields: Any
) -> coordination.Request:
    kept = {
        "kind": "data", "state": "sent", "sent_on": days(-10), "reply_by": days(2), **told(title=title),
    }  # fmt: skip
    return coordination.Request._unscoped.create(place=place, to=to, **{**kept, **fields})


def statement(
    place: Place, title: str = "For a calm evening", **fields: Any
) -> coordination.JointStatement:
    kept = {"visibility": "city", "state": "draft", **told(title=title, text="We stand together.")}
    return coordination.JointStatement._unscoped.create(place=place, **{**kept, **fields})


def card(place: Place, **fields: Any) -> coordination.ResponseCard:
    kept = {"visibility": "mechanism", **told(who_speaks="The mayor")}
    return coordination.ResponseCard._unscoped.create(place=place, **{**kept, **fields})


def workshop(
    place: Place, title: str = "Workshop on the river", **fields: Any
) -> coordination.Workshop:
    kept = {
        "visibility": "hub", "begins": days(-30), "ends": days(-29), "state": "held",
        **told(title=title, summary="Two days."),
    }  # fmt: skip
    return coordination.Workshop._unscoped.create(place=place, **{**kept, **fields})


def crowd(place: Place, *, actions: int, organisations: int, commitments: int = 0) -> None:
    """Many actions of many organisations in one plan; every second one is late."""
    made = Organisation._unscoped.bulk_create(
        [
            Organisation(place=place, name=f"Organisation {n:04}", types=["cso"])
            for n in range(organisations)
        ]
    )
    of = plan(place)
    plans.Action._unscoped.bulk_create(
        [
            plans.Action(
                plan=of, number=n + 1, owner=made[n % len(made)], state="planned",
                due=days(n % 200 - 60), **told(title=f"Action {n:04}"),
            )
            for n in range(actions)
        ],
        batch_size=500,
    )  # fmt: skip
    coordination.Commitment._unscoped.bulk_create(
        [
            coordination.Commitment(
                place=place, visibility="city", owner=made[n % len(made)],
                due=days(n % 200 - 60), **told(title=f"Commitment {n:04}"),
            )
            for n in range(commitments)
        ],
        batch_size=500,
    )  # fmt: skip
