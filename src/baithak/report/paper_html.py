"""A paper as a page: one file for a disk, a ZIP or a printer, or blocks inside a page of the hub.

No scripts, nothing fetched, no style attributes. Every word is escaped where it is written, so a
template shows the blocks as they are (``{{ blocks }}``); the page's own style is ``paper.css``,
which the hub serves as a static file and the file carries inside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape
from itertools import groupby
from pathlib import Path

from baithak.report.opinion_html import MARK, STYLE
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
    Said,
    Section,
    Table,
    Text,
    address,
    beside,
    href_of,
    way,
)
from baithak.report.paper_svg import bar, line

__all__ = ["Fragment", "blocks", "page"]

#: Beside the hub's own style; read as a file, because the papers know nothing of the hub.
SHEET = Path(__file__).resolve().parents[1] / "web" / "static" / "web" / "paper.css"
_MORE = """
.head{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.4rem 1rem;margin:0 0 1rem}
.head .brand{margin:0}
.mark{display:inline-block;background:var(--wash);border:1px solid var(--marigold);border-radius:1em;padding:.05em .7em;font-size:.9rem;margin-inline-start:.4rem}
header h1{max-inline-size:44rem}
header .question{margin-block:.5rem 0}
main.paper{padding-block:1.2rem;max-inline-size:60rem}
header .wrap,footer .wrap{max-inline-size:60rem}
main.paper>section:first-of-type{border:0}
footer a{color:inherit;overflow-wrap:anywhere}
@media print{html{font-size:10pt}body{font-size:1rem}header h1{font-size:18pt}main.paper{padding-block:.4rem}footer{border:0;padding-block:.4rem;background:none}.mark{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""


class Fragment(str):
    """Blocks that a template may show as they are: everything in them was escaped when written."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def blocks(paper: Paper, *, level: int = 2) -> Fragment:
    """The figures and sections of a paper, for a page of the hub.

    The page links ``paper.css`` and says title, marks and source itself.

    Parameters
    ----------
    paper : Paper
    level : int
        Of the sections' headings, 2 to 5.
    """
    return Fragment(
        f'<div class="paper"{_tongue(paper)}>{_Writer(paper, _of_site, level).all()}</div>'
    )


def page(paper: Paper) -> str:
    """The whole file as text: opens from a disk, prints on A4, needs no network."""
    write = _Writer(paper, _from_disk(paper.source), 2)
    plain = " · ".join(
        paper.said(t).printable for t in (paper.title, paper.kind) if paper.said(t).text
    )
    marks = "".join(
        f'<span class="mark"{write.side(m)}>{write.words(m)}</span>' for m in paper.marks
    )
    kind = f" · {write.inline(paper.kind)}" if paper.said(paper.kind).text else ""
    subtitle = write.one("p", paper.subtitle, "question")
    return (
        f"<!DOCTYPE html>\n<html{_tongue(paper)}>\n<head>\n"
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(plain)}</title>\n<style>{_style()}</style>\n</head>\n<body>\n"
        f'<header><div class="wrap"><div class="head"><p class="brand">{MARK}<span><b>Baithak</b>'
        f"{kind}</span></p><p>{marks}</p></div>\n{write.one('h1', paper.title)}{subtitle}</div></header>\n"
        f'<main class="wrap paper">\n{write.all()}</main>\n'
        f'<footer><div class="wrap">{_foot(paper, write)}</div></footer>\n</body>\n</html>\n'
    )


@lru_cache(maxsize=1)
def _style() -> str:
    return STYLE.replace("GROUPS", "") + SHEET.read_text(encoding="utf-8") + _MORE


def _foot(paper: Paper, write: _Writer) -> str:
    lines = "".join(write.one("p", text) for text in paper.footer)
    source = Text(paper.source).printable
    url = address(source)
    told = [f'<a href="{escape(url)}" dir="ltr">{escape(source)}</a>'] if url[:4] == "http" else []
    if not told and source:
        told = [f'<span dir="ltr">{escape(source)}</span>']
    if paper.said(paper.made).text:
        told.insert(0, write.inline(paper.made))
    return lines + (f"<p>{' · '.join(told)}</p>" if told else "")


def _tongue(paper: Paper) -> str:
    return f' lang="{escape(paper.language)}" dir="{paper.direction}"'


def _of_site(url: str) -> str:
    return address(url)


def _from_disk(source: str) -> Callable[[str], str]:
    def found(url: str) -> str:
        full = address(url, source)
        # Without the site's own address there is nothing behind "/plan/4/" on a disk.
        return full if full[:4] == "http" else "" if full else beside(url)

    return found


class _Writer:
    """Writes the blocks of one paper; ``follow`` says which addresses become links."""

    def __init__(self, paper: Paper, follow: Callable[[str], str], level: int) -> None:
        self.paper = paper
        self.follow = follow
        self.level = max(2, min(5, level))
        self.rtl = paper.direction == "rtl"

    def all(self) -> str:
        big = ""
        if self.paper.facts:
            big = f'<dl class="paper-big">{"".join(map(self.big, self.paper.facts))}</dl>\n'
        told = []
        counted = list(enumerate(self.paper.sections, start=1))
        for half, group in groupby(counted, key=lambda pair: pair[1].half):
            parts = [self.section(at, section) for at, section in group]
            if half:
                pairs = ["".join(parts[i : i + 2]) for i in range(0, len(parts), 2)]
                parts = [f'<div class="paper-pair">{pair}</div>' for pair in pairs]
            told += parts
        return big + "\n".join(told) + "\n"

    def section(self, at: int, section: Section) -> str:
        body = "".join(map(self.block, section.blocks))
        name = section.name if beside(section.name) else f"part-{at}"
        if not self.paper.said(section.title).text:
            return f'<section id="{escape(name)}">{body}</section>'
        head = (
            f'<h{self.level} class="paper-title" id="{escape(name)}-title"{self.side(section.title)}>'
            f"{self.words(section.title)}</h{self.level}>"
        )
        return f'<section id="{escape(name)}" aria-labelledby="{escape(name)}-title">{head}{body}</section>'

    # --- words

    def side(self, cell: Cell) -> str:
        """Language and direction of an element, where they are not the paper's."""
        said = self.paper.said(cell)
        runs = way(said) or self.paper.direction
        told = ""
        if said.language and said.language != self.paper.language:
            told = f' lang="{escape(said.language)}"'
        if runs != self.paper.direction or told:
            told += f' dir="{runs}"'
        return told

    def words(self, cell: Cell) -> str:
        """The escaped words, as a link where they have an address."""
        said = self.paper.said(cell)
        told = escape(said.printable)
        if told and self.rtl and not way(said):
            told = f'<bdi dir="ltr">{told}</bdi>'  # figures and signs in their order
        url = self.follow(href_of(cell))
        return f'<a href="{escape(url)}">{told}</a>' if url and told else told

    def inline(self, cell: Cell) -> str:
        """The words inside a line that may run the other way."""
        side = self.side(cell)
        return f"<bdi{side}>{self.words(cell)}</bdi>" if side else self.words(cell)

    def one(self, name: str, cell: Cell, kind: str = "") -> str:
        """An element with these words; nothing where there are none."""
        if not self.paper.said(cell).text:
            return ""
        kinds = f' class="{kind}"' if kind else ""
        return f"<{name}{kinds}{self.side(cell)}>{self.words(cell)}</{name}>"

    def note(self, text: Said) -> str:
        return self.one("small", text)

    # --- blocks

    def block(self, block: Block) -> str:
        match block:
            case Lead(text):
                return self.one("p", text, "paper-lead")
            case Paragraph(text, by):
                return self.one("p", text, "paper-text") + self.one("p", by, "paper-by")
            case Heading(text):
                return self.one(f"h{self.level + 1}", text, "paper-heading")
            case Notice(text):
                return self.one("p", text, "paper-notice")
            case Points(items, numbered):
                name = "ol" if numbered else "ul"
                told = "".join(self.one("li", item) for item in items)
                return f'<{name} class="paper-points">{told}</{name}>' if told else ""
            case Facts(rows):
                told = "".join(
                    f"{self.one('dt', fact.label)}<dd{self.side(fact.value)}>{self.words(fact.value)}"
                    f"{self.note(fact.note)}</dd>"
                    for fact in rows
                )
                return f'<dl class="paper-facts">{told}</dl>' if told else ""
            case Table():
                return self.table(block)
            case Bars():
                return self.bars(block)
            case Line():
                return self.line(block)

    def big(self, fact: Fact) -> str:
        return (
            f'<div>{self.one("dt", fact.label)}<dd><span class="paper-value">'
            f"{self.inline(fact.value)}</span>{self.note(fact.note)}</dd></div>"
        )

    def table(self, table: Table) -> str:
        if not table.rows:
            return self.caption(table.caption, "p") + self.one("p", table.empty, "paper-empty")
        rows = [
            [self.cell(cell, at, table.figures) for at, cell in enumerate(row)]
            for row in table.rows
        ]
        return self.grid(table.caption, self.heads(table.header, table.figures), rows)

    def grid(self, caption: Said, heads: str, rows: Sequence[Sequence[str]]) -> str:
        head = f"<thead><tr>{heads}</tr></thead>" if heads else ""
        body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
        return (
            f'<div class="paper-scroll"><table>{self.caption(caption, "caption")}{head}'
            f"<tbody>{body}</tbody></table></div>"
        )

    def caption(self, caption: Said, name: str) -> str:
        if name == "p":
            return self.one("p", caption, "paper-heading")
        return self.one(name, caption)

    def heads(self, heads: Sequence[Said], figures: Sequence[int]) -> str:
        if not any(self.paper.said(head).text for head in heads):
            return ""
        return "".join(
            f'<th scope="col"{self.kind(at, figures)}>{self.inline(head)}</th>'
            for at, head in enumerate(heads)
        )

    def cell(self, cell: Cell, at: int, figures: Sequence[int]) -> str:
        name = 'th scope="row"' if at == 0 else "td"
        # A column keeps its side, whatever runs in its cells.
        return f"<{name}{self.kind(at, figures)}>{self.inline(cell)}</{name.split()[0]}>"

    def kind(self, at: int, figures: Sequence[int]) -> str:
        return ' class="paper-number"' if at in figures else ""

    def bars(self, bars: Bars) -> str:
        """The bars stand in the table that says the same."""
        table = bars.as_table()
        if not table.rows:
            return ""
        rows = []
        for (label, shown), part in zip(table.rows, bars.parts(), strict=True):
            drawn = f'<td class="paper-drawn" aria-hidden="true">{bar(part, rtl=self.rtl)}</td>'
            rows.append([self.cell(label, 0, ()), drawn, self.cell(shown, 1, (1,))])
        heads = self.heads(bars.heads, (1,))
        if heads:
            first, second = (self.heads((head,), ()) for head in bars.heads)
            second = second.replace("<th ", '<th class="paper-number" ', 1)
            empty = '<th scope="col"></th>'
            heads = f'{first or empty}<td aria-hidden="true"></td>{second or empty}'
        return self.grid(bars.caption, heads, rows)

    def line(self, told: Line) -> str:
        drawn = line(told, rtl=self.rtl)
        table = told.as_table()
        if not table.rows:
            return ""
        rows = [[self.cell(cell, at, (1,)) for at, cell in enumerate(row)] for row in table.rows]
        first, last = told.readings[0].when, told.readings[-1].when
        target = ""
        if self.paper.said(told.target_shown).text:
            target = f'<span class="paper-target">{self.inline(told.target_shown)}</span>'
        ends = [f'<span aria-hidden="true">{self.inline(day)}</span>' for day in (first, last)]
        axis = "".join((ends[0], target, ends[1] if len(rows) > 1 else ""))
        picture = f'<div>{drawn}<p class="paper-axis">{axis}</p></div>' if drawn else target
        return (
            f'<figure class="paper-line">{self.one("figcaption", told.caption)}{picture}'
            f"{self.grid('', self.heads(told.heads, (1,)), rows)}</figure>"
        )
