"""Actions come and go as tables: a look first, everything wrong told, all or nothing, the same twice is nothing."""

from __future__ import annotations

import random
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from baithak.journal import services as journal
from baithak.network.files import FileRefusedError
from baithak.network.models import Organisation
from baithak.network.tables import Sheet, rows, write_csv, write_xlsx
from baithak.plan.files import actions_table
from baithak.plan.files.actions_table import COLUMNS, read_rows
from baithak.plan.models import Action
from baithak.plan.queries import files as queries
from baithak.plan.services import imports as services
from factories import network as people
from factories import plan_parts as make

HEADS = ["number", "title", "owner", "partners", "state", "done_on", "due", "cost", "currency"]


def table(content: bytes):
    return rows(b'{"name":"a","sheet":"actions"}\n' + content)


def read(*told, heads=HEADS, **kwargs):
    return read_rows(
        [(at, row) for at, row in enumerate([heads, *told], start=1)],
        **{"language": "en", **kwargs},
    )


def why(*told, **kwargs):
    with pytest.raises(FileRefusedError) as refused:
        read(*told, **kwargs)
    return [(wrong.row, wrong.column) for wrong in refused.value.wrongs]


@pytest.fixture
def world():
    return people.world()


@pytest.fixture
def plan(world):
    made = make.plan(world.city, visibility="city")
    lamps, club = (
        people.organisation(world.city, "Lamp office"),
        people.organisation(world.city, "Club; of youth"),
    )
    goal = make.objective(made)
    make.action(
        made, "=Lamps", owner=lamps, partners=[club], objective=goal, cost="12.50", currency="INR",
        begins=date(2026, 1, 1), due=date(2026, 6, 1), target_groups=["youth", "women"], approach="",
        texts={"en": {"title": "=Lamps", "description": "One\n\nTwo; three", "area": "Ward 4"}, "ta": {"title": "விளக்கு"}},
    )  # fmt: skip
    make.action(made, "Walks", state="done", done_on=date(2026, 2, 2))
    return made


def officer(world):
    return people.viewer(world.people["city"]["city_officer"])


def again(world, plan, content):
    told = read_rows(table(content), language="en", objectives=[1])
    return services.look(plan=plan, rows=told, by=officer(world))


# --- reading
def test_everything_wrong_is_told_with_row_and_column():
    told = why(
        ["x", "", "Ask 0771234567", "", "begun", "", "tomorrow", "many", ""],
        ["1", "a\u202eb", "", "", "done", "", "2026-02-30", "-5", "rupees"],
        ["1", "Fine", "", "", "planned", "2026-01-01", "", "5", ""],
        ["1", "Once more", "", "", "", "", "", "", "", "too far"],
    )
    assert set(told) == {
        (2, "number"), (2, "title"), (2, "owner"), (2, "state"), (2, "due"), (2, "cost"),
        (3, "title"), (3, "done_on"), (3, "due"), (3, "cost"), (3, "currency"),
        (4, "done_on"), (4, "currency"), (4, "number"), (5, ""), (5, "number"),
    }  # fmt: skip


def test_columns_that_are_not_known_twice_or_missing():
    assert why(["Lamps"], heads=["titel"]) == [(1, "titel"), (1, "title")]
    assert (1, "title") in why(["a", "b"], heads=["title", "title"])
    assert why(heads=["title"]) == [(None, "")]
    assert why(["Lamps", "3"], heads=["title", "objective"]) == [(2, "objective")]


def test_what_is_left_empty_and_how_money_is_written():
    (one,) = read(["", "Lamps", "", r"A\; B; C;", "", "", "", "1,20,000.50", "inr"])
    assert (one.number, one.partners, str(one.facts["cost"]), one.facts["currency"]) == (
        None, ("A; B", "C"), "120000.50", "INR",
    )  # fmt: skip
    assert one.facts["state"] == "planned"
    assert "approach" not in one.facts


@given(st.lists(st.lists(st.text(max_size=20), max_size=12), max_size=5))
def test_any_cells_are_read_or_refused(cells):
    numbered = [(at, row) for at, row in enumerate([HEADS, *cells], start=1)]
    refused = False
    try:
        found = read_rows(numbered, language="en")
    except FileRefusedError as trouble:
        refused, found = True, trouble.wrongs
    assert refused or len(found) == len(cells)


