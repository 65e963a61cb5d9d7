"""``baithak data``: the catalogue of open data sets."""

from __future__ import annotations

from pathlib import Path

import click

from baithak.cli.shell import progress, write_file
from baithak.opendata import catalogue

__all__ = ["data"]


@click.group()
def data() -> None:
    """Open data sets: what they are, whose they are, and how to get them.

    \b
    Examples:
      baithak data list
      baithak data show american-assembly.bowling-green
      baithak data get bowling-green --into ~/open-data
    """


@data.command("list")
@click.option("--json", "json_file", metavar="FILE|-", help="Write the catalogue as JSON.")
def list_all(json_file: str | None) -> None:
    """All data sets of the catalogue, and which of them are here already.

    A dialogue that is here can be used by its name: baithak opinion map NAME. Of a panel name the
    files: baithak panel draw --pool FOLDER/respondents.csv --quotas FOLDER/categories.csv. Of budgets
    name one file: baithak budget count Poland_Swiecie_2023.

    Example:  baithak data list
    """
    if json_file:
        _json(json_file, [_plain(entry) for entry in catalogue.catalogue()])
        return
    widest = max(len(entry.name) for entry in catalogue.catalogue())
    for entry in catalogue.catalogue():
        here = "here" if catalogue.locate(entry) else "-"
        click.echo(
            f"{entry.name:<{widest}}  {entry.kind:<8}  {entry.year}  {_size(entry.size):>8}  {here:<4}  {entry.title}"
        )


@data.command()
@click.argument("name")
@click.option("--json", "json_file", metavar="FILE|-", help="Write the entry as JSON.")
def show(name: str, json_file: str | None) -> None:
    """What a data set is, who published it, its licence, and its files.

    Example:  baithak data show brexit-consensus
    """
    entry = catalogue.find(name)
    if json_file:
        _json(json_file, _plain(entry))
        return
    where = catalogue.locate(entry)
    for label, value in (
        ("Name", f"{entry.name} (or {entry.alias})"),
        ("Kind", entry.kind),
        ("Title", entry.title),
        ("About", entry.about),
        ("Year, language", f"{entry.year}, {entry.language}"),
        ("Published by", entry.publisher),
        ("Licence", f"{entry.licence}, {entry.licence_page}"),
        ("Attribution", entry.attribution),
        ("Source page", entry.page),
        ("On this machine", str(where) if where else f"no; baithak data get {entry.name}"),
    ):
        click.echo(f"{label + ':':<17}{value}")
    click.echo("Files:")
    for file in entry.files:
        click.echo(f"  {file.name}  {file.size:,} bytes  sha256 {file.sha256}")


@data.command()
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to put it in. [default: the current folder, unless it is here already]",
)
def get(name: str, into: Path | None) -> None:
    """Bring a data set to this machine: from BAITHAK_DATA, or from its publisher.

    Downloads go to the publisher's https address alone, and files are kept only if their checksums
    are the published ones. BAITHAK_DATA names folders that hold data sets already.

    Example:  baithak data get bowling-green --into ~/open-data
    """
    entry = catalogue.find(name)
    found = catalogue.locate(entry)
    if found is not None and into is None:
        click.echo(f"{entry.name} is here already: {found}")
        click.echo(entry.attribution)
        return
    from baithak.opendata.fetch import copy, get

    target = into or Path()
    if found is not None:
        folder = copy(entry, found, target)
    else:
        done = 0
        with progress(f"Getting {entry.name}") as tell:

            def count(size: int) -> None:
                nonlocal done
                done += size
                tell(done / entry.size)

            folder = get(entry, target, progress=count)
    click.echo(f"{entry.name} is in {folder}")
    click.echo(entry.attribution)


def _plain(entry: catalogue.DataSet) -> dict[str, object]:
    from dataclasses import asdict

    where = catalogue.locate(entry)
    return {**asdict(entry), "here": str(where) if where else None}


def _json(target: str, told: object) -> None:
    import json

    write_file(target, json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True))


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.0f} kB"
