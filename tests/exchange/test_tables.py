"""Tables of practices: read again they are the same, wrong cells are named, no formula lives (T15, T21)."""

from __future__ import annotations

import csv
import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from baithak.engine.errors import EngineError
from baithak.exchange.merging import SHIPPED, Held, plan_import
from baithak.exchange.tables import (
    COLUMNS,
    _kept,
    _plain,
    _split,
    read_table,
    template_csv,
    template_xlsx,
    write_csv,
    write_xlsx,
)
from baithak.report.errors import sentence
from factories.practices import SUNRISE, changed, practices

FORMULAS = ["=1+1", "+1", "-1", "@x", "\t=1", "＝1", "'=1", "=cmd|' /C calc'!A0", " =1", "%1"]


def rows(practice=SUNRISE) -> list[dict[str, str]]:
    text = write_csv([practice]).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def table(told: list[dict[str, str]], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(told[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(told)
    return out.getvalue().encode()


def workbook(*lines: list[object], title: str = "practices") -> bytes:
    book = Workbook()
    book.active.title = title
    for line in lines:
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refused(shipped, content: bytes) -> EngineError:
    with pytest.raises(EngineError) as caught:
        read_table(content, shipped.taxonomy, shipped.cities, "t.csv")
    return caught.value


@pytest.mark.parametrize("form", ["csv", "xlsx"])
class TestBothForms:
    def write(self, form, told, shipped) -> bytes:
        return write_csv(told).encode() if form == "csv" else write_xlsx(told, shipped.taxonomy)

    def test_the_library_survives(self, shipped, form):
        content = self.write(form, shipped.practices, shipped)
        found = read_table(content, shipped.taxonomy, shipped.cities).practices
        assert found == shipped.practices
        ours = [Held(SHIPPED, p) for p in shipped.practices]
        assert not plan_import(ours, [Held(SHIPPED, p) for p in found]).changes

    def test_a_practice_by_hand_survives(self, shipped, form):
        content = self.write(form, [SUNRISE], shipped)
        assert read_table(content, shipped.taxonomy, shipped.cities).practices == (SUNRISE,)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(told=practices())
    def test_anything_survives(self, shipped, form, told):
        content = self.write(form, told, shipped)
        assert read_table(content, shipped.taxonomy, shipped.cities).practices == told


@pytest.mark.trust
@pytest.mark.parametrize("start", FORMULAS)
def test_no_cell_is_a_formula_and_the_text_comes_back(shipped, start):
    told = changed(title=start.strip(), harm=start.strip(), lessons=(start.strip(), "b"))
    for row in csv.reader(io.StringIO(write_csv([told]).removeprefix("\ufeff"))):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "＝", "%")) for cell in row)
    book = load_workbook(io.BytesIO(write_xlsx([told], shipped.taxonomy)))
    for sheet in book:
        assert all(
            cell.data_type in ("s", "inlineStr")
            for line in sheet.rows
            for cell in line
            if cell.value
        )
    for content in (write_csv([told]).encode(), write_xlsx([told], shipped.taxonomy)):
        assert read_table(content, shipped.taxonomy, shipped.cities).practices == (told,)


def test_the_control_a_plain_csv_writer_keeps_formulas():
    out = io.StringIO()
    csv.writer(out).writerow(["=1+1"])
    assert out.getvalue().startswith("=")


@given(st.lists(st.text(st.sampled_from("ab;|\\ \n'="), min_size=1).map(str.strip).filter(bool)))
def test_lists_in_a_cell_come_apart_as_they_went_together(items):
    cell = "; ".join(_kept(item) for item in items)
    assert [_plain(part) for part in _split(cell, ";")] == items


def test_what_people_type_is_understood(shipped):
    row = rows()[0]
    row["challenges"] = " language_barriers ;social_isolation; "
    row["sources"] = "https://council.example/walks|Walks|Council|2026-11-01;"
    row["what_was_done"] = row["lessons"] = row["version"] = row["language"] = ""
    kept = {name: value for name, value in row.items() if value}
    kept = {"Title": kept.pop("title"), "admin level": kept.pop("admin_level"), **kept}
    for delimiter in ",;\t":
        content = b"\xef\xbb\xbf" + table([kept, dict.fromkeys(kept, "")], delimiter)
        (told,) = read_table(content, shipped.taxonomy, shipped.cities).practices
        assert told.challenges == SUNRISE.challenges
        assert told.sources == SUNRISE.sources[:1]
        assert told.title == SUNRISE.title


