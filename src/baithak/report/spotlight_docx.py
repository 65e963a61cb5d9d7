"""A spotlight as a Word file that an office opens, edits and prints.

Headings are headings, lists are lists; every run says its language and its direction, so that
spelling is checked in the right one and Urdu and Dhivehi run from the right. The file names no
author: whoever saves it next becomes one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from baithak.report.spotlight import (
    Block,
    Cited,
    Fact,
    Paragraph,
    Points,
    Section,
    Spotlight,
    Tags,
    Text,
    first_mark,
    link,
)
from baithak.report.word_file import BODY, DEEP, GREEN, INK, QUIET, WASH, WordFile
from baithak.report.word_parts import FONTS, REGIONS, made, tag

if TYPE_CHECKING:
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph as DocxParagraph

__all__ = ["FONTS", "REGIONS", "spotlight_docx"]

#: Half points, as the format counts.
SMALL, TITLE, HEADING = 16, 38, 25


def spotlight_docx(spotlight: Spotlight) -> bytes:
    """The spotlight as a Word file (Office Open XML)."""
    return _Paper(spotlight).made()


class _Paper(WordFile):
    """One file in the making."""

    def __init__(self, spotlight: Spotlight) -> None:
        self.spotlight = spotlight
        super().__init__(
            spotlight.language,
            rtl=spotlight.direction == "rtl",
            margins=(19, 14, 16),
            looks=(
                ("Normal", BODY, INK, False, 0, 4),
                ("Heading 1", TITLE, DEEP, True, 2, 4),
                ("Heading 2", HEADING, DEEP, True, 11, 3),
                ("List Bullet", BODY, INK, False, 0, 2),
            ),
            title=spotlight.title.printable,
            subject=spotlight.kind.printable,
        )

    def made(self) -> bytes:
        told = self.spotlight
        self._line((told.kind, *told.marks), size=SMALL + 2, colour=QUIET, between=" · ")
        self._line((told.place,), size=BODY + 2, colour=GREEN, bold=True)
        self._line((told.title,), style="Heading 1")
        if told.original:
            self._line((told.original,), colour=QUIET, mark=told.original.mark)
        for note in told.notes:
            self._line((note,), size=SMALL, colour=QUIET)
        self._facts(told.facts)
        for section in told.sections:
            self._section(section)
        self._footer()
        return self.saved()

    # --- what stands on it

    def _facts(self, facts: tuple[Fact, ...]) -> None:
        if not facts:
            return
        table = self.table(2)
        from docx.shared import Mm

        for fact in facts:
            name, value = table.add_row().cells
            name.width, value.width = Mm(52), Mm(120)
            self._cell(name, (fact.name,), QUIET)
            self._cell(value, fact.values, INK, first_mark(fact.values))

    def _cell(self, cell: _Cell, texts: tuple[Text, ...], colour: str, mark: str = "") -> None:
        shade = made("w:shd", val="clear", color="auto", fill=WASH)
        cell._tc.get_or_add_tcPr().append(shade)
        self._line(texts, colour=colour, mark=mark, into=cell.paragraphs[0])

    def _section(self, section: Section) -> None:
        self._line((section.heading,), style="Heading 2")
        for block in section.blocks:
            self._block(block)

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph(text):
                self._line((text,), mark=text.mark)
            case Points(items):
                for at, item in enumerate(items):
                    last = at + 1 == len(items)
                    mark = first_mark(items) if last else ""
                    self._line((item,), style="List Bullet", mark=mark)
            case Tags(items):
                self._line(items, colour=GREEN, between=" · ")
            case Fact(name, values):
                line = self._line((name,), colour=QUIET)
                self._run(line, Text(": "), colour=QUIET)
                self._line(values, mark=first_mark(values), into=line)
            case Cited(title, url, about):
                line = self._line((title,), bold=True)
                self._run(line, Text(" — "), colour=QUIET)
                self._line(about, colour=QUIET, between=" · ", into=line)
                self._address(url)

    def _address(self, url: str) -> None:
        line = self._line(())
        if not link(url):
            self._run(line, Text(url), size=SMALL, colour=QUIET)
            return
        from docx.opc.constants import RELATIONSHIP_TYPE

        found = line.part.relate_to(Text(url).printable, RELATIONSHIP_TYPE.HYPERLINK, True)
        self._run(line, Text(url), size=SMALL, colour=GREEN)
        anchor = made("w:hyperlink")
        anchor.set(tag("r:id"), found)
        anchor.append(line.runs[-1]._r)
        line._p.append(anchor)

    def _footer(self) -> None:
        footer = self.document.sections[0].footer
        for at, text in enumerate(self.spotlight.footer):
            into = footer.paragraphs[0] if at == 0 else footer.add_paragraph()
            self._line((text,), size=SMALL - 2, colour=QUIET, into=into)

    # --- paragraphs and runs

    def _line(
        self,
        texts: tuple[Text, ...],
        *,
        style: str = "Normal",
        into: DocxParagraph | None = None,
        between: str = "",
        mark: str = "",
        **look: Any,
    ) -> DocxParagraph:
        """A paragraph, or more of one, with these texts; it begins on the side of the first."""
        line = into if into is not None else self.document.add_paragraph(style=style)
        if not line.runs:
            self._turn(line, texts)
        for at, text in enumerate(texts):
            if at:
                self._run(line, Text(between or self.spotlight.separator), **look)
            # A heading's look is its style's.
            self._run(line, text, **look, plain=style.startswith("Heading"))
        if mark:
            self._run(line, Text(f" [{mark}]"), size=SMALL - 2, colour=QUIET)
        return line

    def _turn(self, line: DocxParagraph, texts: tuple[Text, ...]) -> None:
        # An address alone stands on the side of the page.
        own = texts[0].direction if texts and texts[0].language else self.spotlight.direction
        if own == "rtl":
            self.turn(line)

    def _run(
        self,
        line: DocxParagraph,
        text: Text,
        *,
        size: int = BODY,
        colour: str = INK,
        bold: bool = False,
        plain: bool = False,
    ) -> None:
        words_of_it = text.printable
        rtl = text.direction == "rtl"
        turned = line._p.find(f"{tag('w:pPr')}/{tag('w:bidi')}") is not None
        if turned and not rtl and text.text.strip(" ·:،—"):
            # Marks keep the figures and dashes of a part read from the left in their order.
            words_of_it = f"\u200e{words_of_it}\u200e"
        run = line.add_run(words_of_it)
        properties = run._r.get_or_add_rPr()
        if plain:
            self.tongue(properties, text.language, rtl=rtl)
        else:
            self.look(properties, size, colour, bold=bold, language=text.language, rtl=rtl)
