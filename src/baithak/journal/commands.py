"""`baithak journal`: check the chain, take it outside, sign its heads, bring back what witnesses kept."""

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

    Also holds every head that witnesses brought back against the journal. Exits 0 when the journal is
    as it was written, 1 on a finding.

    Example:  baithak journal verify --witness "$(cat head-of-last-week)"
    """
    _django()
    from django.db import connection

    from baithak.journal import services, triggers
    from baithak.journal.models import Receipt

    findings = 0
    receipts = set(Receipt.objects.values_list("n", "hash"))
    for finding in services.verify(witness=witness, witnesses=receipts):
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
    if witness or receipts:
        told = f"and {len(receipts) + bool(witness)} heads from witnesses agree"
    else:
        told = "without a witness a cut tail cannot be seen"
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


@journal.group()
def witness() -> None:
    """Heads signed for witnesses outside, and what they bring back.

    Example:  baithak journal witness list
    """


@witness.command("list")
def list_witnesses() -> None:
    """Print who keeps heads of this hub's journal, what they got and what they brought back.

    Example:  baithak journal witness list
    """
    _django()
    from django.db.models import Max

    from baithak.journal.models import Witness

    found = Witness.objects.filter(ended=None).annotate(newest=Max("receipts__n"))
    for one in found.select_related("head"):
        got = f"got line {one.head.n}" if one.head is not None else "got nothing yet"
        back = (
            f"brought back line {one.newest}" if one.newest is not None else "brought nothing back"
        )
        click.echo(
            f"{one.pk}  {one.label} ({one.kind}, {one.place}): {got}, {one.delivery}; {back}"
        )
    if len(found) < 2:
        click.echo(
            f"{len(found)} named. Two at least are needed: two people name one on the page "
            "Journal, Witnesses outside.",
            err=True,
        )


@witness.command("head")
def signed_head() -> None:
    """Print the newest head with this hub's signature, as JSON, for a witness to keep.

    Example:  baithak journal witness head > head-of-this-week.json
    """
    _django()
    import json

    from baithak.journal import services
    from baithak.journal.services import heads

    services.sign_and_queue()
    newest = heads.latest()
    if newest is None:  # pragma: no cover  (one was signed a line above)
        raise click.ClickException("No head could be signed: look at the folder of keys.")
    click.echo(json.dumps(heads.as_json(newest), indent=1))


@witness.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--witness", "number", type=int, required=True, help="Its number in `witness list`.")
@click.option("--differs", is_flag=True, help="It was typed from paper and compared twice.")
def receive(file: Path, number: int, differs: bool) -> None:
    """Keep the head in FILE that a witness brought back, and hold it against the journal.

    Exits 0 when it agrees, 1 when it does not: then it is kept all the same.

    Example:  baithak journal witness receive receipt.json --witness 1
    """
    _django()
    from django.core.exceptions import ValidationError

    from baithak.journal import services
    from baithak.journal.models import Witness

    found = Witness.objects.filter(pk=number, ended=None).first()
    if found is None:
        raise click.ClickException(
            f"There is no witness {number}: `baithak journal witness list` tells their numbers."
        )
    try:
        receipt = services.receive(
            witness=found, text=_text(file), by="system", place=found.place, differs=differs
        )
    except ValidationError as trouble:
        raise click.ClickException("; ".join(trouble.messages)) from trouble
    trouble_found = list(services.verify(witness=(receipt.n, receipt.hash)))
    for finding in trouble_found[:20]:
        click.echo(f"Found: {finding.what}.", err=True)
    if trouble_found:
        sys.exit(1)
    click.echo(f"Kept: line {receipt.n} is as {found.label} saw it.")


@witness.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def sign(file: Path) -> None:
    """As a witness: keep the newest head in FILE of another hub and print the receipt to give back.

    FILE is what the other hub shows at /en/journal/heads.json, or a head of its own. Nothing is signed
    that does not follow from what this hub saw before.

    Example:  baithak journal witness sign heads.json > receipt.json
    """
    _django()
    import json

    from django.core.exceptions import ValidationError

    from baithak.journal import services

    try:
        receipt = services.countersign(_text(file))
    except ValidationError as trouble:
        raise click.ClickException("; ".join(trouble.messages)) from trouble
    click.echo(json.dumps(receipt, indent=1))


def _text(file: Path) -> str:
    try:
        return file.read_bytes()[: 1024 * 1024].decode("utf-8")
    except (OSError, UnicodeDecodeError) as trouble:
        raise click.ClickException(
            f"{file} cannot be read as text: bring the file as the witness gave it."
        ) from trouble
