"""Actions, indicators, checks and files of plans for the permission matrix."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

from baithak.network.models import Membership, Organisation
from factories import network as people
from factories import plan_parts as make
from factories.thing import Thing

DAY = date(2026, 11, 24)
PLANS = (
    ("draft", "mechanism"),
    ("adopted", "city"),
    ("running", "hub"),
    ("reviewed", "network"),
    ("reviewed", "city"),
    ("running", "public"),
)


def speaks_for(world: SimpleNamespace, role: str, canary: str) -> tuple[Any, Organisation]:
    """The city's person with this role, and the organisation for which it holds."""
    user = world.people["city"][role]
    held = Membership._unscoped.select_related("organisation").get(
        user=user, place=world.city, role=role
    )
    if held.organisation is None:
        held.organisation = people.organisation(world.city, f"Office of {role} {canary}")
        held.save(by_service=True)
    return user, held.organisation


def parts(world: SimpleNamespace, canary: str, plan: Callable[..., Any]) -> dict[str, list[Thing]]:
    """One action with its check, one indicator and every file of plans of each level and state."""
    doer, office = speaks_for(world, "department_staff", canary)
    signer, _club = speaks_for(world, "partner", canary)
    kinds = ("plan_action", "plan_check", "plan_indicator", "plan_paper", "plan_export")
    found: dict[str, list[Thing]] = {kind: [] for kind in kinds}
    for state, visibility in PLANS:
        inside = canary if visibility in ("mechanism", "city") else ""
        made = plan(world.city, state, visibility, inside)
        action = make.action(
            made, owner=office,
            texts={"en": {"title": f"Lamps {inside}", "area": f"Market {inside}"}},
        )  # fmt: skip
        make.step(action, f"The first shines {inside}", day=DAY)
        make.check(
            action, state="asked",
            texts={"en": {"who_could_be_harmed": f"Sellers {inside}", "precautions": f"Company {inside}"}},
        )  # fmt: skip
        make.indicator(
            made, action=action, readings=[(DAY, 3)],
            texts={"en": {"title": f"Evenings {inside}", "unit": "evenings"}},
        )  # fmt: skip
        marks, name = frozenset({state}), f"{visibility} {state}"
        ties = {"doer": doer.pk, "signer": signer.pk}
        for kind, more in (
            ("plan_action", {"number": 1}),
            ("plan_check", {"number": 1}),
            ("plan_indicator", {"number": 1}),
            ("plan_paper", {"kind": "docx"}),
            ("plan_export", {"kind": "csv"}),
            ("plan_export", {"kind": "iati"}),
        ):
            if more == {"kind": "iati"} and (state, visibility) != PLANS[0]:
                continue  # who may fetch one kind may fetch the other
            told = {"code": made.code, **more}
            found[kind].append(Thing(name, told, "city", visibility, marks, ties))
    return found
