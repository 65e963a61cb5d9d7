"""Practices as tables: a template, a reader for CSV and workbooks, writers for both.

One row is one practice. Columns are the fields of ``records.FIELDS``; items of a list are
separated by ``;``, the four parts of a source by ``|``. A backslash keeps the sign after it as it
is: ``\\;`` is a semicolon inside an item.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from baithak.engine.cells import guarded
from baithak.engine.errors import EngineError
from baithak.engine.workbook import archive, is_zip, sheets
from baithak.exchange.records import (
    FIELDS,
    SOURCE_FIELDS,
    City,
    Field,
    Practice,
    Practices,
    Problems,
    Source,
    Taxonomy,
)
from baithak.exchange.records.checks import Checks
from baithak.exchange.records.problems import near
from baithak.exchange.records.yaml_text import LARGEST, MOST, Node

__all__ = ["COLUMNS", "read_table", "template_csv", "template_xlsx", "write_csv", "write_xlsx"]

COLUMNS = tuple(field.name for field in FIELDS)
LIST_KINDS = frozenset({"texts", "codes", "partners", "tongues"})
WIDEST = 512  # cells of a row
_NARROWEST = sum(field.required for field in FIELDS)  # of a practice: rows of less count as much
_MARKS = 500_000  # signs < in a workbook: two thousand practices; more take seconds to parse
_SHEET = "practices"
_BY_NAME = {field.name: field for field in FIELDS}
_Row = tuple[int, list[str]]


def read_table(
    content: bytes, taxonomy: Taxonomy, cities: Collection[City], file: str = ""
) -> Practices:
    """The practices of a table, all of them right, or an error with everything wrong.

    Parameters
    ----------
    content : bytes
        CSV in UTF-8 (comma, semicolon or tab), or a workbook with a sheet ``practices``. The
        first row names the columns, in any order; those that are not required may be missing.
    taxonomy : Taxonomy
    cities : collection of City
    file : str
        Its name, for errors.

    Raises
    ------
    EngineError
        As ``records.read_practices``, and ``library.broken_csv``, ``library.wrong_field_count``,
        ``library.no_sheet``, ``library.missing_column``, ``library.unknown_column``,
        ``library.column_twice``, ``library.bad_source``, ``library.too_many_values``,
        ``source.too_wide``; of a workbook also ``source.bomb``, ``source.broken_archive``,
        ``source.broken_workbook``, ``source.gap``.
    """
    if len(content) > LARGEST:
        raise EngineError("library.too_large", file=file, value=LARGEST // 1024**2)
    problems = Problems(file)
    rows = _workbook(content, file) if is_zip(content) else _csv(content, file)
    names = _columns(rows, problems)
    nodes = []
    for row, cells in rows[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(names):
            problems.add(
                "library.wrong_field_count", row=row, value=len(cells), expected=len(names)
            )
            continue
        problems.practice = dict(zip(names, cells, strict=False)).get("id", "").strip()[:80]
        nodes.append(Node(row, dict(_fields(row, names, cells, problems))))
    found = Checks(taxonomy, cities, problems).practices(nodes)
    problems.stop()
    return Practices(found)


def _workbook(content: bytes, file: str) -> list[_Row]:
    _measure(content, file)
    found = sheets(content, (_SHEET,), file)
    if _SHEET not in found:
        raise EngineError("library.no_sheet", file=file, value=_SHEET)
    if not found[_SHEET]:
        raise EngineError("library.empty_file", file=file)
    return found[_SHEET]


def _measure(content: bytes, file: str) -> None:
    """Refuse a workbook of more cells than a library of practices can have, before it is parsed."""
    marks = 0
    with archive(content, file) as parts:
        for name in parts.namelist():
            try:
                with parts.open(name) as part:
                    while marks <= _MARKS and (piece := part.read(1 << 20)):
                        marks += piece.count(b"<")
            except Exception:  # noqa: S112  (``sheets`` says what is broken)
                continue
    if marks > _MARKS:
        raise EngineError("library.too_many_values", file=file, value=_MARKS // 4)


def _csv(content: bytes, file: str) -> list[_Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise EngineError("library.encoding", file=file, row=row) from None
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    rows: list[_Row] = []
    table = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    row, left = 1, MOST
    try:
        for line in table:
            if len(line) > WIDEST:
                raise EngineError(
                    "source.too_wide", file=file, row=row, value=_SHEET, expected=WIDEST
                )
            left -= max(_NARROWEST, len(line))
            if left < 0:
                raise EngineError("library.too_many_values", file=file, row=row, value=MOST)
            rows.append((row, [_restored(cell) for cell in line]))
            row = table.line_num + 1
    except csv.Error as error:
        raise EngineError("library.broken_csv", file=file, row=row, value=str(error)) from None
    if not rows or not any(rows[0][1]):
        raise EngineError("library.empty_file", file=file)
    return rows


def _restored(cell: str) -> str:
    """A cell without the apostrophe that ``guarded`` put in front, and no other."""
    inner = cell[1:]
    return inner if cell.startswith("'") and guarded(inner) == cell else cell


def _columns(rows: Sequence[_Row], problems: Problems) -> list[str]:
    """The names of the first row, checked; nothing else can be read if they are wrong."""
    row, cells = rows[0]
    names = [re.sub(r"[\s-]+", "_", cell.strip().lower()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    for number, name in enumerate(names, start=1):
        if name not in _BY_NAME:
            problems.add(
                "library.unknown_column", row=row, field=number, value=name[:80],
                near=near(name, COLUMNS),
            )  # fmt: skip
        elif name in names[: number - 1]:
            problems.add("library.column_twice", row=row, field=number, value=name)
    for field in FIELDS:
        if field.required and field.name not in names:
            problems.add("library.missing_column", row=row, field=field.name)
    problems.stop()
    return names


def _fields(
    row: int, names: Sequence[str], cells: Sequence[str], problems: Problems
) -> Iterator[tuple[str, Node]]:
    """The filled cells of a row, as the fields a YAML file would have."""
    for name, cell in zip(names, cells, strict=False):
        text = cell.strip()
        if not text:
            continue
        kind = _BY_NAME[name].kind
        if kind == "sources":
            parts = [part for item in _split(text, ";") if (part := _source(row, item, problems))]
            yield name, Node(row, list(parts))
        elif kind in LIST_KINDS:
            yield name, Node(row, [Node(row, _plain(item)) for item in _split(text, ";")])
        else:
            yield name, Node(row, text)


def _source(row: int, text: str, problems: Problems) -> Node | None:
    parts = [_plain(part) for part in _split(text, "|")]
    if len(parts) != len(SOURCE_FIELDS):
        problems.add("library.bad_source", row=row, field="sources", value=text[:120])
        return None
    return Node(
        row, {name: Node(row, part) for name, part in zip(SOURCE_FIELDS, parts, strict=True)}
    )


def _split(text: str, sign: str) -> list[str]:
    r"""Parts between the signs, those after a backslash left alone; empty ends are dropped.

    >>> _split(r"one\; still one; two;", ";")
    ['one\\; still one', 'two']
    """
    parts = re.findall(rf"(?:\\.|[^\\{re.escape(sign)}]|\\$)+", text, flags=re.DOTALL)
    return [part for part in (part.strip() for part in parts) if part]


def _plain(text: str) -> str:
    r"""``\;`` as ``;``."""
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _kept(text: str) -> str:
    r"""``;`` as ``\;``: what ``_split`` and ``_plain`` undo."""
    return re.sub(r"([\\;|])", r"\\\1", text)


def _cell(field: Field, practice: Practice) -> str:
    value = getattr(practice, field.name)
    if value is None:
        return ""
    if field.kind == "sources":
        return "; ".join(_source_cell(source) for source in value)
    if field.kind in LIST_KINDS:
        return "; ".join(_kept(item) for item in value)
    return str(value)


def _source_cell(source: Source) -> str:
    parts = (source.url, source.title, source.publisher, source.accessed.isoformat())
    return " | ".join(_kept(part) for part in parts)


def write_csv(practices: Iterable[Practice]) -> str:
    """A table with every column; cells that a spreadsheet could run are made harmless."""
    out = io.StringIO()
    out.write("\ufeff")  # so that workbooks see the scripts
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for practice in practices:
        writer.writerow([guarded(_cell(field, practice)) for field in FIELDS])
    return out.getvalue()


def template_csv() -> str:
    """An empty table: the names of the columns."""
    return write_csv(())


def write_xlsx(practices: Iterable[Practice], taxonomy: Taxonomy) -> bytes:
    """A workbook: the practices, then what each column holds, then every code with its label.

    All cells are texts; none is a formula, a number or a link.
    """
    from xlsxwriter import Workbook

    out = io.BytesIO()
    texts = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(out, {"in_memory": True, **texts}) as book:
        head = book.add_format({"bold": True, "bg_color": "#fbeed3", "border": 1})
        body = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        body.set_num_format("@")
        for title, rows, widths in (
            (_SHEET, _practice_rows(practices), [_width(field) for field in FIELDS]),
            ("columns", _column_rows(), [24, 12, 16, 70, 22]),
            ("codes", _code_rows(taxonomy), [22, 30, 42, 90]),
        ):
            sheet = book.add_worksheet(title)
            sheet.freeze_panes(1, 0)
            for column, width in enumerate(widths):
                sheet.set_column(column, column, width, body)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write_string(number, column, cell, head if number == 0 else body)
    return out.getvalue()


def template_xlsx(taxonomy: Taxonomy) -> bytes:
    """An empty table, with its columns and codes explained on sheets of their own."""
    return write_xlsx((), taxonomy)


def _width(field: Field) -> int:
    return {"text": 60, "texts": 60, "sources": 60, "line": 32}.get(field.kind, 20)


def _practice_rows(practices: Iterable[Practice]) -> Iterator[Sequence[str]]:
    yield COLUMNS
    for practice in practices:
        yield [_cell(field, practice) for field in FIELDS]


def _column_rows() -> Iterator[Sequence[str]]:
    yield ("column", "required", "kind", "what it holds", "codes from")
    for field in FIELDS:
        kind = "list, with ;" if field.kind in (*LIST_KINDS, "sources") else "one value"
        about = field.about
        if field.kind == "sources":
            about += " Each: address | title | publisher | day such as 2026-11-23."
        yield (field.name, "yes" if field.required else "no", kind, about, field.codes)


def _code_rows(taxonomy: Taxonomy) -> Iterator[Sequence[str]]:
    yield ("part", "code", "label", "definition")
    for kind, terms in taxonomy.terms.items():
        for term in terms.values():
            yield (kind, term.code, term.label(), term.definition)
