"""A city that plans: its mandate, its review, a plan with an objective and an action, as services make them."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from baithak.network import services as network
from baithak.plan.models import Action, Challenge, Contribution, Mandate, Objective, Plan, Review
from baithak.plan.services import contributions, mandate, objectives, plans, reviews
from baithak.plan.services.reviews import Felt
from factories import exchange as practices
from factories import network as people

__all__ = [
    "action", "adopted", "challenge", "contribution", "objective", "plan", "ready", "review",
    "sheet", "team",
]  # fmt: skip


def team() -> SimpleNamespace:
    """A hub with Kandarpur and Noorabad, each with an officer, a mayor, a facilitator and a partner."""
    return practices.two_cities()


def sheet(of: SimpleNamespace, **texts: str) -> Mandate:
    told = {"summary": "The city may run youth work and markets.", **texts}
    return mandate.write(place=of.place, language="en", texts=told, by=of.officer)


def review(of: SimpleNamespace, *, begins: date = date(2026, 3, 1), **texts: str) -> Review:
    told = {
        "title": "Review 2026",
        "method": "Twelve walks through all wards.",
        "who_was_heard": "Market committees, schools, women’s groups.",
        "limits": "Night workers were not heard.",
        **texts,
    }
    language = {"language": "en", "texts": {n: t for n, t in told.items() if n != "limits"}}
    made = reviews.begin(place=of.place, begins=begins, by=of.officer, **language)
    if told["limits"]:
        reviews.change(review=made, language="en", texts={"limits": told["limits"]}, by=of.officer)
    made.refresh_from_db()
    return made


def challenge(
    of: SimpleNamespace, in_review: Review, code: str = "rumours_misinformation", **more: Any
) -> Challenge:
    felt = more.pop("felt", {"youth": Felt("strong", "Told on the walks.")})
    texts = {"title": "Rumours before festivals", **more.pop("texts", {})}
    made = reviews.add_challenge(
        review=in_review, code=code, language="en", texts=texts, by=of.officer, **more
    )
    if felt:
        reviews.tell_how_it_is_felt(challenge=made, felt=felt, by=of.officer)
    return made


def plan(of: SimpleNamespace, **more: Any) -> Plan:
    texts = {
        "title": "Living together in Kandarpur",
        "vision": "Festivals are safe for everyone.",
        "need": "Rumours empty the market each autumn.",
        **more.pop("texts", {}),
    }
    given = {"begins": date(2026, 1, 1), "ends": date(2028, 12, 31), "language": "en", **more}
    return plans.begin(place=of.place, texts=texts, by=of.officer, **given)


def objective(of: SimpleNamespace, in_plan: Plan, title: str = "Rumours end sooner", **more: Any):
    texts = {"title": title, "because": "People trust the market committees."}
    texts |= more.pop("texts", {})
    made: Objective = objectives.add(
        plan=in_plan, language="en", texts=texts, by=of.officer, **more
    )
    return made


def action(in_plan: Plan, number: int = 1, title: str = "A rumour line", **fields: Any) -> Action:
    """A row as it stands; how actions are written is their own tests' affair."""
    return Action._unscoped.create(
        plan=in_plan,
        number=number,
        texts=fields.pop("texts", {"en": {"title": title}}),
        languages=fields.pop("languages", ["en"]),
        **fields,
    )


def contribution(of: SimpleNamespace, to: Plan, **more: Any) -> Contribution:
    texts = {"said": "Ask the boatmen too.", **more.pop("texts", {})}
    given = {"stage": "goals", "on": date(2026, 2, 3), "group": "youth", "language": "en", **more}
    return contributions.add(plan=to, texts=texts, by=of.officer, **given)


def ready(of: SimpleNamespace, **more: Any) -> Plan:
    """A draft that can be adopted."""
    made = plan(of, **more)
    goal = objective(of, made)
    owner = people.organisation(of.place, f"Youth office {made.code}")
    action(made, objective=goal, owner=owner, due=date(2027, 9, 30))
    return made


#: What an officer writes down when a plan is adopted.
DECISION = {
    "to": "city",
    "decided_by": "City council",
    "decided_on": date(2026, 5, 4),
    "decision": "Resolution 17",
    "reason": "The council has decided.",
}


def adopted(of: SimpleNamespace, plan: Plan | None = None, **decision: Any) -> Plan:
    """Asked for by the officer, confirmed by the mayor."""
    made = plan or ready(of)
    act = plans.ask_to_adopt(plan=made, by=of.officer, **{**DECISION, **decision})
    network.confirm_two_person(act=act, by=of.mayor)
    made.refresh_from_db()
    return made
