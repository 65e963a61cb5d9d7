"""T15 for budgets: whatever a .pb file, CSV or workbook holds, it is read or refused, soon and cheaply."""

from __future__ import annotations

import io
import re
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.engine import workbook as sheets
from baithak.engine.budget.election import Election
from baithak.engine.budget.pabulib import read_pb, write_pb
from baithak.engine.budget.readers import read
from baithak.engine.budget.tables import write_csv, write_workbook, write_zip
from baithak.engine.errors import EngineError
from baithak.report.errors import sentence
from engine.budget.test_pabulib import pb
from factories.damage import EBCDIC, ENTITIES, EXTERNAL, changed, changes, lying, packed
from trust.spent import in_time

pytestmark = pytest.mark.trust

LONGEST = 2.0  # seconds
MOST = 256 << 20  # bytes
SOON = 0.2  # seconds for a bomb

SMALL = pb(
    meta=("currency;EUR", 'comment;"#1: ""so"" it is"', "min_project_score_threshold;1"),
    vote_type="cumulative",
    header="project_id;cost;name;category;selected;latitude",
    projects=("park;60.50;Park, old;a,b;1;52.1", "road;50;Road;;0;", "well;999999999;=1+1;;2;"),
    voters="voter_id;vote;points;age;district",
    votes=("1;park,road;3,2;34;North", "2;road;1.5;x;South", "3;;;;", "د;park,well;1,0;7;"),
    end="\r\n",
)
CHANGES = changes(b"META\n", b"PROJECTS\n", b"VOTES\n", b"0.000000001")


def read_or_refused(content: bytes, limit: float) -> str:
    """The code of the refusal, or an empty text; with its sentence, and within the limit."""
    return in_time(limit, lambda: _read(content))


def _read(content: bytes) -> str:
    try:
        told = read(content, name="city")
        code = ""
        assert isinstance(told, Election)
        # What was read can be written, and holds together.
        assert int(told.weights.sum()) == told.n
        assert read_pb(write_pb(told).encode()).n == told.n
    except EngineError as error:
        code = error.code
        for one in (error, *error.others):
            assert len(sentence(one.code, one.params)) > 20
    return code


@lru_cache(maxsize=1)
def workbook() -> bytes:
    return write_workbook(read(SMALL))


@lru_cache(maxsize=1)
def parts() -> tuple[tuple[str, bytes], ...]:
    with zipfile.ZipFile(io.BytesIO(workbook())) as archive:
        return tuple((part.filename, archive.read(part)) for part in archive.infolist())


def test_pabulib_files():
    assert read_or_refused(SMALL, LONGEST) == ""
    codes = set()

    @settings(max_examples=1000, deadline=None, database=None)
    @given(CHANGES)
    def mutated(changes):
        codes.add(read_or_refused(changed(SMALL, changes), LONGEST))

    mutated()
    assert "" in codes
    assert len(codes) >= 12, codes


def test_folders_of_csv():
    tables = {name: text.encode() for name, text in write_csv(read(SMALL)).items()}
    assert read_or_refused(write_zip(read(SMALL)), LONGEST) == ""
    codes = set()

    @settings(max_examples=600, deadline=None, database=None)
    @given(CHANGES, st.sampled_from(sorted(tables)), st.booleans())
    def mutated(changes, which, inside):
        if inside:
            told = [(n, changed(t, changes) if n == which else t) for n, t in tables.items()]
            codes.add(read_or_refused(packed(told), LONGEST))
        else:
            codes.add(read_or_refused(changed(packed([*tables.items()]), changes), LONGEST))

    mutated()
    assert "" in codes
    assert len(codes) >= 10, codes


def test_workbooks():
    """Half the time the archive is changed, half the time a part inside it."""
    assert read_or_refused(workbook(), LONGEST) == ""
    codes = set()

    @settings(max_examples=400, deadline=None, database=None)
    @given(CHANGES, st.booleans(), st.integers(0, 99))
    def mutated(changes, inside, which):
        if inside:
            told = list(parts())
            sheets = [i for i, (n, _) in enumerate(told) if "sheet" in n or "String" in n]
            at = sheets[which % len(sheets)] if which >= 30 else which % len(told)
            told[at] = told[at][0], changed(told[at][1], changes)
            codes.add(read_or_refused(packed(told), LONGEST))
        else:
            codes.add(read_or_refused(changed(workbook(), changes), LONGEST))

    mutated()
    assert {"", "source.broken_workbook", "source.broken_archive"} <= codes
    assert len(codes) >= 5, codes


# --- bombs


def sheet(inner: bytes) -> list[tuple[str, bytes]]:
    """A workbook whose sheet of votes holds this."""
    return [(n, inner if n == "xl/worksheets/sheet3.xml" else c) for n, c in parts()]


