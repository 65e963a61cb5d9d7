"""Fills a hub with the demonstration, through the same services as everybody.

Each part is loaded once, in a transaction of its own: a start that was interrupted is finished by
the next one, a second start has nothing to do.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from baithak.dialogue import services as dialogues
from baithak.dialogue.models import Dialogue
from baithak.home.demonstration import content, learning, money, seats, together
from baithak.home.demonstration.simulation import simulate
from baithak.network import queries as network_queries
from baithak.network import services as network
from baithak.network.demo import SignIn, add_example_person, sign_ins
from baithak.network.models import Organisation, Place
from baithak.network.scope import SYSTEM, Viewer
from baithak.opendata import catalogue as opendata
from baithak.opendata.errors import DataError
from baithak.report.errors import sentence

__all__ = ["SignIn", "finish", "load", "published_folder", "sign_ins"]

Tell = Callable[[str], object]
#: One name for each waiting statement: a second load finds that it was sent before.
_HANDLES = uuid.UUID("5b6b6f4e-0d0a-4c1b-9f4e-6b61697468ab")


def load(*, tell: Tell = lambda line: None, by: Viewer = SYSTEM) -> None:
    """Load what is not there yet: places, people, the example dialogue with its map, open data.

    Parameters
    ----------
    tell
        Hears one line for each longer piece of work.

    Raises
    ------
    ImproperlyConfigured
        This is not the demonstration: its sign-ins are no secret and must not meet a real city.
    """
    if not settings.DEMO:
        raise ImproperlyConfigured(
            "The demonstration's passwords are public: it loads only where BAITHAK_DEMO=1."
        )
    with transaction.atomic():
        places = _places(content.hub()["places"], by, example=True)
        people = _people(places, by)
    if not seats.has_panel(places):
        tell("Filling the example panel with 400 generated people …")
        seats.load_panel(places, people)
    if not _has_dialogue(places[content.dialogue()["draft"]["place"]]):
        _draft(places, people)
    if not _has_dialogue(places[content.dialogue()["dialogue"]["place"]]):
        tell("Asking 600 simulated residents …")
        with transaction.atomic():
            _example_dialogue(places, people)
    if not money.has_budget(places):
        tell("Sharing out the example budget …")
        money.load_budget(places, people)
    if not learning.has_library():
        tell("Putting 153 practices on the shelf …")
        learning.load_library(places)
    if not learning.has_practice():
        learning.load_practice(people, places)
    _published(by, tell)
    _draw(tell)
    if not learning.has_adoptions():
        learning.load_adoptions(people, places)
    if not together.has_plan(places):
        tell("Planning, meeting and promising …")
        together.load_together(places, people)
    if not together.has_handover(places):
        together.rehearse(places, people)


def finish(*, by: Viewer = SYSTEM, patience: timedelta = timedelta()) -> None:
    """After loading, outside any transaction: count the budget, draw the panel if chance allows.

    ``patience`` is how long to wait for the chance that was named; where it is not known by then,
    the lottery stays published, and the next start draws.
    """
    money.count()
    places = _places(content.hub()["places"], by, example=True)
    seats.draw(places, _people(places, by), patience=patience)


def _places(told: list[dict[str, Any]], by: Viewer, **kind: bool) -> dict[str, Place]:
    known = {place.slug: place for place in Place.objects.seen_by(by)}
    for one in told:
        if one["slug"] not in known:
            given = {**one, "parent": known.get(one.get("parent", ""))}
            known[one["slug"]] = network.add_place(by=by, **given, **kind)
    return known


def _people(places: Mapping[str, Place], by: Viewer) -> dict[str, Viewer]:
    """Organisations and people with their roles; gives who acts by role and place."""
    told = content.hub()
    organisations = {}
    for one in told["organisations"]:
        place = places[one["place"]]
        found = Organisation.objects.seen_by(by).filter(place=place, name=one["name"]).first()
        organisations[one["slug"]] = found or network.add_organisation(
            place=place, name=one["name"], types=one["types"], level=one["level"], by=by
        )
    viewers = {}
    for one in told["people"]:
        user = network_queries.account_of(one["email"])
        if user is None:
            user = add_example_person(
                email=one["email"], name=one["name"], language=one.get("language", "en")
            )
            network.grant_role(
                user=user,
                place=places[one["place"]],
                role=one["role"],
                organisation=organisations.get(one.get("organisation", "")),
                by=by,
            )
        viewers[f"{one['role']}@{one['place']}"] = network_queries.viewer_of(user)
    return viewers


def _has_dialogue(place: Place) -> bool:
    return Dialogue.objects.seen_by(SYSTEM).filter(place=place).exists()


def _texts(told: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    parts = ("title", "question", "description")
    return {
        language: {part: told[part][language] for part in parts} for language in content.LANGUAGES
    }


def _seeds(told: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{language: one[language] for language in content.LANGUAGES} for one in told]


def _draft(places: Mapping[str, Place], people: Mapping[str, Viewer]) -> None:
    told = content.dialogue()["draft"]
    dialogues.create(
        place=places[told["place"]],
        texts=_texts(told),
        seeds=_seeds(told["statements"]),
        by=people[f"city_officer@{told['place']}"],
    )


def _example_dialogue(places: Mapping[str, Place], people: Mapping[str, Viewer]) -> None:
    """Created by the officer, opened with the mayor's word, answered by simulated residents."""
    content_of = content.dialogue()
    told, statements = content_of["dialogue"], content_of["statements"]
    officer = people[f"city_officer@{told['place']}"]
    dialogue = dialogues.create(
        place=places[told["place"]],
        texts=_texts(told),
        seeds=_seeds(statements),
        closes=timezone.now() + timedelta(days=told["days_open"]),
        by=officer,
    )
    asked = dialogues.ask_to_open(
        dialogue=dialogue, reason="The council decides about the quay in winter.", by=officer
    )
    network.confirm_two_person(act=asked, by=people[f"mayor@{told['place']}"])
    dialogue.refresh_from_db()
    drawn = simulate()
    numbers = {statement["id"]: number for number, statement in enumerate(statements, start=1)}
    dialogues.load_votes(
        dialogue=dialogue,
        votes=((vote.token, numbers[vote.statement], vote.vote) for vote in drawn.votes),
        channels={resident.token: resident.channel for resident in drawn.residents},
    )
    for one in content_of["waiting"]:
        dialogues.submit(
            dialogue=dialogue,
            text=one["text"],
            language=one["language"],
            handle=uuid.uuid5(_HANDLES, one["text"]),
        )


