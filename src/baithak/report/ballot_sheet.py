"""Numbered sheets of paper on which people answer a dialogue's statements, as a PDF.

A sheet carries the name of its session, its own number, and every statement with the number it has
in the dialogue and three boxes: what the entry page shows, in the same order. Set by Typst from
``ballot_sheet.typ``; texts reach it as data, never as markup.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from baithak.report.opinion_pdf import HERE, head, missing_letters
from baithak.report.words import Words, words

__all__ = ["MANY", "Line", "Sheets", "sheets_pdf"]

#: From so many statements on, a sheet in ordinary print has two columns.
MANY = 18


@dataclass(frozen=True, slots=True)
class Line:
    """A statement: its number in the dialogue, its words, their language.

    ``mark`` names that language where it is not the sheet's own; else it is empty.
    """

    number: int
    text: str
    language: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Sheets:
    """The sheets of one session, from ``first`` to ``last``."""

    title: str
    question: str
    session: str
    first: int
    last: int
    lines: Sequence[Line]
    language: str = "en"
    large: bool = False

    @property
    def numbers(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def columns(self) -> int:
        return 2 if len(self.lines) >= MANY and not self.large else 1

    @property
    def labels(self) -> tuple[str, str, str]:
        """Over the boxes: agree, disagree, skip, in the language of the sheet."""
        say = words(self.language).gettext
        return say("Agree"), say("Disagree"), say("Skip, not sure")

    @property
    def header(self) -> tuple[str, str]:
        """Over the numbers and the statements."""
        say = words(self.language).gettext
        return say("No."), say("Statement")

    @property
    def direction(self) -> str:
        return words(self.language).direction

    @property
    def pages(self) -> list[str]:
        """What each sheet is called."""
        return [self.named(number) for number in self.numbers]

    @property
    def how(self) -> str:
        say = words(self.language).gettext
        return say(
            "Tick one box in each line. Leave a line empty if you like. Please write no name on this "
            "sheet."
        )

    def named(self, number: int) -> str:
        """ "Sheet 12", in the language of the sheet."""
        return words(self.language).gettext("Sheet %(number)d") % {"number": number}


def sheets_pdf(sheets: Sheets) -> bytes:
    """The sheets as PDF, one after the other, each beginning on a page of its own.

    PDF/UA-1 where the letters can be set with the fonts of this package or of the machine; else a
    PDF with gaps, which cannot be called accessible.
    """
    import typst  # costs a tenth of a second: only when paper is made

    told = _told(sheets)
    own = not missing_letters(json.dumps(told, ensure_ascii=False))
    try:
        return _set(told, own_fonts=own)
    except typst.TypstError:
        return _set(told, own_fonts=False, readable=False)


def _set(told: dict[str, Any], *, own_fonts: bool, readable: bool = True) -> bytes:
    import typst

    compiler = typst.Compiler(
        str(HERE / "ballot_sheet.typ"),
        font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=own_fonts,
        sys_inputs={"sheets": json.dumps(told, ensure_ascii=False, sort_keys=True)},
    )
    made = compiler.compile(format="pdf", pdf_standards=["ua-1"] if readable else [])
    assert isinstance(made, bytes)
    return made


def _told(sheets: Sheets) -> dict[str, Any]:
    say = words(sheets.language)
    return {
        **head(say),
        "title": sheets.title,
        "question": say.quoted(sheets.question),
        "heading": say.quoted(sheets.title),
        "session": say.quoted(sheets.session),
        "sheets": [{"number": number, "name": sheets.named(number)} for number in sheets.numbers],
        "how": sheets.how,
        "labels": list(sheets.labels),
        "header": dict(zip(("number", "statement"), sheets.header, strict=True)),
        "columns": sheets.columns,
        "big": sheets.large,
        "lines": [_line(line, say) for line in sheets.lines],
    }


def _line(line: Line, say: Words) -> dict[str, Any]:
    own = words(line.language or say.language)
    return {
        **head(own),
        "number": line.number,
        "text": line.text,
        "mark": say.quoted(line.mark) if line.mark else "",
    }
