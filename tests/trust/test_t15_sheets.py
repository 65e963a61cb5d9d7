"""T15 for tables of paper sheets: whatever a file holds, it is read or refused, soon and cheaply.

T21 for the empty table that is filled in: no cell of it runs, and every statement comes back.
"""

from __future__ import annotations

import io
import json
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from functools import lru_cache

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.dialogue import sheet_table
from baithak.dialogue.sheet_table import (
    LARGEST,
    MOST,
    answer_of,
    parcel,
    read_sheets,
    spoken,
    template_csv,
    template_xlsx,
)
from baithak.engine.errors import EngineError
from baithak.report.errors import CODES, sentence
from baithak.web.limited import LimitError, limited
from factories.cells import LIVE, hostile, live_cells
from factories.damage import EBCDIC, ENTITIES, EXTERNAL, changed, changes, lying, packed
from trust.spent import in_time

pytestmark = pytest.mark.trust

LONGEST = 2.0  # seconds
MEMORY = 256 << 20  # bytes
SOON = 0.2  # seconds for a bomb
COUNT = 2_000  # of CSV; of workbooks a quarter
STATEMENTS = tuple(range(1, 13))
WORDS = spoken([("متفق ہوں", "متفق نہیں ہوں", "چھوڑیں"), ("একমত", "একমত নই", "বাদ")])
TABLE = """sheet,1: Parks,"2: Loud, ""speakers"" off",3,4,5,6,7,8,9,10,11,12
,Parks,Loudspeakers,پارک,বাজার,e,f,g,h,i,j,k,l
1,a,d,s,,1,-1,0,+,-,agree,disagree,skip
2,A,D,S,a,متفق ہوں,متفق نہیں ہوں,چھوڑیں,একমত,একমত নই,বাদ,−,٠
3,,,,,,,,,,,,
17,d,d,d,d,d,d,d,d,d,d,d,d
500,s,,s,,s,,s,,s,,s,
"""


@lru_cache(maxsize=1)
def good() -> dict[str, bytes]:
    import csv

    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in csv.reader(io.StringIO(TABLE)):
        book.active.append([int(cell) if cell.isdigit() else cell for cell in row])
    book.save(out)
    return {"csv": TABLE.encode(), "xlsx": out.getvalue()}


@lru_cache(maxsize=1)
def parts() -> tuple[tuple[str, bytes], ...]:
    with zipfile.ZipFile(io.BytesIO(good()["xlsx"])) as archive:
        return tuple((part.filename, archive.read(part)) for part in archive.infolist())


def read(content: bytes) -> dict:
    return read_sheets(content, STATEMENTS, WORDS, "sheets.csv")


def read_or_refused(content: bytes, limit: float) -> str:
    """The code of the refusal, or an empty text; with sentence and place, and within the limit."""
    return in_time(limit, lambda: _read(content))


def _read(content: bytes) -> str:
    code = ""
    try:
        sound(read(content))
    except EngineError as error:
        code = error.code
        for one in (error, *error.others):
            assert one.code in CODES, one.code
            said = sentence(one.code, one.params)
            assert len(said) > 20
            assert "%(" not in said
            assert json.loads(json.dumps(one.params)) == one.params
            assert one.params["file"] == "sheets.csv"
            if one.code in ("sheets.unknown_answer", "sheets.number_twice", "sheets.bad_number"):
                assert isinstance(one.params["row"], int)
                assert isinstance(one.params["field"], int)
    return code


def sound(told: dict) -> None:
    """What was accepted can be counted as it is."""
    numbers = [number for number, _ in told["sheets"]]
    assert len(set(numbers)) == len(numbers) > 0
    assert all(1 <= number <= MOST for number in numbers)
    for _, answers in told["sheets"]:
        statements = [statement for statement, _ in answers]
        assert len(set(statements)) == len(statements) > 0
        assert set(statements) <= set(STATEMENTS)
        assert {value for _, value in answers} <= {1, 0, -1}
    assert json.loads(json.dumps(told))


