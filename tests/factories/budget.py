"""Budgets with projects, slips and ballots: a city, its team, residents with slips of their own."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from baithak.budget import services
from baithak.budget.models import Budget, Project, Slip
from baithak.network import keys
from baithak.network import services as network
from baithak.network.scope import SYSTEM
from baithak.network.slips import new_codes
from factories import dialogue as dialogues

TEXTS = {
    "en": {
        "title": "Kandarpur shares out",
        "question": "What should the city build with this money?",
        "description": "The council builds what this vote funds.",
    },
    "ur": {"title": "کندرپور کا بجٹ", "question": "شہر اس رقم سے کیا بنائے؟"},
}
AREAS = [{"en": "Harbour", "ur": "بندرگاہ"}, {"en": "Hill"}]
#: Title, cost, area, place: one thousand in all, of which six hundred can be spent.
PROJECTS = [
    ("Benches in the shade", 200, "1", (8.5874, 81.2152)),
    ("Lamps in forty lanes", 300, "1", (8.5911, 81.2110)),
    ("A clinic in the evening", 150, "2", (8.5790, 81.2300)),
    ("A new gate for the fort", 250, "2", None),
    ("Trees by the school", 100, "", None),
]


def team(name: str = "Kandarpur") -> SimpleNamespace:
    """A city with an officer, a mayor, a moderator, a facilitator, a partner and an auditor."""
    made = dialogues.team(name)
    made.facilitator = made.viewers["facilitator"]
    return made


def draft(team: SimpleNamespace, **kwargs: Any) -> Budget:
    told = {
        "texts": TEXTS, "areas": AREAS, "envelope": Decimal(600), "currency": "INR", **kwargs
    }  # fmt: skip
    return services.create(place=team.place, by=team.officer, **told)


def fresh(budget: Budget) -> Budget:
    return Budget._unscoped.select_related("place").get(pk=budget.pk)


def opened(team: SimpleNamespace, **kwargs: Any) -> Budget:
    """Asked for by the officer, confirmed by the mayor: it takes proposals."""
    budget = draft(team, **kwargs)
    act = services.ask_to_open(budget=budget, reason="The council asked.", by=team.officer)
    network.confirm_two_person(act=act, by=team.mayor)
    return fresh(budget)


def proposal(budget: Budget, title: str = "Benches in the shade", **kwargs: Any) -> Project:
    """A resident's, which waits for a moderator."""
    words = {"title": title, "description": "For everybody.", **kwargs.pop("words", {})}
    told = {"language": "en", "handle": uuid.uuid4(), **kwargs}
    return services.propose(budget=budget, words=words, **told)


def on_the_ballot(team: SimpleNamespace, budget: Budget) -> list[Project]:
    """All of ``PROJECTS``, let in and accepted with their cost."""
    made = []
    for title, cost, area, at in PROJECTS:
        project = proposal(budget, title, area=area, at=at)
        services.show(project=project, by=team.moderator)
        made.append(services.accept(project=project, cost=Decimal(cost), by=team.officer))
    return made


def slips(team: SimpleNamespace, budget: Budget, size: int, channel: str = "token") -> list[str]:
    return services.make_slips(
        budget=budget, size=size, channel=channel, handle=uuid.uuid4(), by=team.officer
    )


def open_vote(team: SimpleNamespace, budget: Budget) -> Budget:
    act = services.ask_to_vote(budget=budget, reason="All is checked.", by=team.officer)
    network.confirm_two_person(act=act, by=team.mayor)
    return fresh(budget)


def voting(
    team: SimpleNamespace, *, tokens: int = 4, sessions: int = 2, **kwargs: Any
) -> SimpleNamespace:
    """A budget that takes ballots, its projects, and the codes of its slips."""
    budget = opened(team, **kwargs)
    projects = on_the_ballot(team, budget)
    told = SimpleNamespace(
        team=team,
        projects=projects,
        tokens=slips(team, budget, tokens),
        sessions=slips(team, budget, sessions, "session") if sessions else [],
    )
    told.budget = open_vote(team, budget)
    return told


def pid(budget: Budget, code: str) -> bytes:
    return keys.pseudonym(budget.key, code)


def cast(
    budget: Budget,
    code: str,
    chosen: Mapping[int, int] | list[int],
    *,
    handle: uuid.UUID | None = None,
    **kwargs: Any,
):
    told = chosen if isinstance(chosen, Mapping) else dict.fromkeys(chosen, 1)
    return services.cast_ballot(
        budget=budget.pk,
        pid=pid(budget, code),
        choices=services.checked_choices(budget, told),
        handle=handle or uuid.uuid4(),
        **kwargs,
    )


def crowd(voting: SimpleNamespace, seed: int = 1) -> None:
    """Every slip votes: the harbour for its own projects, the hill for its own, trees for many."""
    draw = random.Random(seed)
    for number, code in enumerate([*voting.tokens, *voting.sessions]):
        mine = [1, 2] if number % 3 else [3, 4]
        chosen = [n for n in mine if draw.random() < 0.9] + [5] * (draw.random() < 0.6)
        cast(voting.budget, code, chosen or mine)


def closed(voting: SimpleNamespace) -> Budget:
    """Closed and sealed; in a test with real transactions, as sealing vacuums."""
    services.close(budget=voting.budget, by=SYSTEM)
    assert not connection.in_atomic_block
    services.seal(voting.budget.pk)
    return fresh(voting.budget)


def load_slips(budget: Budget, size: int, channel: str = "token") -> list[str]:
    """Slips without their print-out, for large crowds."""
    codes = new_codes(size)
    Slip._unscoped.bulk_create(
        [Slip(budget=budget, pid=pid(budget, code), channel=channel) for code in codes]
    )
    return codes


def resident(budget: Budget, code: str = "", language: str = "en") -> SimpleNamespace:
    """Somebody with a phone who has followed the link, and typed the code of their slip."""
    client = Client()
    link = f"/{language}/b/{budget.code}/"
    page = client.get(link)
    if code:
        page = client.post(f"{link}slip/", {"slip": code}, follow=True)
    return SimpleNamespace(client=client, link=link, page=page, code=code)


def soon(**kwargs: float):
    return timezone.now() + timedelta(**kwargs)
