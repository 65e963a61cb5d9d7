"""``baithak coordination``: everything of the room at a place, out of one hub and into another."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baithak.cli.shell import write_bytes

if TYPE_CHECKING:
    from baithak.network.models import Place

__all__ = ["coordination"]


@click.group()
def coordination() -> None:
    """Bodies, meetings, workshops, commitments and calendar of a place as one file.

    \b
    Examples:
      baithak coordination export kandarpur coordination.json
      baithak coordination import kandarpur coordination.json
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


@coordination.command("export")
@click.argument("place")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(place: str, file: Path) -> None:
    """Write all coordination of PLACE into FILE, whoever may see it: keep the file as carefully as the hub.

    Who was at a meeting, when and where a closed room met and the numbers of the first hour are never in it.

    Example:  baithak coordination export kandarpur coordination.json
    """
    found = _place(place)
    from baithak.coordination.files.whole import whole_told
    from baithak.network.scope import SYSTEM

    content = whole_told(SYSTEM, found, of_people=True)
    write_bytes(file, content, secret=True)
    click.echo(f"{file}: {len(content)} bytes.")


@coordination.command("import")
@click.argument("place")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--levels",
    is_flag=True,
    help="Let everything stand as in the other hub: who sees it, what was sent and released. Only before "
    "anybody has a role at the place.",
)
def import_(place: str, file: Path, levels: bool) -> None:
    """Read FILE into PLACE, which must have no coordination yet: all of it or nothing.

    All begins with the team; requests and joint statements begin as drafts, without what others said of them.

    Import plans first where commitments name their actions, and practices first where workshops
    showed them.

    Example:  baithak coordination import kandarpur coordination.json
    """
    found = _place(place)
    from baithak.coordination.services.whole import import_whole
    from baithak.network.files import FileRefusedError
    from baithak.network.scope import SYSTEM

    try:
        read = import_whole(content=file.read_bytes(), place=found, by=SYSTEM, levels=levels)
    except FileRefusedError as refused:
        lines = "\n".join(f"  {wrong}" for wrong in refused.wrongs[:50])
        raise click.UsageError(f"Nothing was imported from {file}:\n{lines}") from None
    told = ", ".join(
        f"{count} {name.replace('_', ' ')}" for name, count in read.counts.items() if count
    )
    click.echo(f"Imported: {told or 'nothing, the file is empty'}.")
    if read.drafts:
        click.echo(
            f"  {read.drafts} requests that were sent begin as drafts, without replies: "
            "the other place sees them when they are sent again."
        )
    for one in read.left:
        click.echo(f"  Not here, so the link to it is left out: {one}")
