"""Whole files and tables: whatever is damaged is refused calmly, with its place and a remedy."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baithak.network import files, tables
from baithak.network.files import FileRefusedError, Part, Wrongs
from baithak.plan.models import Objective
from baithak.web.limited import EngineError
from factories import network as make

SHEET = "actions"


def opened(content: bytes) -> Part:
    return files.opened(content, kind="plan", number=2)


def why(content: bytes) -> str:
    with pytest.raises(FileRefusedError) as refused:
        opened(content)
    (wrong,) = refused.value.wrongs
    return str(wrong)


def test_what_is_written_is_opened_again() -> None:
    part = opened(files.written("plan", 1, {"plans": [{"begins": "2027-01-01"}]}))
    (plan,) = part.parts("plans")
    assert plan.day("begins").isoformat() == "2027-01-01"
    plan.end()
    part.end()
    part.wrongs.stop()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfe{", "UTF-8"),
        (b"", "broken"),
        (b"{", "broken"),
        (b"[]", "no object"),
        (b"[" * 100_000, "too deeply"),
        (b'{"format": NaN}', "broken"),
        (b'{"format": 1, "format": 2}', "stands twice"),
        (b'{"format": "baithak.body", "number": 1}', "no file of this kind"),
        (b'{"format": "baithak.plan", "number": 3}', "up to date"),
        (b'{"format": "baithak.plan", "number": true}', "up to date"),
        (b'{"format": "baithak.plan", "number": "1"}', "up to date"),
        (b'{"format": "baithak.plan"}', "up to date"),
    ],
)
def test_no_such_file(content: bytes, told: str) -> None:
    assert told in why(content)


def test_a_file_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST", 10)
    assert "larger than" in why(b'{"format": "baithak.plan", "number": 1}')


def test_everything_wrong_is_told_with_its_place() -> None:
    told = {
        "format": "baithak.plan", "number": 1, "extra": 1,
        "plans": [
            {"begins": "1 May", "state": "gone", "cost": 12, "number": True, "open": 1,
             "codes": ["a", "a", 3], "label": "x" * 300, "note": "call 077 123 4567"},
            "no object",
        ],
    }  # fmt: skip
    part = opened(json.dumps(told).encode())
    for plan in part.parts("plans"):
        plan.day("begins")
        plan.text("state", one_of=("draft", "adopted"))
        plan.amount("cost")
        plan.whole("number")
        plan.flag("open")
        plan.strings("codes")
        plan.text("label")
        plan.free("note", 200)
        plan.text("title", needed=True)
        plan.end()
    part.end()
    with pytest.raises(FileRefusedError) as refused:
        part.wrongs.stop()
    places = [wrong.at for wrong in refused.value.wrongs]
    assert places == [
        "plans[0].begins", "plans[0].state", "plans[0].cost", "plans[0].number", "plans[0].open",
        "plans[0].codes", "plans[0].label", "plans[0].note", "plans[0].title", "plans[1]", "extra",
    ]  # fmt: skip
    assert "draft, adopted" in str(refused.value.wrongs[1])


def test_texts_are_those_that_forms_would_have_kept() -> None:
    told = {
        "languages": ["ta", "en"],
        "texts": {
            "ta": {"title": "  விளக்குகள் "},
            "en": {"title": "Lamps", "then": "Light\n\n\nagain"},
        },
    }
    wrongs = Wrongs()
    texts, languages = Part(told, "x", wrongs).texts(Objective)
    wrongs.stop()
    assert languages == ["ta", "en"]
    assert texts == {
        "ta": {"title": "விளக்குகள்"},
        "en": {"title": "Lamps", "then": "Light\n\nagain"},
    }


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"languages": ["en"], "texts": {}},
        {"languages": ["xx"], "texts": {"xx": {"title": "x"}}},
        {"languages": ["en"], "texts": {"en": {"title": ""}}},
        {"languages": ["en"], "texts": {"en": {"title": "x", "heading": "y"}}},
        {"languages": ["en"], "texts": {"en": {"title": 3}}},
        {"languages": ["en"], "texts": {"en": {"title": "x"}, "ta": {"title": "y"}}},
        {"languages": ["en"], "texts": {"en": {"title": "Ask MH 12 AB 3456"}}},
        {"languages": ["en"], "texts": {"en": {"title": "a\u202eb"}}},
        {"languages": "en", "texts": []},
    ],
)
def test_texts_that_are_refused(told: dict) -> None:
    wrongs = Wrongs()
    Part(told, "x", wrongs).texts(Objective)
    with pytest.raises(FileRefusedError) as refused:
        wrongs.stop()
    assert all(wrong.at.startswith("x.") for wrong in refused.value.wrongs)


def test_so_many_are_told_and_the_rest_counted() -> None:
    wrongs = Wrongs(most=2)
    for row in range(5):
        wrongs.add("No.", row=row, column="due")
    assert [str(wrong) for wrong in wrongs.found] == [
        "row 0, column “due”: No.",
        "row 1, column “due”: No.",
    ]
    assert wrongs.more == 3


@pytest.mark.django_db
def test_organisations_are_brought_by_name() -> None:
    city = make.city()
    here = make.organisation(city, "Water board", types=["local_government"])
    told = files.organisations_told([here, None, here])
    assert told == [{"name": "Water board", "types": ["local_government"], "level": "local"}]
    part = Part({"organisations": [*told, {"name": "Youth club", "types": ["cso"]}]}, "", Wrongs())
    found = files.organisations_in(part)
    part.wrongs.stop()
    brought = files.bring_organisations(found.values(), place=city, by=make.SYSTEM)
    assert set(brought) == {"Water board", "Youth club"} == set(files.organisations_here(city))
    assert brought["Water board"] == here


# --- tables
def read(content: bytes, name: str = "a.csv") -> list:
    return tables.read_table(content, name=name, sheet=SHEET)


def test_what_is_written_is_read_again() -> None:
    told = [["number", "title"], ["1", "=1+1"], ["2", "'quoted"], ["3", "வணக்கம்\nline"]]
    numbered = [
        cells
        for _, cells in tables.rows(b'{"name":"a","sheet":"actions"}\n' + tables.write_csv(told))
    ]
    assert numbered == told
    book = tables.write_xlsx([tables.Sheet(SHEET, told, (8, 30)), tables.Sheet("codes", [["x"]])])
    assert [cells for _, cells in read(book, "a.xlsx")] == told
    assert b"'=1+1" in tables.write_csv(told)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "table.empty"),
        (b"\n\n , \n", "table.empty"),
        (b"a\n\xff", "table.encoding"),
        (b'a\n"b', "table.broken_csv"),
        (b"a," * 300 + b"b\n", "source.too_wide"),
        (b"a\n" * 6000, "table.too_many_rows"),
        (b"a\n" + b"x" * 30_000, "table.long_cell"),
        (b"PK\x03\x04 and no more", "source.broken_archive"),
        (b"a" * (5 * 1024 * 1024 + 1), "table.too_large"),
        (tables.write_xlsx([tables.Sheet("other", [["a"]])]), "table.no_sheet"),
    ],
)
def test_tables_that_are_refused(content: bytes, code: str) -> None:
    with pytest.raises(EngineError) as refused:
        tables.rows(b'{"name":"a","sheet":"actions"}\n' + content)
    assert refused.value.code == code


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    code = "table.none"
    try:
        tables.rows(b'{"name":"a","sheet":"actions"}\n' + content)
    except EngineError as refused:
        code = refused.code
    assert code.startswith(("table.", "source."))


@given(st.binary(max_size=300))
def test_any_bytes_are_no_whole_file(content: bytes) -> None:
    with pytest.raises(FileRefusedError):
        opened(content)