# --- out and in again
@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_taken_along_and_comes_back_changes_nothing(world, plan, kind):
    told = queries.parts(officer(world), plan)
    content = actions_table.table(kind, told.actions, told.indicators)
    seen = again(world, plan, content)
    assert [change.what for change in seen.changes] == ["same", "same"]
    assert not seen.unknown
    before = list(Action._unscoped.order_by("pk").values())
    services.import_actions(
        plan=plan, rows=read_rows(table(content), language="en", objectives=[1]), by=officer(world)
    )
    assert list(Action._unscoped.order_by("pk").values()) == before


@pytest.mark.django_db
def test_rows_change_add_and_translate(world, plan):
    heads = ["number", "title", "language", "due", "state", "done_on"]
    content = write_csv(
        [
            heads,
            ["1", "=Lamps", "en", "2026-09-01", "running", ""],
            ["1", "விளக்குகள்", "ta"],
            ["", "New", "", "", "", ""],
            ["9", "Ninth"],
        ]
    )
    seen = again(world, plan, content)
    assert [change.what for change in seen.changes] == ["changed", "changed", "new", "new"]
    assert Action._unscoped.count() == 2
    told = read_rows(table(content), language="en", objectives=[1])
    services.import_actions(plan=plan, rows=told, by=officer(world))
    one, two, ninth, tenth = Action._unscoped.order_by("number")
    assert (one.due, one.state, one.texts["ta"]["title"], one.owner.name) == (
        date(2026, 9, 1), "running", "விளக்குகள்", "Lamp office",
    )  # fmt: skip
    # What has no column stays; what the table leaves out stays.
    assert one.texts["en"]["description"] == "One\n\nTwo; three"
    assert (two.state, ninth.number, tenth.number) == ("done", 9, 10)


@pytest.mark.django_db
def test_organisations_that_are_not_here_are_named_and_added_only_where_said(world, plan):
    told = read(["", "Tea", "Tea house", "Lamp office; Elders", "", "", "", "", ""])
    seen = services.look(plan=plan, rows=told, by=officer(world))
    assert seen.unknown == ("Tea house", "Elders")
    assert not Organisation._unscoped.filter(name="Tea house").exists()
    with pytest.raises(FileRefusedError) as refused:
        services.import_actions(plan=plan, rows=told, by=officer(world), new={"Elders": ["cso"]})
    assert "Tea house" in str(refused.value)
    assert not Organisation._unscoped.filter(name="Elders").exists()
    services.import_actions(
        plan=plan,
        rows=told,
        by=officer(world),
        new={"Elders": ["cso"], "Tea house": ["private_sector"]},
    )
    made = Action._unscoped.get(number=3)
    assert (made.owner.name, made.owner.types) == ("Tea house", ["private_sector"])
    assert {p.organisation.name for p in made.partnerships.all()} == {"Lamp office", "Elders"}


@pytest.mark.django_db
def test_who_may_not_add_organisations_adds_none_by_a_table(world, plan):
    told = read(["", "Tea", "Tea house", "", "", "", "", "", ""])
    facilitator = people.viewer(world.people["city"]["facilitator"])
    new = {"Tea house": ["private_sector"]}
    for act in (
        lambda: services.look(plan=plan, rows=told, by=facilitator),
        lambda: services.import_actions(plan=plan, rows=told, by=facilitator, new=new),
    ):
        with pytest.raises(FileRefusedError, match="Ask an officer"):
            act()
    assert not Organisation._unscoped.filter(name="Tea house").exists()
    known = read(["", "Tea", "Lamp office", "", "", "", "", "", ""])
    services.import_actions(plan=plan, rows=known, by=facilitator)
    assert Action._unscoped.get(number=3).owner.name == "Lamp office"


@pytest.mark.django_db
def test_organisations_are_asked_for_as_often_for_many_names_as_for_one(world, plan):
    def asked(*names):
        rows = read(["", "Tea", names[0], "; ".join(names), "", "", "", "", ""])
        with CaptureQueriesContext(connection) as told:
            assert services.look(plan=plan, rows=rows, by=officer(world)).unknown == names
        return sum(
            'FROM "network_organisation"' in one["sql"]
            and '"network_organisation"."place_id" =' in one["sql"]
            and "LIMIT" not in one["sql"]
            and "INNER JOIN" not in one["sql"]
            for one in told
        )

    assert asked("A") == asked("B", "C", "D", "E") > 0


