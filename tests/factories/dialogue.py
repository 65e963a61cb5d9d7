"""Dialogues with people in them: a city, its team, residents with tokens of their own."""

from __future__ import annotations

import random
import uuid
from types import SimpleNamespace

from django.test import Client

from baithak.dialogue import services
from baithak.dialogue.models import Dialogue, Statement
from baithak.network import keys
from baithak.network import services as network
from baithak.network.rules import Role
from factories import network as people

TEXTS = {
    "en": {"title": "Harbour market", "question": "What makes the market good for everybody?"},
    "ur": {"title": "بندرگاہ بازار", "question": "بازار سب کے لیے کیسے اچھا ہو؟"},
}
SEEDS = [
    {"en": "Parks should stay open until 10 at night.", "ur": "پارک رات دس بجے تک کھلے رہیں۔"},
    {"en": "Loudspeakers should stop at nine."},
    {"en": "Night buses should run for women.", "ur": "خواتین کے لیے رات کی بسیں چلیں۔"},
    {"en": "The market needs more light."},
    {"en": "Stalls should be given by lot."},
    {"en": "Fishermen should keep the old quay."},
]


def team(name: str = "Kandarpur") -> SimpleNamespace:
    """A city with an officer, a mayor, a moderator, a facilitator, a partner and an auditor."""
    place = people.city(name=name, languages=["en", "ur"])
    users = {
        role: people.member(place, role)
        for role in (
            Role.CITY_OFFICER,
            Role.MAYOR,
            Role.MODERATOR,
            Role.FACILITATOR,
            Role.PARTNER,
            Role.AUDITOR,
        )
    }
    viewers = {role.value: people.viewer(user) for role, user in users.items()}
    return SimpleNamespace(
        place=place,
        users={role.value: user for role, user in users.items()},
        viewers=viewers,
        officer=viewers["city_officer"],
        mayor=viewers["mayor"],
        moderator=viewers["moderator"],
    )


def draft(team: SimpleNamespace, **kwargs) -> Dialogue:
    told = {"texts": TEXTS, "seeds": SEEDS, **kwargs}
    return services.create(place=team.place, by=team.officer, **told)


def opened(team: SimpleNamespace, **kwargs) -> Dialogue:
    """Asked for by the officer, confirmed by the mayor."""
    dialogue = draft(team, **kwargs)
    act = services.ask_to_open(
        dialogue=dialogue, reason="The council asked for it.", by=team.officer
    )
    network.confirm_two_person(act=act, by=team.mayor)
    return Dialogue._unscoped.select_related("place").get(pk=dialogue.pk)


def statements(dialogue: Dialogue) -> list[Statement]:
    return list(Statement._unscoped.filter(dialogue=dialogue).order_by("pk"))


def pid(dialogue: Dialogue, token: str) -> bytes:
    return keys.pseudonym(dialogue.key, token)


def vote(dialogue: Dialogue, token: str, number: int, value: int, turn: int = 0):
    told = Statement._unscoped.get(dialogue=dialogue, number=number)
    return services.cast_vote(
        dialogue=dialogue.pk, pid=pid(dialogue, token), statement=told.pk, value=value, turn=turn
    )


def crowd(dialogue: Dialogue, people: int = 60, seed: int = 1) -> None:
    """Two camps of residents who differ on the first three statements and share the others."""
    draw = random.Random(seed)
    numbers = [s.number for s in statements(dialogue) if s.number is not None]
    votes, channels = [], {}
    for one in range(people):
        token = f"resident-{seed}-{one}"
        channels[token] = "open"
        side = 1 if one % 2 else -1
        for number in numbers:
            leaning = side if number <= 3 else 1
            votes.append(
                (token, number, leaning if draw.random() < 0.9 else draw.choice([-1, 0, 1]))
            )
    services.load_votes(dialogue=dialogue, votes=votes, channels=channels)


def submission(
    dialogue: Dialogue, text: str, language: str = "en", handle: uuid.UUID | None = None
):
    return services.submit(
        dialogue=dialogue, text=text, language=language, handle=handle or uuid.uuid4()
    )


def resident(dialogue: Dialogue, language: str = "en") -> SimpleNamespace:
    """Somebody with a phone who has just followed the link."""
    client = Client()
    link = f"/{language}/d/{dialogue.code}/"
    page = client.get(link)
    return SimpleNamespace(client=client, link=link, page=page)
