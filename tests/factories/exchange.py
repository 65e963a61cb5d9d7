"""Practices in a hub: two cities with their teams, practices from draft to published."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from baithak.exchange.models import Practice, Version
from baithak.exchange.queries import practices as queries
from baithak.exchange.records import library
from baithak.exchange.services import loading, practices, publishing
from baithak.network import services as network
from baithak.network.rules import Role
from baithak.network.scope import SYSTEM
from factories import network as people
from factories.practices import SUNRISE

__all__ = ["city", "draft", "in_review", "load", "published", "two_cities"]


def city(hub: Any, name: str, **kwargs: Any) -> SimpleNamespace:
    """A city of a hub with an officer, a mayor, a facilitator and a partner."""
    country = people.country(hub, f"Land of {name}", country_code=kwargs.pop("country_code", "LK"))
    place = people.city(country, name, **{"languages": ["en", "ur"], **kwargs})
    users = {
        role.value: people.member(place, role)
        for role in (Role.CITY_OFFICER, Role.MAYOR, Role.FACILITATOR, Role.PARTNER)
    }
    viewers = {role: people.viewer(user) for role, user in users.items()}
    return SimpleNamespace(
        place=place,
        users=users,
        viewers=viewers,
        officer=viewers["city_officer"],
        mayor=viewers["mayor"],
        partner=viewers["partner"],
    )


def two_cities() -> SimpleNamespace:
    """A hub with Kandarpur, which writes, and Noorabad, which reviews and adopts."""
    hub = people.hub()
    secretary = people.member(hub, Role.HUB_SECRETARIAT)
    return SimpleNamespace(
        hub=hub,
        secretary=people.viewer(secretary),
        secretary_user=secretary,
        one=city(hub, "Kandarpur"),
        other=city(hub, "Noorabad"),
    )


def record(code: str = "kandarpur-lamps", **fields: Any):
    """A record that only tells what is needed."""
    return replace(SUNRISE, id=code, **fields)


def draft(team: SimpleNamespace, code: str = "kandarpur-lamps", **fields: Any) -> Practice:
    return practices.begin(place=team.place, record=record(code, **fields), by=team.officer)


def in_review(team: SimpleNamespace, practice: Practice, aim: str = "public") -> Version:
    """Asked for by the officer, confirmed by the mayor."""
    act = publishing.ask_review(practice=practice, aim=aim, reason="It works.", by=team.officer)
    network.confirm_two_person(act=act, by=team.mayor)
    found = queries.review(team.mayor, code=practice.code)
    assert found is not None
    return found


def published(
    world: SimpleNamespace, code: str = "kandarpur-lamps", aim: str = "public", **fields: Any
) -> Practice:
    """Written in Kandarpur, reviewed in Noorabad."""
    version = in_review(world.one, draft(world.one, code, **fields), aim)
    return publishing.approve(version=version, text="Clear.", by=world.other.officer)


def load(world: SimpleNamespace) -> None:
    """The shipped library."""
    loading.load_library(library=library(), place=world.hub, by=SYSTEM)
