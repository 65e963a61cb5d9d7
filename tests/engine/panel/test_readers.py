"""Files of people and quotas: every form the field's tools write, and one clear error per mistake."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from baithak.engine.errors import EngineError
from baithak.engine.panel import readers
from baithak.engine.panel.pool import Quota, Quotas
from baithak.engine.panel.readers import read_pool, read_quotas

CATEGORIES = """category,feature,min,max
gender,woman,2,3
gender,man,2,3
age,16-29,1,3
age,30+,2,4
"""
PEOPLE = """id,name,Gender,AGE,street,number
a,Amina,woman,16-29,Canal Road,1
b,Bilal,Man,30+,Canal road,1
c,Chitra, woman ,30+,,
d,Dinesh,man,16-29,,
e,Esha,WOMAN,30+,Hill Street,1
"""


def put(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def book(folder: Path, name: str, **sheets: list[list[object]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(folder / name)
    return folder / name


def quotas() -> Quotas:
    return Quotas(
        (
            Quota("gender", "woman", 2, 3),
            Quota("gender", "man", 2, 3),
            Quota("age", "16-29", 1, 3),
            Quota("age", "30+", 2, 4),
        )
    )


def refused(call, *args, **more) -> list[tuple[str, dict]]:
    """Every problem of a call that must be refused: code and parameters."""
    with pytest.raises(EngineError) as caught:
        call(*args, **more)
    return [(e.code, e.params) for e in (caught.value, *caught.value.others)]


def codes(told) -> list[tuple[str, object, object]]:
    return [(code, params.get("row"), params.get("field")) for code, params in told]


# --- quotas


@pytest.mark.parametrize(
    "text",
    [
        CATEGORIES,
        "\ufeff" + CATEGORIES,
        CATEGORIES.replace(",", ";"),
        CATEGORIES.replace(",", "\t").replace("\n", "\r\n"),
        "\n" + CATEGORIES + "\n,,,\n",
        "MAX,Feature,min,VALUE\n3,gender,2,woman\n3,gender,2,man\n3,age,1,16-29\n4,age,2,30+\n",
        "feature,value,min,max,min_flex,max_flex\ngender,woman,2,3,,-1\ngender,man,2,3,,\n"
        "age,16-29,1,3,,\nage,30+,2,4,,\n",
        CATEGORIES.replace(",2,", ",2.0,"),
    ],
)
def test_both_forms_of_the_header_in_any_order_and_case(tmp_path, text):
    assert read_quotas(put(tmp_path, "categories.csv", text)).quotas == quotas().quotas


def test_flexible_bounds(tmp_path):
    text = "feature,value,min,max,min flex,max_flex\nage,old,2,4,1,6\n"
    told = read_quotas(put(tmp_path, "c.csv", text)).quotas
    assert told == (Quota("age", "old", 2, 4, 1, 6),)


def test_every_problem_of_the_quotas_is_told_at_once(tmp_path):
    text = "category,feature,min,max\ngender,woman,two,3\ngender,,2,3\nage,old,,4\nage,young,3,2\n"
    told = refused(read_quotas, put(tmp_path, "categories.csv", text))
    assert codes(told) == [
        ("panel.not_a_number", 2, "min"),
        ("panel.blank", 3, "feature"),
        ("panel.blank", 4, "min"),
        ("panel.quota_reversed", 5, None),
    ]
    assert told[0][1]["value"] == "two"
    assert told[0][1]["more"] == 3
    assert told[0][1]["file"] == "categories.csv"


def test_quotas_that_no_panel_of_this_size_can_meet(tmp_path):
    path = put(tmp_path, "categories.csv", CATEGORIES)
    assert read_quotas(path, 5)
    assert codes(refused(read_quotas, path, 3)) == [("panel.mins_above_size", 2, None)]
    told = refused(read_quotas, path, 8)
    assert codes(told) == [("panel.maxes_below_size", 2, None), ("panel.maxes_below_size", 4, None)]
    assert (told[1][1]["category"], told[1][1]["total"]) == ("age", 7)


def test_a_quota_stands_once(tmp_path):
    path = put(tmp_path, "c.csv", CATEGORIES + "AGE, 30+ ,1,1\n")
    assert codes(refused(read_quotas, path)) == [("panel.quota_twice", 6, None)]


def test_missing_columns_are_named_with_what_was_found(tmp_path):
    ((code, params),) = refused(read_quotas, put(tmp_path, "c.csv", "category,minimum\nage,1\n"))
    assert code == "panel.quota_columns"
    assert params["field"] == "feature, min, max"
    assert params["found"] == "category, minimum"


# --- people


def test_people_are_read_with_their_ids_homes_and_further_columns(tmp_path):
    path = put(tmp_path, "respondents.csv", PEOPLE)
    pool = read_pool(path, quotas(), size=4, household=["street", "number"])
    assert pool.ids == ("a", "b", "c", "d", "e")
    assert pool.features.tolist() == [[0, 2], [1, 3], [0, 3], [1, 2], [0, 3]]
    assert pool.household.tolist() == [0, 0, 1, 2, 3]
    assert pool.columns["name"][0] == "Amina"


def test_without_households_nothing_is_known_of_them(tmp_path):
    assert read_pool(put(tmp_path, "r.csv", PEOPLE), quotas()).household is None


def test_who_has_no_id_has_a_number(tmp_path):
    path = put(tmp_path, "r.csv", "gender,age\nwoman,30+\nman,16-29\n")
    assert read_pool(path, quotas()).ids == ("1", "2")
    path = put(tmp_path, "r.csv", "gender,NationBuilder_ID,age\nwoman,n7,30+\nman,n8,16-29\n")
    assert read_pool(path, quotas()).ids == ("n7", "n8")
    path = put(tmp_path, "r.csv", "gender,letter,age\nwoman,x,30+\nman,y,16-29\n")
    assert read_pool(path, quotas(), id="Letter").ids == ("x", "y")


def test_every_problem_of_the_people_is_told_at_once(tmp_path):
    text = (
        'id,gender,age\na,womn,30+\n\nb,,16-29\na,man,30+\n,man,30+\nc,man,young\nd,"wo\nman",30+\n'
        "e,person,30+\n"
    )
    told = refused(read_pool, put(tmp_path, "respondents.csv", text), quotas(), size=20)
    assert codes(told) == [
        ("panel.size_above_pool", None, None),
        ("panel.unknown_value", 2, "gender"),
        ("panel.blank", 4, "gender"),
        ("panel.id_twice", 5, "id"),
        ("panel.blank", 6, "id"),
        ("panel.unknown_value", 7, "age"),
        ("panel.unknown_value", 8, "gender"),
        ("panel.unknown_value", 10, "gender"),
    ]
    by_row = {params.get("row"): params for _, params in told}
    assert by_row[2]["near"] == "woman"
    assert by_row[2]["allowed"] == "woman, man"
    assert by_row[5]["first_row"] == 2
    assert by_row[10]["near"] == ""


def test_missing_columns_come_with_near_spellings(tmp_path):
    told = refused(
        read_pool,
        put(tmp_path, "r.csv", "gendre,Ages\nwoman,30+\n"),
        quotas(),
        household=["home"],
    )
    assert [(params["field"], params["near"]) for _, params in told] == [
        ("gender", "gendre"),
        ("age", "Ages"),
        ("home", ""),
    ]
    assert {code for code, _ in told} == {"panel.column_missing"}


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b"", "panel.empty_file", None),
        (b"\xef\xbb\xbf \n\n", "panel.empty_file", None),
        (b"gender,age\n", "panel.header_only", None),
        ("gender,age\nwoman,30+\n".encode("utf-16"), "panel.encoding", 1),
        ("gender,age\nwoman,30+\nmañ,30+\n".encode("latin-1"), "panel.encoding", 3),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "panel.not_text", None),
        (b'gender,age\nwoman,30+\nman,"30+\n', "panel.broken_csv", 3),
        (b"gender,age\nwoman,30+\nman\n", "panel.wrong_field_count", 3),
        (b"gender,age,GENDER\nwoman,30+,man\n", "panel.duplicate_column", 1),
        (b"gender,age,note\nwoman,30+," + b"x" * 1001 + b"\n", "panel.cell_long", 2),
        (b"PK\x03\x04 and then nothing of a workbook", "panel.broken_workbook", None),
    ],
)
def test_what_is_no_table_is_refused_with_its_place(tmp_path, content, code, row):
    ((found, params),) = refused(read_pool, put(tmp_path, "r.csv", content), quotas())
    assert (found, params.get("row")) == (code, row)
    assert params["file"] == "r.csv"


def test_a_file_that_is_not_there(tmp_path):
    assert refused(read_quotas, tmp_path / "none.csv")[0][0] == "source.not_found"


# --- workbooks


def test_a_workbook_holds_both_tables(tmp_path):
    path = book(
        tmp_path,
        "panel.xlsx",
        notes=[["ours"]],
        categories=[row.split(",") for row in CATEGORIES.splitlines()],
        respondents=[
            ["id", "gender", "age", "born"],
            [7, "woman", "30+", 1980.0],
            [8, "man", "16-29"],
        ],
    )
    assert read_quotas(path).quotas == quotas().quotas
    pool = read_pool(path, quotas())
    assert pool.ids == ("7", "8")
    assert pool.columns["born"] == ("1980", "")


def test_numbers_in_a_workbook_are_numbers(tmp_path):
    path = book(
        tmp_path, "c.xlsx", Sheet=[["category", "feature", "min", "max"], ["age", 30, 1, 2.0]]
    )
    assert read_quotas(path).quotas == (Quota("age", "30", 1, 2),)


def repacked(path: Path, change) -> Path:
    """The workbook with ``change(name, content)`` for each of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part)))
    path.write_bytes(out.getvalue())
    return path


