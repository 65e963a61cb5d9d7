"""Joint statements, and which organisations stand behind them."""

from __future__ import annotations

from django.db.models import QuerySet

from baithak.coordination.models import Endorsement, JointStatement
from baithak.network.models import Organisation, Place
from baithak.network.rules import OFFICERS
from baithak.network.scope import Viewer

__all__ = [
    "endorsements",
    "organisations_of",
    "places_to_write_in",
    "statement",
    "statements",
]


def statements(viewer: Viewer, place: str = "") -> QuerySet[JointStatement]:
    """What the viewer may see, the newest first."""
    found = JointStatement.objects.seen_by(viewer).select_related("place")
    if place:
        found = found.filter(place__slug=place)
    return found.order_by("-pk")


def statement(viewer: Viewer, *, statement: int) -> JointStatement | None:
    """One statement."""
    return (
        JointStatement.objects.seen_by(viewer).select_related("place").filter(pk=statement).first()
    )


def endorsements(viewer: Viewer, of: JointStatement) -> QuerySet[Endorsement]:
    """Who stands behind its present words, as far as the viewer may know."""
    return (
        Endorsement.objects.seen_by(viewer)
        .filter(statement=of, edition=of.edition)
        .select_related("organisation")
        .order_by("organisation__name")
    )


def organisations_of(viewer: Viewer, at: Place) -> QuerySet[Organisation]:
    """The organisations for which the viewer has a role at a place."""
    held = [g.organisation for g in viewer.grants if g.place == at.pk and g.organisation]
    return Organisation.objects.seen_by(viewer).filter(pk__in=held).order_by("name")


def places_to_write_in(viewer: Viewer) -> QuerySet[Place]:
    """Where the viewer may write statements."""
    return Place.objects.seen_by(viewer).filter(pk__in=viewer.places_as(OFFICERS)).order_by("name")
