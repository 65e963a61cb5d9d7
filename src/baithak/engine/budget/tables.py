"""Budget elections as tables that anybody can edit: a folder or zip of CSV, or a workbook.

Three tables, named ``meta``, ``projects`` and ``votes``, with the columns of the ``.pb`` format:
meta has key and value (``budget`` and ``vote_type`` must be there), projects have project_id, cost
and whatever else is known, votes have voter_id, vote (project ids joined by commas) and, for
cumulative and scoring, points (joined by commas, in the same order). In CSV a cell that a
spreadsheet would run carries an apostrophe, which is taken off when it is read; in workbooks every
text is a text.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath

from baithak.engine.budget.assemble import Line, Sheet, assemble
from baithak.engine.budget.election import Election
from baithak.engine.budget.pabulib import (
    decoded,
    meta_rows,
    project_rows,
    read_bytes,
    vote_rows,
)
from baithak.engine.budget.problems import Problems
from baithak.engine.cells import guarded, plain
from baithak.engine.errors import EngineError
from baithak.engine.workbook import archive, sheets

__all__ = [
    "TABLES",
    "read_folder",
    "read_workbook",
    "read_zip",
    "write_csv",
    "write_workbook",
    "write_zip",
]

TABLES = ("meta", "projects", "votes")

_LONGEST = 32_767  # characters of a cell of a workbook
_MOST_ROWS = 1_048_576
_NUMBERS = frozenset({"cost", "votes", "score", "selected", "latitude", "longitude"})


def read_folder(folder: Path, *, encoding: str | None = None) -> Election:
    """The election in ``meta.csv``, ``projects.csv`` and ``votes.csv`` of a folder.

    Raises
    ------
    EngineError
        ``budget.missing_table`` and the codes of ``pabulib.read_pb``.
    """
    files = {path.name.lower(): path for path in sorted(folder.iterdir()) if path.is_file()}
    contents = {
        table: read_bytes(files[f"{table}.csv"])[0] for table in TABLES if f"{table}.csv" in files
    }
    return _from_csv(contents, encoding, folder.name)


def read_zip(content: bytes, *, encoding: str | None = None, name: str = "") -> Election:
    """The election in a zip of the three CSV files (in a folder of it, if need be).

    Raises
    ------
    EngineError
        ``source.broken_archive``, ``source.bomb``, ``budget.missing_table`` and the codes of
        ``pabulib.read_pb``.
    """
    contents: dict[str, bytes] = {}
    with archive(content, name) as parts:
        for part in parts.namelist():
            path = PurePosixPath(part.lower())
            if path.suffix == ".csv" and path.stem in TABLES and "__macosx" not in path.parts:
                try:
                    contents[path.stem] = parts.read(part)
                except Exception as error:  # zlib, CRC, encryption, unknown methods
                    told = {"file": name} if name else {}
                    raise EngineError(
                        "source.broken_archive", **told, value=type(error).__name__
                    ) from None
    return _from_csv(contents, encoding, name, of=content)


def read_workbook(content: bytes, *, name: str = "") -> Election:
    """The election in the sheets ``meta``, ``projects`` and ``votes`` of a workbook.

    Raises
    ------
    EngineError
        Codes of ``engine.workbook.sheets``, ``budget.missing_table`` and those of
        ``pabulib.read_pb``.
    """
    found = sheets(content, TABLES, name)
    _complete(found, name)
    rows = {table: [cells for _, cells in told] for table, told in found.items()}
    numbers = {table: [number for number, _ in told] for table, told in found.items()}
    files = {table: f"{name} [{table}]" if name else table for table in TABLES}
    return _joined(rows, numbers, files, sha256(content).hexdigest())


def _from_csv(
    contents: Mapping[str, bytes], encoding: str | None, name: str, *, of: bytes | None = None
) -> Election:
    _complete(contents, name)
    rows: dict[str, list[list[str]]] = {}
    numbers: dict[str, list[int]] = {}
    for table, content in contents.items():
        rows[table], numbers[table] = _csv_rows(
            decoded(content, encoding, f"{table}.csv"), f"{table}.csv"
        )
    whole = sha256(of) if of is not None else sha256(b"".join(contents[t] for t in TABLES))
    return _joined(rows, numbers, {t: f"{t}.csv" for t in TABLES}, whole.hexdigest())


def _complete(found: Mapping[str, object], name: str) -> None:
    missing = [table for table in TABLES if table not in found]
    if missing:
        told = {"file": name} if name else {}
        raise EngineError("budget.missing_table", **told, value=", ".join(missing))


def _csv_rows(text: str, file: str) -> tuple[list[list[str]], list[int]]:
    """Rows with their lines, by the delimiter with which the header comes out best."""
    first = text[: text.find("\n") + 1] or text
    delimiter = max(",;\t", key=first.count)
    rows, numbers, before = [], [], 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append([plain(cell) for cell in row])
                numbers.append(before + 1)
            before = reader.line_num
    except csv.Error as error:
        code = "budget.open_quote" if "unexpected end" in str(error) else "budget.broken_csv"
        raise EngineError(code, file=file, row=before + 1, value=str(error)) from None
    return rows, numbers


def _joined(
    rows: Mapping[str, list[list[str]]],
    numbers: Mapping[str, list[int]],
    files: Mapping[str, str],
    checksum: str,
) -> Election:
    lines: list[Line] = []
    for number, row in zip(numbers["meta"], rows["meta"], strict=True):
        key = row[0].strip()
        if lines or key.lower() != "key":
            lines.append((number, key, row[1] if len(row) > 1 else ""))
    return assemble(
        lines,
        _sheet("projects", rows, numbers, files),
        _sheet("votes", rows, numbers, files),
        Problems(),
        meta_file=files["meta"],
        sha256=checksum,
    )


def _sheet(
    table: str,
    rows: Mapping[str, list[list[str]]],
    numbers: Mapping[str, list[int]],
    files: Mapping[str, str],
) -> Sheet:
    header, *body = rows[table] or [[]]
    first, *others = numbers[table] or [1]
    row_of: Callable[[int], int] = others.__getitem__
    return Sheet(files[table], header, first, body, row_of)


def write_csv(election: Election) -> dict[str, str]:
    """File name to CSV text, with a byte order mark so that workbooks see every script."""
    return {
        "meta.csv": _csv([("key", "value"), *meta_rows(election)]),
        "projects.csv": _csv(project_rows(election.projects)),
        "votes.csv": _csv(vote_rows(election)),
    }


def _csv(rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([guarded(cell) for cell in row])
    return out.getvalue()


def write_zip(election: Election) -> bytes:
    """The CSV files in one archive; the same election gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, text in write_csv(election).items():
            part = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            parts.writestr(part, text.encode())
    return out.getvalue()


