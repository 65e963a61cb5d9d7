"""Seats from a table: a dry run with row, column and remedy, all or nothing, a second time no change."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from baithak.coordination.files.seats import read_seats, seats_table, template
from baithak.coordination.models import Seat
from baithak.coordination.queries import bodies as queries
from baithak.coordination.services import seats as services
from baithak.journal.models import Line
from baithak.network.files import FileRefusedError
from baithak.network.models import Organisation
from baithak.network.tables import rows as read_rows
from baithak.network.tables import write_csv
from factories import coordination as make
from factories import exchange
from factories import network as people

HEADS = ("organisation", "types", "level", "seat", "for_whom", "votes", "chairs", "vacant")
GOOD = [
    ("Canal traders", "private_sector; community_group", "local", "Traders", "", "yes", "no", ""),
    ("Ward council", "Local government", "", "Council", "", "", "yes", ""),
    ("", "", "", "Young people", "youth", "yes", "", "yes"),
]


@pytest.fixture
def world(db):
    return exchange.two_cities()


def table(*rows, heads=HEADS):
    return [(n, list(row)) for n, row in enumerate([heads, *rows], start=1)]


def brought(world, body, rows, by=None, language="en"):
    return services.import_seats(
        body=body, rows=rows, language=language, by=by or world.one.officer
    )


def test_a_list_of_members_becomes_seats_and_a_second_time_changes_nothing(world):
    body = make.body(world.one)
    changes = brought(world, body, table(*GOOD))
    assert [c.what for c in changes] == ["new"] * 3
    seats = {s.title: s for s in Seat._unscoped.filter(body=body)}
    assert set(seats) == {"Traders", "Council", "Young people"}
    assert seats["Traders"].organisation.types == ["private_sector", "community_group"]
    assert (seats["Council"].chairs, seats["Council"].votes) == (True, True)
    assert (seats["Young people"].group, seats["Young people"].vacant) == ("youth", True)
    lines = Line.objects.count()
    assert [c.what for c in brought(world, body, table(*GOOD))] == ["same"] * 3
    assert (Seat._unscoped.count(), Line.objects.count()) == (3, lines)
    changed = ("Canal traders", "", "", "Young people", "youth", "yes", "", "no")
    assert [c.what for c in brought(world, body, table(changed))] == ["changed"]
    seat = Seat._unscoped.get(pk=seats["Young people"].pk)
    assert (seat.organisation.name, seat.vacant) == ("Canal traders", False)


@pytest.mark.parametrize(
    ("heads", "row", "where", "words"),
    [
        (HEADS, ("", "", "", "", "", "", "", ""), "row 2, column “seat”", "This is needed"),
        (HEADS, ("New", "", "", "A", "", "", "", ""), "row 2, column “types”", "needs its types"),
        (
            HEADS,
            ("New", "privat_sector", "", "A", "", "", "", ""),
            "row 2, column “types”",
            "private_sector",
        ),
        (HEADS, ("", "", "lokal", "A", "", "", "", ""), "row 2, column “level”", "local"),
        (HEADS, ("", "", "", "A", "yuth", "", "", ""), "row 2, column “for_whom”", "youth"),
        (HEADS, ("", "", "", "A", "", "maybe", "", ""), "row 2, column “votes”", "yes or no"),
        (
            HEADS,
            ("", "", "", "Ring 0771234567", "", "", "", ""),
            "row 2, column “seat”",
            "number of a phone",
        ),
        (
            HEADS,
            ("a@b.lk", "cso", "", "A", "", "", "", ""),
            "row 2, column “organisation”",
            "mail address",
        ),
        (HEADS, ("", "", "", "A", "", "", "", "", "more"), "row 2", "More cells"),
        (
            (*HEADS, "Mobile phone"),
            ("",) * 3 + ("A",),
            "row 1, column “Mobile phone”",
            "about persons",
        ),
        ((*HEADS, "Name"), ("",) * 3 + ("A",), "row 1, column “Name”", "about persons"),
        ((*HEADS, "Religion"), ("",) * 3 + ("A",), "row 1, column “Religion”", "about persons"),
        ((*HEADS, "colour"), ("",) * 3 + ("A",), "row 1, column “colour”", "not known"),
        (("organisation", "vots"), ("A", "yes"), "row 1, column “vots”", "Did you mean “votes”"),
        (("organisation",), ("A",), "row 1, column “seat”", "missing"),
        (("seat", "seat"), ("A", "B"), "row 1, column “seat”", "twice"),
    ],
)
def test_what_is_wrong_is_told_with_row_column_and_remedy(world, heads, row, where, words):
    body = make.body(world.one)
    rows = table(*GOOD, heads=HEADS) if heads == HEADS else table(heads=heads)
    rows = [rows[0], (2, list(row)), *[(n + 1, c) for n, c in rows[1:]]]
    with pytest.raises(FileRefusedError) as refused:
        brought(world, body, rows)
    told = [str(wrong) for wrong in refused.value.wrongs]
    assert any(one.startswith(f"{where}: ") and words in one for one in told), told
    assert not Seat._unscoped.exists()
    assert not Organisation._unscoped.filter(name="Canal traders").exists()


def test_a_row_twice_and_a_table_without_rows_are_told(world):
    body = make.body(world.one)
    for rows, words in ((table(GOOD[0], GOOD[0]), "in row 2 already"), (table(), "no row")):
        with pytest.raises(FileRefusedError, match=words):
            brought(world, body, rows)


def test_an_organisation_that_is_not_shown_stays_in_its_seat(world):
    body = make.body(world.one)
    seat = make.seat(world.one, body, "Traders")
    foreign = people.organisation(world.other.place, "Far traders")
    Seat._unscoped.filter(pk=seat.pk).update(organisation=foreign)
    table = [(1, ["seat", "organisation", "votes"]), (2, ["Traders", "", "no"])]
    (change,) = services.import_seats(body=body, rows=table, language="en", by=world.one.officer)
    assert change.what == "changed"
    seat.refresh_from_db()
    assert (seat.organisation, seat.votes) == (foreign, False)
    (change,) = services.plan_seats(body=body, rows=table, language="en", by=world.one.officer)
    assert change.what == "same"


def test_who_may_not_add_organisations_is_told_who_does(world):
    body = make.body(world.one)
    facilitator = world.one.viewers["facilitator"]
    with pytest.raises(FileRefusedError, match="Ask an officer"):
        brought(world, body, table(*GOOD), by=facilitator)
    people.organisation(world.one.place, "Canal traders")
    assert brought(world, body, table(GOOD[0]), by=facilitator)[0].what == "new"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_taken_along_can_be_brought_elsewhere(world, kind):
    body, other = make.body(world.one), make.body(world.one, "Another")
    brought(world, body, table(*GOOD))
    content = seats_table(kind, queries.seats(world.one.officer, body), "en")
    rows = read_rows(b'{"name": "a", "sheet": "seats"}\n' + content)
    brought(world, other, rows)
    again = seats_table(kind, queries.seats(world.one.officer, other), "en")
    assert read_rows(b'{"name": "a", "sheet": "seats"}\n' + again) == rows
    empty = read_rows(b'{"name": "a", "sheet": "seats"}\n' + template(kind))
    assert empty == [(1, list(HEADS))]


def upload(content, name="seats.csv"):
    return SimpleUploadedFile(name, content, "text/csv")


def test_a_file_is_looked_at_and_then_imported(world):
    body = make.body(world.one)
    client = people.sign_in(world.one.users["city_officer"])
    address = f"/en/coordination/body/{body.pk}/import/"
    content = write_csv([HEADS, *GOOD])
    page = client.post(address, {"file": upload(content), "language": "en"})
    told = page.content.decode()
    assert "New seat" in told
    assert "New organisation" in told
    assert not Seat._unscoped.exists()
    held = told.split('name="held" value="')[1].split('"')[0]
    assert client.post(address, {"held": held}).status_code == 302
    assert Seat._unscoped.count() == 3
    assert client.post(address, {"held": held}).status_code == 302  # gone: told, nothing twice
    assert Seat._unscoped.count() == 3
    again = client.post(address, {"file": upload(content), "language": "en"}).content.decode()
    assert "there is nothing to import" in again
    wrong = client.post(
        address, {"file": upload(write_csv([(*HEADS, "Phone"), GOOD[0]])), "language": "en"}
    )
    assert wrong.status_code == 422
    assert "about persons" in wrong.content.decode()
    broken = client.post(address, {"file": upload(b"PK\x03\x04 no workbook"), "language": "en"})
    assert broken.status_code == 422
    assert people.sign_in(world.one.users["partner"]).get(address).status_code == 404
    make.public(body)
    assert people.sign_in(world.one.users["partner"]).get(address).status_code == 403


def test_seats_are_taken_along_by_members_and_templates_by_everybody(world):
    body = make.public(make.body(world.one))
    brought(world, body, table(*GOOD))
    address = f"/en/coordination/body/{body.pk}/seats/csv/"
    answer = people.sign_in(world.one.users["partner"]).get(address)
    assert "Canal traders" in answer.content.decode()
    assert people.sign_in(world.other.users["city_officer"]).get(address).status_code == 403
    assert Client().get("/en/coordination/seats/template/xlsx/").status_code == 200
    assert Client().get("/en/coordination/seats/template/exe/").status_code == 404


cells = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=30)


@given(
    st.lists(
        st.lists(cells | st.sampled_from(["youth", "yes", "cso", "A"]), max_size=9), max_size=5
    )
)
def test_whatever_stands_in_a_table_is_read_or_refused(found):
    rows = table(*found)
    try:
        told = read_seats(rows, language="en", known={})
    except FileRefusedError:
        return  # in words; that there are some is asked above
    assert len(told) == len(found)
    assert all(one.title for one in told)


def test_a_bomb_is_refused_in_the_limited_process(world):
    body = make.body(world.one)
    client = people.sign_in(world.one.users["city_officer"])
    big = io.BytesIO(b"seat\n" + b"a\n" * 6000)
    answer = client.post(
        f"/en/coordination/body/{body.pk}/import/",
        {"file": upload(big.getvalue()), "language": "en"},
    )
    assert answer.status_code == 422
    assert "5,000" in answer.content.decode() or "5000" in answer.content.decode()
