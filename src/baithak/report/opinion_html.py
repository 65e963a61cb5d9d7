"""The opinion report as one HTML file: own style, pictures inside, no scripts, nothing fetched."""

from __future__ import annotations

from html import escape

from baithak.report.opinion_report import (
    Block,
    Cards,
    Facts,
    GroundRow,
    GroundTable,
    MapPicture,
    Notice,
    Paragraph,
    Points,
    Report,
    Table,
    TimePicture,
)
from baithak.report.opinion_svg import COLOURS, draw_map, strip, uncertainty_bar
from baithak.report.opinion_time import draw_time

__all__ = ["MARK", "STYLE", "page"]

MARK = (
    '<svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true"><rect x="9" y="9" width="14"'
    ' height="14" rx="4" fill="#0f4c3a"/><g fill="#c97a00"><circle cx="16" cy="4" r="3"/>'
    '<circle cx="16" cy="28" r="3"/><circle cx="4" cy="16" r="3"/><circle cx="28" cy="16" r="3"/></g>'
    '<g fill="#0f4c3a"><circle cx="6.6" cy="6.6" r="2.4"/><circle cx="25.4" cy="6.6" r="2.4"/>'
    '<circle cx="6.6" cy="25.4" r="2.4"/><circle cx="25.4" cy="25.4" r="2.4"/></g></svg>'
)
STYLE = """
:root{--paper:#fbf7ee;--sheet:#fffdf8;--ink:#1d2621;--quiet:#566058;--line:#ddd3c0;--green:#0f4c3a;
--deep:#0a3529;--marigold:#c97a00;--wash:#fbeed3;--leading:1.55;color-scheme:light}
:lang(bn),:lang(hi),:lang(ne),:lang(ta),:lang(si),:lang(dv){--leading:1.75}
:lang(ur){--leading:2.1}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);line-height:var(--leading);
font-family:"Noto Sans","Segoe UI",system-ui,-apple-system,Roboto,sans-serif;overflow-wrap:break-word}
/* fonts without the script come first: figures and Latin words stay in one plain hand */
:lang(ur){font-family:"Noto Sans",Roboto,"Noto Nastaliq Urdu","Jameel Noori Nastaleeq","Noto Naskh Arabic",serif}
:lang(dv){font-family:"Noto Sans",Roboto,"MV Boli","Noto Sans Thaana",sans-serif}
:lang(bn){font-family:"Noto Sans",Roboto,"Noto Sans Bengali","Nirmala UI",sans-serif}
:lang(hi),:lang(ne){font-family:"Noto Sans",Roboto,"Noto Sans Devanagari","Nirmala UI",sans-serif}
:lang(ta){font-family:"Noto Sans",Roboto,"Noto Sans Tamil","Nirmala UI",sans-serif}
:lang(si){font-family:"Noto Sans",Roboto,"Noto Sans Sinhala","Nirmala UI",sans-serif}
[dir=auto]{text-align:-webkit-match-parent;text-align:match-parent}
.wrap{max-inline-size:54rem;margin-inline:auto;padding-inline:1.1rem}
header{background:var(--sheet);border-block-end:1px solid var(--line);padding-block:1.4rem 1.6rem}
.brand{display:flex;align-items:center;gap:.6rem;margin:0 0 1.6rem;color:var(--quiet);font-size:.95rem}
.brand b{color:var(--deep)}
h1,h2,h3{color:var(--deep);line-height:calc(var(--leading)*.82);text-wrap:balance;margin:0}
h1{font-size:clamp(1.65rem,5vw,2.4rem);max-inline-size:34rem}
h2{font-size:1.4rem;margin-block:0 .7rem}
h3{font-size:1.1rem}
.question{font-size:1.12rem;color:var(--quiet);max-inline-size:40rem;margin-block:.9rem 0;white-space:pre-line}
.big{display:flex;flex-wrap:wrap;gap:.6rem 2.4rem;margin:1.5rem 0 0;padding:0}
.big div{display:flex;flex-direction:column-reverse}
.big dt{color:var(--quiet);font-size:.92rem;line-height:calc(var(--leading)*.9)}
.big dd{margin:0;font-size:1.7rem;line-height:1.2;font-weight:700;color:var(--green);font-variant-numeric:tabular-nums}
section{padding-block:1.9rem;border-block-end:1px solid var(--line)}
section:last-of-type{border:0}
p,ul{max-inline-size:42rem;margin-block:0 .9rem}
ul{padding-inline-start:1.2rem}
li{margin-block-end:.35rem}
li::marker{color:var(--marigold)}
#short ul{font-size:1.06rem}
.notice{background:var(--wash);border-inline-start:5px solid var(--marigold);padding:.7rem 1rem;max-inline-size:none}
.card{background:var(--sheet);border:1px solid var(--line);border-radius:.5rem;padding:1.1rem 1.2rem .2rem;margin-block-end:1.1rem}
.card h3{display:flex;align-items:center;gap:.6rem;margin-block-end:.5rem}
table{border-collapse:collapse;inline-size:100%;margin-block:.4rem 1.5rem;background:var(--sheet);border-block:1px solid var(--line)}
.card table{background:none;border-block-end:0}
caption{text-align:start;font-weight:700;color:var(--deep);padding-block:.5rem}
.card caption{font-weight:600;color:var(--ink)}
th,td{text-align:start;vertical-align:top;padding:.6rem .7rem;border-block-start:1px solid var(--line);font-weight:400}
thead th{color:var(--quiet);font-size:.86rem;padding-block:.35rem;border:0;vertical-align:bottom;line-height:1.35}
tbody th{inline-size:46%}
td.n,th.n{text-align:end;white-space:nowrap;font-variant-numeric:tabular-nums}
/* chips beside each figure where the column heads are folded away */
.only-narrow{display:none}
td.pic{inline-size:26%;min-inline-size:10rem}
.bar{display:block;inline-size:100%;block-size:auto;margin-block-start:.25rem}
.said{font-size:.88rem;color:var(--quiet);display:block;line-height:1.4;margin-block-start:.2rem}
.said b{color:var(--ink);font-size:1rem}
.votes{color:var(--quiet)}
.g{display:inline-grid;place-items:center;inline-size:1.7em;block-size:1.7em;border-radius:50%;border:2.5px solid var(--quiet);background:var(--sheet);font-weight:700;font-size:.86rem;line-height:1;color:var(--ink);font-family:"Noto Sans",system-ui,sans-serif}
.card h3 .g{font-size:1.05rem}
GROUPS
figure{margin:0 0 1.2rem}
.time{display:block;inline-size:100%;max-inline-size:34rem;block-size:auto}
.opinion-map{display:block;inline-size:100%;max-inline-size:40rem;block-size:auto;background:var(--sheet);border:1px solid var(--line);border-radius:.5rem;margin-inline:auto}
figcaption{color:var(--quiet);font-size:.92rem;max-inline-size:42rem;margin-block-start:.7rem}
dl.facts{margin:0 0 1rem;display:grid;grid-template-columns:minmax(10rem,2fr) 3fr;border-block-start:1px solid var(--line);max-inline-size:46rem}
.facts dt,.facts dd{margin:0;padding-block:.45rem;border-block-end:1px solid var(--line)}
.facts dt{color:var(--quiet);padding-inline-end:1rem}
.facts dd{overflow-wrap:anywhere}
footer{background:var(--sheet);border-block-start:1px solid var(--line);padding-block:1.2rem;color:var(--quiet);font-size:.9rem}
footer p{max-inline-size:none;margin-block-end:.3rem}
@media (max-width:40rem){
.big{display:grid;grid-template-columns:1fr 1fr}
table.ground thead{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)}
table.ground,table.ground caption,table.ground tbody{display:block}
table.ground tr{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;border-block-start:1px solid var(--line);padding-block:.75rem}
table.ground th,table.ground td{border:0;padding:0;inline-size:auto}
table.ground tbody th,table.ground td.pic{flex:1 0 100%}
table.ground td.n::before{content:attr(data-label);color:var(--quiet);font-size:.86rem;margin-inline-end:.35rem}
table.ground td.g-cell::before{content:none}
table.ground td.n{text-align:start}
table.ground .only-narrow{display:inline;margin-inline-end:.35rem}
table.ground{padding-inline:.8rem}
.card table.ground{padding-inline:0}
table.beside{font-size:.92rem}
table.beside th,table.beside td{padding-inline:.3rem;white-space:normal}
dl.facts{grid-template-columns:1fr}
.facts dt{border:0;padding-block-end:0}
}
@media print{
@page{size:A4;margin:16mm 16mm 18mm}
:root{--paper:#fff;--sheet:#fff}
body{font-size:10pt;background:#fff;color:#000}
.wrap{padding:0;max-inline-size:none}
header{border:0;padding-block:0 .6rem}
section{padding-block:.9rem}
h2,h3,caption{break-after:avoid}
tr,figure,.card h3,.notice,dl.facts div{break-inside:avoid}
.opinion-map{max-inline-size:13cm}
.g,.bar,.opinion-map{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
"""


