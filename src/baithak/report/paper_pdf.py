"""A paper as a PDF: A4, letters inside, readable aloud, the same bytes every time.

Set by Typst from ``paper.typ`` with the fonts of this package. Texts reach it as data, never as
markup, so that nothing in them can be a command. A compact paper is set as large as one sheet
allows; where even the smallest letters do not fit, it says how many sheets it took.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from baithak.report.opinion_pdf import HERE, head, missing_letters
from baithak.report.paper import (
    Bars,
    Block,
    Cell,
    Fact,
    Facts,
    Heading,
    Lead,
    Line,
    Notice,
    Paper,
    Paragraph,
    Points,
    Section,
    Table,
    Text,
    address,
    href_of,
    texts,
    way,
)
from baithak.report.paper_svg import line
from baithak.report.spotlight import phrase
from baithak.report.words import words

__all__ = ["Set", "paper_pdf"]

#: Points of the running text and room between things: what a compact paper tries one after another,
#: and what all others have.
SIZES = ((10.0, 1.0), (9.5, 0.9), (9.0, 0.85), (8.6, 0.8), (8.2, 0.75), (7.8, 0.7), (7.5, 0.65))
USUAL = (10.0, 1.0)
_ACROSS = 6  # readings beside each other


def N_(text: str) -> str:  # noqa: N802  (what translators' tools look for)
    """Marks a sentence of the catalogue."""
    return text


MISSING = N_("Some letters cannot be printed on this machine. The Word file has them all.")


@dataclass(frozen=True, slots=True)
class Set:
    """A paper as it was set: the file, how many sheets it fills, and the size of its letters."""

    content: bytes
    pages: int
    size: float


def paper_pdf(paper: Paper) -> Set:
    """The paper as PDF/UA-1.

    Where a text holds letters that the bundled fonts do not have, the fonts of the machine are
    asked; if these do not have them either, the paper says that letters are missing.
    """
    import typst  # costs a tenth of a second: only when a paper is made

    told = _Teller(paper).told()
    own = not missing_letters("".join(text.printable for text in texts(paper)))
    try:
        return _fitted(told, own_fonts=own)
    except typst.TypstError:
        # A paper with gaps that says so is better than none; it cannot be called accessible.
        told["footer"].append(_text(phrase(MISSING, paper.language), paper))
        return _fitted(told, own_fonts=False, readable=False)


def _fitted(told: dict[str, Any], *, own_fonts: bool, readable: bool = True) -> Set:
    """A compact paper with the largest letters that leave it on one sheet."""
    for size, room in SIZES if told["compact"] else (USUAL,):
        made = _set(told, size, room, own_fonts=own_fonts, readable=readable)
        if made.pages == 1:
            break
    return made


def _set(
    told: dict[str, Any], size: float, room: float, *, own_fonts: bool, readable: bool = True
) -> Set:
    import typst

    compiler = typst.Compiler(
        str(HERE / "paper.typ"),
        font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=own_fonts,
        sys_inputs={
            "paper": json.dumps(told, ensure_ascii=False, sort_keys=True),
            "size": f"{size:g}",
            "room": f"{room:g}",
        },
    )
    made = compiler.compile(format="pdf", pdf_standards=["ua-1"] if readable else [])
    assert isinstance(made, bytes)
    return Set(made, int(json.loads(compiler.query("<pages>", field="value", one=True))), size)


def _text(cell: Cell, paper: Paper) -> dict[str, Any]:
    said = paper.said(cell)
    runs = way(said)
    letters = head(words(said.language or "en"))
    if not any(letter.isalpha() and ord(letter) >= 0x250 for letter in said.text):
        letters["fonts"] = head(words("en"))["fonts"]  # spaces as wide as Latin words want them
    return {
        **letters,
        "text": said.printable,
        "language": said.language.split("-")[0] or "und",
        "direction": runs or "ltr",
        "own": bool(runs),
        "href": address(href_of(cell), paper.source) if said.printable.strip() else "",
    }


def _code(url: str) -> str:
    """The address as a QR code, for those who hold the paper and a telephone."""
    if not url:
        return ""
    import segno

    return str(segno.make(url, error="m").svg_inline(border=0, omitsize=True, dark="#0a3529"))


class _Teller:
    """Puts one paper into the data that ``paper.typ`` reads."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.rtl = paper.direction == "rtl"

    def told(self) -> dict[str, Any]:
        paper = self.paper
        return {
            **head(words(paper.language)),
            "direction": paper.direction,
            "compact": paper.compact,
            # A heading must hold something for those who hear the paper.
            "title": self.some(paper.title) or self.text(Text("–")),
            "name": self.some(paper.kind),
            "subtitle": self.some(paper.subtitle),
            "marks": list(map(self.text, paper.marks)),
            "facts": list(map(self.fact, paper.facts)),
            "footer": [
                self.text(item) for item in paper.footer if paper.said(item).printable.strip()
            ],
            "made": self.some(paper.made),
            "source": self.some(Text(paper.source)),
            "href": self.follow(paper.source),
            "qr": _code(self.follow(paper.source)),
            "groups": [
                {"half": half, "sections": list(map(self.section, group))}
                for half, group in groupby(paper.sections, key=lambda section: section.half)
            ],
        }

    def section(self, section: Section) -> dict[str, Any]:
        told = [self.block(block) for block in section.blocks]
        return {"title": self.some(section.title), "blocks": [b for b in told if b]}

    def follow(self, url: str) -> str:
        found = address(url, self.paper.source)
        return "" if found.startswith("/") else found

    def text(self, cell: Cell) -> dict[str, Any]:
        told = _text(cell, self.paper)
        return {**told, "href": "" if told["href"].startswith("/") else told["href"]}

    def some(self, cell: Cell) -> dict[str, Any] | None:
        """The words, or nothing where there is nothing to read."""
        return self.text(cell) if self.paper.said(cell).printable.strip() else None

    def fact(self, fact: Fact) -> dict[str, Any]:
        return {
            "label": self.text(fact.label),
            "value": self.text(fact.value),
            "note": self.some(fact.note),
            "long": len(self.paper.said(fact.value).text) > 14,
        }

    def block(self, block: Block) -> dict[str, Any] | None:
        match block:
            case Lead(text) | Notice(text) | Heading(text):
                name = {Lead: "lead", Notice: "notice", Heading: "heading"}[type(block)]
                told = self.some(text)
                return {"kind": name, "text": told} if told else None
            case Paragraph(text, by):
                return {"kind": "paragraph", "text": self.text(text), "by": self.some(by)}
            case Points(items, numbered):
                points = list(map(self.text, items))
                return {"kind": "points", "items": points, "numbered": numbered} if points else None
            case Facts(rows):
                return {"kind": "facts", "rows": list(map(self.fact, rows))} if rows else None
            case Table():
                return self.table(block)
            case Bars():
                return self.bars(block)
            case Line():
                return self.line(block)

    def table(self, table: Table) -> dict[str, Any]:
        heads = [self.some(item) for item in table.header]
        return {
            "kind": "table",
            "caption": self.some(table.caption),
            "header": heads if any(heads) else [],
            "rows": [list(map(self.text, row)) for row in table.rows],
            "figures": list(table.figures),
            "widths": list(table.widths),
            "empty": self.some(table.empty),
        }

    def bars(self, bars: Bars) -> dict[str, Any] | None:
        table = bars.as_table()
        heads = [self.some(item) for item in table.header]
        if not table.rows:
            return None
        return {
            "kind": "bars",
            "caption": self.some(bars.caption),
            "header": [item or self.text("") for item in heads] if any(heads) else [],
            "long": any(len(self.paper.said(bar.label).text) > 22 for bar in bars.bars),
            "rows": [
                {"label": self.text(label), "shown": self.text(shown), "part": part or 0.0}
                for (label, shown), part in zip(table.rows, bars.parts(), strict=True)
            ],
        }

    def line(self, told: Line) -> dict[str, Any] | None:
        table = told.as_table()
        rows = [tuple(map(self.text, row)) for row in table.rows]
        if not rows:
            return None
        return {
            "kind": "line",
            "caption": self.some(told.caption),
            "drawn": line(told, rtl=self.rtl),
            "alt": told.alternative(),
            "width": 90 if self.paper.compact else 120,
            "target": self.some(told.target_shown),
            "parts": [
                {
                    "days": [day for day, _shown in rows[at : at + _ACROSS]],
                    "shown": [shown for _day, shown in rows[at : at + _ACROSS]],
                }
                for at in range(0, len(rows), _ACROSS)
            ],
        }
