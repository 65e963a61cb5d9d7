"""A small city whose journal is read, and a hub's clock that tests turn."""

from __future__ import annotations

from types import SimpleNamespace

import pytest


@pytest.fixture
def city(db, settings) -> SimpleNamespace:
    """A city with an officer, an auditor, a mayor and a partner, each signed in."""
    from django.core.cache import cache

    from baithak.network.rules import Role
    from factories import network as make

    cache.clear()
    settings.SESSION_SAVE_EVERY_REQUEST = False
    place = make.city(name="Kandarpur", slug="kandarpur")
    told = {"place": place}
    for name, role in (
        ("officer", Role.CITY_OFFICER),
        ("auditor", Role.AUDITOR),
        ("mayor", Role.MAYOR),
        ("partner", Role.PARTNER),
    ):
        user = make.member(place, role)
        told |= {f"{name}_user": user, name: make.viewer(user), f"{name}s": make.sign_in(user)}
    return SimpleNamespace(**told)
