"""Read workbooks (.xlsx) and zip archives without trusting them: sizes first, then texts of cells.

A file of half a megabyte can hold a hundred megabytes of XML, name entities that grow without end,
or put its last cell at the end of the world. All of this is refused before a parser sees it, or
where it shows while reading (TRUST.md R21).
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import pairwise

from baithak.engine.errors import EngineError

__all__ = ["archive", "is_zip", "sheets"]

LARGEST = 48 * 1024 * 1024  # bytes of all parts, unpacked
_RATIO = 200  # unpacked to packed, for parts of more than a megabyte
_PARTS = 2_000
_WIDEST = 512  # cells of a row
_GAP = 1_000  # empty rows one after the other
_ROW = re.compile(
    rb"row(?<=[<:]row)[\s/>]"
)  # begins with plain letters: found without trying every tag
_PREFIX = re.compile(rb"<[\w.-]+:")
_LONGEST_PREFIX = 100
_MARKS = 16  # of a cell: the signs < of its elements
_XML = (".xml", ".rels", ".vml")
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{0,40})")
# Workbooks write what XML cannot hold in this way; openpyxl leaves them so.
_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f]|FFFE|FFFF)_")

Row = tuple[int, list[str]]


def is_zip(content: bytes) -> bool:
    """Whether these bytes claim to be a zip archive, as workbooks do."""
    return content.startswith(b"PK\x03\x04") or content.startswith(b"PK\x05\x06")


def archive(content: bytes, name: str = "") -> zipfile.ZipFile:
    """A zip archive whose sizes are within reason, before anything of it is unpacked.

    Raises
    ------
    EngineError
        ``source.broken_archive``, ``source.bomb``.
    """
    try:
        found = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
        raise _wrong("source.broken_archive", name, value=str(error)) from None
    parts = found.infolist()
    whole = sum(part.file_size for part in parts)
    swollen = any(
        part.file_size > 1024 * 1024 and part.file_size > _RATIO * max(1, part.compress_size)
        for part in parts
    )
    # What parts claim to be packed cannot be more than the file holds: else they overlap.
    packed = sum(part.compress_size for part in parts)
    if whole > LARGEST or swollen or len(parts) > _PARTS or packed > len(content):
        raise _wrong("source.bomb", name, value=max(1, whole // 1024**2))
    return found


def sheets(content: bytes, wanted: tuple[str, ...], name: str = "") -> dict[str, list[Row]]:
    """The wanted sheets of a workbook (names in lower case): numbers of rows and texts of cells.

    Formulas give the value they last had. Empty rows are left out, empty cells at the end too.

    Raises
    ------
    EngineError
        ``source.broken_archive``, ``source.bomb``, ``source.broken_workbook``,
        ``source.too_wide``, ``source.gap``.
    """
    with archive(content, name) as parts:
        try:
            for part in filter(_is_xml, parts.namelist()):
                _look(parts.read(part), part, name)
        except EngineError:
            raise
        except Exception as error:  # zlib, CRC, encryption, unknown methods: whatever is broken
            raise _wrong("source.broken_archive", name, value=type(error).__name__) from None
    with warnings.catch_warnings():
        # openpyxl warns of extensions it will not write back: nothing is written back.
        warnings.simplefilter("ignore")
        try:
            return dict(_sheets(content, wanted, name))
        except EngineError:
            raise
        except Exception as error:  # openpyxl raises whatever it stumbles over
            raise _wrong("source.broken_workbook", name, value=type(error).__name__) from None


def _sheets(content: bytes, wanted: tuple[str, ...], name: str) -> Iterator[tuple[str, list[Row]]]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        for title in book.sheetnames:
            if title.strip().lower() in wanted:
                sheet = book[title]
                # What a sheet says of its own size is not to be believed.
                sheet.reset_dimensions()
                yield title.strip().lower(), list(_rows(sheet.values, title, name))
    finally:
        book.close()


def _rows(values: Iterator[tuple[object, ...]], title: str, name: str) -> Iterator[Row]:
    empty = 0
    for number, row in enumerate(values, start=1):
        if len(row) > _WIDEST:
            raise _wrong("source.too_wide", name, row=number, value=title, expected=_WIDEST)
        cells = [_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        empty = 0 if cells else empty + 1
        if empty > _GAP:
            raise _wrong("source.gap", name, row=number, value=title)
        if cells:
            yield number, cells


def _text(cell: object) -> str:
    """A cell as it would be typed."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell)
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _is_xml(part: str) -> bool:
    return part.lower().endswith(_XML)


def _look(content: bytes, part: str, name: str) -> None:
    """Refuse a part of a workbook that a parser would choke on."""
    if not _harmless(content):
        raise _wrong("source.bomb", name, value=1)
    if "worksheets/" in part.lower():
        # A parser holds a whole row at a time: look at its width before it does.
        for start, end in pairwise([*_row_starts(content), len(content)]):
            if content.count(b"<", start, end) > _MARKS * _WIDEST:
                raise _wrong("source.too_wide", name, value=part, expected=_WIDEST)


def _row_starts(content: bytes) -> Iterator[int]:
    """Where rows begin: ``<row``, or ``<x:row`` under any prefix."""
    for found in _ROW.finditer(content):
        at = found.start()
        if content[at - 1] == ord("<"):
            yield at - 1
            continue
        mark = content.rfind(b"<", max(0, at - _LONGEST_PREFIX), at)
        if mark >= 0 and _PREFIX.fullmatch(content, mark, at):
            yield mark


def _harmless(part: bytes) -> bool:
    """Plain UTF-8 XML without a document type, hence without entities of its own."""
    start = part.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start and not start.startswith(b"<"):
        return False
    declared = _DECLARED.match(start)
    if declared and declared[1].lower() not in {b"utf-8", b"utf8", b"us-ascii", b"ascii"}:
        return False
    return b"\0" not in part and b"<!DOCTYPE" not in part and b"<!ENTITY" not in part


def _wrong(code: str, name: str, **params: object) -> EngineError:
    return EngineError(code, **({"file": name} if name else {}), **params)
