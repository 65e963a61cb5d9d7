"""T21 for the table of who does what: no cell of its files runs as a formula, and every text is still there."""

from __future__ import annotations

import csv
import io
import zipfile
from itertools import islice
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook

from baithak.coordination.matrix_files import csv_file, header, rows, xlsx_file
from baithak.report import tables
from factories.cells import LIVE, hostile, live_cells

pytestmark = pytest.mark.trust

EXAMPLES = 10_000
#: Texts of people in a row: organisation, plan, action, area, objective.
EACH = 5


def actions(texts):
    """Actions as a list brings them, each with a partner; every text of people is one of these."""
    told = iter(texts)
    for number in range(1, EXAMPLES // EACH + 1):
        owner, plan, title, area, goal = islice(told, EACH)
        yield SimpleNamespace(
            number=number, title=title, text=lambda name, area=area: area,
            plan=SimpleNamespace(title=plan), objective=SimpleNamespace(title=goal),
            owner=SimpleNamespace(name=owner),
            partners=[SimpleNamespace(organisation=SimpleNamespace(name=title))],
            admin_level="city", prevention_level="primary", target_groups=["youth"],
            get_state_display=lambda: "Running", begins=None, due=None,
        )  # fmt: skip


@pytest.fixture(scope="module")
def texts():
    return list(hostile(EXAMPLES))


def test_no_csv_cell_is_live(texts):
    assert sum(LIVE.search(text) is not None for text in texts) > EXAMPLES / 3
    told = csv_file(actions(texts)).decode()
    assert live_cells(told) == []
    assert len(list(csv.reader(io.StringIO(told, newline="")))) > 2 * EXAMPLES // EACH


def test_no_workbook_cell_is_a_formula_or_a_link_and_every_text_is_there(texts):
    content = xlsx_file(actions(texts), [(text, text) for text in texts[:500]])
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for part in parts.namelist():
            told = parts.read(part)
            assert b"<f>" not in told
            assert b"<f " not in told
            assert b"<hyperlink " not in told
            assert b'TargetMode="External"' not in told
    book = load_workbook(io.BytesIO(content), read_only=True)
    read = [row[4] or "" for row in book["Who does what"].iter_rows(min_row=2, values_only=True)]
    plain = [action.title for action in actions(texts) for _part in range(2)]
    assert len(read) == len(plain)
    # XML holds no control signs: the others are compared as they are.
    same = [(a, b) for a, b in zip(read, plain, strict=True) if b.isprintable() and b.strip()]
    assert len(same) > 1_000
    assert all(a == b for a, b in same)


def test_without_the_guard_cells_are_live(texts, monkeypatch):
    """Control: the same cells written as they are would run."""
    monkeypatch.setattr(tables, "guarded", lambda text: text)
    assert len(live_cells(csv_file(actions(texts)).decode())) > 1_000


def test_a_row_has_a_cell_for_each_head(texts):
    assert {len(row) for row in islice(rows(actions(texts)), 20)} == {len(header())}
