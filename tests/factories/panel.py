"""Panels with people in them: a city's team, categories with quotas, residents who registered."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

from django.utils import timezone

from baithak.network import services as network
from baithak.network.models import Channel
from baithak.network.scope import PUBLIC
from baithak.panel import queries, services, tasks
from baithak.panel.models import Draw, Panel, Registrant
from factories.dialogue import team

__all__ = ["PUBLIC", "team"]

TEXTS = {
    "en": {
        "title": "Harbour panel",
        "question": "How should the harbour be shared?",
        "description": "The council invites you. Two Saturdays, meals and travel paid.",
    },
    "ur": {"title": "بندرگاہ پینل", "question": "بندرگاہ کیسے بانٹی جائے؟", "description": ""},
}
GENDER = [("Woman", "عورت", 50), ("Man", "مرد", 50)]
AGE = [
    ("18 to 29", "18 سے 29", 30),
    ("30 to 59", "30 سے 59", 45),
    ("60 and over", "60 سے زیادہ", 25),
]
#: What the balls of the tests show.
BALLS = "07"


def draft(team: SimpleNamespace, *, size: int = 8, **kwargs) -> Panel:
    """A draft with two categories, quotas with slack, and a named chance."""
    now = timezone.now()
    told = {
        "texts": TEXTS,
        "size": size,
        "panels": 100,
        "closes": now + timedelta(days=5),
        "keep_until": (now + timedelta(days=60)).date(),
        **kwargs,
    }
    panel = services.create(place=team.place, by=team.officer, **told)
    for kind, answers in (("gender", GENDER), ("age", AGE)):
        category = services.add_category(panel=panel, kind=kind, by=team.officer)
        services.edit_category(
            category=category,
            labels={"en": kind.title(), "ur": {"gender": "صنف", "age": "عمر"}[kind]},
            answers=[
                services.Answer({"en": en, "ur": ur}, Decimal(share)) for en, ur, share in answers
            ],
            by=team.officer,
        )
    services.fill_quotas(panel=panel, slack=Decimal(15), by=team.officer)
    services.name_chance(
        panel=panel,
        source="balls",
        name="the town hall's drum, drawn by the youngest guest",
        known_from=panel.closes + timedelta(days=1),
        by=team.officer,
    )
    return fresh(panel)


def fresh(panel: Panel) -> Panel:
    return Panel._unscoped.select_related("place").get(pk=panel.pk)


def opened(team: SimpleNamespace, **kwargs) -> Panel:
    """Asked for by the officer, confirmed by the mayor."""
    panel = draft(team, **kwargs)
    act = services.ask_to_open(panel=panel, reason="The council asked for it.", by=team.officer)
    network.confirm_two_person(act=act, by=team.mayor)
    return fresh(panel)


def answers(panel: Panel, *wanted: str) -> dict[int, int]:
    """The ids of these answers; the first of each category where none is named."""
    told = {}
    for category in queries.categories(panel.pk):
        features = list(category.features.all())
        told[category.pk] = next((f.pk for f in features if f.name in wanted), features[0].pk)
    return told


def register(panel: Panel, *wanted: str, contact: str = "", by=PUBLIC, **kwargs) -> str:
    """Somebody registers; the code."""
    told = {
        "needs": [],
        "language": "en",
        "channel": Channel.OPEN,
        "handle": uuid.uuid4(),
        **kwargs,
    }
    return services.register(
        panel=panel,
        answers=answers(panel, *wanted),
        contact=contact or f"resident.{uuid.uuid4().hex[:8]}@people.example",
        adult=True,
        agreed=True,
        by=by,
        **told,
    ).code


def crowd(panel: Panel, people: int = 40, seed: int = 1) -> list[str]:
    """Residents of all kinds; their codes."""
    dice = random.Random(seed)
    ages = [name for name, _, _ in AGE]
    return [
        register(panel, ("Woman", "Man")[n % 2], dice.choices(ages, [30, 45, 25])[0])
        for n in range(people)
    ]


def check(panel: Panel) -> Panel:
    """The worker looks at the pool, however lately it did."""
    Panel._unscoped.filter(pk=panel.pk).update(pool_due=None)
    while tasks.check_a_pool():
        pass
    return fresh(panel)


def frozen(team: SimpleNamespace, panel: Panel) -> Panel:
    """The list frozen by two people, the lottery published by the worker."""
    check(panel)
    act = services.ask_to_freeze(panel=panel, reason="Registration is over.", by=team.officer)
    network.confirm_two_person(act=act, by=team.mayor)
    tasks.prepare_a_draw()
    return fresh(panel)


def past(panel: Panel) -> None:
    """The named moment comes: everything of this panel happened some days earlier."""
    back = timedelta(days=10)
    for model, fields in (
        (Panel, ("opens", "closes", "source_at", "frozen")),
        (Draw, ("source_at", "committed")),
    ):
        rows = model._unscoped.filter(**({"pk": panel.pk} if model is Panel else {"panel": panel}))
        for row in rows:
            moments = {f: getattr(row, f) - back for f in fields if getattr(row, f)}
            model._unscoped.filter(pk=row.pk).update(**moments)


def drawn(team: SimpleNamespace, panel: Panel, shown: str = BALLS) -> Panel:
    """The moment has come, and two witnesses have written down what chance showed."""
    past(panel)
    act = services.ask_to_draw(panel=panel, randomness=shown, by=team.officer)
    network.confirm_two_person(act=act, by=team.mayor)
    return fresh(panel)


def people(panel: Panel, **kwargs) -> list[Registrant]:
    return list(Registrant._unscoped.filter(panel=panel, **kwargs))


def draw(panel: Panel, number: int = 1) -> Draw:
    return Draw._unscoped.get(panel=panel, number=number)


def soon() -> datetime:
    return timezone.now() + timedelta(days=1)
