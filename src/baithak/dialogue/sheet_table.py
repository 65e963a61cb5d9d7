"""Sheets of paper as a table: a template to fill in, and a reader that finds every mistake.

One row is one sheet: its number, then what it says of each statement. The reader needs no hub; what
somebody uploads is read in a process of its own (``web.limited``), and what is wrong comes back as
errors with row, column and remedy, all of them at once.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from baithak.engine.cells import guarded, plain
from baithak.engine.errors import EngineError
from baithak.engine.workbook import archive, is_zip, sheets

__all__ = [
    "LARGEST",
    "LETTERS",
    "answer_of",
    "parcel",
    "read_sheets",
    "spoken",
    "template_csv",
    "template_xlsx",
    "uploaded",
]

#: Bytes of an upload: five hundred sheets of a hundred statements are less than one of them.
LARGEST = 2 * 1024 * 1024
#: Sheets of a file, as many as a session has, and cells of a row.
MOST, WIDEST = 500, 512
_ROWS = 2 * MOST  # those without an answer count too
_LINES = 20_000  # empty ones in between are no crime
_MARKS = 1_500_000  # signs < in a workbook: more take seconds to parse
_TOLD = 200  # errors of one file: whoever has more has sent something else
_SHEET = "sheets"

#: What agree, disagree and skip are written as, beside the words of the eight languages.
LETTERS = {
    "a": 1, "1": 1, "+": 1, "agree": 1, "✓": 1,
    "d": -1, "-1": -1, "-": -1, "disagree": -1, "✗": -1, "✕": -1,
    "s": 0, "0": 0, "skip": 0, "pass": 0, "p": 0,
}  # fmt: skip
#: The words of daily speech; those of the interface's catalogues come from ``spoken``.
_WORDS = {
    1: ("একমত", "सहमत", "متفق", "உடன்படுகிறேன்", "එකඟයි", "އެއްބަސް"),
    -1: ("একমত নই", "দ্বিমত", "असहमत", "متفق نہیں", "غیر متفق", "உடன்படவில்லை", "එකඟ නැහැ", "އެއްބަހެއް ނޫން"),
    0: ("বাদ", "छोड़ें", "छोड्नुहोस्", "چھوڑیں", "தவிர்", "මඟහරින්න", "ދޫކޮށްލާ"),
}  # fmt: skip
_MINUS = dict.fromkeys(map(ord, "−–—﹣"), "-")
_SHEETS = re.compile(rb"<(?:\w+:)?sheet\s[^>]*?\bname=[\"']([^\"']*)")
_HEAD = re.compile(r"\s*(\d{1,6})\b")

_Row = tuple[int, list[str]]


def spoken(said: Iterable[tuple[str, str, str]]) -> dict[str, int]:
    """Every word that is read as an answer. ``said``: agree, disagree and skip in each language."""
    known = dict(LETTERS)
    for value, texts in _WORDS.items():
        known.update({_folded(text): value for text in texts})
    for words in said:
        for value, word in zip((1, -1, 0), words, strict=True):
            known.setdefault(_folded(word), value)
    return known


def answer_of(cell: str, known: Mapping[str, int] = LETTERS) -> int | None:
    """1, -1 or 0; ``None`` for a cell that was left empty.

    Raises
    ------
    ValueError
        It is none of the known words.

    Examples
    --------
    >>> [answer_of(cell) for cell in ("a", " D ", "0", "−1", "", "٠")]
    [1, -1, 0, -1, None, 0]
    """
    told = _folded(plain(cell.strip()))
    if not told:
        return None
    if told not in known:
        raise ValueError(cell)
    return known[told]


def _folded(text: str) -> str:
    """In a form in which two spellings of one word are equal; digits of any script are digits."""
    told = unicodedata.normalize("NFKC", text).casefold().translate(_MINUS)
    told = "".join(
        str(unicodedata.digit(sign)) if unicodedata.category(sign) == "Nd" else sign
        for sign in told
        if unicodedata.category(sign) != "Cf"
    )
    return " ".join(told.split())


# --- reading


class _Problems:
    """What is wrong, in the order in which it was found."""

    def __init__(self, file: str) -> None:
        self.file, self.more = file, 0
        self.found: list[EngineError] = []

    def add(self, code: str, **params: Any) -> None:
        if len(self.found) < _TOLD:
            named = {"file": self.file} if self.file else {}
            self.found.append(EngineError(code, **named, **params))
        else:
            self.more += 1

    def stop(self) -> None:
        if self.found:
            first, *others = self.found
            first.others = tuple(others)
            if self.more:
                first.params["more"] = self.more
            raise first


def parcel(content: bytes, **told: Any) -> bytes:
    """A line of JSON and the file in one, as the process of its own is given them."""
    return json.dumps(told).encode() + b"\n" + content


def uploaded(source: bytes) -> dict[str, Any]:
    """For ``web.limited``. Told: ``name`` of the file, ``statements`` (numbers), ``words``."""
    line, _, content = source.partition(b"\n")
    told = json.loads(line)
    return read_sheets(content, told["statements"], told["words"], told["name"])


def read_sheets(
    content: bytes,
    statements: Sequence[int],
    known: Mapping[str, int] = LETTERS,
    file: str = "",
) -> dict[str, Any]:
    """The sheets of a table, all of them right, or an error with everything that is wrong.

    Parameters
    ----------
    content : bytes
        CSV in UTF-8 (comma, semicolon or tab) or a workbook, whose first sheet or the one called
        ``sheets`` is read. First row: the column of sheet numbers, then one column for each
        statement, beginning with its number ("12" or "12: Parks stay open"). A second row without
        a sheet number holds the statements' words, and is passed over.
    statements : sequence of int
        The numbers that can be answered.
    known : mapping
        Word to answer, from ``spoken``.
    file : str
        Its name, for errors.

    Returns
    -------
    dict
        ``sheets``: pairs of sheet number and pairs of statement number and answer; ``empty``: how
        many rows have a number and no answer; ``heads``: statement number and what its column is
        headed with.

    Raises
    ------
    EngineError
        ``sheets.*`` and, of a workbook, ``source.*``; with ``others``.
    """
    if len(content) > LARGEST:
        raise EngineError("sheets.too_large", file=file, value=LARGEST // 1024**2)
    rows = _workbook(content, file) if is_zip(content) else _csv(content, file)
    problems = _Problems(file)
    columns, heads = _columns(rows[0], set(statements), problems)
    problems.stop()
    found: dict[int, list[tuple[int, int]]] = {}
    first: dict[int, int] = {}
    empty = 0
    for at, (row, cells) in enumerate(rows[1:]):
        name = cells[0].strip() if cells else ""
        if not any(cell.strip() for cell in cells) or (at == 0 and _are_words(cells, known)):
            continue
        number = _number(name, row, problems)
        if number in first:
            problems.add(
                "sheets.number_twice", row=row, field=1, value=number, first_row=first[number]
            )
        answers = list(_answers(row, cells, columns, known, problems))
        if number:
            first.setdefault(number, row)
            if answers:
                found.setdefault(number, answers)
            else:
                empty += 1
    if not found and not problems.found:
        problems.add("sheets.no_answers")
    problems.stop()
    return {"sheets": [[n, a] for n, a in found.items()], "empty": empty, "heads": heads}


def _columns(
    header: _Row, statements: set[int], problems: _Problems
) -> tuple[dict[int, int], list[tuple[int, str]]]:
    """Position to statement number; nothing else can be read if they are wrong."""
    row, cells = header
    columns: dict[int, int] = {}
    heads: list[tuple[int, str]] = []
    for at, cell in enumerate(cells[1:], start=1):
        text = plain(cell).strip()
        if not text:
            continue
        told = _HEAD.match(text)
        number = int(told[1]) if told else 0
        if number not in statements:
            problems.add("sheets.unknown_statement", row=row, field=at + 1, value=text[:40])
        elif number in columns.values():
            problems.add("sheets.statement_twice", row=row, field=at + 1, value=number)
        else:
            columns[at] = number
            heads.append((number, text[told.end() :].lstrip(" :.")[:300] if told else ""))
    if not columns and not problems.found:
        problems.add("sheets.no_statements", row=row)
    return columns, heads


def _are_words(cells: Sequence[str], known: Mapping[str, int]) -> bool:
    """Whether this row holds the statements' words: no sheet's number, and no answer."""
    return not cells[0].strip() and all(
        not cell.strip() or _folded(plain(cell)) not in known for cell in cells
    )


def _number(name: str, row: int, problems: _Problems) -> int:
    """The sheet's number; 0 where it is none."""
    told = _folded(plain(name))
    if told.endswith(".0"):
        told = told[:-2]
    if not told:
        problems.add("sheets.number_missing", row=row, field=1)
    elif told.isascii() and told.isdigit() and 1 <= int(told[:9]) <= MOST:
        return int(told)
    else:
        problems.add("sheets.bad_number", row=row, field=1, value=name[:20], most=MOST)
    return 0


