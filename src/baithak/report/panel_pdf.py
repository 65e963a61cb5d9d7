"""A panel's report as a PDF: A4, letters inside, readable aloud, the same bytes every time."""

from __future__ import annotations

from typing import Any

from baithak.report.opinion_pdf import head, set_paper
from baithak.report.opinion_report import Facts, Notice, Paragraph, Points
from baithak.report.opinion_svg import Picture
from baithak.report.panel_report import Block, Figure, Report, Table

__all__ = ["paper"]


def paper(report: Report) -> bytes:
    """The report as PDF/UA-1.

    Parameters
    ----------
    report : Report
        From ``panel_report.compose``.
    """
    say, about = report.words, report.about
    told = {
        **head(say),
        "title": about.title,
        "heading": say.quoted(about.title),
        "question": "",
        "name": report.kind,
        "big": [list(pair) for pair in report.big],
        "labels": {"statement": ""},
        "sections": [
            {"title": part.title, "blocks": [_block(block, report) for block in part.blocks]}
            for part in report.sections
        ],
        "footer": [say.quoted(line) for line in report.footer],
    }
    return set_paper(told, say)


def _block(block: Block, report: Report) -> dict[str, Any]:
    match block:
        case Paragraph(text):
            return {"kind": "paragraph", "text": text}
        case Notice(text):
            return {"kind": "notice", "text": text}
        case Points(items):
            return {"kind": "points", "items": list(items)}
        case Facts(rows):
            return {"kind": "facts", "rows": [[name, _broken(value)] for name, value in rows]}
        case Figure(picture, alt, caption):
            return {"kind": "picture", "picture": picture, "alt": alt, "caption": caption}
        case Table(caption, header, rows):
            return {
                "kind": "table",
                "caption": report.words.quoted(caption),
                "header": list(header),
                "rows": [[_cell(cell) for cell in row] for row in rows],
            }


def _cell(cell: str | Picture) -> dict[str, str]:
    if isinstance(cell, Picture):
        return {"picture": cell, "text": ""}
    return {"picture": "", "text": cell}


def _broken(value: str) -> str:
    """A hash may be broken into lines: a zero-width space after every eighth figure."""
    if len(value) == 64 and value.isalnum():
        return "\u200b".join(value[at : at + 8] for at in range(0, 64, 8))
    return value
