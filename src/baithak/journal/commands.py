"""`baithak journal`: check the chain, take it outside, note its head for a witness."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import click

__all__ = ["journal"]


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "baithak.settings")
    import django

    django.setup()


def witnessed(
    context: click.Context, parameter: click.Parameter, told: str | None
) -> tuple[int, str] | None:
    """``N:HASH`` as `baithak journal head` prints it."""
    if told is None:
        return None
    match = re.fullmatch(r"(\d+):([0-9a-f]{64})", told.strip())
    if match is None:
        raise click.BadParameter(
            "write it as `baithak journal head` prints it: 12:9f3a… (64 letters)."
        )
    return int(match[1]), match[2]


@click.group()
def journal() -> None:
    """The journal: who did what, when, to which thing, sealed line by line.

    Example:  baithak journal verify
    """


@journal.command()
@click.option(
    "--witness",
    metavar="N:HASH",
    callback=witnessed,
    help="A head noted earlier: also finds a cut tail, a restored backup, a rewritten chain.",
)
def verify(witness: tuple[int, str] | None) -> None:
    """Find every line that was changed, moved or removed.

    Exits 0 when the journal is as it was written, 1 on a finding.

    Example:  baithak journal verify --witness "$(cat head-of-last-week)"
    """
    _django()
    from django.db import connection

    from baithak.journal import services, triggers

    findings = 0
    for finding in services.verify(witness=witness):
        findings += 1
        if findings <= 20:
            click.echo(f"Found: {finding.what}.", err=True)
    if findings > 20:
        click.echo(f"Found {findings} things in all.", err=True)
    if not triggers.installed(connection):
        findings += 1
        click.echo(
            "Found: the database no longer refuses changes to the journal. "
            "Somebody removed its triggers: find out who before you put them back.",
            err=True,
        )
    if findings:
        sys.exit(1)
    n, _ = services.head()
    told = "and the witness agrees" if witness else "without a witness a cut tail cannot be seen"
    click.echo(f"All {n} lines are as they were written; {told}.")


@journal.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(file: Path) -> None:
    """Write all lines to FILE as JSON lines, readable without Baithak.

    Check it anywhere with `python verify_journal.py FILE` (in src/baithak/journal).

    Example:  baithak journal export journal.jsonl
    """
    _django()
    from baithak.journal import services

    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="\n") as out:
            count = services.export(out)
        unfinished.replace(file)
    except OSError as trouble:
        raise click.ClickException(
            f"{file} cannot be written ({trouble.strerror}): choose another place."
        ) from trouble
    click.echo(f"{count} lines written to {file}.")


@journal.command()
def head() -> None:
    """Print number and hash of the last line, to keep with a witness outside this hub.

    Another city, the hub's secretariat or a printed page will do.

    Example:  baithak journal head > head-of-this-week
    """
    _django()
    from baithak.journal import services

    n, told = services.head()
    click.echo(f"{n}:{told}")