def test_a_lie_about_the_extent_of_a_sheet_costs_nothing(tmp_path):
    path = book(tmp_path, "r.xlsx", Sheet=[["gender", "age"], ["woman", "30+"]])
    repacked(path, lambda name, content: content.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'))
    assert read_pool(path, quotas()).n == 1


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"<sheetData>", b"<sheetData>" + b"<row/>" * 300_000, "panel.too_large"),
        (b'r="B2"', b'r="XFD2"', "panel.too_large"),
        (b'<row r="2"', b'<row r="1048576"', "panel.too_large"),
        (b"<worksheet", b"<!DOCTYPE x [<!ENTITY a 'aa'>]><worksheet", "panel.broken_workbook"),
        (b"</sheetData>", b"", "panel.broken_workbook"),
    ],
)
def test_a_workbook_that_means_harm_is_refused(tmp_path, old, new, code):
    path = book(tmp_path, "r.xlsx", Sheet=[["gender", "age"], ["woman", "30+"]])
    seen = []

    def change(name: str, content: bytes) -> bytes:
        seen.append(old in content)
        return content.replace(old, new) if name == "xl/worksheets/sheet1.xml" else content

    repacked(path, change)
    assert any(seen)
    assert refused(read_pool, path, quotas())[0][0] == code


def test_the_limits_hold_for_tables_too(tmp_path, monkeypatch):
    monkeypatch.setattr(readers, "MOST_ROWS", 3)
    rows = "".join("woman,30+\n" for _ in range(4))
    path = put(tmp_path, "r.csv", "gender,age\n" + rows)
    assert refused(read_pool, path, quotas())[0][0] == "panel.too_large"
    wide = put(tmp_path, "r.csv", "gender,age" + "," * 201 + "x\n")
    assert refused(read_pool, wide, quotas())[0][0] == "panel.too_large"
    monkeypatch.undo()
    monkeypatch.setattr(readers, "MOST_QUOTAS", 3)
    path = put(tmp_path, "c.csv", CATEGORIES)
    assert refused(read_quotas, path)[0][0] == "panel.too_many_quotas"
    monkeypatch.setattr(readers, "MOST_BYTES", 10)
    assert refused(read_quotas, path)[0][0] == "panel.too_large"
