"""Slips as a PDF: A4, ten on a page with lines to cut along, a QR code and the code in letters each.

Set by Typst from ``slips.typ`` with the fonts of this package, so that every script of the house
comes out on any machine. Texts reach it as data, never as markup.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from baithak.report.opinion_pdf import HERE, head, missing_letters
from baithak.report.spotlight import Text
from baithak.report.words import words

__all__ = ["Said", "SlipSheet", "slips_pdf"]


@dataclass(frozen=True, slots=True)
class Said:
    """What a slip says in one language: what it is about, and what to do."""

    language: str
    title: str
    how: str


@dataclass(frozen=True, slots=True)
class SlipSheet:
    """Everything on the slips of one print-out.

    ``slips`` holds the code and the QR code (an SVG) of each, in the order in which they are printed;
    ``link`` is the address to type, ``said`` the sentences, one entry for each language.
    """

    title: str
    link: str
    said: Sequence[Said]
    slips: Sequence[tuple[str, str]]


def slips_pdf(sheet: SlipSheet) -> bytes:
    """The sheet as a PDF.

    Where a text holds letters that the bundled fonts do not have, the fonts of the machine are asked.
    """
    import typst  # costs a tenth of a second: only when a paper is made

    said = [
        {
            **head(words(told.language)),
            "title": Text(told.title).printable,
            "how": Text(told.how).printable,
        }
        for told in sheet.said
    ]
    told: dict[str, Any] = {
        "title": sheet.title,
        "link": sheet.link,
        "said": said,
        "slips": [{"code": code, "qr": picture} for code, picture in sheet.slips],
    }
    letters = "".join(one["title"] + one["how"] for one in said)
    compiler = typst.Compiler(
        str(HERE / "slips.typ"),
        font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=not missing_letters(letters),
        sys_inputs={"slips": json.dumps(told, ensure_ascii=False, sort_keys=True)},
    )
    made = compiler.compile(format="pdf")
    assert isinstance(made, bytes)
    return made
