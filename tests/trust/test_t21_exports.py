"""T21 for budgets: no cell that leaves the house runs as a formula, and every value comes back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from fractions import Fraction

import pytest

from baithak.engine import cells
from baithak.engine.budget import tables
from baithak.engine.budget.election import Election, Project
from baithak.engine.budget.outcome import outcome
from baithak.engine.budget.readers import read
from baithak.engine.budget.tables import write_csv, write_workbook, write_zip
from baithak.report.budget_disclosure import published
from baithak.report.budget_tables import tables as report_tables
from factories.cells import LIVE, hostile, live_cells

pytestmark = pytest.mark.trust

EXAMPLES, BATCH = 10_000, 400


def elections() -> Iterator[tuple[Election, list[str]]]:
    texts = list(hostile(EXAMPLES))
    for start in range(0, EXAMPLES, BATCH):
        told = texts[start : start + BATCH]
        many = BATCH // 4
        names, extra, notes, keys = (told[at : at + many] for at in range(0, BATCH, many))
        yield (
            Election.from_ballots(
                budget=10**6,
                projects=[
                    Project(
                        f"p{at}", Fraction(at + 1), name=name, extra={"wish": more} if more else {}
                    )
                    for at, (name, more) in enumerate(zip(names, extra, strict=True))
                ],
                vote_type="approval",
                ballots=[(f"v{at}", [f"p{at}"]) for at in range(many)],
                voters={"note": notes},
                meta={f"key {at}": value for at, value in enumerate(keys)},
            ),
            told,
        )


def same(one: Election, two: Election) -> bool:
    return (
        [p.name for p in one.projects] == [p.name for p in two.projects]
        and [p.extra for p in one.projects] == [p.extra for p in two.projects]
        and one.voters == two.voters
        and all(two.meta[key] == value for key, value in one.meta.items())
    )


def test_no_csv_cell_is_live_and_every_value_comes_back():
    seen = 0
    for election, texts in elections():
        for text in write_csv(election).values():
            assert live_cells(text) == []
        assert same(election, read(write_zip(election)))
        seen += len(texts)
    assert seen == EXAMPLES


def test_no_workbook_cell_is_a_formula_or_a_link_and_every_value_comes_back():
    seen = 0
    for election, texts in elections():
        content = write_workbook(election)
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            for part in parts.namelist():
                told = parts.read(part)
                assert b"<f>" not in told
                assert b"<f " not in told
                assert b"<hyperlink " not in told
                assert b'TargetMode="External"' not in told
        assert same(election, read(content))
        seen += len(texts)
    assert seen == EXAMPLES


def test_the_report_s_tables_are_safe_too():
    election, _ = next(elections())
    for text in report_tables(published(outcome(election))).values():
        assert live_cells(text) == []


def test_without_the_guard_cells_are_live(monkeypatch):
    """Control: the same cells written as they are would run."""
    monkeypatch.setattr(tables, "guarded", lambda text: text)
    election, _ = next(elections())
    assert len([c for text in write_csv(election).values() for c in live_cells(text)]) > 100


def test_without_taking_it_off_values_do_not_come_back(monkeypatch):
    """Control: the apostrophe alone would change what was written."""
    election, _ = next(elections())
    content = write_zip(election)
    assert same(election, read(content))
    monkeypatch.setattr(tables, "plain", lambda text: text)
    assert not same(election, read(content))


@pytest.mark.parametrize("text", list(dict.fromkeys(hostile(300, seed=3))))
def test_one_cell_there_and_back(text):
    assert cells.plain(cells.guarded(text)) == text
    assert not LIVE.search(cells.guarded(text))