def rows(inner: bytes) -> bytes:
    before, _, after = dict(parts())["xl/worksheets/sheet3.xml"].partition(b"<sheetData>")
    return before + b"<sheetData>" + inner + after[after.index(b"</sheetData>") :]


DEFLATED = zipfile.ZIP_DEFLATED
BOMBS: dict[str, Callable[[], bytes]] = {
    "zeros": lambda: packed(sheet(b"\0" * (200 << 20)), DEFLATED),
    "rows without end": lambda: packed(sheet(rows(b"<row/>" * 2_000_000)), DEFLATED),
    "cells without end": lambda: packed(sheet(rows(b"<row>" + b"<c/>" * 3_000_000 + b"</row>")), DEFLATED),
    "many cells, loosely packed": lambda: packed(
        sheet(rows(b"<row>" + b"".join(b"<c><v>%d</v></c>" % (i * i) for i in range(900_000)) + b"</row>"))
    ),
    "a size that lies": lambda: lying(packed(sheet(rows(b"<row/>" * 2_000_000)), DEFLATED), "sheet3", 900),
    "many parts": lambda: packed([(f"xl/{i}.xml", b"<a/>") for i in range(5_000)]),
    "entities": lambda: packed(sheet(ENTITIES)),
    "entities in wide letters": lambda: packed(sheet(ENTITIES.decode().encode("utf-16"))),
    "another alphabet": lambda: packed(sheet(EBCDIC)),
    "a file of this machine": lambda: packed(sheet(EXTERNAL)),
    "the last row": lambda: packed(sheet(rows(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'))),
    "the last column": lambda: packed(sheet(rows(b'<row r="1"><c r="XFD1"><v>1</v></c></row>'))),
    "a bomb in a bomb": lambda: packed([("a.xlsx", packed(sheet(b"\0" * (50 << 20)), DEFLATED))]),
    "a bomb of CSV": lambda: packed([("votes.csv", b"1,a\n" * (60 << 18))], DEFLATED),
    "one endless line": lambda: b"META\nkey;value\n" + b";" * (20 << 20),
    "blank lines": lambda: SMALL + b"\n" * (20 << 20),
    "sections without end": lambda: b"META\n" * 1_000_000,
    "a quote that is never closed": lambda: b'META\nkey;value\na;"' + b"a\n" * 300_000,
    "an endless number": lambda: SMALL.replace(b"60.50", b"9" * 1_000_000),
    "an endless id": lambda: SMALL.replace(b"park", b"p" * 100_000, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_soon(name):
    read_or_refused(workbook(), LONGEST)  # the library is loaded
    assert read_or_refused(BOMBS[name](), SOON) != ""


def test_a_file_too_large_is_not_even_opened(tmp_path):
    path = tmp_path / "city.pb"
    with path.open("wb") as stream:
        stream.truncate(300 << 20)
    began = time.process_time()
    with pytest.raises(EngineError, match="too_large"):
        read(path)
    assert time.process_time() - began <= SOON


@pytest.mark.parametrize("name", ["zeros", "cells without end", "one endless line", "blank lines"])
def test_bombs_need_little_memory(name):
    content = BOMBS[name]()
    tracemalloc.start()
    try:
        assert read_or_refused(content, 10 * LONGEST) != ""
        assert tracemalloc.get_traced_memory()[1] < MOST
    finally:
        tracemalloc.stop()


def test_without_the_measure_a_bomb_costs_more(monkeypatch):
    """Control: the same bombs, read without being measured first, take more than they may."""
    from baithak.engine import workbook as reader
    from baithak.engine.budget import pabulib

    monkeypatch.setattr(reader, "_RATIO", 1 << 40)
    monkeypatch.setattr(reader, "_look", lambda content, part, name: None)
    monkeypatch.setattr(reader, "_WIDEST", 1 << 40)
    monkeypatch.setattr(pabulib, "_measure", lambda content, where: None)
    for content in (
        packed(sheet(rows(b"<row>" + b"<c/>" * 300_000 + b"</row>")), DEFLATED),
        SMALL + b"\n" * (5 << 20),
    ):
        began = time.process_time()
        try:
            read(content)
        except EngineError as refused:
            assert refused.code not in {"source.bomb", "budget.too_many_lines"}  # noqa: PT017
        assert time.process_time() - began > SOON


PIECES = [
    b"<row ", b"<x:row>", b"<row/>", b"row ", b":row ", b"<c>", b"</row>", b"a:row>", b"<a-b.c:row\n",
    b"<rowx ", b"< row ", b"<c t=':row '>", b"x", b"<", b":",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=14).map(b"".join))
def test_rows_are_found_where_they_begin(content):
    """The quick search finds what trying every tag finds: a width cannot be hidden in a text."""
    plain = re.finditer(rb"<(?:[\w.-]+:)?row[\s/>]", content)
    assert list(sheets._row_starts(content)) == [found.start() for found in plain]
