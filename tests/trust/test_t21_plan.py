"""T21 for plans: no cell of a table runs as a formula, every value comes back, and XML and JSON hold what they are given.

Ten thousand texts that begin like formulas, in every column that people write, through CSV and workbook.

Control: a writer that does not guard its cells is caught.
"""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from types import SimpleNamespace
from xml.etree.ElementTree import fromstring

import pytest

from baithak.network import tables
from baithak.network.files import written
from baithak.plan.files import actions_table, iati
from baithak.plan.files.actions_table import COLUMNS
from factories.cells import hostile, live_cells
from trust.test_t16_headers import HOSTILE

pytestmark = pytest.mark.trust

EXAMPLES = 10_000
#: Columns in which people write freely.
FREE = ("title", "description", "area", "owner", "partners", "funder")


class Action(SimpleNamespace):
    """An action without a database."""

    @property
    def first_language(self):
        return "en"


def many(rows):
    return SimpleNamespace(all=lambda: rows)


def actions(texts):
    """Actions that hold these texts, one in each free column."""
    for at in range(0, len(texts), len(FREE)):
        told = dict(zip(FREE, texts[at : at + len(FREE)], strict=False))
        told = {name: told.get(name) or "x" for name in FREE}
        organisation = SimpleNamespace(name=told["owner"], pk=1, types=["cso"])
        partner = SimpleNamespace(
            organisation=SimpleNamespace(name=told["partners"], pk=2, types=["cso"])
        )
        yield Action(
            pk=at, number=at + 1, texts={"en": {name: told[name] for name in ("title", "description", "area", "funder")}},
            languages=["en"], owner=organisation, funded_by=None, objective=None, partnerships=many([partner]),
            steps=many([]), state="planned", done_on=None, begins=None, due=None, cost=None, currency="",
            admin_level="city", prevention_level="primary", approach="", target_groups=[],
        )  # fmt: skip


def back(content, told):
    """Whether reading gives every cell again (``\\r`` of a cell may become a line break)."""
    found = [cells for _, cells in tables.rows(b'{"name":"a","sheet":"actions"}\n' + content)]
    want = [[cell for cell in row] for row in told]
    for row in want:
        while row and not row[-1]:
            row.pop()
    for row in found:
        while row and not row[-1]:
            row.pop()
    return found == want


def test_no_cell_of_a_csv_file_runs_and_every_value_comes_back():
    held = list(actions(list(hostile(EXAMPLES))))
    for at in range(0, len(held), 500):
        part = held[at : at + 500]
        content = actions_table.table("csv", part)
        assert live_cells(content.decode()) == []
        assert back(
            content, [COLUMNS, *([actions_table.cells(a)[n] for n in COLUMNS] for a in part)]
        )


def test_every_cell_of_a_workbook_is_a_text():
    from openpyxl import load_workbook

    held = list(actions(list(hostile(1200, seed=22))))
    content = actions_table.table("xlsx", held)
    book = load_workbook(io.BytesIO(content))
    kinds = {
        cell.data_type
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    assert kinds == {"s"}
    assert not any(cell.hyperlink for sheet in book for row in sheet.iter_rows() for cell in row)


def test_names_in_one_cell_come_apart_again():
    told = [" ".join(text.split()) for text in hostile(6000, seed=23)]
    for at in range(0, len(told), 3):
        names = [name for name in told[at : at + 3] if name]
        assert actions_table._parts(actions_table._joined(names)) == names


def test_what_people_write_stays_text_in_xml_and_in_json():
    told = [*HOSTILE, "]]>", "<!-- -->", "&lol;", "\ufffe\uffff", '"><x/>', "\u2028"]
    plan = SimpleNamespace(
        code="abcdefg", texts={"en": {"title": told[0]}}, languages=["en"], first_language="en", state="draft",
        begins=date(2026, 1, 1), ends=date(2027, 1, 1), decided_on=None, reviewed_on=None, review=None,
        place=SimpleNamespace(name="Kandarpur", slug="kandarpur", country_code="XA"),
    )  # fmt: skip
    held = list(actions(told * len(FREE)))
    names = {1: "Lamps", 2: "Club"}
    content = iati.activities(plan, held, [], names=names, made=datetime(2026, 1, 1, tzinfo=UTC))
    root = fromstring(content)
    elements = {element.tag for element in root.iter()}
    assert elements <= {
        "iati-activities", "iati-activity", "iati-identifier", "reporting-org", "narrative", "title",
        "description", "participating-org", "activity-status", "activity-date", "activity-scope",
        "location", "name", "sector", "tag", "related-activity",
    }  # fmt: skip
    found = [n.text for n in root.findall("iati-activity/title/narrative")][1:]
    for one, shown in zip(held, found, strict=True):
        want = iati._xml(one.texts["en"]["title"]).replace("\r\n", "\n").replace("\r", "\n")
        assert shown == want
    whole = written("plan", 1, {"texts": told})
    assert json.loads(whole)["texts"] == told


@pytest.mark.parametrize("start", ["=", "+", "@"])
def test_control_a_writer_that_does_not_guard_is_caught(start, monkeypatch):
    monkeypatch.setattr(tables, "guarded", lambda text: text)
    content = actions_table.table("csv", actions([f"{start}1+1"]))
    assert live_cells(content.decode())