def _answers(
    row: int,
    cells: Sequence[str],
    columns: Mapping[int, int],
    known: Mapping[str, int],
    problems: _Problems,
) -> Iterator[tuple[int, int]]:
    for at, cell in enumerate(cells[1:], start=1):
        try:
            value = answer_of(cell, known)
        except ValueError:
            value = None
            if at in columns:
                problems.add(
                    "sheets.unknown_answer",
                    row=row,
                    field=at + 1,
                    value=cell.strip()[:20],
                    statement=columns[at],
                )
        if at not in columns:
            if cell.strip():
                problems.add("sheets.outside", row=row, field=at + 1, value=cell.strip()[:20])
        elif value is not None:
            yield columns[at], value


def _csv(content: bytes, file: str) -> list[_Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise EngineError("sheets.encoding", file=file, row=row) from None
    if text.count("\n") + text.count("\r") > 2 * _LINES:
        raise EngineError("sheets.too_many_rows", file=file, value=MOST)
    first = text.split("\n", 1)[0]
    table = csv.reader(
        io.StringIO(text, newline=""), strict=True, delimiter=max(",;\t", key=first.count)
    )
    rows: list[_Row] = []
    row = 1
    try:
        for line in table:
            if len(line) > WIDEST:
                raise EngineError(
                    "source.too_wide", file=file, row=row, value=file or _SHEET, expected=WIDEST
                )
            if any(cell.strip() for cell in line):
                rows.append((row, line))
                _few(rows, file)
            row = table.line_num + 1
    except csv.Error as error:
        raise EngineError("sheets.broken_csv", file=file, row=row, value=str(error)) from None
    return _some(rows, file)


def _workbook(content: bytes, file: str) -> list[_Row]:
    name = _measured(content, file)
    rows = sheets(content, (name,), file).get(name, [])
    _few(rows, file)
    return _some(rows, file)


def _measured(content: bytes, file: str) -> str:
    """The name of the sheet to read, in lower case; a workbook of too much is refused unparsed."""
    marks = 0
    names: list[bytes] = []
    with archive(content, file) as parts:
        for name in parts.namelist():
            try:
                with parts.open(name) as part:
                    if name.lower() == "xl/workbook.xml":
                        names = _SHEETS.findall(part.read(1 << 20))
                        continue
                    while marks <= _MARKS and (piece := part.read(1 << 20)):
                        marks += piece.count(b"<")
            except Exception:  # noqa: S112  (``sheets`` says what is broken)
                continue
    if marks > _MARKS:
        raise EngineError("sheets.too_many_rows", file=file, value=MOST)
    from xml.sax.saxutils import unescape  # of five names of signs, nothing is parsed

    told = [unescape(name.decode("utf-8", "replace")).strip().lower() for name in names]
    return _SHEET if _SHEET in told or not told else told[0]


def _few(rows: Sequence[_Row], file: str) -> None:
    if len(rows) > _ROWS + 2:
        raise EngineError("sheets.too_many_rows", file=file, value=MOST)


def _some(rows: list[_Row], file: str) -> list[_Row]:
    if not rows:
        raise EngineError("sheets.empty_file", file=file)
    return rows


# --- writing


def _head(number: int, text: str) -> str:
    return f"{number}: {text}"


def template_csv(first: str, statements: Sequence[tuple[int, str]], sheets: Iterable[int]) -> str:
    """An empty table with the numbers of the sheets; no cell of it can run as a formula."""
    out = io.StringIO()
    out.write("\ufeff")  # so that workbooks see the scripts
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guarded(first), *(guarded(_head(n, text)) for n, text in statements)])
    for number in sheets:
        writer.writerow([number, *[""] * len(statements)])
    return out.getvalue()


def template_xlsx(
    first: str, statements: Sequence[tuple[int, str]], sheets: Iterable[int], how: Sequence[str]
) -> bytes:
    """The same as a workbook; a second sheet says how it is filled in."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    texts = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(out, {"in_memory": True, **texts}) as book:
        head = book.add_format({"bold": True, "bg_color": "#fbeed3", "border": 1})
        head.set_text_wrap()
        head.set_align("top")
        body = book.add_format({"border": 1, "align": "center"})
        body.set_num_format("@")
        table = book.add_worksheet(_SHEET)
        table.freeze_panes(1, 1)
        table.set_column(0, 0, 10, body)
        if statements:
            table.set_column(1, len(statements), 16, body)
        cells = [first, *(_head(n, text) for n, text in statements)]
        for column, cell in enumerate(cells):
            table.write_string(0, column, cell, head)
        for row, number in enumerate(sheets, start=1):
            table.write_number(row, 0, number)
        page = book.add_worksheet("how")
        page.set_column(0, 0, 100)
        for row, line in enumerate(how):
            page.write_string(row, 0, line)
    return out.getvalue()
