"""Two cities of a hub, and findings that tests name. Django is loaded after this file, so imports wait."""

from __future__ import annotations

import pytest


@pytest.fixture
def world(db):
    from factories import plan as make

    return make.team()


@pytest.fixture
def one(world):
    return world.one


@pytest.fixture
def finding(monkeypatch):
    """``dialogue:k7m2p:12``, which members alone may read; ``:13`` everybody may."""
    from baithak.exchange import findings

    def read(viewer, name):
        if name == "k7m2p:13" or (name == "k7m2p:12" and viewer.is_member):
            return findings.Finding("Lamps make the lane ours", "en", "/en/dialogue/k7m2p/map/")
        return None

    monkeypatch.setitem(findings._KNOWN, "dialogue", read)
