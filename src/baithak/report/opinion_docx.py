"""The opinion report as a Word file that an office opens, edits and prints.

The same blocks as the page and the paper: headings are headings, tables are tables, every run says
its language and its direction. Bars and strips of the page are figures here; the map and the line
over time are pictures with a text for those who do not see them. The file names no author.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

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
from baithak.report.opinion_svg import draw_map
from baithak.report.opinion_time import draw_time
from baithak.report.spotlight import Text
from baithak.report.word_file import BODY, DEEP, INK, QUIET, SMALL, WARN, WASH, WordFile
from baithak.report.word_parts import made

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph as Line

__all__ = ["word_file"]

#: Half points, as the format counts.
TITLE, HEADING = 38, 26
_WIDE = 172  # millimetres of text on A4


def word_file(report: Report) -> bytes:
    """The report as Office Open XML.

    Parameters
    ----------
    report : Report
        From ``opinion_report.compose``.

    Returns
    -------
    bytes
    """
    return _File(report).made()


class _File(WordFile):
    """One file in the making."""

    def __init__(self, report: Report) -> None:
        self.report = report
        super().__init__(
            report.words.language,
            rtl=report.words.direction == "rtl",
            margins=((210 - _WIDE) / 2, 16, 18),
            looks=(
                ("Normal", BODY, INK, False, 0, 5),
                ("Heading 1", TITLE, DEEP, True, 2, 4),
                ("Heading 2", HEADING, DEEP, True, 14, 4),
                ("Heading 3", BODY + 2, DEEP, True, 8, 3),
                ("List Bullet", BODY, INK, False, 0, 2),
            ),
            title=Text(report.about.title).printable,
            subject=report.kind,
        )

    def made(self) -> bytes:
        report, about = self.report, self.report.about
        self._line(f"Baithak · {report.kind}", size=SMALL, colour=QUIET)
        self._line(about.title, style="Heading 1", language="")
        if about.question:
            self._line(about.question, colour=QUIET, language="")
        self._line(" · ".join(f"{value} {name}" for value, name in report.big), bold=True)
        for part in report.sections:
            self._line(part.title, style="Heading 2")
            for block in part.blocks:
                self._block(block)
        footer = self.document.sections[0].footer
        for at, text in enumerate((*report.footer, f"Baithak {report.map.version}")):
            into = footer.paragraphs[0] if at == 0 else footer.add_paragraph()
            self._line(text, size=SMALL - 1, colour=QUIET, into=into, language="")
        return self.saved()

    # --- what stands in it

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph(text):
                self._line(text)
            case Notice(text):
                self.shade(self._line(text, bold=True), WARN)
            case Points(items):
                for item in items:
                    self._line(item, style="List Bullet")
            case Facts(rows):
                self._grid("", (), rows, (62, 110), quiet_first=True)
            case Table(caption, header, rows):
                rest = max(1, len(header) - 1)
                self._grid(caption, header, rows, (_WIDE - 34 * rest, *[34] * rest))
            case GroundTable():
                self._ground(block)
            case MapPicture():
                self._map(block)
            case TimePicture(caption, moments):
                drawn = draw_time(moments, self.report.words)
                title = self.report.words.gettext("Depth and breadth over time")
                self._picture(drawn, title, caption)
            case Cards(cards):
                for card in cards:
                    self._line(f"{card.letter} · {card.title}", style="Heading 3")
                    self._line(" ".join(card.sentences))
                    for table in card.tables:
                        self._ground(table)

    def _ground(self, table: GroundTable) -> None:
        say = self.report.words
        header = [say.gettext("Statement"), *table.letters, table.total]
        barred = any(row.bar is not None for row in table.rows)
        if barred:
            header.insert(1, table.answer)
        rows = []
        for row in table.rows:
            said = f"{row.said} ({row.between})" if row.between else row.said
            cells = [row.text, *(word for _letter, _share, word in row.cells), row.votes]
            if barred:
                cells.insert(1, said)
            rows.append(tuple(cells))
        narrow = 20 if len(header) <= 5 else 17
        widths = [narrow] * (len(header) - 1)
        if barred:
            widths[0] = 34
        self._grid(
            table.caption,
            tuple(header),
            rows,
            (_WIDE - sum(widths), *widths),
            first_language=self.report.about.statements_language,
        )

    def _map(self, block: MapPicture) -> None:
        if block.caption:
            drawn = draw_map(self.report.map, self.report.words)
            self._picture(drawn, self.report.words.gettext("Opinion map"), block.caption)
        if block.rows:
            rows = [(r.letter, r.people, r.share, r.sure, r.stability) for r in block.rows]
            self._grid("", block.header, rows, (24, *[37] * 4))

    def _picture(self, drawn: str, title: str, caption: str) -> None:
        if not drawn:
            return
        self.picture(self._line(""), drawn, 130, title, f"{title}. {caption}")
        self._line(caption, size=SMALL, colour=QUIET)

    def _grid(
        self,
        caption: str,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[int],
        *,
        quiet_first: bool = False,
        first_language: str = "",
    ) -> None:
        """A table whose head is repeated on every sheet and whose rows stay whole."""
        from docx.shared import Mm

        if not rows:
            return
        if caption:
            line = self._line(caption, colour=DEEP, bold=True)
            line.paragraph_format.keep_with_next = True
        table = self.table(len(rows[0]))
        for at, row in enumerate([*([header] if header else []), *rows]):
            head = bool(header) and at == 0
            made_row = table.add_row()
            properties = made_row._tr.get_or_add_trPr()
            properties.append(made("w:cantSplit"))
            if head:
                properties.append(made("w:tblHeader"))
            for column, (cell, text, wide) in enumerate(
                zip(made_row.cells, row, widths, strict=True)
            ):
                cell.width = Mm(wide)
                language = first_language if column == 0 and not head else ""
                colour = QUIET if head or (quiet_first and column == 0) else INK
                into = cell.paragraphs[0]
                self._line(
                    text, size=SMALL if head else BODY - 1, colour=colour, into=into,
                    language=language or None,
                )  # fmt: skip
                if head:
                    shade = made("w:shd", val="clear", color="auto", fill=WASH)
                    cell._tc.get_or_add_tcPr().append(shade)
        self._line("", size=SMALL - 6)

    # --- paragraphs and runs

    def _line(
        self,
        text: str,
        *,
        style: str = "Normal",
        into: Line | None = None,
        size: int = BODY,
        colour: str = INK,
        bold: bool = False,
        language: str | None = None,
    ) -> Line:
        """A paragraph; ``language`` None is the report's own, empty a text that nobody told it of."""
        said = Text(text, self.language if language is None else language)
        line = into if into is not None else self.document.add_paragraph(style=style)
        rtl = said.direction == "rtl" if text else self.rtl
        if rtl:
            self.turn(line)
        if not text:
            return line
        run = line.add_run(said.printable)
        properties = run._r.get_or_add_rPr()
        if style.startswith("Heading"):  # its look is its style's
            self.tongue(properties, said.language, rtl=rtl)
        else:
            self.look(properties, size, colour, bold=bold, language=said.language, rtl=rtl)
        return line
