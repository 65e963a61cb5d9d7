"""A paper as data: what a page of the house says, before anybody decides how it looks.

One way for every paper of the rooms above: a workshop's report, a plan on a page, a mayor's page, a
quarterly report, a joint statement, a first-hour card, a handover pack. A room composes a ``Paper``
from its own queries; ``paper_html``, ``paper_pdf`` and ``paper_docx`` set the same blocks as a page,
as a sheet and as a Word file, so the three never tell different stories.

Words are plain strings in the paper's language, or a ``Text`` that carries its own: a statement in
Tamil stands in an English paper with its own letters and on its own side. A figure becomes a
``Link`` where the system can show what it was counted from. Nothing here is markup: every writer
escapes all of it, and only addresses of the web (or of this site, ``/…``) become links.

Examples
--------
>>> paper = Paper(
...     title="Walks across the canal",
...     kind="Event report",
...     language="en",
...     marks=("Example",),
...     facts=(Fact("People", Link("34", "https://hub.example/coordination/3/")),),
...     sections=(
...         Section(
...             "What was agreed",
...             (
...                 Lead("Two streets share one evening a month."),
...                 Paragraph(Text("இரண்டு தெருக்கள்", "ta")),
...                 Table("Who does what", ("Who", "What", "By"), (("Ward 4", "Lights", "1 May"),)),
...                 Bars("Where people came from", (Bar("Ward 4", 20, "20"), Bar("Ward 7", 14, "14"))),
...             ),
...         ),
...     ),
...     source="https://hub.example/coordination/3/",
...     made="24 November 2026",
... )
>>> paper.direction, len(list(texts(paper))) > 10
('ltr', True)

Set it with ``paper_html.page(paper)``, ``paper_pdf.paper_pdf(paper).content`` and
``paper_docx.paper_docx(paper)``; inside a page of the hub with ``{{ blocks }}``, where ``blocks`` is
``paper_html.blocks(paper)``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from baithak.report.spotlight import Text, link
from baithak.report.words import words

__all__ = [
    "Bar",
    "Bars",
    "Block",
    "Cell",
    "Fact",
    "Facts",
    "Heading",
    "Lead",
    "Line",
    "Link",
    "Notice",
    "Paper",
    "Paragraph",
    "Points",
    "Reading",
    "Said",
    "Section",
    "Table",
    "Text",
    "address",
    "beside",
    "href_of",
    "text_of",
    "texts",
    "way",
]


#: Words in the paper's language, or with a language of their own (``""``: nobody has said which).
Said = str | Text


@dataclass(frozen=True, slots=True)
class Link:
    """Words or a figure with the address of what they come from.

    An address that is neither of the web nor of this site (``/plan/4/``), nor a file beside the page
    (``tables/plan.csv``, for a page in a ZIP), is left out; the words stay.
    """

    text: Said
    href: str


#: What a place on a paper can hold.
Cell = str | Text | Link


@dataclass(frozen=True, slots=True)
class Lead:
    """The sentence that says it all, larger than the rest."""

    text: Cell


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; line breaks in it are kept. ``by`` says under it whose words these are."""

    text: Cell
    by: Said = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section."""

    text: Said


@dataclass(frozen=True, slots=True)
class Points:
    """A list, in order of weight; ``numbered`` where people will speak of "point 3"."""

    items: tuple[Cell, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A name, what there is to say to it, and in small letters what to know of it."""

    label: Said
    value: Cell
    note: Said = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, one under another."""

    rows: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads. The first cell of a row says what the others are about.

    ``figures`` are the columns (from 0) of numbers: they stand at the line's end. ``widths`` are
    parts of the width, for instance ``(3, 1, 1)``. ``empty`` is the sentence where there is no row.
    """

    caption: Said
    header: tuple[Said, ...]
    rows: tuple[tuple[Cell, ...], ...]
    figures: tuple[int, ...] = ()
    widths: tuple[int, ...] = ()
    empty: Said = ""

    def __post_init__(self) -> None:
        wide = len(self.header)
        if any(len(row) != wide for row in self.rows):
            raise ValueError(f"every row of a table needs {wide} cells, one for each head")
        if self.widths and len(self.widths) != wide:
            raise ValueError(f"a table with {wide} heads needs {wide} widths or none")


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence that must not be overlooked."""

    text: Cell


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``shown`` is its figure in words. ``value`` None is a figure that is not shown."""

    label: Cell
    value: float | None
    shown: Said
    href: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """A small bar chart, which is a table too. ``longest`` is what a full bar stands for."""

    caption: Said
    bars: tuple[Bar, ...]
    heads: tuple[Said, Said] = ("", "")
    longest: float | None = None

    def parts(self) -> tuple[float | None, ...]:
        """How far each bar reaches, 0 to 1.

        Examples
        --------
        >>> Bars("", (Bar("a", 4, "4"), Bar("b", 1, "1"), Bar("c", None, "fewer than 10"))).parts()
        (1.0, 0.25, None)
        """
        most = self.longest or max((bar.value or 0.0 for bar in self.bars), default=0.0)
        return tuple(
            None if bar.value is None else max(0.0, min(1.0, bar.value / most)) if most > 0 else 0.0
            for bar in self.bars
        )

    def as_table(self) -> Table:
        """The same as words and figures."""
        rows = tuple((bar.label, _linked(bar.shown, bar.href)) for bar in self.bars)
        return Table(self.caption, self.heads, rows, figures=(1,))

    def alternative(self) -> str:
        """The same as one sentence, for those who do not see it."""
        return _listed(self.caption, [(bar.label, bar.shown) for bar in self.bars])


