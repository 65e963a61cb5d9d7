"""``baithak exchange``: the library of practices, without a hub."""

from __future__ import annotations

import json
import shutil
import textwrap
from typing import TYPE_CHECKING

import click

from baithak.cli.exchange_files import COMMANDS
from baithak.exchange.commands import shelf

if TYPE_CHECKING:
    from baithak.engine.search.documents import Hit, Results
    from baithak.exchange.records import Library

__all__ = ["exchange"]

#: Left out by click where the output is no terminal.
BOLD, NOT_BOLD = "\x1b[1m", "\x1b[22m"
#: What an option narrows: facet of the search, part of the taxonomy.
NARROWED = {
    "challenge": "challenges",
    "approach": "approaches",
    "target": "target_groups",
    "country": "countries",
    "lead": "organisation_types",
    "evidence": "evidence_levels",
}


@click.group()
def exchange() -> None:
    """The library of practices: what cities did, and what came of it.

    \b
    Examples:
      baithak exchange search "how to stop rumours"
      baithak exchange search "محلہ امن کمیٹی" --country IN
      baithak exchange check practices.xlsx
      baithak exchange export --format csv --out practices.csv
      baithak exchange offline --out library.zip
      baithak exchange shelf
    """


for command in (*COMMANDS, shelf):
    exchange.add_command(command)


@exchange.command()
@click.argument("query")
@click.option(
    "--language",
    type=click.Choice(["en", "bn", "hi", "ur", "ta", "si", "dv", "ne"]),
    help="You read this: passages in it are preferred.  [default: the language of the query]",
)
@click.option("--challenge", multiple=True, metavar="CODE", help="Only with this challenge.")
@click.option("--approach", multiple=True, metavar="CODE", help="Only with this approach.")
@click.option("--target", multiple=True, metavar="CODE", help="Only for this group of people.")
@click.option("--country", multiple=True, metavar="CODE", help="Only from here, such as LK.")
@click.option("--led-by", "lead", multiple=True, metavar="CODE", help="Only led by these.")
@click.option("--evidence", multiple=True, metavar="CODE", help="Only with this evidence.")
@click.option("--year", multiple=True, metavar="YEAR", help="Only begun in this year.")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def search(
    query: str,
    language: str | None,
    limit: int,
    as_json: bool,
    **narrowed: tuple[str, ...],
) -> None:
    """Find practices in the shipped library, asked in any of eight languages and their scripts.

    QUERY is a few words: English, Bangla, Hindi, Urdu, Tamil, Sinhala, Dhivehi or Nepali, in their
    own letters or in Latin ones, with or without slips. "" shows everything that passes the filters.
    An option given twice means one or the other; different options mean both.

    \b
    Examples:
      baithak exchange search "mohalla committees of residents and police"
      baithak exchange search "வதந்திகளைத் தடுப்பது எப்படி" --limit 3
      baithak exchange search "youth" --country LK --country MV --json
      baithak exchange search "" --challenge hate_speech
    """
    from baithak.exchange.analysis import shipped_index
    from baithak.exchange.records import library

    shipped = library()
    filters = {facet: _codes(facet, codes, shipped) for facet, codes in narrowed.items() if codes}
    told = shipped_index().search(query, language=language, filters=filters, limit=limit)
    if as_json:
        click.echo(json.dumps({"results": told.plain()}, ensure_ascii=False, indent=1))
    else:
        click.echo(_page(told, shipped, language or "en"))


def _codes(facet: str, codes: tuple[str, ...], shipped: Library) -> list[str]:
    """The codes of an option, refused where the taxonomy has none of that name."""
    if facet not in NARROWED:
        return list(codes)
    known = shipped.taxonomy.codes(NARROWED[facet])
    given = [code.upper() if facet == "country" else code for code in codes]
    for code in given:
        if code not in known:
            raise click.UsageError(f"“{code}” is not a {facet} code. Known: {', '.join(known)}.")
    return given


def _page(told: Results, shipped: Library, language: str) -> str:
    """The results for a terminal."""
    if not told.hits:
        if any(note.code == "query.no_words" for note in told.notes):
            return "There is no word to search for. Write a few words of what you are looking for."
        return "No practice fits. Try fewer or other words, or leave out a filter."
    lines = [_hit(place, hit, shipped, language) for place, hit in enumerate(told.hits, 1)]
    shown = f"{len(told.hits)} of {told.total}" if told.total > len(told.hits) else str(told.total)
    lines.append(f"Shown: {shown} that fit, out of {len(shipped.practices)} practices.")
    for note in told.notes:
        if note.code == "query.shortened":
            lines.append(f"Only the first {note.params['most']} words were looked for.")
    return "\n\n".join(lines)


def _hit(place: int, hit: Hit, shipped: Library, language: str) -> str:
    country = shipped.taxonomy.label("countries", hit.document.country, language)
    year = "".join(f", {year}" for year in hit.document.facets.get("year", ()))
    width = min(100, shutil.get_terminal_size((100, 24)).columns) - 4
    text = hit.snippet.marked(BOLD, NOT_BOLD)
    passage = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    return "\n".join(
        [
            f"{place}. {hit.document.title}",
            f"   {hit.document.city}, {country}{year} · {hit.document.id}",
            *(f"   {line}" for line in passage),
        ]
    )