def page(report: Report) -> str:
    """The whole file as text.

    Parameters
    ----------
    report : Report
        From ``opinion_report.compose``.

    Returns
    -------
    str
        HTML with its own style; opens from a disk, prints on A4, needs no network.
    """
    say, about = report.words, report.about
    groups = "".join(
        f".g-{chr(ord('A') + i)}{{border-color:{colour}}}" for i, colour in enumerate(COLOURS)
    )
    question = (
        f'<p class="question" dir="auto">{escape(about.question)}</p>' if about.question else ""
    )
    big = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for value, name in report.big
    )
    sections = "".join(
        f'<section id="{part.name}" aria-labelledby="{part.name}-title">'
        f'<h2 id="{part.name}-title">{escape(part.title)}</h2>'
        f"{''.join(_block(block, report) for block in part.blocks)}</section>\n"
        for part in report.sections
    )
    footer = "".join(f'<p dir="auto">{escape(line)}</p>' for line in report.footer)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(say.language)}" dir="{say.direction}">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(about.title)} · {escape(report.kind)}</title>\n"
        f"<style>{STYLE.replace('GROUPS', groups)}</style>\n</head>\n<body>\n"
        f'<header><div class="wrap"><p class="brand">{MARK}<span><b>Baithak</b> · '
        f"{escape(report.kind)}</span></p>\n"
        f'<h1 dir="auto">{escape(about.title)}</h1>{question}<dl class="big">{big}</dl></div></header>\n'
        f'<main class="wrap">\n{sections}</main>\n'
        f'<footer><div class="wrap">{footer}<p>Baithak {escape(report.map.version)}</p></div></footer>\n'
        "</body>\n</html>\n"
    )