def test_both_formats_say_the_same():
    told = {name: read(content) for name, content in good().items()}
    assert told["csv"] == told["xlsx"]
    assert [number for number, _ in told["csv"]["sheets"]] == [1, 2, 17, 500]
    assert told["csv"]["empty"] == 1
    assert dict(told["csv"]["sheets"][0][1]) == {
        1: 1, 2: -1, 3: 0, 5: 1, 6: -1, 7: 0, 8: 1, 9: -1, 10: 1, 11: -1, 12: 0,
    }  # fmt: skip
    assert dict(told["csv"]["sheets"][1][1]) == {
        1: 1, 2: -1, 3: 0, 4: 1, 5: 1, 6: -1, 7: 0, 8: 1, 9: -1, 10: 0, 11: -1, 12: 0,
    }  # fmt: skip


CHANGES = changes(b"a", b"d", b"500", b"501", b"0", b",,,,", b"13", b"'=1", "ا".encode())
relaxed = settings(max_examples=COUNT, deadline=None, database=None)


def test_two_thousand_damaged_tables():
    codes = set()

    @relaxed
    @given(CHANGES)
    def mutated(told):
        codes.add(read_or_refused(changed(good()["csv"], told), LONGEST))

    began = time.process_time()
    mutated()
    took = time.process_time() - began
    assert "" in codes
    assert {"sheets.unknown_answer", "sheets.encoding", "sheets.bad_number"} <= codes
    assert len(codes) >= 7, codes
    assert took <= 20


