"""The head of a journal as one printed page: number and hash in large letters and as a QR code.

Set by Typst from ``journal_head.typ`` with the fonts of this package; words reach it as data.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from baithak.report.opinion_pdf import HERE, head, missing_letters
from baithak.report.words import words

__all__ = ["HeadPage", "head_pdf"]

#: Letters in a group and groups in a row of the hash: eye and finger keep their place.
_GROUP, _ROW = 4, 8


@dataclass(frozen=True, slots=True)
class HeadPage:
    """Everything on the page: ``qr`` is an SVG, ``facts`` pairs of a name and letters to copy."""

    language: str
    title: str
    what: str
    qr: str
    alt: str
    facts: Sequence[tuple[str, str]]
    hash_name: str
    hash: str
    todo: Sequence[str]
    lines: Sequence[str]


def grouped(told: str) -> list[str]:
    """Sixty-four letters as two rows of eight groups.

    Examples
    --------
    >>> grouped("0123456789abcdef" * 2)
    ['0123 4567 89ab cdef 0123 4567 89ab cdef']
    """
    groups = [told[at : at + _GROUP] for at in range(0, len(told), _GROUP)]
    return [" ".join(groups[at : at + _ROW]) for at in range(0, len(groups), _ROW)]


def head_pdf(page: HeadPage) -> bytes:
    """The page as a PDF."""
    import typst  # costs a tenth of a second: only when a paper is made

    told = {
        **head(words(page.language)),
        "title": page.title,
        "what": page.what,
        "qr": page.qr,
        "alt": page.alt,
        "facts": [{"name": name, "value": value} for name, value in page.facts],
        "hashname": page.hash_name,
        "hash": grouped(page.hash),
        "todo": list(page.todo),
        "lines": list(page.lines),
    }
    written = json.dumps(told, ensure_ascii=False, sort_keys=True)
    compiler = typst.Compiler(
        str(HERE / "journal_head.typ"),
        font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=not missing_letters(written),
        sys_inputs={"head": written},
    )
    made = compiler.compile(format="pdf")
    assert isinstance(made, bytes)
    return made
