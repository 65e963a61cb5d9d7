"""``baithak exchange shelf``: the shipped library in your own hub."""

from __future__ import annotations

import os

import click

__all__ = ["shelf"]

_WHY = {
    "other_origin": "a practice of your hub or of another one has this short name",
    "older": "your hub holds a newer version",
    "same_version": "your hub holds this version with other words",
}


@click.command()
@click.option("--hub", default="", help="Short name of the hub's place, if there are several.")
def shelf(hub: str) -> None:
    """Put the practices that come with this Baithak into your hub, or bring them up to date.

    Do it after an update. What your cities wrote is left alone; a second time changes nothing.

    Example:  baithak exchange shelf
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "baithak.settings")
    import django

    django.setup()
    from baithak.exchange.records import library
    from baithak.exchange.services import loading
    from baithak.network import queries
    from baithak.network.scope import SYSTEM

    places = [place for place in queries.hubs(SYSTEM) if hub in ("", place.slug)]
    if len(places) != 1:
        known = ", ".join(place.slug for place in queries.hubs(SYSTEM)) or "none"
        raise click.UsageError(f"Say which hub with --hub. Here are: {known}.")
    plan = loading.load_library(library=library(), place=places[0], by=SYSTEM)
    click.echo(
        f"{len(plan.additions)} new, {len(plan.updates)} brought up to date, "
        f"{len(plan.unchanged)} as before, {len(plan.conflicts)} not taken."
    )
    for conflict in plan.conflicts:
        click.echo(f"  {conflict.held.practice.id}: {_WHY[conflict.reason]}.")