@pytest.mark.django_db
def test_nothing_is_half_written(world, plan, monkeypatch):
    told = read(["", "One"], ["", "Two"], heads=["number", "title"])
    wrote = []
    real = journal.write

    def breaks(**kwargs):
        wrote.append(kwargs["verb"])
        if len(wrote) == 2:
            raise RuntimeError("no journal")
        return real(**kwargs)

    monkeypatch.setattr(journal, "write", breaks)
    with pytest.raises(RuntimeError):
        services.import_actions(plan=plan, rows=told, by=officer(world))
    assert wrote == ["plan.import_action", "plan.import_action"]
    assert Action._unscoped.count() == 2


# --- pages
def upload(client, plan, content, name="actions.csv"):
    return client.post(f"/en/plan/{plan.code}/import/", {"file": SimpleUploadedFile(name, content)})


@pytest.mark.django_db
def test_the_whole_way_on_the_page(world, plan):
    client = people.sign_in(world.people["city"]["city_officer"])
    assert "Look at the file" in client.get(f"/en/plan/{plan.code}/import/").content.decode()
    content = write_csv([["title", "owner"], ["Tea for all", "Tea house"]])
    page = upload(client, plan, content)
    assert page.status_code == 200
    assert "Tea house" in page.content.decode()
    assert Action._unscoped.count() == 2
    held = page.context["held"]
    wrong = client.post(f"/en/plan/{plan.code}/import/", {"held": held})
    assert wrong.status_code == 422
    assert "Choose a type" in wrong.content.decode()
    answer = client.post(
        f"/en/plan/{plan.code}/import/", {"held": held, "type-0": "private_sector"}
    )
    assert answer.status_code == 302
    assert Action._unscoped.get(number=3).owner.name == "Tea house"
    gone = client.post(f"/en/plan/{plan.code}/import/", {"held": held}, follow=True)
    assert "choose it again" in gone.content.decode()
    # What somebody else looked at cannot be imported.
    page = upload(client, plan, write_csv([["title"], ["More tea"]]))
    other = people.sign_in(world.people["city"]["facilitator"])
    other.post(f"/en/plan/{plan.code}/import/", {"held": page.context["held"]})
    assert Action._unscoped.count() == 3
    same = upload(client, plan, client.get(f"/en/plan/{plan.code}/export/xlsx/").content, "a.xlsx")
    assert "nothing to import" in same.content.decode()


@pytest.mark.django_db
def test_damaged_tables_are_refused_calmly(world, plan):
    client = people.sign_in(world.people["city"]["city_officer"])
    told = queries.parts(officer(world), plan)
    good = actions_table.table("xlsx", told.actions)
    chance = random.Random(7)
    damaged = [
        b"", b"\xff\xfe", b"title\n\"", b"PK\x03\x04", b"<html>", good[: len(good) // 2],
        write_xlsx([Sheet("other", [["title"], ["x"]])]), write_csv([["title", "nonsense"], ["x"]]),
    ]  # fmt: skip
    for _ in range(4):
        broken = bytearray(good)
        for _hit in range(30):
            broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        damaged.append(bytes(broken))
    for content in damaged:
        page = upload(client, plan, content, "a.xlsx" if content[:2] == b"PK" else "a.csv")
        assert page.status_code in (200, 422)
    assert Action._unscoped.count() == 2
    bad = upload(
        client, plan, write_csv([["title", "due"], ["Lamps", "tomorrow"]])
    ).content.decode()
    assert "row 2, column “due”" in bad


@pytest.mark.django_db
def test_the_empty_table_explains_itself(client):
    book = client.get("/en/plan/template/xlsx/").content
    assert table(book) == [(1, list(COLUMNS))]
    assert rows(b'{"name":"a","sheet":"codes"}\n' + book)[0][1] == ["column", "code", "label"]
    assert (
        client.get("/en/plan/template/csv/").content.decode("utf-8-sig").startswith("number,title")
    )
    assert client.get("/en/plan/template/pdf/").status_code == 404
