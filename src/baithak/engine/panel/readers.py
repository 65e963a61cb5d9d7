"""Read people and quotas from the files that the field's tools use: CSV and workbooks.

``categories.csv`` has the columns category, feature, min, max (the replication package of Nature
596) or feature, value, min, max and maybe min_flex, max_flex (the Sortition Foundation's tools), in
any order and any case. ``respondents.csv`` has one row per person and one column per category; a
column ``id`` or ``nationbuilder_id`` names people, else their number from 1 does.

A file is read whole or refused with every problem that was found, each with row and field. Row 1 is
the first line of the file. A workbook is measured before it is opened: no file can make the reader
use more than it is allowed to.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baithak.engine.errors import EngineError
from baithak.engine.panel.pool import MOST_ERRORS, Pool, Quota, Quotas, plain

__all__ = ["read_pool", "read_quotas"]

#: What a file may hold: more is no pool of people.
MOST_BYTES = 32 << 20
MOST_ROWS = 200_000
LONGEST_LINE = 256 << 10  # bytes
MOST_COLUMNS = 200
MOST_QUOTAS = 2_000
LONGEST = 1_000  # letters in a cell
#: What a workbook may unpack to, how many parts and marks it may have, how tightly it may be packed.
MOST_UNPACKED = 64 << 20
MOST_PARTS = 1_000
MOST_MARKS = 5_000_000
TIGHTEST = 100

_IDS = ("id", "nationbuilder_id")
_WHOLE = re.compile(r"[0-9]{1,9}(\.0+)?")
_WORKBOOK = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class _Table:
    """The cells of a file as text: names of columns, and rows with their line of the file."""

    file: str
    names: tuple[str, ...]
    header: int
    rows: tuple[tuple[int, tuple[str, ...]], ...]


class _Problems:
    """What is wrong: the first problem is raised, the next ones travel with it."""

    def __init__(self) -> None:
        self.found: list[EngineError] = []

    def add(self, code: str, **params: Any) -> None:
        self.found.append(EngineError(code, **params))

    def stop(self) -> None:
        """Raise if there was any problem."""
        if self.found:
            self.found.sort(key=lambda error: error.params.get("row", 0))
            first, *others = self.found
            error = EngineError(first.code, **first.params, more=len(others))
            error.others = tuple(others[: MOST_ERRORS - 1])
            raise error


def read_quotas(source: Path | str, size: int | None = None) -> Quotas:
    """Read the quotas.

    Parameters
    ----------
    source : path
        CSV (comma, semicolon or tab; UTF-8, with or without byte order mark) or ``.xlsx``.
    size : int, optional
        Of the panel: then quotas that no panel of this size can meet are refused as well.

    Raises
    ------
    EngineError
        With ``file``, and ``row``, ``field``, ``value`` where they apply; ``error.others`` holds
        further problems. Codes: those of a file (``read_pool``), ``panel.quota_columns``,
        ``panel.blank``, ``panel.not_a_number``, ``panel.too_many_quotas``, and those of ``Quotas``
        and ``Quotas.check``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "categories.csv"
    ...     _ = path.write_text("Feature;Value;Max;Min\\nage;16-29;3;1\\nage;30+;9;2\\n")
    ...     [(q.category, q.feature, q.min, q.max) for q in read_quotas(path).quotas]
    [('age', '16-29', 1, 3), ('age', '30+', 2, 9)]
    """
    table = _read(source, ("categories", "quotas"))
    if len(table.rows) > MOST_QUOTAS:
        raise EngineError("panel.too_many_quotas", file=table.file, most=MOST_QUOTAS)
    places = _quota_columns(table)
    problems = _Problems()
    quotas: list[Quota] = []
    where: dict[tuple[str, str], int] = {}
    for row, cells in table.rows:
        told = _quota(table, row, cells, places, problems)
        if told is not None:
            quotas.append(told)
            where.setdefault((told.category, told.feature), row)
            where.setdefault((told.category, ""), row)
    if not table.rows:
        raise EngineError("panel.header_only", file=table.file)
    try:
        made = Quotas(tuple(quotas)) if quotas else None
        if made and size is not None and not problems.found:
            made.check(size)
    except EngineError as error:
        for one in (error, *error.others):
            named = one.params.get("category", ""), one.params.get("feature", "")
            row = where.get(named, 1)
            problems.add(one.code, **{**one.params, "file": table.file, "row": row})
    problems.stop()
    assert made is not None  # without a quota there was a problem
    return made


def read_pool(
    source: Path | str,
    quotas: Quotas,
    *,
    size: int | None = None,
    id: str | None = None,
    household: Sequence[str] = (),
) -> Pool:
    """Read the people who volunteered.

    Parameters
    ----------
    source : path
        CSV or ``.xlsx`` as in ``read_quotas``.
    quotas : Quotas
        Their categories are the columns that count; others are kept in ``Pool.columns``.
    size : int, optional
        Of the panel: then a pool that is smaller is refused.
    id : str, optional
        The column that names people. Without it ``id`` or ``nationbuilder_id`` does, or else the
        number of the person, from 1.
    household : sequence of str
        Columns that together say who lives with whom: one household column, or an address in
        several. Whoever has none of it filled lives alone.

    Raises
    ------
    EngineError
        With ``file``, and ``row``, ``field``, ``value`` where they apply; ``error.others`` holds
        further problems. ``source.not_found``, ``source.unreadable``, ``panel.empty_file``,
        ``panel.header_only``, ``panel.not_text``, ``panel.encoding``, ``panel.broken_csv``,
        ``panel.broken_workbook``, ``panel.too_large`` (``limit`` says what of), ``panel.cell_long``,
        ``panel.wrong_field_count``, ``panel.duplicate_column``, ``panel.column_missing``,
        ``panel.blank``, ``panel.unknown_value`` (``allowed``, ``near``), ``panel.id_twice``
        (``first_row``), ``panel.size_above_pool``.

    Examples
    --------
    >>> import tempfile
    >>> quotas = Quotas((Quota("age", "16-29", 1, 3), Quota("age", "30+", 2, 9)))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "respondents.csv"
    ...     _ = path.write_text("nationbuilder_id,AGE\\nAmina,16-29\\nBilal,30+\\n")
    ...     read_pool(path, quotas).ids
    ('Amina', 'Bilal')
    """
    table = _read(source, ("respondents", "people", "pool"))
    problems = _Problems()
    wanted = [*quotas.categories, *household, *([id] if id else [])]
    names = {plain(name): name for name in table.names}
    for name in dict.fromkeys(wanted):
        if plain(name) not in names:
            problems.add(
                "panel.column_missing",
                file=table.file, row=table.header, field=name, found=", ".join(table.names[:20]),
                near=_near(name, table.names),
            )  # fmt: skip
    problems.stop()
    if not table.rows:
        raise EngineError("panel.header_only", file=table.file)
    if size is not None and size > len(table.rows):
        problems.add("panel.size_above_pool", file=table.file, size=size, pool=len(table.rows))
    people = [dict(zip(table.names, cells, strict=True)) for _, cells in table.rows]
    column = id or next((names[name] for name in _IDS if name in names), None)
    try:
        pool = Pool.from_people(people, quotas, ids=column, household=_homes(people, household))
    except EngineError as error:
        for one in (error, *error.others):
            problems.add(one.code, **_placed(one.params, table, people, column))
    problems.stop()
    return pool


def _homes(people: Sequence[Mapping[str, str]], columns: Sequence[str]) -> list[str] | None:
    """One text per person that says where they live; empty where no column is filled."""
    if not columns:
        return None
    names = {plain(name): name for name in people[0]}
    chosen = [names[plain(column)] for column in columns]
    homes = []
    for person in people:
        parts = [plain(person[name]) for name in chosen]
        homes.append(" | ".join(parts) if any(parts) else "")
    return homes


def _placed(
    params: Mapping[str, Any],
    table: _Table,
    people: Sequence[Mapping[str, str]],
    column: str | None,
) -> dict[str, Any]:
    """The parameters of an error about people, with their line of the file and near spellings."""
    told = {**params, "file": table.file}
    if "row" in told:
        told["row"] = table.rows[told["row"] - 1][0]
    if "allowed" in told:
        told["near"] = _near(told["value"], told["allowed"])
        told["allowed"] = ", ".join(told["allowed"][:30])
    if column and params.get("field") == "id":
        told["field"] = column
    if column and "field" not in told and "value" in told:
        told["field"] = column
        told["first_row"] = next(
            row
            for (row, _), person in zip(table.rows, people, strict=True)
            if person[column].strip() == told["value"]
        )
    return told


def _near(value: str, allowed: Sequence[str]) -> str:
    """The names that this could have been meant for; empty where none is near."""
    names = {plain(name): name for name in allowed}
    found = difflib.get_close_matches(plain(value)[:80], list(names), n=2, cutoff=0.6)
    return ", ".join(names[name] for name in found)


def _quota_columns(table: _Table) -> dict[str, int]:
    """Where category, feature, min and max stand, in either form of the header."""
    names = {plain(name).replace(" ", "_"): at for at, name in enumerate(table.names)}
    if "category" in names:
        kind = "category"
        feature = next((name for name in ("feature", "value", "name") if name in names), "")
    else:
        kind, feature = "feature", "value"
    missing = [name for name in (kind, feature or "feature", "min", "max") if name not in names]
    if missing:
        raise EngineError(
            "panel.quota_columns",
            file=table.file, row=table.header, field=", ".join(missing),
            found=", ".join(table.names[:20]),
        )  # fmt: skip
    places = {"category": names[kind], "feature": names[feature]}
    return places | {n: names[n] for n in ("min", "max", "min_flex", "max_flex") if n in names}


def _quota(
    table: _Table,
    row: int,
    cells: Sequence[str],
    places: Mapping[str, int],
    problems: _Problems,
) -> Quota | None:
    before = len(problems.found)
    numbers: dict[str, int | None] = {}
    for name, at in places.items():
        told, field = cells[at], table.names[at]
        if name in {"category", "feature"}:
            if not told:
                problems.add("panel.blank", file=table.file, row=row, field=field)
        elif name.endswith("flex") and told in {"", "-1"}:  # "not set" of the sortition tools
            numbers[name] = None
        elif not told:
            problems.add("panel.blank", file=table.file, row=row, field=field)
        elif _WHOLE.fullmatch(told):
            numbers[name] = int(told.partition(".")[0])
        else:
            problems.add("panel.not_a_number", file=table.file, row=row, field=field, value=told)
    if len(problems.found) > before:
        return None
    least, most = numbers.pop("min"), numbers.pop("max")
    assert least is not None
    assert most is not None
    return Quota(cells[places["category"]], cells[places["feature"]], least, most, **numbers)


# --- files to cells


def _read(source: Path | str, sheets: Sequence[str]) -> _Table:
    """Every cell of a file as text without outer blanks, and rows without any left out."""
    path = Path(source)
    if not path.is_file():
        raise EngineError("source.not_found", value=str(path))
    try:
        if path.stat().st_size > MOST_BYTES:
            raise EngineError("panel.too_large", file=path.name, limit=f"{MOST_BYTES >> 20} MB")
        content = path.read_bytes()
    except OSError as error:
        raise EngineError("source.unreadable", value=str(path), reason=error.strerror) from None
    if content.startswith(_WORKBOOK):
        return _table(path.name, _workbook(path.name, content, sheets), short=True)
    return _table(path.name, _csv(path.name, content))


def _table(file: str, rows: Iterator[tuple[int, Sequence[str]]], *, short: bool = False) -> _Table:
    """``short``: rows may end early, as a workbook leaves out what is blank at the right edge."""
    header: tuple[int, tuple[str, ...]] | None = None
    found: list[tuple[int, tuple[str, ...]]] = []
    problems = _Problems()
    for row, raw in rows:
        if len(raw) > MOST_COLUMNS:
            raise EngineError(
                "panel.too_large", file=file, row=row, limit=f"{MOST_COLUMNS} columns"
            )
        cells = tuple(cell.strip() for cell in raw)
        if not any(cells):
            continue
        if max(map(len, cells)) > LONGEST:
            raise EngineError("panel.cell_long", file=file, row=row, most=LONGEST)
        if header is None:
            header = row, _named(file, row, cells)
            continue
        width = len(header[1])
        if len(cells) > width and not any(cells[width:]):
            cells = cells[:width]  # blank columns at the right edge
        if short:
            cells += ("",) * (width - len(cells))
        if len(cells) != width:
            problems.add(
                "panel.wrong_field_count", file=file, row=row, value=len(cells), expected=width
            )
            continue
        found.append((row, cells))
        if len(found) > MOST_ROWS:
            raise EngineError("panel.too_large", file=file, limit=f"{MOST_ROWS:,} rows")
    if header is None:
        raise EngineError("panel.empty_file", file=file)
    problems.stop()
    return _Table(file, header[1], header[0], tuple(found))


def _named(file: str, row: int, cells: Sequence[str]) -> tuple[str, ...]:
    """The names of columns: none twice, those without a name at the right edge left out."""
    names = list(cells)
    while names and not names[-1]:
        names.pop()
    seen: set[str] = set()
    for at, name in enumerate(names):
        if not name:
            names[at] = f"({at + 1})"
        elif plain(name) in seen:
            raise EngineError("panel.duplicate_column", file=file, row=row, value=name)
        seen.add(plain(name))
    return tuple(names)


def _csv(file: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise EngineError("panel.encoding", file=file, row=1, value="UTF-16")
    if b"\0" in content:
        raise EngineError("panel.not_text", file=file)
    if content.count(b"\n") + content.count(b"\r") > 4 * MOST_ROWS:
        raise EngineError("panel.too_large", file=file, limit=f"{MOST_ROWS:,} rows")
    if max(map(len, content.splitlines()), default=0) >= LONGEST_LINE:
        raise EngineError("panel.too_large", file=file, limit=f"{MOST_COLUMNS} columns")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        value = f"0x{content[error.start]:02X}"
        raise EngineError("panel.encoding", file=file, row=row, value=value) from None
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=lambda mark: (first.count(mark), -",;\t".index(mark)))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    last = 0
    try:
        for cells in reader:
            yield last + 1, cells
            last = reader.line_num
    except csv.Error as error:
        raise EngineError("panel.broken_csv", file=file, row=last + 1, value=str(error)) from None


def _workbook(file: str, content: bytes, sheets: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    _measure(file, content)
    import openpyxl  # costs a quarter of a second: only where there is a workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that do not matter here
        try:
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
            with closing(book):
                named = {plain(sheet.title): sheet for sheet in book.worksheets}
                sheet = next((named[n] for n in sheets if n in named), book.worksheets[0])
                # What the sheet says of its own extent may be a lie.
                sheet.reset_dimensions()
                for row, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                    if row > MOST_ROWS + 1:
                        limit = f"{MOST_ROWS:,} rows"
                        raise EngineError("panel.too_large", file=file, limit=limit)
                    if len(cells) > MOST_COLUMNS:
                        limit = f"{MOST_COLUMNS} columns"
                        raise EngineError("panel.too_large", file=file, row=row, limit=limit)
                    if cells.count(None) < len(cells):
                        yield row, [_cell(value) for value in cells]
        except EngineError:
            raise
        except Exception as error:
            # A damaged workbook can make the library raise anything at all.
            raise EngineError(
                "panel.broken_workbook", file=file, value=type(error).__name__
            ) from None


def _cell(value: object) -> str:
    """A cell as a person reads it: 40 and not 40.0, days without a time."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).removesuffix(" 00:00:00")


