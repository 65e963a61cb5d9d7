"""A paper as a Word file that an office opens, edits and prints.

The same blocks as the page and the sheet. Sections that stand side by side there follow one another
here; bars are shaded lines beside their figures, readings over time a picture with a text for those
who do not see it, and their table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from baithak.report.paper import (
    Bars,
    Block,
    Cell,
    Fact,
    Facts,
    Heading,
    Lead,
    Line,
    Link,
    Notice,
    Paper,
    Paragraph,
    Points,
    Said,
    Section,
    Table,
    Text,
    address,
    href_of,
    text_of,
    way,
)
from baithak.report.paper_svg import line
from baithak.report.word_file import BODY, DEEP, GREEN, INK, QUIET, SMALL, WARN, WASH, WordFile
from baithak.report.word_parts import made, tag

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph as Words

__all__ = ["paper_docx"]

_SIDES, _TIGHT = 19.0, 15.0  # millimetres


def paper_docx(paper: Paper) -> bytes:
    """The paper as a Word file (Office Open XML)."""
    return _File(paper).made()


class _File(WordFile):
    """One file in the making."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.less = 2 if paper.compact else 0  # half points
        sides = _TIGHT if paper.compact else _SIDES
        self.wide = 210 - 2 * sides
        part = 0.6 if paper.compact else 1.0
        body = BODY - self.less
        super().__init__(
            paper.language,
            rtl=paper.direction == "rtl",
            margins=(sides, 12 if paper.compact else 16, 16 if paper.compact else 18),
            looks=(
                ("Normal", body, INK, False, 0, 5 * part),
                ("Heading 1", 38 - 2 * self.less, DEEP, True, 2, 4 * part),
                ("Heading 2", 26 - self.less, DEEP, True, 13 * part, 4 * part),
                ("Heading 3", BODY + 2 - self.less, DEEP, True, 8 * part, 3 * part),
                ("List Bullet", body, INK, False, 0, 2),
            ),
            title=paper.said(paper.title).printable,
            subject=paper.said(paper.kind).printable,
        )

    def made(self) -> bytes:
        paper = self.paper
        first = self.line(Text("Baithak"), size=SMALL, colour=QUIET, bold=True)
        for cell in (paper.kind, *paper.marks):
            if self.some(cell):
                self.run(first, Text(" · "), size=SMALL, colour=QUIET)
                self.run(first, cell, size=SMALL, colour=QUIET)
        self.line(paper.title, style="Heading 1")
        if self.some(paper.subtitle):
            self.line(paper.subtitle, colour=QUIET)
        self.big(paper.facts)
        for section in paper.sections:
            self.section(section)
        self.foot()
        return self.saved()

    def some(self, cell: Cell) -> bool:
        return bool(self.paper.said(cell).printable.strip())

    def section(self, section: Section) -> None:
        if self.some(section.title):
            self.line(section.title, style="Heading 2")
        for block in section.blocks:
            self.block(block)

    def foot(self) -> None:
        """The living page and its day, and under them what the paper says at its foot."""
        footer = self.document.sections[0].footer
        into = footer.paragraphs[0]
        source = self.paper.source
        told: list[Cell] = [self.paper.made] if self.some(self.paper.made) else []
        if source.strip():
            told.append(Link(Text(source), source))
        for at, cell in enumerate(told):
            if at:
                self.run(into, Text(" · "), size=SMALL - 2, colour=QUIET)
            self.line(cell, into=into, size=SMALL - 2, colour=QUIET, keep=at > 0)
        for cell in self.paper.footer:
            self.line(cell, into=footer.add_paragraph(), size=SMALL - 2, colour=QUIET)

    # --- blocks

    def block(self, block: Block) -> None:
        match block:
            case Lead(text):
                self.line(text, size=BODY + 3 - self.less, colour=DEEP)
            case Paragraph(text, by):
                self.line(text)
                self.note(by)
            case Heading(text):
                self.line(text, style="Heading 3")
            case Notice(text):
                self.shade(self.line(text, bold=True), WARN)
            case Points(items, numbered):
                for at, item in enumerate(items, start=1):
                    if numbered:
                        self.numbered(at, item)
                    else:
                        self.line(item, style="List Bullet")
            case Facts(rows):
                self.facts(rows)
            case Table():
                self.told(block)
            case Bars():
                self.bars(block)
            case Line():
                self.readings(block)

    def note(self, text: Said) -> None:
        if self.some(text):
            self.line(text, size=SMALL - self.less, colour=QUIET)

    def numbered(self, at: int, text: Cell) -> None:
        words = self.line(Text(f"{at}."), colour=QUIET, bold=True)
        self.run(words, Text(" "))
        self.run(words, text)

    def big(self, facts: Sequence[Fact]) -> None:
        """The few figures at the top, up to four beside each other."""
        for at in range(0, len(facts), 4):
            row = facts[at : at + 4]
            table = self.table(len(row))
            for cell, fact in zip(table.add_row().cells, row, strict=True):
                self.cell(cell, self.wide / len(row), WASH)
                long = len(text_of(fact.value)) > 14
                size = (BODY + 2 if long else BODY + 10) - self.less
                self.line(fact.value, into=cell.paragraphs[0], size=size, colour=GREEN, bold=True)
                for text in (fact.label, fact.note):
                    if self.some(text):
                        into = cell.add_paragraph()
                        self.line(text, into=into, size=SMALL - 1, colour=QUIET)
            self.after()

    def facts(self, rows: Sequence[Fact]) -> None:
        if not rows:
            return
        table = self.table(2)
        for fact in rows:
            name, value = self.row(table).cells
            self.cell(name, self.wide * 0.36)
            self.cell(value, self.wide * 0.64)
            self.line(fact.label, into=name.paragraphs[0], colour=QUIET)
            self.line(fact.value, into=value.paragraphs[0])
            if self.some(fact.note):
                self.line(fact.note, into=value.add_paragraph(), size=SMALL, colour=QUIET)
        self.after()

    def told(self, table: Table) -> None:
        self.caption(table.caption)
        if not table.rows:
            if self.some(table.empty):
                self.line(table.empty, colour=QUIET)
            return
        count = len(table.header)
        parts = table.widths or tuple(1 if at in table.figures else 2 for at in range(count))
        widths = [self.wide * part / sum(parts) for part in parts]
        made_table = self.table(count)
        self.heads(made_table, table.header, widths, table.figures)
        for row in table.rows:
            for at, (cell, text) in enumerate(zip(self.row(made_table).cells, row, strict=True)):
                self.cell(cell, widths[at])
                self.line(text, into=cell.paragraphs[0], ends=at in table.figures, column=True)
        self.after()

    def heads(
        self, table: Any, heads: Sequence[Said], widths: Sequence[float], figures: Sequence[int]
    ) -> None:
        if not any(map(self.some, heads)):
            return
        row = self.row(table)
        row._tr.get_or_add_trPr().append(made("w:tblHeader"))
        for at, (cell, text) in enumerate(zip(row.cells, heads, strict=True)):
            self.cell(cell, widths[at], WASH)
            self.line(
                text, into=cell.paragraphs[0], size=SMALL - self.less, colour=QUIET,
                ends=at in figures, column=True,
            )  # fmt: skip

    def bars(self, bars: Bars) -> None:
        """A bar is the ground of an empty line that ends where the bar ends: nothing is read out."""
        from docx.shared import Mm, Pt

        table = bars.as_table()
        if not table.rows:
            return
        self.caption(bars.caption)
        widths = [self.wide * 0.34, self.wide * 0.46, self.wide * 0.2]
        drawn = self.table(3)
        self.heads(drawn, (bars.heads[0], "", bars.heads[1]), widths, (2,))
        for (label, shown), part in zip(table.rows, bars.parts(), strict=True):
            name, middle, figure = self.row(drawn).cells
            for cell, wide in zip((name, middle, figure), widths, strict=True):
                self.cell(cell, wide)
            self.line(label, into=name.paragraphs[0], column=True)
            self.line(shown, into=figure.paragraphs[0], ends=True, column=True, bold=True)
            if part:
                bar = middle.paragraphs[0]
                room = widths[1] - 4  # what a cell leaves beside its borders
                shape = bar.paragraph_format
                shape.right_indent = Mm(max(0.0, room * (1 - max(part, 0.012))))
                shape.space_before = Pt(3)
                shape.line_spacing = Pt(8)
                self.shade(bar, GREEN)
                if self.rtl:
                    self.turn(bar)
        self.after()

    def readings(self, told: Line) -> None:
        table = told.as_table()
        if not table.rows:
            return
        self.caption(told.caption)
        drawn = line(told, rtl=self.rtl)
        if drawn:
            title = text_of(told.caption) or text_of(self.paper.title)
            words = self.line("")
            words.paragraph_format.keep_with_next = True
            self.picture(
                words, drawn, 110, Text(title).printable, Text(told.alternative()).printable
            )
        if self.some(told.target_shown):
            self.note(told.target_shown)
        self.told(Table("", table.header, table.rows, table.figures, (2, 1)))

    # --- pieces

    def caption(self, caption: Said) -> None:
        if self.some(caption):
            self.line(caption, colour=DEEP, bold=True).paragraph_format.keep_with_next = True

    def row(self, table: Any) -> Any:
        row = table.add_row()
        row._tr.get_or_add_trPr().append(made("w:cantSplit"))
        return row

    def cell(self, cell: Any, wide: float, fill: str = "") -> None:
        """The width of a cell, a thin line under it, and its ground."""
        from docx.shared import Mm

        cell.width = Mm(wide)
        properties = cell._tc.get_or_add_tcPr()
        if fill:
            properties.append(made("w:shd", val="clear", color="auto", fill=fill))
            return
        borders = made("w:tcBorders")
        borders.append(made("w:bottom", val="single", sz="4", space="0", color="DDD3C0"))
        properties.append(borders)

    def after(self) -> None:
        """Two tables that touch would become one."""
        from docx.shared import Pt

        gap = self.line("", size=6)
        gap.paragraph_format.space_after = Pt(0)
        gap.paragraph_format.line_spacing = Pt(6)

    def line(
        self,
        cell: Cell,
        *,
        style: str = "Normal",
        into: Words | None = None,
        size: int = 0,
        colour: str = INK,
        bold: bool = False,
        ends: bool = False,
        column: bool = False,
        keep: bool = False,
    ) -> Words:
        """A paragraph, on the side where its words begin; in a column always on the paper's.

        ``ends`` sets figures at the end of their column, ``keep`` goes on in a paragraph.
        """
        words = into if into is not None else self.document.add_paragraph(style=style)
        side = way(self.paper.said(cell)) or self.paper.direction
        if not keep and (self.rtl if column else side == "rtl"):
            self.turn(words)
        if ends:
            from docx.enum.text import WD_ALIGN_PARAGRAPH

            # In a paragraph from the right, the format's "right" is the side where lines end.
            words.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        self.run(words, cell, size=size, colour=colour, bold=bold, plain=style.startswith("Head"))
        return words

    def run(
        self,
        into: Words,
        cell: Cell,
        *,
        size: int = 0,
        colour: str = INK,
        bold: bool = False,
        plain: bool = False,
    ) -> None:
        """Words at the end of a paragraph, as a link where they have an address."""
        said = self.paper.said(cell)
        if not said.printable:
            return
        rtl = way(said) == "rtl"
        told = said.printable
        turned = into._p.find(f"{tag('w:pPr')}/{tag('w:bidi')}") is not None
        if turned and not rtl and told.strip(" ·:،—()"):
            # Marks keep the figures and dashes of a part read from the left in their order.
            told = f"\u200e{told}\u200e"
        url = address(href_of(cell), self.paper.source)
        follow = url[:4] == "http"
        run = into.add_run(told)
        properties = run._r.get_or_add_rPr()
        if plain:
            self.tongue(properties, said.language, rtl=rtl)
        else:
            self.look(
                properties, size or BODY - self.less, GREEN if follow else colour, bold=bold,
                language=said.language, rtl=rtl, underline=follow,
            )  # fmt: skip
        if follow:
            from docx.opc.constants import RELATIONSHIP_TYPE

            found = into.part.relate_to(Text(url).printable, RELATIONSHIP_TYPE.HYPERLINK, True)
            anchor = made("w:hyperlink")
            anchor.set(tag("r:id"), found)
            anchor.append(run._r)
            into._p.append(anchor)
