"""T15 for panels: whatever a file of people or quotas holds, it is read or refused, soon and cheaply."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from baithak.engine.errors import EngineError
from baithak.engine.panel import readers
from baithak.engine.panel.pool import Pool, Quota, Quotas
from baithak.engine.panel.readers import read_pool, read_quotas
from baithak.report.errors import sentence
from factories.damage import ENTITIES, EXTERNAL, changed, changes, lying, packed
from trust.spent import in_time

pytestmark = pytest.mark.trust

CATEGORIES = b"""category,feature,min,max
gender,woman,2,3
gender,man,2,3
age,16-29,1,3
age,"30 or more, retired",2,4
"""
PEOPLE = """id,household,gender,age
a,h1,woman,16-29
b,h1,Man,"30 or more, retired"
c,,woman,"30 or more, retired"
د,h2,man,16-29
e,h3,WOMAN,"30 or more, retired"
""".encode()
QUOTAS = Quotas(
    (
        Quota("gender", "woman", 2, 3),
        Quota("gender", "man", 2, 3),
        Quota("age", "16-29", 1, 3),
        Quota("age", "30 or more, retired", 2, 4),
    )
)
LONGEST = 2.0  # seconds
MOST = 256 << 20  # bytes
SOON = 0.2  # seconds for a bomb
COUNT = 1_000  # of each kind of table; of workbooks half as many

CHANGES = changes()


def book(content: bytes) -> bytes:
    import csv

    made, out = openpyxl.Workbook(), io.BytesIO()
    for row in csv.reader(io.StringIO(content.decode())):
        made.active.append([int(cell) if cell.isdigit() else cell for cell in row])
    made.save(out)
    return out.getvalue()


@lru_cache(maxsize=2)
def parts(content: bytes) -> tuple[tuple[str, bytes], ...]:
    with zipfile.ZipFile(io.BytesIO(book(content))) as archive:
        return tuple((part.filename, archive.read(part)) for part in archive.infolist())


def quotas(path: Path) -> Quotas:
    return read_quotas(path, 5)


def people(path: Path) -> Pool:
    return read_pool(path, QUOTAS, size=4, household=["household"])


def read_or_refused(
    path: Path, content: bytes, read: Callable[[Path], object], limit: float
) -> str:
    """The code of the refusal, or an empty text; with its sentence, and within the limit."""
    path.write_bytes(content)
    return in_time(limit, lambda: _read(path, read))


def _read(path: Path, read: Callable[[Path], object]) -> str:
    try:
        told = read(path)
        code = ""
        assert isinstance(told, Quotas | Pool)
    except EngineError as error:
        code = error.code
        for one in (error, *error.others):
            assert len(sentence(one.code, one.params)) > 20
            assert one.params.get("file") == path.name
    return code


relaxed = settings(
    max_examples=COUNT,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize(
    ("read", "content"), [(quotas, CATEGORIES), (people, PEOPLE)], ids=["quotas", "people"]
)
def test_tables(tmp_path_factory, read, content):
    path = tmp_path_factory.mktemp("t15") / "table.csv"
    assert read_or_refused(path, content, read, LONGEST) == ""
    codes = set()

    @relaxed
    @given(CHANGES)
    def mutated(changes):
        codes.add(read_or_refused(path, changed(content, changes), read, LONGEST))

    mutated()
    assert "" in codes
    assert len(codes) >= 8, codes


@pytest.mark.parametrize(
    ("read", "content"), [(quotas, CATEGORIES), (people, PEOPLE)], ids=["quotas", "people"]
)
def test_workbooks(tmp_path_factory, read, content):
    """Half the time the archive is changed, half the time a part inside it."""
    path = tmp_path_factory.mktemp("t15") / "table.xlsx"
    whole = book(content)
    assert read_or_refused(path, whole, read, LONGEST) == ""
    codes = set()

    @settings(relaxed, max_examples=COUNT // 2)
    @given(CHANGES, st.booleans(), st.integers(0, 99))
    def mutated(changes, inside, which):
        if inside:
            told = list(parts(content))
            # Mostly the sheet, sometimes any other part.
            at = which % len(told) if which < 40 else len(told) - 1
            at = (
                next((i for i, (n, _) in enumerate(told) if "sheet1" in n), at)
                if which >= 40
                else at
            )
            told[at] = told[at][0], changed(told[at][1], changes)
            broken = packed(told)
        else:
            broken = changed(whole, changes)
        codes.add(read_or_refused(path, broken, read, LONGEST))

    mutated()
    assert {"", "panel.broken_workbook"} <= codes
    assert len(codes) >= 4, codes


# --- bombs


def sheet(inner: bytes) -> list[tuple[str, bytes]]:
    """A workbook whose only sheet holds this."""
    return [
        (name, inner if name == "xl/worksheets/sheet1.xml" else content)
        for name, content in parts(PEOPLE)
    ]


def rows(inner: bytes) -> bytes:
    before, _, after = dict(parts(PEOPLE))["xl/worksheets/sheet1.xml"].partition(b"<sheetData>")
    return before + b"<sheetData>" + inner + after[after.index(b"</sheetData>") :]


DEFLATED = zipfile.ZIP_DEFLATED
BOMBS: dict[str, Callable[[], bytes]] = {
    "zeros": lambda: packed(sheet(b"\0" * (200 << 20)), DEFLATED),
    "rows without end": lambda: packed(sheet(rows(b"<row/>" * 2_000_000)), DEFLATED),
    "cells without end": lambda: packed(sheet(rows(b"<row>" + b"<c/>" * 3_000_000 + b"</row>")), DEFLATED),
    "many cells, loosely packed": lambda: packed(
        sheet(rows(b"<row>" + b"".join(b"<c><v>%d</v></c>" % (i * i) for i in range(1_300_000)) + b"</row>"))
    ),
    "a size that lies": lambda: lying(packed(sheet(rows(b"<row/>" * 2_000_000)), DEFLATED), "sheet1", 900),
    "many parts": lambda: packed([(f"xl/{i}.xml", b"<a/>") for i in range(5_000)]),
    "entities": lambda: packed(sheet(ENTITIES)),
    "entities in wide letters": lambda: packed(sheet(ENTITIES.decode().encode("utf-16"))),
    "a file of this machine": lambda: packed(sheet(EXTERNAL)),
    "the last row": lambda: packed(sheet(rows(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'))),
    "the last column": lambda: packed(sheet(rows(b'<row r="1"><c r="XFD1"><v>1</v></c></row>'))),
    "a bomb in a bomb": lambda: packed([("a.xlsx", packed(sheet(b"\0" * (50 << 20)), DEFLATED))]),
    "one endless line": lambda: b"id,gender,age\n" + b"," * (20 << 20),
    "long lines, none too long": lambda: (b"," * (readers.LONGEST_LINE - 1) + b"\n") * 120,
    "endless lines": lambda: b"id,gender,age\n" * 1_000_000,
    "blank lines": lambda: b"id,gender,age\n" + b"\n" * (20 << 20),
    "a quote that is never closed": lambda: b'id,gender,age\n"' + b"a\n" * 300_000,
    "a large file": lambda: b"x" * (40 << 20),
    "an endless cell": lambda: b"id,gender,age\n1,woman," + b"9" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_soon(tmp_path, name):
    path = tmp_path / "bomb"
    read_or_refused(path, book(PEOPLE), people, LONGEST)  # the library is loaded
    content = BOMBS[name]()
    for read in (quotas, people):
        assert read_or_refused(path, content, read, SOON) != ""


@pytest.mark.parametrize("name", ["zeros", "cells without end", "one endless line", "blank lines"])
def test_bombs_need_little_memory(tmp_path, name):
    path = tmp_path / "bomb"
    content = BOMBS[name]()
    tracemalloc.start()
    try:
        assert read_or_refused(path, content, people, 10 * LONGEST) != ""
        assert tracemalloc.get_traced_memory()[1] < MOST
    finally:
        tracemalloc.stop()


def test_without_the_measure_a_bomb_costs_more(tmp_path, monkeypatch):
    """Control: the same bomb, read without being measured first, takes more than it may."""
    content = packed(sheet(rows(b"<row/>" * 300_000)), DEFLATED)
    path = tmp_path / "bomb"
    path.write_bytes(content)
    monkeypatch.setattr(readers, "_measure", lambda file, content: None)
    monkeypatch.setattr(readers, "MOST_ROWS", 1 << 30)
    began = time.process_time()
    with pytest.raises(EngineError):
        people(path)
    assert time.process_time() - began > SOON
