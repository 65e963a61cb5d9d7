"""Elections as CSV and workbooks: the same election back, mistakes with sheet and row."""

from __future__ import annotations

import io
import zipfile
from fractions import Fraction

import openpyxl
import pytest

from baithak.engine.budget.count import example
from baithak.engine.budget.election import Election, Project
from baithak.engine.budget.pabulib import read_pb, write_pb
from baithak.engine.budget.readers import read, validate
from baithak.engine.budget.tables import write_csv, write_workbook, write_zip
from baithak.engine.errors import EngineError
from engine.conftest import data_folder

META = "key,value\nbudget,100\nvote_type,approval\n"
PROJECTS = "project_id,cost,name\npark,60,A park\nroad,40.5,\n"
VOTES = 'voter_id,vote,ward\n1,"park,road",North\n2,road,South\n'


def folder(tmp_path, **tables):
    for name, text in {"meta": META, "projects": PROJECTS, "votes": VOTES, **tables}.items():
        if text is not None:
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def workbook(**sheets) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    told = {
        "meta": [("key", "value"), ("budget", 100), ("vote_type", "approval")],
        "projects": [("project_id", "cost"), ("park", 60), (7, 40.5)],
        "votes": [("voter_id", "vote"), (1, "park,7"), (2, 7)],
        **sheets,
    }
    for name, rows in told.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def problems(source) -> list[tuple[str, object, object]]:
    return [(p.code, p.params.get("file"), p.params.get("row")) for p in validate(source)[0]]


def test_a_folder_of_csv(tmp_path):
    told = read(folder(tmp_path))
    assert told.budget == 100
    assert [p.cost for p in told.projects] == [60, Fraction(81, 2)]
    assert told.voters == {"ward": ("North", "South")}
    assert told.n == 2


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters(tmp_path, delimiter):
    votes = f"voter_id{delimiter}vote\n1{delimiter}park,road\n"
    assert read(folder(tmp_path, votes=votes)).items.tolist() == [0, 1]


def test_a_zip_of_csv_in_a_folder_of_its_own():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        parts.writestr("Election/META.csv", META)
        parts.writestr("Election/projects.csv", PROJECTS)
        parts.writestr("Election/votes.csv", VOTES)
        parts.writestr("__MACOSX/Election/votes.csv", "x")
    assert read(out.getvalue()).n == 2


def test_a_workbook_with_numbers_and_texts():
    told = read(workbook())
    assert [p.id for p in told.projects] == ["park", "7"]
    assert told.projects[1].cost == Fraction(81, 2)
    assert told.voter_ids == ("1", "2")


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({"votes": None}, ("budget.missing_table", "tables", None)),
        (
            {"projects": "project_id,cost\npark,60\nroad,x\n"},
            ("budget.not_an_amount", "projects.csv", 3),
        ),
        ({"votes": "voter_id,vote\n1,moon\n"}, ("budget.unknown_project", "votes.csv", 2)),
        ({"votes": 'voter_id,vote\n1,"park\n'}, ("budget.open_quote", "votes.csv", 2)),
        ({"meta": "key,value\nbudget,100\n"}, ("budget.missing_key", "meta.csv", 2)),
    ],
)
def test_mistakes_in_csv(tmp_path, tables, expected):
    (tmp_path / "tables").mkdir()
    assert problems(folder(tmp_path / "tables", **tables)) == [expected]


def test_mistakes_in_a_workbook_name_sheet_and_row():
    rows = [("project_id", "cost"), ("park", 60), (None, None), ("road", -1), (7, 5)]
    told = validate(workbook(projects=rows), name="city.xlsx")[0]
    assert [(p.code, p.params["file"], p.params["row"]) for p in told] == [
        ("budget.not_an_amount", "city.xlsx [projects]", 4)
    ]


def test_a_vote_that_a_spreadsheet_made_a_number_is_refused():
    assert problems(workbook(votes=[("voter_id", "vote"), (1, 7.5)])) == [
        ("budget.unknown_project", "votes", 2)
    ]


def test_old_workbooks_and_other_zips_are_named():
    assert problems(b"\xd0\xcf\x11\xe0" + b"\0" * 600) == [("budget.old_workbook", None, None)]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        parts.writestr("letter.txt", "x")
    assert problems(out.getvalue()) == [("budget.missing_table", None, None)]


@pytest.mark.parametrize("write", [write_zip, write_workbook])
def test_the_same_election_gives_the_same_bytes(write):
    assert write(example()) == write(example())


@pytest.mark.parametrize(
    "name",
    [
        "Poland_Katowice_2024_Murcki", "Poland_Krakow_2023_Nowa_Huta", "Switzerland_Zurich_S5D10",
        "Netherlands_Amsterdam_604", "Poland_Warszawa_2023_Mokotow",
    ],
)  # fmt: skip
def test_real_elections_come_back_from_every_form(name, tmp_path):
    election = read_pb(data_folder("budgets") / f"{name}.pb")
    text = write_pb(election)
    assert write_pb(read(write_workbook(election))) == text
    assert write_pb(read(write_zip(election))) == text
    for file, content in write_csv(election).items():
        (tmp_path / file).write_text(content, encoding="utf-8", newline="")
    assert write_pb(read(tmp_path)) == text


def test_what_a_workbook_cannot_hold_is_said():
    election = Election.from_ballots(
        budget=1,
        projects=[Project("a", Fraction(1), name="x" * 40_000)],
        vote_type="approval",
        ballots=[("1", ["a"])],
    )
    with pytest.raises(EngineError) as caught:
        write_workbook(election)
    assert (caught.value.code, caught.value.params["field"]) == ("budget.cell_too_long", "name")
    assert read(write_zip(election)).projects[0].name == "x" * 40_000


def test_long_digits_stay_as_they_are():
    cost = Fraction(123456789012345678, 100)
    election = Election.from_ballots(
        budget=10**17, projects=[Project("a", cost)], vote_type="approval", ballots=[("1", ["a"])]
    )
    assert read(write_workbook(election)).projects[0].cost == cost