@dataclass(frozen=True, slots=True)
class Reading:
    """An indicator's reading: the day in words, the value, and the value in words.

    ``value`` None is a gap in the line. ``at`` is the place in time (days since any day), where
    readings are not evenly apart.
    """

    when: Said
    value: float | None
    shown: Said
    href: str = ""
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Readings over time, the oldest first, with the value to reach if there is one.

    ``target_shown`` says it in words ("To reach by 2027: 40%"). ``heads`` are those of the table.
    """

    caption: Said
    readings: tuple[Reading, ...]
    heads: tuple[Said, Said] = ("", "")
    target: float | None = None
    target_shown: Said = ""

    def as_table(self) -> Table:
        """The same as words and figures."""
        rows = tuple((r.when, _linked(r.shown, r.href)) for r in self.readings)
        return Table(self.caption, self.heads, rows, figures=(1,))

    def alternative(self) -> str:
        """The same as one sentence, for those who do not see it."""
        pairs: list[tuple[Cell, Cell]] = [(r.when, r.shown) for r in self.readings]
        told = _listed(self.caption, pairs)
        target = Text(text_of(self.target_shown)).printable
        return f"{told} {target}".strip() if target else told


Block = Lead | Paragraph | Heading | Points | Facts | Table | Notice | Bars | Line


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part. Two sections with ``half`` that follow one another stand side by side.

    ``name`` is its anchor on the page (letters, figures, hyphens); without it sections are counted.
    ``title`` may be empty: then the blocks just follow.
    """

    title: Cell
    blocks: tuple[Block, ...]
    name: str = ""
    half: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper in one language.

    ``kind`` says what it is ("Event report"), ``marks`` stand beside it ("Example", "Draft"),
    ``facts`` are the few figures at the top. ``source`` is the address of the living page and
    ``made`` the day in words on which this was made from it: both stand at the foot. ``compact``
    sets it as dense as it can still be read, on one sheet if it fits.
    """

    title: Said
    language: str = "en"
    kind: Said = ""
    subtitle: Said = ""
    marks: tuple[Said, ...] = ()
    facts: tuple[Fact, ...] = ()
    sections: tuple[Section, ...] = ()
    source: str = ""
    made: str = ""
    footer: tuple[Said, ...] = ()
    compact: bool = False

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Where reading begins."""
        return "rtl" if words(self.language).direction == "rtl" else "ltr"

    def said(self, cell: Cell) -> Text:
        """The words of a place with their language: the paper's, unless they carry their own.

        Examples
        --------
        >>> Paper("x", "ur").said("راستہ").direction
        'rtl'
        """
        words_of_it = cell.text if isinstance(cell, Link) else cell
        return words_of_it if isinstance(words_of_it, Text) else Text(words_of_it, self.language)