def test_damaged_workbooks():
    """Half the time the archive is changed, half the time a part inside it."""
    codes = set()

    @settings(relaxed, max_examples=COUNT // 4)
    @given(CHANGES, st.booleans(), st.integers(0, 99))
    def mutated(told, inside, which):
        if inside:
            made = list(parts())
            sheet = next(at for at, (name, _) in enumerate(made) if "sheet1" in name)
            at = which % len(made) if which < 40 else sheet
            made[at] = made[at][0], changed(made[at][1], told)
            broken = packed(made)
        else:
            broken = changed(good()["xlsx"], told)
        codes.add(read_or_refused(broken, LONGEST))

    began = time.process_time()
    mutated()
    took = time.process_time() - began
    assert "" in codes
    assert {"source.broken_archive", "source.broken_workbook"} & codes
    assert took <= 20


@settings(relaxed, max_examples=500)
@given(st.binary(max_size=400))
def test_any_bytes(content):
    read_or_refused(content, LONGEST)


# --- bombs


def sheet(body: bytes) -> bytes:
    return packed([(n, body if "sheet1" in n else b) for n, b in parts()], zipfile.ZIP_DEFLATED)


def rows(count: int, width: int = 1) -> bytes:
    cells = b"".join(b"<c><v>1</v></c>" for _ in range(width))
    return (
        b"<worksheet><sheetData>" + b"<row>%s</row>" % cells * count + b"</sheetData></worksheet>"
    )


BOMBS = {
    "zeros": lambda: sheet(b"<worksheet>" + b" " * (60 << 20)),
    "entities": lambda: sheet(ENTITIES),
    "external": lambda: sheet(EXTERNAL),
    "another alphabet": lambda: sheet(EBCDIC),
    "many rows": lambda: sheet(rows(600_000)),
    "a wide row": lambda: sheet(rows(1, 20_000)),
    "a claim": lambda: lying(sheet(b" " * (60 << 20)), "sheet1", 10),
    "a large table": lambda: b"sheet,1\n" + b"1,a\n" * (LARGEST // 4 + 1),
    "many lines": lambda: b"sheet,1\n" + b"1,a\n" * 400_000,
    "one line": lambda: b"," * LARGEST,
    "one cell": lambda: b'"' + b"a" * (LARGEST - 2),
    "empty lines": lambda: b"sheet,1\n" + b"\n" * (LARGEST - 10),
    "digits": lambda: b"sheet,1\n" + b"9" * (LARGEST - 20) + b",a\n",
    "mistakes": lambda: b"sheet," + b",".join(b"%d" % n for n in STATEMENTS) + b"\n" + b"".join(
        b"%d,%s\n" % (n, b",".join([b"zzzzzz"] * 12)) for n in range(1, 1000)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_at_once(name):
    content = BOMBS[name]()
    tracemalloc.start()
    try:
        with pytest.raises(EngineError) as refused:
            read(content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= MEMORY
    assert len(refused.value.others) < 200
    # Measured without the tracing, which costs several times as much.
    began = time.process_time()
    with pytest.raises(EngineError):
        read(content)
    took = time.process_time() - began
    # A thousand rows within a table's bounds are read, and what is wrong is told.
    assert took <= (SOON if name != "mistakes" else LONGEST), took


def test_without_its_bounds_the_reader_takes_a_bomb(monkeypatch):
    """Control: the rows are counted, and nothing else stops tens of thousands of them."""
    monkeypatch.setattr(sheet_table, "_ROWS", 10**9)
    monkeypatch.setattr(sheet_table, "_LINES", 10**9)
    monkeypatch.setattr(sheet_table, "_TOLD", 10**9)
    with pytest.raises(EngineError) as refused:
        read(b"sheet,1\n" + b"1,a\n" * 50_000)
    assert len(refused.value.others) > 40_000


# --- in a process of its own


def test_it_is_read_in_a_process_of_its_own():
    source = parcel(good()["csv"], name="sheets.csv", statements=STATEMENTS, words=WORDS)
    told = limited("baithak.dialogue.sheet_table:uploaded", source)
    assert told == json.loads(json.dumps(read(good()["csv"])))
    broken = parcel(b"sheet,1\n1,x\n2,y\n", name="sheets.csv", statements=[1], words=WORDS)
    with pytest.raises(EngineError) as refused:
        limited("baithak.dialogue.sheet_table:uploaded", broken)
    assert [one.params["value"] for one in (refused.value, *refused.value.others)] == ["x", "y"]


def test_what_breaks_the_reader_stays_in_there():
    with pytest.raises(LimitError):
        limited("baithak.dialogue.sheet_table:uploaded", b"no json\n")


# --- T21: the empty table


EXAMPLES = 10_000
TEXTS = list(hostile(EXAMPLES))
WIDE = 400  # statements of one table


def tables() -> Iterator[list[tuple[int, str]]]:
    for start in range(0, EXAMPLES, WIDE):
        yield list(enumerate(TEXTS[start : start + WIDE], start=1))


def test_no_cell_of_the_empty_table_is_live_and_statements_come_back():
    assert sum(LIVE.search(text) is not None for text in TEXTS) > 4_000
    for columns in tables():
        text = template_csv("=sheet", columns, range(1, 4))
        assert live_cells(text) == []
        # A filled row is read again with every statement in its place.
        filled = text + "7," + ",".join("ads"[n % 3] for n, _ in columns) + "\r\n"
        numbers = [number for number, _ in columns]
        told = read_sheets(filled.encode(), numbers, WORDS)
        assert dict(told["sheets"][0][1]) == {n: answer_of("ads"[n % 3]) for n in numbers}
        assert [number for number, _ in told["heads"]] == numbers


def test_no_cell_of_the_empty_workbook_is_a_formula_or_a_link():
    columns = next(tables())
    content = template_xlsx("=sheet", columns, range(1, 4), ["=1+1", "how"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.namelist():
            told = archive.read(part)
            for live in (b"<f>", b"<f ", b"<hyperlink ", b'TargetMode="External"'):
                assert live not in told
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["sheets", "how"]
    book["sheets"].cell(2, 2, "a")
    out = io.BytesIO()
    book.save(out)
    told = read_sheets(out.getvalue(), [number for number, _ in columns], WORDS)
    assert told["sheets"] == [[1, [(1, 1)]]]


def test_without_the_guard_cells_are_live(monkeypatch):
    """Control: a column's name as it is would run; the number before a statement protects those."""
    monkeypatch.setattr(sheet_table, "guarded", lambda text: text)
    assert live_cells(template_csv("=sheet", [], [])) == ["=sheet"]
    monkeypatch.setattr(sheet_table, "_head", lambda number, text: text)
    assert len(live_cells(template_csv("sheet", list(enumerate(TEXTS, 1)), []))) > 1_000
