"""Tables that cities bring and take along: cells of CSV files and workbooks, read and written safely.

Read in a process of its own (R21), which needs no Django::

    rows = read_table(upload.read(), name="actions.xlsx", sheet="actions")  # (row, cells), heads first

Written so that no cell is ever run as a formula (T21): CSV cells that could be get an apostrophe in
front, which reading takes off again; every cell of a workbook is a text.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from baithak.engine.cells import guarded
from baithak.engine.errors import EngineError
from baithak.engine.workbook import is_zip, sheets
from baithak.web.limited import limited

__all__ = ["CSV", "XLSX", "Sheet", "read_table", "write_csv", "write_xlsx"]

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Bytes of a table that is brought.
LARGEST = 5 * 1024 * 1024
MOST_ROWS = 5_000
WIDEST = 200
LONGEST = 20_000  # letters of a cell

Rows = list[tuple[int, list[str]]]


def read_table(content: bytes, *, name: str, sheet: str) -> Rows:
    """Numbers of rows (as a workbook counts them) and their cells; the first holds the heads.

    Parameters
    ----------
    content : bytes
    name : str
        Of the file, for its errors.
    sheet : str
        The sheet of a workbook, in lower case.

    Raises
    ------
    EngineError
        ``table.*`` and ``source.*``, each with a sentence in ``report.errors``.
    LimitError
        The reader took too much time or memory.
    """
    told = json.dumps({"name": name, "sheet": sheet}).encode() + b"\n" + content
    return [(number, cells) for number, cells in limited("baithak.network.tables:rows", told)]


def rows(source: bytes) -> list[tuple[int, list[str]]]:
    """What ``read_table`` runs in the other process: a line of JSON, then the file."""
    line, _newline, content = source.partition(b"\n")
    told = json.loads(line)
    name, sheet = str(told["name"])[:120], str(told["sheet"])
    if len(content) > LARGEST:
        raise EngineError("table.too_large", file=name, value=LARGEST // 1024**2)
    found = _workbook(content, name, sheet) if is_zip(content) else _csv(content, name)
    found = [(number, cells) for number, cells in found if any(cell.strip() for cell in cells)]
    if not found:
        raise EngineError("table.empty", file=name)
    if len(found) > MOST_ROWS + 1:
        raise EngineError("table.too_many_rows", file=name, value=MOST_ROWS)
    for number, cells in found:
        if len(cells) > WIDEST:
            raise EngineError(
                "source.too_wide", file=name, row=number, value=sheet, expected=WIDEST
            )
        for at, cell in enumerate(cells, start=1):
            if len(cell) > LONGEST:
                raise EngineError("table.long_cell", file=name, row=number, field=at, value=LONGEST)
    return found


def _workbook(content: bytes, name: str, sheet: str) -> Rows:
    found = sheets(content, (sheet,), name)
    if sheet not in found:
        raise EngineError("table.no_sheet", file=name, value=sheet)
    return found[sheet]


def _csv(content: bytes, name: str) -> Rows:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise EngineError("table.encoding", file=name, row=row) from None
    first = text.split("\n", 1)[0]
    table = csv.reader(
        io.StringIO(text, newline=""), strict=True, delimiter=max(",;\t", key=first.count)
    )
    found: Rows = []
    row = 1
    try:
        for line in table:
            if len(found) > MOST_ROWS:
                raise EngineError("table.too_many_rows", file=name, value=MOST_ROWS)
            found.append((row, [_restored(cell) for cell in line]))
            row = table.line_num + 1
    except csv.Error as error:
        raise EngineError("table.broken_csv", file=name, row=row, value=str(error)) from None
    return found


def _restored(cell: str) -> str:
    """A cell without the apostrophe that ``guarded`` put in front, and no other."""
    inner = cell[1:]
    return inner if cell.startswith("'") and guarded(inner) == cell else cell


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: heads first. ``widths`` of its columns, in letters."""

    title: str
    rows: Sequence[Sequence[str]]
    widths: Sequence[int] = ()


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """A table in UTF-8 with a mark, so that workbooks see the scripts; no cell is a formula."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([guarded(cell) for cell in row])
    return out.getvalue().encode()


def write_xlsx(sheets: Sequence[Sheet], *, rtl: bool = False) -> bytes:
    """A workbook whose cells are texts alone: no formula, no number, no link."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    texts: dict[str, Any] = {
        "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    with Workbook(out, {"in_memory": True, **texts}) as book:
        head = book.add_format({"bold": True, "bg_color": "#fbeed3", "border": 1})
        body = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        body.set_num_format("@")
        for told in sheets:
            sheet = book.add_worksheet(told.title)
            if rtl:
                sheet.right_to_left()
            sheet.freeze_panes(1, 0)
            for column, width in enumerate(told.widths):
                sheet.set_column(column, column, width, body)
            for number, row in enumerate(told.rows):
                for column, cell in enumerate(row):
                    sheet.write_string(number, column, cell, head if number == 0 else body)
    return out.getvalue()
