"""A file becomes drafts: looked at first, all of it or nothing, and the same file twice is no change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from baithak.exchange.models import Practice, Version
from baithak.exchange.records import library, write_practices
from baithak.exchange.services import imports as services
from baithak.exchange.services import publishing
from baithak.exchange.tables import write_csv, write_xlsx
from baithak.network import services as network
from baithak.network.refusal import RefusedError
from factories import exchange as make
from factories import network as people

pytestmark = pytest.mark.django_db
ADDRESS = "/en/exchange/import/"


@pytest.fixture
def world():
    return make.two_cities()


def records(*codes: str):
    return [make.record(code, city="Kandarpur") for code in codes]


def look(client, content: bytes, name: str, place):
    file = SimpleUploadedFile(name, content)
    return client.post(ADDRESS, {"place": place.pk, "file": file})


@pytest.mark.parametrize("kind", ["yaml", "csv", "xlsx"])
def test_a_file_is_looked_at_then_imported_then_nothing_to_do(world, kind):
    told = records("kandarpur-lamps", "kandarpur-walks")
    content = {
        "yaml": lambda: write_practices(told).encode(),
        "csv": lambda: write_csv(told).encode(),
        "xlsx": lambda: write_xlsx(told, library().taxonomy),
    }[kind]()
    client = people.sign_in(world.one.users["city_officer"])
    looked = look(client, content, f"ours.{kind}", world.one.place)
    assert looked.status_code == 200
    assert [change.what for change in looked.context["changes"]] == ["new", "new"]
    assert Practice._unscoped.count() == 0
    client.post(ADDRESS, {"held": looked.context["held"]})
    made = Practice._unscoped.select_related("place").order_by("code")
    assert [(p.code, p.state, p.place) for p in made] == [
        ("kandarpur-lamps", "draft", world.one.place),
        ("kandarpur-walks", "draft", world.one.place),
    ]
    again = look(client, content, f"ours.{kind}", world.one.place)
    assert [change.what for change in again.context["changes"]] == ["same", "same"]
    assert "held" not in again.content.decode()


def test_what_is_wrong_is_told_with_row_column_and_remedy(world):
    client = people.sign_in(world.one.users["city_officer"])
    text = write_csv(records("kandarpur-lamps")).replace("none_stated", "proven")
    answer = look(client, text.encode(), "ours.csv", world.one.place)
    assert answer.status_code == 422
    (problem,) = answer.context["problems"]
    assert "row 2" in problem
    assert "evidence_level" in problem
    assert Practice._unscoped.count() == 0


def test_one_that_cannot_be_taken_stops_all(world):
    make.published(world, "kandarpur-lamps")
    told = records("kandarpur-lamps", "noorabad-walks")
    with pytest.raises(RefusedError, match="conflict"):
        services.import_practices(records=told, place=world.other.place, by=world.other.officer)
    assert Practice._unscoped.count() == 1


def test_an_export_read_again_changes_nothing_and_a_changed_one_is_the_next_version(world):
    practice = make.published(world)
    same = services.plan(records=[practice.record], place=world.one.place)
    assert [change.what for change in same] == ["same"]
    told = [replace(practice.record, title="Lamps in every lane")]
    changes = services.import_practices(records=told, place=world.one.place, by=world.one.officer)
    assert [change.what for change in changes] == ["changed"]
    draft = Version._unscoped.get(practice=practice, state="draft")
    assert (draft.number, draft.record.title) == (2, "Lamps in every lane")
    practice = Practice._unscoped.select_related("place", "current").get()
    asked = {"practice": practice, "aim": "public", "reason": "Now.", "by": world.one.officer}
    act = publishing.ask_review(**asked)
    other = [replace(told[0], title="Another")]
    assert services.plan(records=other, place=world.one.place)[0].what == "waits"
    network.withdraw_two_person(act=act, by=world.one.officer)
    make.in_review(world.one, practice)
    told = [replace(told[0], title="Another")]
    assert services.plan(records=told, place=world.one.place)[0].what == "in_review"


def test_the_shipped_library_as_a_file_changes_nothing(world):
    make.load(world)
    changes = services.plan(records=library().practices, place=world.one.place)
    assert {change.what for change in changes} == {"same"}


def test_a_file_held_for_somebody_else_is_not_imported(world):
    client = people.sign_in(world.one.users["city_officer"])
    content = write_practices(records("kandarpur-lamps")).encode()
    held = look(client, content, "ours.yaml", world.one.place).context["held"]
    stranger = people.sign_in(world.other.users["city_officer"])
    answer = stranger.post(ADDRESS, {"held": held}, follow=True)
    assert "choose it again" in answer.content.decode()
    assert Practice._unscoped.count() == 0
