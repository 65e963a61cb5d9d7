"""What every write of the room leaves behind: a line in the journal."""

from __future__ import annotations

from typing import Any

from baithak.journal import services as journal
from baithak.network.scope import Viewer

__all__ = ["note"]


def note(thing: Any, verb: str, by: Viewer, **detail: str) -> None:
    """The journal line of an act on something of a place, in the act's transaction."""
    journal.write(
        verb=f"plan.{verb}",
        thing=f"{thing._meta.model_name}:{thing.pk}",
        by=by.signature(thing.place),
        place=thing.place.slug,
        detail=detail,
    )