def test_a_workbook_with_numbers_dates_and_gaps(shipped):
    row = rows()[0]
    line: list[object] = list(row.values())
    line[COLUMNS.index("start_year")] = 2024
    line[COLUMNS.index("version")] = 1.0
    content = workbook(list(COLUMNS), [], line)
    assert read_table(content, shipped.taxonomy, shipped.cities).practices == (SUNRISE,)
    line[COLUMNS.index("country")] = "Lanka"
    assert refused(shipped, workbook(list(COLUMNS), [], line)).params["row"] == 3


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("challenges", "hatespeech", "library.unknown_code"),
        ("city", "Colmbo", "library.unknown_city"),
        ("start_year", "twenty", "library.bad_year"),
        ("sources", "https://a.example | Title", "library.bad_source"),
        ("sources", "a.example | T | P | 2026-11-01", "library.bad_address"),
        ("sources", "https://a.example | T | P | yesterday", "library.bad_day"),
        ("sources", "", "library.missing"),
        ("title", "", "library.missing"),
        ("title", "a\x00b", "library.bad_character"),
    ],
)
def test_a_wrong_cell_is_named(shipped, column, value, code):
    told = [*rows(), *rows(changed(id="second-walk"))]
    told[1][column] = value
    error = refused(shipped, table(told))
    # Cells hold no line breaks here, so that lines are rows.
    assert (error.code, error.params["row"]) == (code, 3)
    assert error.params["practice"] == "second-walk"
    assert error.others == ()
    said = sentence(error.code, error.params)
    assert "row 3" in said
    assert "%(" not in said


def test_all_wrong_cells_are_named_at_once(shipped):
    told = rows()[0]
    told |= {"city": "Colmbo", "start_year": "x", "challenges": "y"}
    error = refused(shipped, table([told]))
    assert sorted(p.params["field"] for p in (error, *error.others)) == [
        "challenges", "city", "start_year",
    ]  # fmt: skip
    assert error.params["more"] == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "library.empty_file"),
        (b"\n\n", "library.empty_file"),
        (b"id,title\n", "library.missing_column"),
        (b"\xff\xfe", "library.encoding"),
        (b'id,"title\n', "library.broken_csv"),
        (write_csv([SUNRISE]).replace("id,", "id,id,", 1).encode(), "library.column_twice"),
        (write_csv([SUNRISE]).replace("title,", "titel,", 1).encode(), "library.unknown_column"),
        (write_csv([SUNRISE]).replace("\r\ncolombo", "\r\nx,colombo", 1).encode(), "library.wrong_field_count"),
        (workbook(["id"], title="other"), "library.no_sheet"),
        (workbook(), "library.empty_file"),
        (b"PK\x03\x04nothing", "source.broken_archive"),
        (b"id" * 3_000_000, "library.too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_wrong_table_is_refused(shipped, content, code):
    error = refused(shipped, content)
    assert error.code == code
    assert "This cannot be done" not in sentence(error.code, error.params)


def test_the_templates_hold_the_columns_and_every_code(shipped):
    assert template_csv().strip("\ufeff\r\n").split(",") == list(COLUMNS)
    book = load_workbook(io.BytesIO(template_xlsx(shipped.taxonomy)))
    assert book.sheetnames == ["practices", "columns", "codes"]
    assert [cell.value for cell in book["practices"][1]] == list(COLUMNS)
    assert [line[0].value for line in book["columns"].iter_rows(min_row=2)] == list(COLUMNS)
    codes = {(line[0].value, line[1].value) for line in book["codes"].iter_rows(min_row=2)}
    assert codes == {(k, c) for k, terms in shipped.taxonomy.terms.items() for c in terms}
    assert read_table(template_csv().encode(), shipped.taxonomy, ()).practices == ()


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_csv_is_read_or_refused(shipped, data):
    content = write_csv([SUNRISE]).encode()
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(start, min(len(content), start + 40)))
        piece = data.draw(
            st.one_of(st.binary(max_size=4), st.sampled_from([b'"', b"\n", b",", b";", b"\\"]))
        )
        content = content[:start] + piece + content[end:]
    with suppress(EngineError):
        read_table(content, shipped.taxonomy, shipped.cities, "t.csv")


@pytest.fixture(scope="module")
def parts(shipped) -> dict[str, bytes]:
    """What a workbook is made of."""
    with zipfile.ZipFile(io.BytesIO(write_xlsx([SUNRISE], shipped.taxonomy))) as book:
        return {name: book.read(name) for name in book.namelist()}


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_workbook_is_read_or_refused(shipped, parts, data):
    """Bytes of one part changed, then packed again: damage that a checksum would not show."""
    name = data.draw(st.sampled_from(sorted(parts)))
    part = bytearray(parts[name])
    for _ in range(data.draw(st.integers(1, 6))):
        part[data.draw(st.integers(0, len(part) - 1))] = data.draw(st.integers(0, 255))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for other, content in parts.items():
            book.writestr(other, bytes(part) if other == name else content)
    with suppress(EngineError):
        read_table(out.getvalue(), shipped.taxonomy, shipped.cities, "t.xlsx")


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=200), start=st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06"]))
def test_any_bytes_are_read_or_refused(shipped, content, start):
    with suppress(EngineError):
        read_table(start + content, shipped.taxonomy, shipped.cities, "t.csv")
