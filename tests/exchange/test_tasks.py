"""Chores: notes for the index go after a week, the offline pages follow what is public."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from baithak.exchange import tasks
from baithak.exchange.models import Change, Practice
from baithak.exchange.queries import public
from baithak.exchange.services import practices, translations
from baithak.home.tasks import CHORES
from factories import exchange as make

pytestmark = pytest.mark.django_db
OFFLINE = "/en/exchange/offline/"


@pytest.fixture(autouse=True)
def _afresh(monkeypatch, tmp_path, settings):
    settings.HOME = tmp_path
    monkeypatch.setattr(tasks, "_last", dict.fromkeys(tasks._last, 0.0))


@pytest.fixture
def world():
    return make.two_cities()


def later() -> int:
    """The chore, a minute later."""
    tasks._last["offline"] = 0.0
    return tasks.make_offline()


def names(answer) -> set[str]:
    content = b"".join(answer.streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        return {name.removeprefix("baithak-library/") for name in pack.namelist()}


def test_the_worker_does_them():
    assert {tasks.forget_changes, tasks.make_offline} <= set(CHORES)


def test_changes_older_than_a_week_go_at_most_hourly():
    now = timezone.now()
    for days in (8, 6):
        Change._unscoped.create(thing=f"practice:{days}", at=now - timedelta(days=days))
    assert tasks.forget_changes() == 1
    assert [change.thing for change in Change._unscoped.all()] == ["practice:6"]
    Change._unscoped.create(thing="practice:9", at=now - timedelta(days=9))
    assert tasks.forget_changes() == 0
    assert Change._unscoped.count() == 2


def test_before_the_first_pack_the_page_says_so(world, client):
    told = client.get(OFFLINE)
    assert told.status_code == 503
    assert told["Retry-After"] == "120"
    assert "not ready yet" in told.content.decode()


def test_a_pack_holds_what_everybody_may_see_in_eight_languages(world, client):
    make.published(world, "kandarpur-walks", city="Colombo")
    make.published(world, "kandarpur-lamps", aim="network")
    make.draft(world.one, "kandarpur-drafts")
    assert tasks.make_offline() == 1
    told = client.get(OFFLINE)
    assert told["Content-Type"] == "application/zip"
    assert told["X-Content-Type-Options"] == "nosniff"
    assert 'filename="baithak-library.zip"' in told["Content-Disposition"]
    held = names(told)
    assert {"index.html", "en/kandarpur-walks.html", "ur/kandarpur-walks.html"} <= held
    assert not [name for name in held if "lamps" in name or "drafts" in name]


def reviewed(world, practice):
    translations.mark_reviewed(
        translation=practice.translations.get(), by=world.one.viewers["facilitator"]
    )


def test_it_is_made_anew_only_when_something_public_has_changed(world):
    practice = make.published(world)
    assert later() == 1
    assert later() == 0
    make.published(world, "kandarpur-lamps-2", aim="hub")
    assert later() == 0
    translations.translate(
        practice=practice, language="ur", texts={"title": "چراغ", "summary": "ہر گلی میں چراغ۔"},
        by=world.one.officer,
    )  # fmt: skip
    assert later() == 0  # another speaker has not read it yet
    reviewed(world, practice)
    assert later() == 1
    assert len(list(public.offline_folder().iterdir())) == 1
    assert tasks.make_offline() == 0  # within the same minute


def test_what_is_not_public_any_more_is_not_handed_out_in_an_old_pack(world, client):
    practice = make.published(world, "kandarpur-walks")
    make.published(world, "kandarpur-lamps")
    later()
    assert "en/kandarpur-walks.html" in names(client.get(OFFLINE))
    Practice._unscoped.filter(pk=practice.pk).update(visibility="hub")
    assert client.get(OFFLINE).status_code == 503
    later()
    assert "en/kandarpur-walks.html" not in names(client.get(OFFLINE))
    other = Practice._unscoped.get(code="kandarpur-lamps")
    practices.retire(practice=other, because="The fund ended.", by=world.one.officer)
    assert client.get(OFFLINE).status_code == 503


def test_a_practice_in_urdu_has_its_english_words_in_the_pack(world, client):
    practice = make.published(world, language="ur", title="چراغ")
    translations.translate(
        practice=practice, language="en", texts={"title": "Lamps", "summary": "In every lane."},
        by=world.one.officer,
    )  # fmt: skip
    reviewed(world, practice)
    told = public.as_library(public.public())
    assert told.translations["en"].practices["kandarpur-lamps"].title == "Lamps"
    assert later() == 1


def test_the_whole_library_is_below_ten_megabytes(world, client):
    make.load(world)
    assert tasks.make_offline() == 1
    (pack,) = public.offline_folder().iterdir()
    assert pack.stat().st_size < 10_000_000
    assert len([n for n in names(client.get(OFFLINE)) if n.startswith("en/")]) == 154
