"""A Word file in the making: an A4 sheet, styles for every script, runs that say their language.

Headings are headings and tables are tables; every run says its language and its direction, so that
spelling is checked in the right one and Urdu and Dhivehi run from the right. The file names no
author: whoever saves it next becomes one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from baithak.report.word_parts import (
    AFTER_BIDI,
    AFTER_BIDI_VISUAL,
    FONTS,
    LATIN,
    REGIONS,
    made,
    tag,
)

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph as Line

__all__ = [
    "BODY", "DEEP", "GREEN", "INK", "QUIET", "SMALL", "WARN", "WASH", "WordFile", "drawn_in_points",
]  # fmt: skip

HERE = Path(__file__).parent
INK, QUIET, GREEN, DEEP, WASH, WARN = "1D2621", "566058", "0F4C3A", "0A3529", "E4EEE7", "FBEED3"
#: Half points, as the format counts.
SMALL, BODY = 17, 20


class WordFile:
    """One file: what every paper shares before its first word.

    Parameters
    ----------
    language : str
    rtl : bool
    margins : (sides, top, bottom)
        Millimetres.
    looks : sequence of (style, half points, colour, bold, points above, points below)
    title, subject : str
        What the file says of itself.
    """

    def __init__(
        self,
        language: str,
        *,
        rtl: bool,
        margins: tuple[float, float, float],
        looks: Sequence[tuple[str, int, str, bool, float, float]],
        title: str,
        subject: str,
    ) -> None:
        import docx  # costs a tenth of a second: only when a file is made

        self.language = language.split("-")[0]
        self.rtl = rtl
        self.document: Document = docx.Document()
        self._sheet(*margins)
        self._styles(looks)
        self._properties(title, subject)

    def saved(self) -> bytes:
        """The file's bytes."""
        file = BytesIO()
        self.document.save(file)
        return file.getvalue()

    def _sheet(self, sides: float, top: float, bottom: float) -> None:
        from docx.shared import Mm

        sheet = self.document.sections[0]
        sheet.page_width, sheet.page_height = Mm(210), Mm(297)
        sheet.left_margin = sheet.right_margin = Mm(sides)
        sheet.top_margin, sheet.bottom_margin = Mm(top), Mm(bottom)
        sheet.footer_distance = Mm(8)
        if self.rtl:
            # Before w:docGrid, the one place where the format allows it.
            grid = sheet._sectPr.find(tag("w:docGrid"))
            mark = made("w:bidi")
            sheet._sectPr.append(mark) if grid is None else grid.addprevious(mark)

    def _styles(self, looks: Sequence[tuple[str, int, str, bool, float, float]]) -> None:
        from docx.shared import Pt

        for name, size, colour, bold, above, below in looks:
            style: Any = self.document.styles[name]
            style.paragraph_format.space_before = Pt(above)
            style.paragraph_format.space_after = Pt(below)
            properties = style.element.get_or_add_rPr()
            for child in list(properties):
                properties.remove(child)
            self.look(properties, size, colour, bold=bold, language=self.language)

    def _properties(self, title: str, subject: str) -> None:
        told = self.document.core_properties
        told.title, told.subject = title[:255], subject[:255]
        told.language = REGIONS.get(self.language, self.language)
        told.author = told.last_modified_by = told.comments = ""
        told.created = told.modified = datetime.now(UTC).replace(tzinfo=None)
        # The template's picture of an empty page would be shown in folders.
        package = self.document.part.package
        for name, relation in list(package.rels.items()):
            if relation.reltype.endswith("/thumbnail"):
                del package.rels[name]

    # --- paragraphs, tables, pictures

    def turn(self, line: Line) -> None:
        """A paragraph that begins at the right."""
        line._p.get_or_add_pPr().insert_element_before(made("w:bidi"), *AFTER_BIDI)

    def shade(self, line: Line, fill: str) -> None:
        """A ground behind a paragraph."""
        line._p.get_or_add_pPr().insert_element_before(
            made("w:shd", val="clear", color="auto", fill=fill), "w:tabs", "w:bidi", *AFTER_BIDI
        )

    def table(self, columns: int) -> Any:
        """An empty table that runs the way of the paper."""
        table = self.document.add_table(rows=0, cols=columns)
        table.autofit = False
        if self.rtl:
            table._tbl.tblPr.insert_element_before(made("w:bidiVisual"), *AFTER_BIDI_VISUAL)
        return table

    def picture(self, line: Line, drawn: str, wide: float, title: str, said: str) -> None:
        """A drawing in a paragraph, with a text for those who do not see it."""
        from docx.shared import Mm

        shape = line.add_run().add_picture(BytesIO(drawn_in_points(drawn)), width=Mm(wide))
        shape._inline.docPr.set("title", title)
        shape._inline.docPr.set("descr", said)

    # --- runs

    def look(
        self,
        properties: Any,
        size: int,
        colour: str,
        *,
        bold: bool,
        language: str,
        rtl: bool = False,
        underline: bool = False,
    ) -> None:
        """Font, weight, colour and size, for Latin letters and for the others; in this order."""
        own = FONTS.get(language) or FONTS.get(self.language, LATIN)
        properties.append(made("w:rFonts", ascii=LATIN, hAnsi=LATIN, eastAsia=LATIN, cs=own))
        if bold:
            properties.append(made("w:b"))
            properties.append(made("w:bCs"))
        properties.append(made("w:color", val=colour))
        properties.append(made("w:sz", val=str(size)))
        properties.append(made("w:szCs", val=str(size + 2 if own == FONTS["ur"] else size)))
        if underline:
            properties.append(made("w:u", val="single"))
        self.tongue(properties, language, rtl=rtl)

    def tongue(self, properties: Any, language: str, *, rtl: bool) -> None:
        """Which language a run is in, and whether it runs from the right."""
        if rtl:
            properties.append(made("w:rtl"))
        region = REGIONS.get(language, language)
        properties.append(made("w:lang", val=region, eastAsia=region, bidi=region))


@lru_cache(maxsize=8)
def drawn_in_points(drawn: str) -> bytes:
    """A picture as PNG: word processors of some years ago show no other drawing."""
    import typst

    compiler = typst.Compiler(
        str(HERE / "drawing.typ"),
        font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"drawn": drawn},
    )
    told = compiler.compile(format="png", ppi=200.0)
    assert isinstance(told, bytes)
    return told
