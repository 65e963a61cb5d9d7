"""The example panel, through the same services as everybody: a generated pool, quotas, a public draw.

Its chance lies in the future, as it must (R17): less than a minute after loading begins. So the pool
is filled and the lottery published first, and the draw made at the end of loading.
"""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from baithak.home.demonstration import content
from baithak.home.demonstration.pool import Registrant, simulate_pool
from baithak.network import services as network
from baithak.network.models import Channel, Place
from baithak.network.refusal import RefusedError
from baithak.network.scope import PUBLIC, SYSTEM, Viewer
from baithak.panel import queries, services, tasks
from baithak.panel.models import Panel
from baithak.panel.services import Answer

__all__ = ["draw", "has_panel", "load_panel"]

#: One name for each form of the example: a second load finds that it was sent before.
_HANDLES = uuid.UUID("7e0f6c1a-2f42-4b7e-9f0d-73656174732e")
#: How long the example's pool is filled: enough nearly everywhere, and then for a very busy machine.
_PATIENCE = (timedelta(seconds=40), timedelta(seconds=240))
#: From closing to the moment when chance is known.
_CHANCE = timedelta(seconds=1)
_KEPT = timedelta(days=180)
#: Category and feature, as the file calls them, to the ids of their rows.
_Features = dict[tuple[str, str], tuple[int, int]]


def has_panel(places: Mapping[str, Place]) -> bool:
    """Whether the example is there already."""
    place = places[content.panel()["panel"]["place"]]
    return Panel.objects.seen_by(SYSTEM).filter(place=place).exists()


def load_panel(places: Mapping[str, Place], people: Mapping[str, Viewer]) -> None:
    """Opened, filled by four hundred generated registrants, frozen; its lottery is published."""
    for closes in _PATIENCE:
        try:
            _load(places, people, closes)
        except RefusedError as refusal:  # nothing of it is left
            too_slow = refusal.code in ("closed", "chance_is_known")
            if not too_slow or closes == _PATIENCE[-1]:
                raise
        else:
            break
    while tasks.prepare_a_draw():
        pass


def _load(places: Mapping[str, Place], people: Mapping[str, Viewer], closes: timedelta) -> None:
    told = content.panel()
    place = told["panel"]["place"]
    officer, mayor = people[f"city_officer@{place}"], people[f"mayor@{place}"]
    with transaction.atomic():
        panel = _set_up(told, places[place], officer, mayor, closes)
        features = _features(panel, told)
        for at, one in enumerate(simulate_pool()):
            _register(panel, at, one, features)
        while tasks.check_a_pool():
            pass
        asked = services.ask_to_freeze(
            panel=panel, reason="Four hundred have registered, every quota can be met.", by=officer
        )
        network.confirm_two_person(act=asked, by=mayor)


def draw(places: Mapping[str, Place], people: Mapping[str, Viewer], *, patience: timedelta) -> None:
    """Once its moment has come: two witnesses write the balls down, and the panel is drawn.

    Where ``patience`` ends before, the lottery stays published, and the next load draws.
    """
    told = content.panel()
    place = told["panel"]["place"]
    officer, mayor = people[f"city_officer@{place}"], people[f"mayor@{place}"]
    panel = Panel.objects.seen_by(SYSTEM).filter(place=places[place]).get()
    newest = queries.newest_draw(panel.pk)
    if newest is None or newest.state != "committed":
        return
    wait = newest.source_at - timezone.now()
    if wait > patience:
        return
    time.sleep(max(0.0, wait.total_seconds()))
    # What the invented drum shows is decided here and now, by this machine, and by nobody.
    balls = f"{secrets.randbelow(told['panel']['panels']):03d}"
    with transaction.atomic():
        asked = services.ask_to_draw(panel=panel, randomness=balls, by=officer)
        network.confirm_two_person(act=asked, by=mayor)


def _names(told: Mapping[str, Any]) -> dict[str, str]:
    return {language: told[language] for language in content.LANGUAGES}


def _set_up(
    told: Mapping[str, Any], place: Place, officer: Viewer, mayor: Viewer, closes: timedelta
) -> Panel:
    of, now = told["panel"], timezone.now()
    panel = services.create(
        place=place,
        texts={
            language: {part: of[part][language] for part in ("title", "question", "description")}
            for language in content.LANGUAGES
        },
        size=of["size"],
        panels=of["panels"],
        closes=now + closes,
        keep_until=(now + _KEPT).date(),
        by=officer,
    )
    for category in told["categories"]:
        made = services.add_category(panel=panel, kind=category["kind"], by=officer)
        services.edit_category(
            category=made,
            labels=_names(category),
            answers=[
                Answer(_names(feature), Decimal(str(feature["share"])) * 100)
                for feature in category["features"]
            ],
            by=officer,
        )
    services.fill_quotas(panel=panel, slack=Decimal(str(of["slack"])) * 100, by=officer)
    services.name_chance(
        panel=panel,
        source="balls",
        name=of["chance"],
        known_from=now + closes + _CHANCE,
        by=officer,
    )
    asked = services.ask_to_open(
        panel=panel, reason="The council wants to hear residents like the city.", by=officer
    )
    network.confirm_two_person(act=asked, by=mayor)
    panel.refresh_from_db()
    return panel


def _register(panel: Panel, at: int, one: Registrant, features: _Features) -> None:
    services.register(
        panel=panel,
        answers=dict(features[category, told] for category, told in one.features.items()),
        contact=f"generated-{at}@pool.example",
        household=f"home {one.home}",
        language="en",
        handle=uuid.uuid5(_HANDLES, str(at)),
        channel=Channel.OPEN,
        adult=True,
        agreed=True,
        by=PUBLIC,
    )


def _features(panel: Panel, told: Mapping[str, Any]) -> _Features:
    """The rows of categories and features, which stand in the file's order."""
    found = {}
    for row, category in zip(queries.categories(panel.pk), told["categories"], strict=True):
        for feature, one in zip(row.features.all(), category["features"], strict=True):
            found[category["slug"], one["slug"]] = (row.pk, feature.pk)
    return found
