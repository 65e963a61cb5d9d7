"""What was learnt after a tense time or an exercise."""

from __future__ import annotations

from django.db.models import QuerySet

from baithak.coordination.models import Commitment, LookBack
from baithak.coordination.rules import WRITERS
from baithak.exchange.findings import Finding, source
from baithak.network.models import Place
from baithak.network.scope import Viewer

__all__ = ["because", "commitments", "look_back", "look_backs", "places_to_write_in"]


def look_backs(viewer: Viewer, place: str = "") -> QuerySet[LookBack]:
    """What the viewer may see, the newest first."""
    found = LookBack.objects.seen_by(viewer).select_related("place")
    return found.filter(place__slug=place) if place else found


def look_back(viewer: Viewer, *, look_back: int) -> LookBack | None:
    """One look back."""
    return look_backs(viewer).filter(pk=look_back).first()


def because(of: LookBack) -> str:
    """How a commitment names where it comes from."""
    return f"look_back:{of.pk}"


def commitments(viewer: Viewer, of: LookBack) -> QuerySet[Commitment]:
    """What was promised because of it."""
    return Commitment.objects.seen_by(viewer).filter(because=because(of))


def places_to_write_in(viewer: Viewer) -> QuerySet[Place]:
    """Where the viewer may look back."""
    return Place.objects.seen_by(viewer).filter(pk__in=viewer.places_as(WRITERS)).order_by("name")


@source("look_back")
def _finding(viewer: Viewer, name: str) -> Finding | None:
    """What should change, for a commitment that comes from it."""
    if not (name.isascii() and name.isdigit() and len(name) < 16):
        return None
    found = look_back(viewer, look_back=int(name))
    if found is None:
        return None
    words = found.text("change") or found.title
    return Finding(words, found.language, found.get_absolute_url())