def published_folder() -> Path | None:
    """Where the real conversation lies on this machine, unchanged; None where it does not.

    Raises
    ------
    DataError
        Its folder is there, and a file in it is not the published one.
    """
    return opendata.locate(opendata.find(content.published()["name"]), settings.DATA_FOLDERS)


def _published(by: Viewer, tell: Tell) -> None:
    told = content.published()
    known = {place.slug: place for place in Place.objects.seen_by(by)}
    city = known.get(told["places"][-1]["slug"])
    if city is not None and _has_dialogue(city):
        return
    try:
        folder = published_folder()
    except DataError as damage:
        tell(f"{told['name']} is not shown. {sentence(damage.code, damage.params)}")
        return
    if folder is None:
        return
    tell("Reading the published conversation of Bowling Green …")
    entry = opendata.find(told["name"])
    with transaction.atomic():
        places = _places(told["places"], by, open_data=True)
        dialogues.import_polis(
            source=folder,
            place=places[told["places"][-1]["slug"]],
            by=by,
            attribution=entry.attribution,
            source_url=entry.page,
            public=True,
        )


def _draw(tell: Tell) -> None:
    """The maps that nobody has drawn yet; later ones are the worker's."""
    while (waiting := dialogues.claim_map()) is not None:
        tell("Drawing an opinion map …")
        dialogues.draw_map(waiting)
