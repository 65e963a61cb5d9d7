"""Reads of the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from baithak.journal.models import Check, Head, Line, Receipt, Witness

__all__ = [
    "PlaceJournal",
    "Standing",
    "Watched",
    "chosen",
    "journal_of",
    "standing",
    "trail_of",
    "witness_named",
    "witnesses",
]

#: A witness counts as awake when it brought something back within this time.
AWAKE = timedelta(days=30)
#: What counts for that: from a witness with a key of its own only what that key signed, as anybody here
#: can fetch or type a head of this hub; and only what stands so in the chain (``_in_the_chain``).
_COUNTS = Q(receipts__countersigned=True) | Q(key="")


@dataclass(frozen=True)
class PlaceJournal:
    """The lines of one place, newest first; of one ``thing`` only, where it is named."""

    place: str
    lines: QuerySet[Line]
    thing: str = ""


def journal_of(viewer: Any, *, place: str) -> PlaceJournal | None:
    """The journal of the place with this slug, for its members alone: to others it does not exist."""
    if not viewer.roles_at(place):
        return None
    return PlaceJournal(place, Line.objects.filter(place=place).order_by("-n"))


def trail_of(viewer: Any, *, place: str, thing: str) -> PlaceJournal | None:
    """Everything done to one thing of the place; nothing where no line tells of it."""
    found = journal_of(viewer, place=place)
    if found is None:
        return None
    # Acts of two people name the room too: dialogue.dialogue:4 and dialogue:4 are one thing.
    lines = found.lines.filter(Q(thing=thing) | Q(thing__endswith=f".{thing}"))
    return PlaceJournal(place, lines, thing) if lines.exists() else None


def chosen(
    lines: QuerySet[Line], *, kind: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[Line]:
    """Of these lines those about one kind of thing and of one period, both days included (UTC)."""
    if kind:
        lines = lines.filter(Q(thing__startswith=f"{kind}:") | Q(thing__contains=f".{kind}:"))
    if since is not None:
        lines = lines.filter(at__gte=since.isoformat())
    if until is not None:
        lines = lines.filter(at__lte=f"{until.isoformat()}T23:59:59Z")
    return lines


# --- witnesses and checks


@dataclass(frozen=True)
class Watched:
    """A witness with the newest head it brought back; ``is_awake`` where one that counts is recent."""

    witness: Witness
    receipt: Receipt | None
    is_awake: bool


@dataclass(frozen=True)
class Standing:
    """How far the chain is checked and witnessed.

    ``awake`` is how many witnesses brought a head back within thirty days, countersigned by those that
    have a key; ``witnessed`` the newest line that any of them kept so.
    """

    lines: int
    hash: str
    head: Head | None
    check: Check | None
    waiting: bool
    named: int
    awake: int
    witnessed: int | None

    @property
    def is_witnessed(self) -> bool:
        """Two witnesses outside at least (R20)."""
        return self.awake >= 2


def _in_the_chain() -> Q:
    """Receipts whose head is a line of the journal: what disagrees with it witnesses nothing (R20)."""
    return Q(
        receipts__in=Receipt.objects.filter(
            Exists(Line.objects.filter(n=OuterRef("n"), hash=OuterRef("hash")))
        )
    )


def witnesses(place: str, *, ended: bool = False) -> list[Watched]:
    """The witnesses that this place named. The chain is one; of others' witnesses it learns the number."""
    since = timezone.now() - AWAKE
    newest = Receipt.objects.filter(witness=OuterRef("pk")).order_by("-n", "-pk")
    found = (
        Witness.objects.filter(place=place, ended__isnull=not ended)
        .select_related("head")
        .annotate(
            newest=Subquery(newest.values("pk")[:1]),
            last=Max("receipts__brought", filter=_COUNTS & _in_the_chain()),
        )
    )
    receipts = Receipt.objects.in_bulk([one.newest for one in found if one.newest is not None])
    return [
        Watched(one, receipts.get(one.newest), one.last is not None and one.last > since)
        for one in found
    ]


def witness_named(pk: int) -> Witness | None:
    """One witness that has not been let go."""
    return Witness.objects.filter(pk=pk, ended=None).first()


def standing() -> Standing:
    """Number of lines, last head, last check, witnesses."""
    counts = _COUNTS & _in_the_chain()
    n, told = Line.objects.order_by("-n").values_list("n", "hash").first() or (0, "")
    since = timezone.now() - AWAKE
    return Standing(
        lines=n,
        hash=told,
        head=Head.objects.first(),
        check=Check.objects.filter(done__isnull=False).first(),
        waiting=Check.objects.filter(done=None).exists(),
        named=Witness.objects.filter(ended=None).count(),
        awake=Witness.objects.filter(counts, ended=None, receipts__brought__gt=since)
        .distinct()
        .count(),
        witnessed=Witness.objects.aggregate(n=Max("receipts__n", filter=counts))["n"],
    )
