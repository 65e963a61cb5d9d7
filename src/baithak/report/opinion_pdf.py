"""The opinion report as a PDF: A4, letters inside, readable aloud, the same bytes every time.

Set by Typst from ``opinion.typ`` with the fonts of this package. Where a text holds letters that
these do not have (Chinese, say), the fonts of the machine are asked too; then the bytes may differ
from machine to machine.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any

from baithak.report.opinion_report import (
    Block,
    Cards,
    Facts,
    GroundTable,
    MapPicture,
    Notice,
    Paragraph,
    Points,
    Report,
    Table,
    TimePicture,
)
from baithak.report.opinion_svg import colour, draw_map, strip, uncertainty_bar
from baithak.report.opinion_time import draw_time
from baithak.report.words import Words

__all__ = ["head", "missing_letters", "paper", "set_paper"]

HERE = Path(__file__).parent
#: The letters of the language first; the others follow, so that every statement finds its script.
FONTS = {
    "ur": "Noto Naskh Arabic",
    "ps": "Noto Naskh Arabic",
    "bn": "Noto Sans Bengali",
    "hi": "Noto Sans Devanagari",
    "ne": "Noto Sans Devanagari",
    "pa": "Noto Sans Gurmukhi",
    "si": "Noto Sans Sinhala",
    "ta": "Noto Sans Tamil",
    "dv": "Noto Sans Thaana",
}


def paper(report: Report) -> bytes:
    """The report as PDF/UA-1.

    Parameters
    ----------
    report : Report
        From ``opinion_report.compose``.

    Returns
    -------
    bytes
    """
    return set_paper(_told(report), report.words)


def set_paper(told: dict[str, Any], say: Words) -> bytes:
    """What a report says, set as PDF/UA-1; ``told`` is what ``opinion.typ`` reads.

    Parameters
    ----------
    told : dict
        ``head`` of this module, and ``title``, ``heading``, ``question``, ``name``, ``big``,
        ``labels``, ``sections`` (titles and blocks) and ``footer``.
    say : Words
    """
    import typst  # costs a tenth of a second: only when a paper is made

    if not missing_letters(_text(told)):
        return _set(told, own_fonts=True)
    try:
        return _set(told, own_fonts=False)
    except typst.TypstError:
        # No font of this machine has the letters either. A paper with gaps that says so is better
        # than none; it cannot be called accessible.
        notice = say.gettext(
            "Some letters of this report cannot be printed on this machine. The page report.html "
            "shows them all."
        )
        told["sections"][0]["blocks"].insert(0, {"kind": "notice", "text": notice})
        return _set(told, own_fonts=False, readable=False)


def _set(told: dict[str, Any], *, own_fonts: bool, readable: bool = True) -> bytes:
    import typst

    compiler = typst.Compiler(
        str(HERE / "opinion.typ"),
        font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=own_fonts,
        sys_inputs={"report": _text(told)},
    )
    made = compiler.compile(format="pdf", pdf_standards=["ua-1"] if readable else [])
    assert isinstance(made, bytes)
    return made


def _text(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def missing_letters(text: str) -> frozenset[str]:
    """The characters of a text that the bundled fonts cannot set."""
    ranges = _coverage()
    return frozenset(
        letter
        for letter in set(text)
        if ord(letter) >= 32
        and letter not in "\u2066\u2067\u2068\u2069"  # directions, not letters
        and not any(low <= ord(letter) <= high for low, high in ranges)
    )


@lru_cache(maxsize=1)
def _coverage() -> tuple[tuple[int, int], ...]:
    told = json.loads((HERE / "fonts" / "coverage.json").read_text())
    return tuple((low, high) for low, high in told)


def head(say: Words) -> dict[str, Any]:
    """Language, direction and fonts of a paper."""
    first = FONTS.get(say.language.split("-")[0])
    fonts = [*([first] if first else []), "Noto Sans", *dict.fromkeys(FONTS.values())]
    return {
        "language": say.language.split("-")[0],
        "direction": say.direction,
        "fonts": list(dict.fromkeys(fonts)),
        "tall": first is not None,
        "large": first == "Noto Naskh Arabic",  # drawn smaller than Latin letters of one size
    }


def _told(report: Report) -> dict[str, Any]:
    say, about = report.words, report.about
    return {
        **head(say),
        "title": about.title,
        "heading": say.quoted(about.title),
        "question": say.quoted(about.question) if about.question else "",
        "name": report.kind,
        "big": [list(pair) for pair in report.big],
        "labels": {"statement": say.gettext("Statement")},
        "sections": [
            {
                "title": part.title,
                "blocks": [b for item in part.blocks for b in _block(item, report)],
            }
            for part in report.sections
        ],
        "footer": [*map(say.quoted, report.footer), f"Baithak {report.map.version}"],
    }


def _block(block: Block, report: Report) -> list[dict[str, Any]]:
    match block:
        case Paragraph(text):
            return [{"kind": "paragraph", "text": text}]
        case Notice(text):
            return [{"kind": "notice", "text": text}]
        case Points(items):
            return [{"kind": "points", "items": list(items)}]
        case Facts(rows):
            quoted = report.words.quoted
            return [{"kind": "facts", "rows": [[name, quoted(value)] for name, value in rows]}]
        case GroundTable():
            return [_table(block, report)]
        case MapPicture():
            drawn = draw_map(report.map, report.words) if block.caption else ""
            picture, caption = _in_latin(drawn, block.caption)
            return [
                {
                    "kind": "map",
                    "picture": picture,
                    "alt": report.words.gettext("Opinion map"),
                    "caption": caption,
                    "header": list(block.header),
                    "rows": [
                        {
                            "group": _group(row.letter),
                            "cells": [row.people, row.share, row.sure, row.stability],
                        }
                        for row in block.rows
                    ],
                }
            ]
        case Table(caption, header, rows):
            cells = [
                [{"text": report.words.quoted(cell), "picture": ""} for cell in row] for row in rows
            ]
            table = {"kind": "table", "caption": caption, "header": list(header), "rows": cells}
            return [table] if cells else []
        case TimePicture(caption, moments):
            picture, caption = _in_latin(draw_time(moments, report.words), caption)
            alt = report.words.gettext("Depth and breadth over time")
            shown = {"kind": "picture", "picture": picture, "alt": alt, "caption": caption}
            return [shown] if picture else []
        case Cards(cards):
            return [
                {
                    "kind": "card",
                    "group": _group(card.letter),
                    "title": card.title,
                    "text": " ".join(card.sentences),
                    "tables": [_table(table, report) for table in card.tables],
                }
                for card in cards
            ]


_LABEL = re.compile(r"<text\b[^>]*>([^<]*)</text>")


def _in_latin(picture: str, caption: str) -> tuple[str, str]:
    """A picture without labels in other scripts; they go into its caption.

    Typst sets text inside a picture so that it cannot always be copied or read aloud in other scripts, and
    then refuses the whole paper as PDF/UA.
    """
    moved: list[str] = []

    def keep(label: re.Match[str]) -> str:
        text = unescape(label[1])
        if not any(sign.isalpha() and ord(sign) >= 0x250 for sign in text):
            return label[0]
        moved.append(text)
        return ""

    return _LABEL.sub(keep, picture), " · ".join([caption, *dict.fromkeys(moved)])


def _group(letter: str) -> dict[str, str]:
    return {"letter": letter, "colour": colour(letter)}


def _table(table: GroundTable, report: Report) -> dict[str, Any]:
    rtl = report.words.direction == "rtl"
    rows = []
    for row in table.rows:
        if row.bar is not None:
            drawn = uncertainty_bar(row.bar, rtl=rtl)
        else:
            drawn = strip([(letter, share) for letter, share, _ in row.cells], rtl=rtl)
        rows.append(
            {
                "text": report.words.quoted(row.text),
                "picture": drawn,
                "alt": row.said or ", ".join(f"{letter} {said}" for letter, _, said in row.cells),
                "said": row.said,
                "between": row.between,
                "cells": [said for _, _, said in row.cells],
                "votes": row.votes,
            }
        )
    return {
        "kind": "ground",
        "caption": table.caption,
        "answer": table.answer,
        "total": table.total,
        "groups": [_group(letter) for letter in table.letters],
        "rows": rows,
    }
