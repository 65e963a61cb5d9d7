"""What a place does in the first hour, and whom its team calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from baithak.coordination.models import Contact, ResponseCard
from baithak.coordination.seals import unseal
from baithak.network.queries import place_named
from baithak.network.rules import CONFIRMERS, MECHANISM
from baithak.network.scope import Viewer

__all__ = ["Call", "card", "contact", "contacts", "expired", "kept", "tree"]


@dataclass(frozen=True, slots=True)
class Call:
    """A line of the contact tree: how far down it stands, and the number."""

    contact: Contact
    depth: int
    telephone: str


def kept(viewer: Viewer, *, place: str) -> ResponseCard | None:
    """A place's card, once somebody has written it."""
    return (
        ResponseCard.objects.seen_by(viewer)
        .filter(place__slug=place)
        .select_related("place__parent")
        .first()
    )


def card(viewer: Viewer, *, place: str) -> ResponseCard | None:
    """A place's card; an empty one for its own people, as long as nobody has written it."""
    found = kept(viewer, place=place)
    if found is not None or not viewer.roles_at(place) & (CONFIRMERS | MECHANISM):
        return found
    here = place_named(viewer, place=place)
    return ResponseCard(place=here) if here is not None else None


def contacts(viewer: Viewer, of: ResponseCard) -> QuerySet[Contact]:
    """Those of a card's tree who may still be called, for the team alone: to others it is empty."""
    return _agreed(viewer).select_related("organisation").filter(card=of.pk).order_by("number")


def contact(viewer: Viewer, *, contact: int) -> Contact | None:
    """One contact who may still be called."""
    return _agreed(viewer).select_related("card__place").filter(pk=contact).first()


def _agreed(viewer: Viewer) -> QuerySet[Contact]:
    """Without those whose consent has ended, whether or not they are deleted yet (R8)."""
    return Contact.objects.seen_by(viewer).filter(until__gte=timezone.localdate())


def tree(viewer: Viewer, of: ResponseCard) -> list[Call]:
    """Who calls whom, from the top down, with the numbers."""
    kept = Contact.objects.seen_by(viewer).select_related("organisation").filter(card=of.pk)
    known, today = {one.pk: one for one in kept.order_by("number")}, timezone.localdate()

    def caller(of: Contact) -> int | None:
        """Whose own consent has ended calls nobody: who called that one does, as ``forget`` leaves it."""
        at = of.after_id
        while at in known and known[at].until < today:
            at = known[at].after_id
        return at

    below: dict[int | None, list[Contact]] = {}
    for one in known.values():
        if one.until >= today:
            below.setdefault(caller(one), []).append(one)

    def down(at: int | None, depth: int) -> Iterator[Call]:
        for one in below.get(at, ()):
            yield Call(one, depth, unseal(one.sealed))
            yield from down(one.pk, depth + 1)

    return list(down(None, 0))


def expired(today: date) -> int | None:
    """A contact whose consent has ended."""
    return (
        Contact._unscoped.filter(until__lt=today)
        .order_by("until", "pk")
        .values_list("pk", flat=True)
        .first()
    )