def _measure(file: str, content: bytes) -> None:
    """Refuse a workbook that would unpack to too much, or brings declarations of its own."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                raise EngineError("panel.too_large", file=file, limit=f"{MOST_PARTS} parts")
            unpacked = sum(part.file_size for part in parts)
            if unpacked > MOST_UNPACKED or any(
                part.file_size > max(1 << 20, TIGHTEST * part.compress_size) for part in parts
            ):
                limit = f"{MOST_UNPACKED >> 20} MB"
                raise EngineError("panel.too_large", file=file, limit=limit)
            marks = 0
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    marks += _marks(file, archive, part)
                if marks > MOST_MARKS:
                    raise EngineError("panel.too_large", file=file, limit=f"{MOST_ROWS:,} rows")
    except EngineError:
        raise
    except Exception as error:
        # zipfile raises BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError …
        raise EngineError("panel.broken_workbook", file=file, value=type(error).__name__) from None


def _marks(file: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """How many tags a part holds, at least; no workbook needs document types or entities."""
    count = 0
    with archive.open(part) as stream:
        tail = b""
        while count <= MOST_MARKS and (chunk := stream.read(1 << 20)):
            count += chunk.count(b"<")
            seen = tail + chunk
            # Other encodings than UTF-8, in which these words would look different, hold zeros.
            if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen or b"\0" in seen:
                raise EngineError("panel.broken_workbook", file=file, value=part.filename[:80])
            tail = chunk[-16:]
    return count
