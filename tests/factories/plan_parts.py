"""Plans with actions, indicators and checks as they stand after their way, without going it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from baithak.plan.models import (
    Action,
    ActionStep,
    Indicator,
    Objective,
    Partnership,
    Plan,
    Reading,
    RiskCheck,
    SignOff,
)


def plan(place: Any, title: str = "Harbour plan", **kwargs: Any) -> Plan:
    """A draft that the team sees, in English; ``texts`` and ``languages`` say more."""
    texts = kwargs.pop("texts", {"en": {"title": title}})
    told = {
        "begins": date(2026, 1, 1),
        "ends": date(2028, 12, 31),
        "languages": list(texts),
        **kwargs,
    }
    if told.get("state", "draft") != "draft":
        told.setdefault("decided_on", date(2026, 1, 15))
    return Plan._unscoped.create(place=place, texts=texts, **told)


def objective(plan: Plan, title: str = "Neighbours meet again", **kwargs: Any) -> Objective:
    """The next objective of a plan."""
    number = Objective._unscoped.filter(plan=plan).count() + 1
    texts = kwargs.pop("texts", {"en": {"title": title}})
    return Objective._unscoped.create(
        plan=plan, number=number, texts=texts, languages=list(texts), **kwargs
    )


def action(plan: Plan, title: str = "Lamps at the harbour market", **kwargs: Any) -> Action:
    """The next action of a plan; ``partners`` take part."""
    number = kwargs.pop("number", Action._unscoped.filter(plan=plan).count() + 1)
    texts = kwargs.pop("texts", {"en": {"title": title}})
    partners = kwargs.pop("partners", ())
    made = Action._unscoped.create(
        plan=plan, number=number, texts=texts, languages=list(texts), **kwargs
    )
    for one in partners:
        Partnership._unscoped.create(action=made, organisation=one)
    return made


def step(action: Action, text: str = "The first lamp shines.", **kwargs: Any) -> ActionStep:
    """A line of progress."""
    told = {"day": date(2026, 3, 1), "state": "running", **kwargs}
    return ActionStep._unscoped.create(action=action, text=text, **told)


def indicator(plan: Plan, title: str = "Evenings at the market", **kwargs: Any) -> Indicator:
    """The next indicator of a plan; ``readings`` are pairs of a day and a figure."""
    number = Indicator._unscoped.filter(plan=plan).count() + 1
    texts = kwargs.pop("texts", {"en": {"title": title, "unit": "evenings"}})
    readings = kwargs.pop("readings", ())
    made = Indicator._unscoped.create(
        plan=plan, number=number, texts=texts, languages=list(texts),
        **{"kind": "outcome", **kwargs},
    )  # fmt: skip
    for day, value in readings:
        Reading._unscoped.create(
            indicator=made, day=day, value=Decimal(str(value)), source="Register of the ward office"
        )
    return made


def check(action: Action, **kwargs: Any) -> RiskCheck:
    """A do-no-harm check with the two answers that are needed."""
    texts = kwargs.pop(
        "texts",
        {
            "en": {
                "who_could_be_harmed": "Those who are seen at the market late.",
                "precautions": "They go home in company.",
            }
        },
    )
    told = {"left_over": "low", "checked_on": date(2026, 2, 1), **kwargs}
    return RiskCheck._unscoped.create(action=action, texts=texts, languages=list(texts), **told)


def sign_off(check: RiskCheck, organisation: Any, **kwargs: Any) -> SignOff:
    """What a partner said of the present edition."""
    told = {"edition": check.edition, "agrees": True, "on": date(2026, 2, 10), **kwargs}
    return SignOff._unscoped.create(check_of=check, organisation=organisation, **told)
