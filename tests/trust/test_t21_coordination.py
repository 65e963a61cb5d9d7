"""T21 for commitments: no cell of a table runs as a formula, and every value comes back."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import date
from itertools import islice

import pytest
from django.core.exceptions import ValidationError

from baithak.coordination.files.commitments import commitments_table, read_commitments
from baithak.coordination.models import Commitment, CommitmentStep
from baithak.network import tables, wording
from baithak.network.files import FileRefusedError
from baithak.network.models import Organisation
from baithak.network.services.texts import paragraphs
from factories.cells import LIVE, hostile, live_cells

pytestmark = pytest.mark.trust

EXAMPLES = 10_000
DAY = date(2026, 11, 24)


def readable(count: int) -> list[str]:
    """Texts as they can stand in a hub: cleaned, each another one, leading to nobody."""
    found: dict[str, str] = {}
    for number, text in enumerate(hostile(4 * count)):
        try:
            told = wording.no_persons(paragraphs(f"{text} {number}"))
        except ValidationError:
            continue
        if told and wording.same(told):
            found.setdefault(wording.same(told), told)
    return list(islice(found.values(), count))


def commitment(title: str, other: str, name: str, text: str):
    made = Commitment(
        pk=1, owner=Organisation(name=name), due=DAY, state="done", done_on=DAY, languages=["en", "ur"],
        texts={"en": {"title": title}, "ur": {"title": other}},
    )  # fmt: skip
    steps = [CommitmentStep(day=DAY, text=text, state="started", language="en")]
    made._prefetched_objects_cache = {"steps": steps}
    return made


@pytest.fixture(scope="module")
def told():
    """Ten thousand cells that somebody could have written, in twos and fours."""
    texts = readable(EXAMPLES)
    assert len(texts) == EXAMPLES
    assert sum(LIVE.search(text) is not None for text in texts) > 4_000
    return [
        (texts[at][:200], texts[at + 1], texts[at + 2].replace("\n", " "), texts[at + 3])
        for at in range(0, EXAMPLES, 4)
    ]


def table(kind, told):
    return commitments_table(kind, [commitment(*one) for one in told])


def back(content, kind, told):
    rows = tables.rows(f'{{"name": "a.{kind}", "sheet": "commitments"}}\n'.encode() + content)
    names = [name for _title, _other, name, _text in told]
    known = {name: Organisation(pk=at, name=name) for at, name in enumerate(names)}
    return [
        (one.title, dict(one.translations)["ur"], one.owner.name, one.steps[0].text)
        for one in read_commitments(rows, language="en", known=known)
    ]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_value_comes_back(told, kind):
    assert back(table(kind, told), kind, told) == told


def test_no_csv_cell_is_live(told):
    assert live_cells(table("csv", told).decode()) == []
    raw = list(hostile(EXAMPLES, seed=22))
    rows = [tuple(raw[at : at + 4]) for at in range(0, EXAMPLES, 4)]
    assert live_cells(table("csv", rows).decode()) == []


def test_no_workbook_cell_is_a_formula_or_a_link(told):
    with zipfile.ZipFile(io.BytesIO(table("xlsx", told))) as parts:
        for name in parts.namelist():
            part = parts.read(name)
            for sign in (b"<f>", b"<f ", b"<hyperlink ", b'TargetMode="External"'):
                assert sign not in part


def test_without_the_guard_cells_are_live(told, monkeypatch):
    """Control: the same cells written as they are would run."""
    monkeypatch.setattr(tables, "guarded", lambda text: text)
    assert len(live_cells(table("csv", told).decode())) > 1_000


def test_without_taking_it_off_values_do_not_come_back(told, monkeypatch):
    """Control: the apostrophe alone would change what was written."""
    content = table("csv", told)
    monkeypatch.setattr(tables, "_restored", lambda cell: cell)
    with contextlib.suppress(FileRefusedError):
        assert back(content, "csv", told) != told
