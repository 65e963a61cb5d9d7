"""Statements in all their languages, and the moderators' queue."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from baithak.dialogue.models import (
    Appeal,
    Dialogue,
    Reason,
    Statement,
    StatementState,
    Wording,
    WordingKind,
)
from baithak.dialogue.queries.lately import Lately
from baithak.dialogue.rules import MODERATORS
from baithak.network.models import State
from baithak.network.scope import PUBLIC, Viewer

__all__ = [
    "LONGEST_WAIT",
    "MOST_WAITING",
    "PILES",
    "Card",
    "Clock",
    "Shown",
    "Words",
    "all_statements",
    "ballot",
    "ballot_now",
    "cards",
    "clock",
    "compared",
    "decided",
    "is_full",
    "is_overdue",
    "late",
    "median_hours",
    "open_dialogues",
    "pending",
    "pile",
    "plain",
    "said",
    "shown_number",
    "shown_statements",
    "stands_in",
    "statement",
    "takes_statements",
    "turned_down",
    "waiting_statements",
]

#: A statement that waits longer closes the intake until the moderators have caught up (R11).
LONGEST_WAIT = timedelta(hours=24)
#: So many that wait close it too: nobody reads more, whoever sent them.
MOST_WAITING = 500


class Words(NamedTuple):
    """A statement in one language: how it came about, and whether another person read it over."""

    text: str
    kind: str
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement in one language, and whether that is the language it was written in."""

    text: str
    language: str
    kind: str
    original: str
    original_language: str
    reviewed: bool = False

    @property
    def translated(self) -> bool:
        return self.kind != WordingKind.ORIGINAL

    @property
    def by_machine(self) -> bool:
        return self.kind == WordingKind.MACHINE


@dataclass(frozen=True, slots=True)
class Card:
    """A statement as residents meet it: its number and its wordings by language."""

    id: int
    number: int
    wordings: dict[str, Words]
    original: str

    @property
    def shown(self) -> Shown:
        """In the reader's language where it exists, else as it was written."""
        wanted = (get_language() or "").split("-")[0]
        language = wanted if wanted in self.wordings else self.original
        text, kind, reviewed = self.wordings[language]
        first = self.wordings[self.original].text
        return Shown(text, language, kind, first, self.original, reviewed)


def _cards(statements: Iterable[Statement]) -> tuple[Card, ...]:
    cards = []
    for statement in statements:
        wordings = {w.language: Words(w.text, w.kind, w.reviewed) for w in statement.wordings.all()}
        original = next(
            (language for language, w in wordings.items() if w.kind == WordingKind.ORIGINAL),
            next(iter(wordings), ""),
        )
        if original:
            cards.append(Card(statement.pk, statement.number or 0, wordings, original))
    return tuple(cards)


def shown_statements(dialogue: int) -> QuerySet[Statement]:
    """What people can vote on."""
    return (
        Statement._unscoped.filter(dialogue=dialogue, state=StatementState.ACCEPTED)
        .prefetch_related("wordings")
        .order_by("number")
    )


#: For five seconds a worker may show a statement list that has changed meanwhile.
ballots: Lately[tuple[Card, ...]] = Lately(5.0, lambda dialogue: _cards(shown_statements(dialogue)))


def ballot(dialogue: int) -> tuple[Card, ...]:
    """The statements people can vote on, kept in the process for five seconds."""
    return ballots(dialogue)


def ballot_now(dialogue: int) -> tuple[Card, ...]:
    """The same, read now: for the team, who want to see what they have just changed."""
    return _cards(shown_statements(dialogue))


def all_statements(dialogue: int) -> QuerySet[Statement]:
    """Every statement that ever had a number, with its wordings: shown ones and withdrawn ones."""
    return (
        Statement._unscoped.filter(dialogue=dialogue, number__isnull=False)
        .prefetch_related("wordings")
        .order_by("number")
    )


def cards(statements: Iterable[Statement]) -> tuple[Card, ...]:
    """Statements as residents meet them."""
    return _cards(statements)


def plain(text: str) -> Shown:
    """A text of which only the wording is known: no language, no translation."""
    return Shown(text, "", WordingKind.ORIGINAL, text, "")