def _block(block: Block, report: Report) -> str:
    match block:
        case Paragraph(text):
            return f"<p>{escape(text)}</p>"
        case Notice(text):
            return f'<p class="notice">{escape(text)}</p>'
        case Points(items):
            return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"
        case Facts(rows):
            told = "".join(
                f'<dt>{escape(name)}</dt><dd dir="auto">{_linked(value)}</dd>'
                for name, value in rows
            )
            return f'<dl class="facts">{told}</dl>'
        case GroundTable():
            return _table(block, report)
        case MapPicture():
            return _map(block, report)
        case Table():
            return _plain_table(block)
        case TimePicture(caption, moments):
            drawn = draw_time(moments, report.words)
            return (
                f"<figure>{drawn}<figcaption>{escape(caption)}</figcaption></figure>"
                if drawn
                else ""
            )
        case Cards(cards):
            return "".join(
                f'<div class="card"><h3>{_chip(card.letter)}{escape(card.title)}</h3>'
                f"<p>{escape(' '.join(card.sentences))}</p>"
                f"{''.join(_table(table, report) for table in card.tables)}</div>"
                for card in cards
            )


def _plain_table(table: Table) -> str:
    """Figures stand at the end of the line, words at its beginning."""
    heads = "".join(
        f'<th scope="col"{" class=n" if at else ""}>{escape(h)}</th>'
        for at, h in enumerate(table.header)
    )
    rows = "".join(
        f'<tr><th scope="row" dir="auto">{escape(row[0])}</th>'
        + "".join(f'<td class="n">{escape(cell)}</td>' for cell in row[1:])
        + "</tr>"
        for row in table.rows
    )
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    return f'<table class="beside">{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _linked(value: str) -> str:
    if value.startswith("https://") and " " not in value:
        return f'<a href="{escape(value)}">{escape(value)}</a>'
    return escape(value)


def _chip(letter: str) -> str:
    return f'<span class="g g-{letter}">{letter}</span>'


def _table(table: GroundTable, report: Report) -> str:
    say = report.words
    heads = "".join(f'<th scope="col" class="n">{_chip(letter)}</th>' for letter in table.letters)
    rows = "".join(_row(row, table, report) for row in table.rows)
    return (
        f'<table class="ground" role="table"><caption>{escape(table.caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row"><th scope="col">{escape(say.gettext("Statement"))}</th>'
        f'<th scope="col">{escape(table.answer)}</th>{heads}'
        f'<th scope="col" class="n">{escape(table.total)}</th></tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table>'
    )


def _row(row: GroundRow, table: GroundTable, report: Report) -> str:
    rtl = report.words.direction == "rtl"
    language = report.about.statements_language
    lang = f' lang="{escape(language)}"' if language else ""
    if row.bar is not None:
        drawn = uncertainty_bar(row.bar, rtl=rtl)
        between = f" ({escape(row.between)})" if row.between else ""
        drawn_text = f'<span class="said"><b>{escape(row.said)}</b>{between}</span>'
    else:
        drawn = strip([(letter, share) for letter, share, _ in row.cells], rtl=rtl)
        drawn_text = ""
    cells = "".join(
        f'<td role="cell" class="n g-cell"><span class="only-narrow" aria-hidden="true">{_chip(letter)}'
        f"</span>{escape(said)}</td>"
        for letter, _, said in row.cells
    )
    return (
        f'<tr role="row"><th scope="row" role="rowheader" dir="auto"{lang}>{escape(row.text)}</th>'
        f'<td role="cell" class="pic">{drawn}{drawn_text}</td>{cells}'
        f'<td role="cell" class="n votes" data-label="{escape(table.total)}">{escape(row.votes)}</td>'
        "</tr>"
    )


def _map(block: MapPicture, report: Report) -> str:
    drawn = ""
    if block.caption:
        drawn = (
            f"<figure>{draw_map(report.map, report.words)}"
            f"<figcaption>{escape(block.caption)}</figcaption></figure>"
        )
    if not block.rows:
        return drawn
    heads = "".join(
        f'<th scope="col"{" class=n" if i else ""}>{escape(h)}</th>'
        for i, h in enumerate(block.header)
    )
    rows = "".join(
        f'<tr><th scope="row">{_chip(row.letter)}</th><td class="n">{escape(row.people)}</td>'
        f'<td class="n">{escape(row.share)}</td><td class="n">{escape(row.sure)}</td>'
        f'<td class="n">{escape(row.stability)}</td></tr>'
        for row in block.rows
    )
    return (
        f'{drawn}<table class="beside"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    )