def way(text: Text) -> Literal["", "ltr", "rtl"]:
    """Where these words run: by their language, but never against all of their letters.

    Empty for figures and signs alone, which stand on the side of what surrounds them and are read
    from the left. An English sentence that nobody has put into Urdu yet runs from the left.

    Examples
    --------
    >>> way(Text("راستہ", "ur")), way(Text("Ward 4", "ur")), way(Text("2013–2015", "ur"))
    ('rtl', 'ltr', '')
    """
    letters = text.text.replace("\u200e", "").replace("\u200f", "")  # marks of order are no letters
    strong = [d for d in map(unicodedata.bidirectional, letters) if d in {"L", "R", "AL"}]
    if not strong:
        return ""
    if text.language and words(text.language).direction == "rtl":
        return "rtl" if any(d != "L" for d in strong) else "ltr"
    return "rtl" if text.direction == "rtl" else "ltr"


def text_of(cell: Cell) -> str:
    """Only the words.

    Examples
    --------
    >>> text_of(Link(Text("৩৪", "bn"), "/x/"))
    '৩৪'
    """
    words_of_it = cell.text if isinstance(cell, Link) else cell
    return words_of_it.text if isinstance(words_of_it, Text) else words_of_it


def href_of(cell: Cell) -> str:
    """The address of a place as given; no writer uses it without ``address``."""
    return cell.href if isinstance(cell, Link) else ""


_OWN = re.compile(r"/(?![/\\])[^\s\\]*")


_BESIDE = re.compile(r"[A-Za-z0-9][\w-]*(?:[/.][\w-]+)*(?:#[\w-]+)?|#[\w-]+", re.ASCII)


def beside(url: str) -> str:
    """The address of a file beside the page, or a place on it; else nothing.

    Examples
    --------
    >>> beside("tables/plan.csv"), beside("../up.html"), beside("javascript:x")
    ('tables/plan.csv', '', '')
    """
    return url if _BESIDE.fullmatch(url) else ""


def address(url: str, source: str = "") -> str:
    """An address that may be followed: of the web, or of this site; else nothing.

    With ``source``, the address of a page of this site, an address of this site becomes one that
    works from a file too.

    Examples
    --------
    >>> address("/plan/4/", "https://hub.example/plan/"), address("javascript:alert(1)")
    ('https://hub.example/plan/4/', '')
    >>> address("//other.example/")
    ''
    """
    if _OWN.fullmatch(url):
        site = re.match(r"https?://[^\s/]+", source)
        return site[0] + url if site else url
    return link(url)


def texts(paper: Paper) -> Iterator[Text]:
    """Every text of the paper, with its language."""
    places: list[Cell] = [paper.title, paper.kind, paper.subtitle, *paper.marks, *paper.footer]
    places += [paper.made, Text(paper.source)]
    for fact in paper.facts:
        places += _fact(fact)
    for section in paper.sections:
        places.append(section.title)
        for block in section.blocks:
            places += _places(block)
    return (said for said in map(paper.said, places) if said.text)


def _fact(fact: Fact) -> list[Cell]:
    return [fact.label, fact.value, fact.note]


def _places(block: Block) -> list[Cell]:
    match block:
        case Lead(text) | Heading(text) | Notice(text):
            return [text]
        case Paragraph(text, by):
            return [text, by]
        case Points(items):
            return list(items)
        case Facts(rows):
            return [place for fact in rows for place in _fact(fact)]
        case Table():
            return [
                block.caption,
                *block.header,
                block.empty,
                *(c for row in block.rows for c in row),
            ]
        case Bars():
            told = [place for bar in block.bars for place in (bar.label, bar.shown)]
            return [block.caption, *block.heads, *told]
        case Line():
            read = [place for r in block.readings for place in (r.when, r.shown)]
            return [block.caption, *block.heads, block.target_shown, *read]


def _linked(text: Said, href: str) -> Cell:
    return Link(text, href) if href else text


def _listed(caption: Said, pairs: Sequence[tuple[Cell, Cell]]) -> str:
    told = "; ".join(f"{text_of(name)}: {text_of(shown)}" for name, shown in pairs)
    said = ". ".join(part for part in (text_of(caption).rstrip("."), told) if part) + "."
    return Text(said).printable