#: What somebody still has to look at.
_OPEN_CASES = Q(state__in=[StatementState.PENDING, StatementState.HELD]) | Q(appeal=Appeal.ASKED)


def waiting_statements(viewer: Viewer) -> list[tuple[Dialogue, int]]:
    """Dialogues where statements wait for this viewer's decision, and how many."""
    waiting = Statement._unscoped.filter(
        _OPEN_CASES,
        dialogue__state=State.OPEN,
        dialogue__place__in=viewer.places_as(MODERATORS),
    )
    counts: dict[int, int] = dict(
        waiting.order_by().values_list("dialogue").annotate(n=Count("pk"))
    )
    found = Dialogue.objects.seen_by(viewer).select_related("place").filter(pk__in=counts)
    return sorted(((told, counts[told.pk]) for told in found), key=lambda pair: -pair[1])


def statement(viewer: Viewer, *, code: str, statement: int) -> Statement | None:
    """A statement of this dialogue."""
    return (
        Statement.objects.seen_by(viewer)
        .select_related("dialogue__place")
        .filter(pk=statement, dialogue__code=code)
        .first()
    )


def pending(viewer: Viewer, dialogue: Dialogue) -> QuerySet[Statement]:
    """What waits for a moderator, the oldest first."""
    return (
        Statement.objects.seen_by(viewer)
        .filter(dialogue=dialogue, state=StatementState.PENDING)
        .prefetch_related("wordings")
        .order_by("pk")
    )


def decided(viewer: Viewer, dialogue: Dialogue) -> QuerySet[Statement]:
    """What residents added and a moderator decided, the newest first."""
    return (
        Statement.objects.seen_by(viewer)
        .filter(dialogue=dialogue, seed=False)
        .exclude(state=StatementState.PENDING)
        .prefetch_related("wordings")
        .order_by("-pk")
    )


# --- the queue in piles
#: Each pile of the queue: which statements, and in which order.
PILES: Mapping[str, tuple[Q, str]] = {
    "waiting": (Q(state=StatementState.PENDING), "pk"),
    "held": (Q(state=StatementState.HELD), "pk"),
    "appeals": (Q(appeal=Appeal.ASKED), "waits_since"),
    "decided": (
        Q(state__in=[StatementState.ACCEPTED, StatementState.REJECTED], seed=False)
        & ~Q(appeal=Appeal.ASKED),
        "-pk",
    ),
    "merged": (Q(state=StatementState.MERGED), "-pk"),
}


def pile(viewer: Viewer, dialogue: Dialogue, name: str) -> QuerySet[Statement]:
    """One pile of the queue with the wordings. Nothing in it tells an author or a vote (R11)."""
    which, order = PILES[name]
    return (
        Statement.objects.seen_by(viewer)
        .filter(which, dialogue=dialogue)
        .select_related("merged_into")
        .prefetch_related("wordings")
        .order_by(order, "pk")
    )


@dataclass(frozen=True, slots=True)
class Clock:
    """How the queue stands: how much lies in each pile, and for how long at most.

    ``hours`` is for about how long the oldest has waited; within ``median`` hours half of what was
    decided was decided.
    ``overdue``: the intake has closed itself because of that; ``full``: because of how many wait.
    """

    piles: Mapping[str, int]
    hours: int | None
    median: int | None
    overdue: bool
    full: bool


