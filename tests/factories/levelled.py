"""One row of every noun of plans and coordination whose level people choose, by rows and not by services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.utils import timezone

from baithak.coordination import models as coordination
from baithak.network.models import Levelled
from baithak.plan import models as plans

__all__ = ["levelled", "rows"]


def levelled() -> list[type[Levelled]]:
    """Every such noun of the two rooms."""
    return [
        model
        for room in ("plan", "coordination")
        for model in apps.get_app_config(room).get_models()
        if issubclass(model, Levelled)
    ]


def rows(place: Any, visibility: str, say: Callable[[str], str]) -> list[Levelled]:
    """One of each at a place; ``say`` gives the words for the name of a text."""
    today = timezone.localdate()
    span = {"begins": today, "ends": today}
    more: dict[type[Levelled], dict[str, Any]] = {
        plans.Plan: {**span, "state": "draft"},
        plans.Review: {"begins": today, "finished": True},
        coordination.Workshop: {**span, "state": "held"},
        coordination.Day: {**span, "kind": "both", "repeats": "yearly"},
        coordination.Meeting: {"on": today, "state": "held"},
        coordination.LookBack: {"on": today},
        coordination.Body: {"kind": "peace_committee"},
        coordination.Commitment: {"due": today},
    }
    return [
        model._unscoped.create(
            place=place, visibility=visibility, languages=["en"],
            texts={"en": {name: say(name) for name in model.LONGEST}}, **more.get(model, {}),
        )
        for model in levelled()
    ]  # fmt: skip
