"""By what the table of who does what is narrowed: read from the address, what nobody knows counts as nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from baithak.coordination.who_does_what import BY, Asked
from baithak.exchange.records import library
from baithak.network.models import OrganisationType
from baithak.plan.models import ActionState, Plan

__all__ = ["asked"]

_AREA = 120


def asked(told: Mapping[str, str], plans: Iterable[Plan]) -> Asked:
    """What an address asks for."""
    taxonomy = library().taxonomy
    codes = {plan.code: plan.pk for plan in plans}

    def one_of(name: str, known: Iterable[str]) -> str:
        value = told.get(name, "")
        return value if value in tuple(known) else ""

    def number(name: str) -> int:
        value = told.get(name, "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else 0

    return Asked(
        by=one_of("by", BY) or "level",
        plan=codes.get(told.get("plan", ""), 0),
        level=one_of("level", taxonomy.codes("admin_levels")),
        prevention=one_of("prevention", taxonomy.codes("prevention_levels")),
        area=told.get("area", "")[:_AREA],
        state=one_of("state", ActionState.values),
        type=one_of("type", OrganisationType.values),
        organisation=number("organisation"),
        part=one_of("part", ("leads", "joins")),
        objective=number("objective"),
        gap=one_of("gap", ("no_owner", "idle")),
        show=one_of("show", ("actions",)),
    )