def write_workbook(election: Election) -> bytes:
    """A workbook with the sheets meta, projects and votes; the same election, the same bytes.

    Raises
    ------
    EngineError
        ``budget.cell_too_long``, ``budget.too_many_rows``: workbooks have limits that CSV has not.
    """
    from xlsxwriter import Workbook

    if election.n + 1 > _MOST_ROWS:
        raise EngineError("budget.too_many_rows", value=election.n, expected=_MOST_ROWS - 1)
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    book.set_properties({"created": datetime(2000, 1, 1)})
    tables: dict[str, Iterable[Iterable[str]]] = {
        "meta": [("key", "value"), *meta_rows(election)],
        "projects": project_rows(election.projects),
        "votes": vote_rows(election),
    }
    for title, rows in tables.items():
        sheet = book.add_worksheet(title)
        header: list[str] = []
        for at, row in enumerate(rows):
            header = header or list(row)
            for column, cell in enumerate(row):
                if len(cell) > _LONGEST:
                    raise EngineError(
                        "budget.cell_too_long", row=at + 1, field=header[column], value=len(cell)
                    )
                if at and title == "projects" and header[column] in _NUMBERS and _exact(cell):
                    sheet.write_number(at, column, float(cell))
                else:
                    sheet.write_string(at, column, cell)
    book.close()
    return out.getvalue()


def _exact(cell: str) -> bool:
    """Whether a number keeps this very text in the sixteen digits that a workbook has."""
    try:
        value = float(f"{float(cell):.16G}")
    except (ValueError, OverflowError):
        return False
    told = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return told == cell
