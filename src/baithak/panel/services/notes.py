"""What every service of the room begins and ends with: the row held, the line written."""

from __future__ import annotations

from baithak.journal import services as journal
from baithak.network.scope import Viewer
from baithak.panel.models import Panel
from baithak.panel.queries import thing

__all__ = ["held", "note"]


def note(panel: Panel, verb: str, by: Viewer, **detail: str) -> None:
    """The journal line of an act on a panel, in the act's transaction. No personal data."""
    journal.write(
        verb=f"panel.{verb}",
        thing=thing(panel),
        by=by.signature(panel.place),
        place=panel.place.slug,
        detail=detail,
    )


def held(pk: int) -> Panel:
    """The panel as it is now, held until the transaction ends."""
    return Panel._unscoped.select_for_update(of=("self",)).select_related("place").get(pk=pk)