def clock(viewer: Viewer, dialogue: Dialogue) -> Clock:
    """How the queue of this dialogue stands now."""
    told = (
        Statement.objects.seen_by(viewer)
        .filter(dialogue=dialogue)
        .aggregate(
            since=Min("waits_since"),
            **{name: Count("pk", filter=which) for name, (which, _order) in PILES.items()},
        )
    )
    since = told.pop("since")
    return Clock(
        piles=told,
        hours=None if since is None else int((timezone.now() - since).total_seconds() // 3600),
        median=median_hours(dialogue),
        overdue=is_overdue(dialogue.pk),
        full=is_full(dialogue.pk),
    )


def median_hours(dialogue: Dialogue) -> int | None:
    """Within how many hours half of what was decided was decided; ``None`` before the first.

    ``waits`` counts whole hours that had passed, so it is one more.
    """
    waits = sorted((int(hours), count) for hours, count in dialogue.waits.items())
    half, seen = sum(count for _hours, count in waits) / 2, 0
    for hours, count in waits:
        seen += count
        if seen >= half:
            return hours + 1
    return None


def is_overdue(dialogue: int) -> bool:
    """Whether something has waited for a first decision for too long."""
    return Statement._unscoped.filter(
        dialogue=dialogue,
        state__in=[StatementState.PENDING, StatementState.HELD],
        waits_since__lte=timezone.now() - LONGEST_WAIT,
    ).exists()


def is_full(dialogue: int) -> bool:
    """Whether so many wait for a first decision that no more are taken."""
    waiting = Statement._unscoped.filter(
        dialogue=dialogue, state__in=[StatementState.PENDING, StatementState.HELD]
    )
    return waiting.count() >= MOST_WAITING


def takes_statements(dialogue: Dialogue) -> bool:
    """Whether residents can add statements: nobody has closed the box, and it has not closed itself.

    Asked anew each time, so that it opens by itself the moment the moderators have caught up.
    """
    return dialogue.intake and not is_overdue(dialogue.pk) and not is_full(dialogue.pk)


def open_dialogues() -> list[int]:
    """Every dialogue that is open."""
    return list(Dialogue._unscoped.filter(state=State.OPEN).values_list("pk", flat=True))


def late(since: timedelta) -> list[tuple[int, datetime]]:
    """Open dialogues whose oldest statement or appeal has waited so long, and since when."""
    rows = (
        Statement._unscoped.filter(_OPEN_CASES, dialogue__state=State.OPEN)
        .order_by("dialogue")
        .values_list("dialogue")
        .annotate(oldest=Min("waits_since"))
        .filter(oldest__lte=timezone.now() - since)
    )
    return [(dialogue, oldest) for dialogue, oldest in rows]


def compared(dialogue: int) -> dict[int, tuple[Statement, list[Wording]]]:
    """What near-duplicates are looked for in: what waits, is held or shown, in all its languages.

    The wording it was written in comes first.
    """
    found: dict[int, tuple[Statement, list[Wording]]] = {}
    rows = Wording._unscoped.filter(
        statement__dialogue=dialogue,
        statement__state__in=[
            StatementState.PENDING, StatementState.HELD, StatementState.ACCEPTED,
        ],
    ).select_related("statement")  # fmt: skip
    for row in sorted(rows.order_by("statement", "pk"), key=lambda w: w.kind != "original"):
        found.setdefault(row.statement_id, (row.statement, []))[1].append(row)
    return found


def shown_number(viewer: Viewer, dialogue: Dialogue, number: int) -> Statement | None:
    """The shown statement with this number."""
    return (
        Statement.objects.seen_by(viewer)
        .filter(dialogue=dialogue, number=number, state=StatementState.ACCEPTED)
        .first()
    )


# --- for who wrote one
def said(viewer: Viewer, *, code: str, handle: uuid.UUID) -> Statement | None:
    """The statement of this address, as residents find it: the random handle is the key to it."""
    return (
        Statement.objects.seen_by(PUBLIC)
        .select_related("dialogue__place")
        .prefetch_related("wordings")
        .filter(dialogue__code=code, handle=handle)
        .exclude(dialogue__state=State.DRAFT)
        .first()
    )


def stands_in(statement: Statement) -> Statement | None:
    """The shown statement that a joined one was joined with, over further joinings; else ``None``."""
    at: Statement | None = statement
    for _step in range(20):
        if at is None or at.state == StatementState.ACCEPTED:
            return at
        at = at.merged_into
    return None


def turned_down(dialogue: Dialogue) -> dict[str, int]:
    """How many residents' statements were turned down for each reason. Rounded before anybody sees it."""
    rows = (
        Statement._unscoped.filter(dialogue=dialogue, state=StatementState.REJECTED)
        .exclude(reason=Reason.ELSEWHERE)
        .order_by()
        .values_list("reason")
        .annotate(n=Count("pk"))
    )
    return dict(rows)
