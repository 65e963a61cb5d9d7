"""Action trackers: looked at first, with row, column and remedy; the same file again changes nothing."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from baithak.coordination.files.commitments import COLUMNS, commitments_table, template
from baithak.coordination.models import Commitment, CommitmentStep
from baithak.coordination.queries import commitments as queries
from baithak.coordination.services import commitments, trackers
from baithak.home.pack import parts
from baithak.journal import services as journal
from baithak.network.files import FileRefusedError
from baithak.network.tables import read_table
from factories import coordination as make
from factories import exchange as cities
from factories import network as people

pytestmark = pytest.mark.django_db

HEADS = ["Action", "Responsible", "Deadline", "Status", "Notes"]
TRACKER = [
    HEADS,
    ["Two lamps on the canal path", "works department", "2027-03-01", "In progress", "Poles ordered; wires too"],
    ["Tea after the walk", "", "", "", ""],
]  # fmt: skip


@pytest.fixture
def world():
    return cities.two_cities()


@pytest.fixture
def team(world):
    people.organisation(world.one.place, "Works department", types=["local_government"])
    return world.one


def numbered(rows):
    return list(enumerate(rows, start=1))


def bring(team, rows, language="en"):
    return trackers.import_commitments(
        place=team.place, rows=numbered(rows), language=language, by=team.officer
    )


def wrongs(team, rows):
    with pytest.raises(FileRefusedError) as refused:
        trackers.plan_commitments(
            place=team.place, rows=numbered(rows), language="en", by=team.officer
        )
    return [(one.row, one.column, one.what) for one in refused.value.wrongs]


def sheet(rows) -> bytes:
    book = Workbook()
    book.active.title = "commitments"
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_tracker_as_offices_keep_it_is_read(team):
    assert [change.what for change in bring(team, TRACKER)] == ["new", "new"]
    lamps, tea = Commitment._unscoped.order_by("pk")
    assert (lamps.owner.name, str(lamps.due), lamps.state) == (
        "Works department", "2027-03-01", "started",
    )  # fmt: skip
    assert lamps.steps.get().text == "Poles ordered; wires too"
    assert (tea.owner, tea.due, tea.state, tea.visibility) == (None, None, "open", "mechanism")


def test_the_same_file_again_changes_nothing(team):
    bring(team, TRACKER)
    before = list(Commitment._unscoped.values_list()), list(CommitmentStep._unscoped.values_list())
    assert [change.what for change in bring(team, TRACKER)] == ["same", "same"]
    after = list(Commitment._unscoped.values_list()), list(CommitmentStep._unscoped.values_list())
    assert after == before


def test_a_changed_row_changes_what_it_tells_alone(team):
    bring(team, TRACKER)
    changes = bring(team, [HEADS, ["Two lamps on the canal path", "", "", "done", "They shine"]])
    assert [change.what for change in changes] == ["changed"]
    lamps = Commitment._unscoped.order_by("pk")[0]
    assert (lamps.owner.name, str(lamps.due), lamps.state) == (
        "Works department", "2027-03-01", "done",
    )  # fmt: skip
    assert lamps.done_on is not None
    assert [step.text for step in lamps.steps.all()] == ["Poles ordered; wires too", "They shine"]


@pytest.mark.parametrize(
    ("rows", "row", "column", "told"),
    [
        ([["Task", "Contact phone"], ["Lamps", "x"]], 1, "Contact phone", "about persons"),
        ([["Task", "Assignee name"], ["Lamps", "x"]], 1, "Assignee name", "about persons"),
        ([["Task", "Colour"], ["Lamps", "red"]], 1, "Colour", "not known"),
        ([["Owner"], ["Works department"]], 1, "commitment", "A column is missing"),
        ([["Task", "task"], ["Lamps", "x"]], 1, "task", "stands twice"),
        ([["Task"], ["Ring 0771234567"]], 2, "commitment", "number of a phone"),
        ([["Task"], ["Ask Mr. Perera for lamps"]], 2, "commitment", "A person is named"),
        ([["Task"], ["City Officer buys lamps"]], 2, "commitment", "A person is named"),
        ([["Task", "Owner"], ["Lamps", "Works departmant"]], 2, "who_keeps_it", "Did you mean “Works"),
        ([["Task", "Owner"], ["Lamps", "Ayesha Khan"]], 2, "who_keeps_it", "Persons keep no"),
        ([["Task", "Due"], ["Lamps", "1/3/27"]], 2, "until", "such as 2027-03-01"),
        ([["Task", "Status"], ["Lamps", "maybe"]], 2, "state", "is no state"),
        ([["Task", "Done on"], ["Lamps", "2999-01-01"]], 2, "done_on", "still to come"),
        ([["Task", "Language"], ["Lamps", "Klingon"]], 2, "language", "Write one of"),
        ([["Task", "Notes"], ["Lamps", "Ring 0771234567"]], 2, "progress", "number of a phone"),
        ([["Task"], ["Lamps"], ["LAMPS!"]], 3, "commitment", "row 2 already"),
        ([["Task"]], None, "", "no row below"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_row_column_and_remedy(team, rows, row, column, told):
    found = wrongs(team, rows)
    assert [(one[0], one[1]) for one in found] == [(row, column)]
    assert told in found[0][2]
    assert not Commitment._unscoped.exists()


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_written(team):
    found = wrongs(team, [HEADS, ["Lamps", "", "", "", ""], ["", "Nobody", "soon", "maybe", ""]])
    assert {(one[0], one[1]) for one in found} == {
        (3, "commitment"), (3, "who_keeps_it"), (3, "until"), (3, "state"),
    }  # fmt: skip
    assert not Commitment._unscoped.exists()


def test_new_words_of_what_was_born_in_a_closed_room_name_nobody(team):
    born = make.commitment(
        team, "As Noorabad asked", of=make.takeaway(team, make.workshop(team)), looked=["Noorabad"]
    )
    rows = [["commitment", "until", "progress"], [born.title, "2027-05-01", ""]]
    assert [change.what for change in bring(team, rows)] == ["changed"]  # looked at before
    rows[1][2] = "Noorabad has sent a plan."
    ((row, _column, what),) = wrongs(team, rows)
    assert (row, "Noorabad" in what) == (2, True)
    assert not CommitmentStep._unscoped.exists()
    rows[1][0] = "Open one"
    assert [change.what for change in bring(team, rows)] == ["new"]


def test_a_broken_journal_leaves_nothing_half_written(team, monkeypatch):
    written = []

    def broken(**told):
        written.append(told)
        if len(written) == 2:
            raise RuntimeError("no journal")

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(RuntimeError):
        bring(team, TRACKER)
    assert not Commitment._unscoped.exists()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_taken_along_comes_back_equal_at_an_empty_place(world, team, kind):
    bring(team, TRACKER)
    lamps = Commitment._unscoped.order_by("pk")[0]
    commitments.change(
        commitment=lamps, language="ta", texts={"title": "இரண்டு | விளக்குகள்; \\"}, by=team.officer
    )
    commitments.tell(
        commitment=lamps, day=lamps.steps.get().day, text="One | two; three\nand four",
        language="en", state="done", by=team.officer,
    )  # fmt: skip
    content = commitments_table(kind, queries.of_place(team.officer, team.place))
    people.organisation(world.other.place, "Works department", types=["local_government"])
    rows = read_table(content, name=f"a.{kind}", sheet="commitments")
    there = {"place": world.other.place, "rows": rows, "language": "en", "by": world.other.officer}
    trackers.import_commitments(**there)

    def told(place):
        return [
            (one.texts, one.languages, one.owner and one.owner.name, one.due, one.state, one.done_on,
             [(step.day, step.text, step.state) for step in one.steps.all()])
            for one in Commitment._unscoped.filter(place=place).order_by("pk")
        ]  # fmt: skip

    assert told(world.other.place) == told(team.place)
    assert {change.what for change in trackers.import_commitments(**there)} == {"same"}


def test_the_empty_table_is_empty_and_explains_itself():
    rows = read_table(template("csv"), name="a.csv", sheet="commitments")
    assert rows == [(1, list(COLUMNS))]
    assert read_table(template("xlsx"), name="a.xlsx", sheet="columns")[1][1][0] == "commitment"


def test_the_page_looks_first_and_imports_with_a_second_press(team):
    browser = people.sign_in(team.users["city_officer"])
    address = reverse("coordination:import_commitments", args=[team.place.slug])
    file = SimpleUploadedFile("tracker.xlsx", sheet(TRACKER))
    page = browser.post(address, {"file": file, "language": "en"}).content.decode()
    assert page.count("New commitment") == 2
    assert not Commitment._unscoped.exists()
    held = page.split('name="held" value="')[1].split('"')[0]
    answer = browser.post(address, {"held": held})
    assert (answer.status_code, Commitment._unscoped.count()) == (302, 2)
    file = SimpleUploadedFile("tracker.xlsx", sheet([HEADS, ["Ring 0771234567", "", "", "", ""]]))
    answer = browser.post(address, {"file": file, "language": "en"})
    assert answer.status_code == 422
    assert "row 2, column “commitment”" in answer.content.decode()
    broken = browser.post(
        address, {"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04x"), "language": "en"}
    )
    assert broken.status_code == 422


def test_members_take_their_own_places_table_along(world, team):
    bring(team, TRACKER)
    address = reverse("coordination:export_commitments", args=[team.place.slug, "csv"])
    mine = people.sign_in(team.users["city_officer"]).get(address).content.decode()
    assert "Two lamps" in mine
    partner = people.sign_in(team.users["partner"]).get(address).content.decode()
    assert "Two lamps" not in partner  # the team's alone
    assert people.sign_in(world.other.users["city_officer"]).get(address).status_code == 403


def test_the_pack_reads_all_commitments_with_the_same_queries(team):
    asked = []
    for number in range(3):
        owner = people.organisation(team.place, f"Office {number}")
        made = make.commitment(team, f"Lamp {number}", owner=owner)
        commitments.tell(
            commitment=made, day=timezone.localdate(), text="Ordered.", language="en",
            state="started", by=team.officer,
        )  # fmt: skip
        with CaptureQueriesContext(connection) as queries_made:
            files = {one.path: one for one in parts._coordination(team.place, team.officer, "en")}
        asked.append(len(queries_made))
    assert asked[0] == asked[2]
    assert files["data/commitments.csv"].content.decode().count("Ordered.") == 3
