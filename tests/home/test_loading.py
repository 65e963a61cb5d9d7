"""Loading the demonstration: whole, once, and never beside a real city."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from baithak.dialogue import queries as dialogues
from baithak.dialogue.models import Dialogue
from baithak.home import demonstration
from baithak.home.demonstration import content, loading
from baithak.network.models import Place, State
from baithak.network.scope import PUBLIC, SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demonstration(settings):
    settings.DEMO = True
    settings.DATA_FOLDERS = []
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_outside_the_demonstration_nothing_is_loaded(settings):
    settings.DEMO = False
    with pytest.raises(ImproperlyConfigured, match="BAITHAK_DEMO=1"):
        demonstration.load()
    assert not Place.objects.seen_by(SYSTEM).exists()


def test_an_interrupted_load_is_finished_by_the_next_one(monkeypatch):
    def broken(**kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(loading, "simulate", broken)
        with pytest.raises(KeyboardInterrupt):
            demonstration.load()
    assert not Dialogue.objects.seen_by(PUBLIC).exists()
    demonstration.load()
    dialogue = Dialogue.objects.seen_by(PUBLIC).get()
    assert dialogues.participants(dialogue) == 600


def test_a_damaged_copy_of_published_data_is_named_and_left_out(settings, tmp_path):
    folder = tmp_path / "dialogues" / content.published()["name"]
    folder.mkdir(parents=True)
    (folder / "participants-votes.csv").write_text("not what was published\n")
    settings.DATA_FOLDERS = [tmp_path]
    lines = []
    demonstration.load(tell=lines.append)
    assert any("bowling-green is not shown" in line for line in lines)
    assert not Place.objects.seen_by(PUBLIC).filter(open_data=True).exists()


def test_published_data_stand_beside_the_example_with_their_attribution(settings):
    """Needs the shared conversations: BAITHAK_DATA names their folder (docs/settings.md)."""
    settings.DATA_FOLDERS = [
        Path(p) for p in os.environ.get("BAITHAK_DATA", "").split(os.pathsep) if p
    ]
    if loading.published_folder() is None:
        told = "Bowling Green is not here: `baithak data get bowling-green`, then set BAITHAK_DATA."
        if os.environ.get("BAITHAK_DATA_REQUIRED") == "1":
            pytest.fail(told)
        pytest.skip(told)
    demonstration.load()
    dialogue = Dialogue.objects.seen_by(PUBLIC).get(place__slug="bowling-green")
    assert dialogue.place.open_data
    assert not dialogue.place.example
    assert "CC BY 4.0" in dialogue.attribution
    assert dialogue.state == State.CLOSED
    assert dialogues.released_run(dialogue).participants == 2031
