"""A panel's report as one HTML file: own style, pictures inside, no scripts, nothing fetched."""

from __future__ import annotations

from html import escape

from baithak.report.opinion_html import MARK, STYLE
from baithak.report.opinion_report import Facts, Notice, Paragraph, Points
from baithak.report.opinion_svg import Picture
from baithak.report.panel_report import Block, Figure, Report, Table

__all__ = ["page"]

_MORE = """
.chances{display:block;inline-size:100%;max-inline-size:40rem;block-size:auto;background:var(--sheet);border:1px solid var(--line);border-radius:.5rem}
.scroll{overflow-x:auto;max-inline-size:100%}
.panel th,.panel td{padding-block:.4rem}
.panel tbody th{inline-size:auto;min-inline-size:5rem}
.panel td.pic{inline-size:32%;min-inline-size:8rem}
.panel .bar{margin:0}
@media (max-width:40rem){
.panel th,.panel td{padding-inline:.35rem;font-size:.92rem}
.bars thead{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)}
.bars,.bars caption,.bars tbody{display:block}
.bars tr{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;border-block-start:1px solid var(--line);padding-block:.6rem}
.bars tbody th,.bars td{border:0;padding:0}
.bars tbody th,.bars td.pic{flex:1 0 100%;inline-size:100%}
.bars td.n{text-align:start}
.bars td.n::before{content:attr(data-label);color:var(--quiet);font-size:.86rem;margin-inline-end:.35rem}
}
@media print{.chances{max-inline-size:13cm}.chances,.bar{print-color-adjust:exact;-webkit-print-color-adjust:exact}.scroll{overflow:visible}}
"""


def page(report: Report) -> str:
    """The whole file as text: opens from a disk, prints on A4, needs no network.

    Parameters
    ----------
    report : Report
        From ``panel_report.compose``.
    """
    say, about = report.words, report.about
    big = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for value, name in report.big
    )
    sections = "".join(
        f'<section id="{part.name}" aria-labelledby="{part.name}-title">'
        f'<h2 id="{part.name}-title">{escape(part.title)}</h2>'
        f"{''.join(_block(block) for block in part.blocks)}</section>\n"
        for part in report.sections
    )
    footer = "".join(f'<p dir="auto">{escape(line)}</p>' for line in report.footer)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(say.language)}" dir="{say.direction}">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(about.title)} · {escape(report.kind)}</title>\n"
        f"<style>{STYLE.replace('GROUPS', '')}{_MORE}</style>\n</head>\n<body>\n"
        f'<header><div class="wrap"><p class="brand">{MARK}<span><b>Baithak</b> · '
        f"{escape(report.kind)}</span></p>\n"
        f'<h1 dir="auto">{escape(about.title)}</h1><dl class="big">{big}</dl></div></header>\n'
        f'<main class="wrap">\n{sections}</main>\n'
        f'<footer><div class="wrap">{footer}</div></footer>\n</body>\n</html>\n'
    )


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return f"<p>{escape(text)}</p>"
        case Notice(text):
            return f'<p class="notice">{escape(text)}</p>'
        case Points(items):
            return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"
        case Facts(rows):
            told = "".join(
                f'<dt>{escape(name)}</dt><dd dir="auto">{escape(value)}</dd>'
                for name, value in rows
            )
            return f'<dl class="facts">{told}</dl>'
        case Figure(picture, _, caption):
            return f"<figure>{picture}<figcaption>{escape(caption)}</figcaption></figure>"
        case Table():
            return _table(block)


def _table(table: Table) -> str:
    bars = any(isinstance(cell, Picture) for row in table.rows for cell in row)
    heads = "".join(
        f'<th scope="col"{"" if at == 0 else _class(table.rows[0][at])}>{escape(head)}</th>'
        for at, head in enumerate(table.header)
    )
    rows = "".join(
        f'<tr role="row"><th scope="row" role="rowheader" dir="auto">{escape(row[0])}</th>'
        + "".join(map(_cell, row[1:], table.header[1:]))
        + "</tr>"
        for row in table.rows
    )
    return (
        f'<div class="scroll"><table class="panel{" bars" if bars else ""}" role="table">'
        f'<caption dir="auto">{escape(table.caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table></div>'
    )


def _cell(cell: str | Picture, label: str) -> str:
    if isinstance(cell, Picture):
        return f'<td role="cell"{_class(cell)}>{cell}</td>'
    return f'<td role="cell"{_class(cell)} data-label="{escape(label)}">{escape(cell)}</td>'


def _class(cell: str) -> str:
    return ' class="pic"' if isinstance(cell, Picture) else ' class="n"'
