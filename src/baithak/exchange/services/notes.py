"""What every write of the room leaves behind: a line in the journal, a word to the index."""

from __future__ import annotations

from typing import Any

from baithak.exchange.models import Change
from baithak.journal import services as journal
from baithak.network.scope import Viewer

__all__ = ["note", "touched"]


def note(thing: Any, verb: str, by: Viewer, **detail: str) -> None:
    """The journal line of an act on something of a place, in the act's transaction."""
    journal.write(
        verb=f"exchange.{verb}",
        thing=f"{thing._meta.model_name}:{thing.pk}",
        by=by.signature(thing.place),
        place=thing.place.slug,
        detail=detail,
    )


def touched(thing: Any) -> None:
    """Tell every process that this can be found anew, otherwise, or not any more."""
    Change._unscoped.create(thing=thing.finding_id)
