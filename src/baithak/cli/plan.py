"""``baithak plan``: mandate, reviews and plans of a place, out of one hub and into another."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baithak.cli.shell import write_bytes

if TYPE_CHECKING:
    from baithak.network.models import Place

__all__ = ["plan"]


@click.group()
def plan() -> None:
    """Mandate, reviews of challenges and plans of a place as one file.

    \b
    Examples:
      baithak plan export kandarpur plans.json
      baithak plan import plans.json --place kandarpur --dry-run
    """


def _place(slug: str) -> Place:
    """The place of this short name, after Django is ready."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "baithak.settings")
    import django

    django.setup()
    from baithak.network import queries
    from baithak.network.scope import SYSTEM

    place = queries.place_named(SYSTEM, place=slug)
    if place is None:
        raise click.UsageError(
            f"No place of this hub has the short name “{slug}”. It stands in the address of its page."
        )
    return place


@plan.command("export")
@click.argument("place")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(place: str, file: Path) -> None:
    """Write mandate, reviews and plans of PLACE into FILE, whoever may see them, with exact figures.

    Keep the file as carefully as the hub: it is the city's own record, not a publication.

    Example:  baithak plan export kandarpur plans.json
    """
    found = _place(place)
    from baithak.plan.files.whole import whole_told

    content = whole_told(found)
    write_bytes(file, content, secret=True)
    click.echo(f"{file}: {len(content)} bytes.")


@plan.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--place", required=True, help="Short name of the place to read it into.")
@click.option("--dry-run", is_flag=True, help="Only say what would come.")
@click.option(
    "--levels",
    is_flag=True,
    help="Let everything stand as in the other hub: who sees it, what was decided, what was signed. "
    "Only before anybody has a role at the place.",
)
def import_(file: Path, place: str, dry_run: bool, levels: bool) -> None:
    """Read FILE into a place: all of it or nothing. What is here and reads the same is left alone.

    Plans come as drafts that only the team sees, checks of harm without what partners said of them: two
    people decide anew.

    Bring practices and budgets first where actions name them.

    Example:  baithak plan import plans.json --place kandarpur --dry-run
    """
    found = _place(place)
    from baithak.network.files import FileRefusedError
    from baithak.network.scope import SYSTEM
    from baithak.plan.services.whole import import_whole

    try:
        brought = import_whole(
            content=file.read_bytes(), place=found, by=SYSTEM, levels=levels, dry_run=dry_run
        )
    except FileRefusedError as refused:
        lines = "\n".join(f"  {wrong}" for wrong in refused.wrongs)
        raise click.UsageError(f"Nothing was imported from {file}:\n{lines}") from None
    told = ", ".join(f"{count} {name}" for name, count in brought.counts.items())
    click.echo(f"{'Would come' if dry_run else 'Imported'}: {told or 'nothing'}.")
    same = ", ".join(f"{count} {name}" for name, count in brought.here.items())
    if same:
        click.echo(f"Here already, the same: {same}.")
    for one in brought.left:
        click.echo(f"  Not in this hub, so the link is left out: {one}")
